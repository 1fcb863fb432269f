// Package copier copies a whole bank into another database, of the same engine or another one. It reads one snapshot of the source,
// writes under the target's own rules, and has both sides verified.
package copier

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/verify"
)

// sizes bound how much a copy reads, writes and holds in memory at a time.
type sizes struct {
	page  int // rows read by one query
	batch int // rows written in one transaction
	held  int // entries that arrived before their predecessors
}

var defaultSizes = sizes{page: 1000, batch: 2000, held: 100_000}

// ErrNotACopy means that a target holds something its source does not, so it cannot be an earlier copy of it.
var ErrNotACopy = errors.New("the target is not an earlier copy of the source, and was left as it was")

// The steps of a copy, in order.
const (
	StepVerifySource = "source entries verified"
	StepCustomers    = "customers copied"
	StepAccounts     = "accounts copied"
	StepEntries      = "entries copied"
	StepRest         = "sessions, second factors, keys and events copied"
	StepCompare      = "accounts compared"
	StepVerifyTarget = "target entries verified"
)

// tick is how many rows pass between two reports of progress in steps where nothing else sets the pace.
const tick = 1000

// Progress is how far a copy has come in one of its steps.
type Progress struct {
	Step string
	Done int64
	Of   int64 // 0 if unknown
}

// Report is what a copy has written, and what it has verified on both sides.
type Report struct {
	Accounts, Entries int64 // newly written to the target
	Verified          verify.Report
}

// Copy copies a whole bank into another database, possibly of another engine. It reads the source on one snapshot, so the
// source may be in use meanwhile; the target must not be, and Copy detects if it is. All rows are written under the target's
// own rules, and a copy that returns without an error has found the target equal to the snapshot. Three tables are left out:
// the count of sign-ins that named no account, which is only ever written; the rate limits of the last minute; and reset
// codes, which live for minutes: the operator issues new ones.
//
// A copy that was interrupted resumes when it is called again, and one that is called after the source has grown copies the
// rest. Its progress is read from the target alone; rows that a purge has deleted from the source are deleted from the
// target, too. Copy refuses a source whose ledger is broken, with a *verify.BrokenEntry, and a target that holds anything else, with
// ErrNotACopy. It calls progress now and then.
func Copy(ctx context.Context, from, to *store.Store, progress func(Progress)) (Report, error) {
	return copyBank(ctx, from, to, defaultSizes, progress)
}

func copyBank(ctx context.Context, from, to *store.Store, size sizes, progress func(Progress)) (Report, error) {
	var report Report
	err := from.View(ctx, func(snapshot context.Context, q db.Querier) error {
		return newCopier(ctx, snapshot, q, to, size, &report, progress).run()
	})
	if err != nil {
		return report, err
	}
	// Only now, since PostgreSQL would end the snapshot while it sits idle.
	verified, err := verify.Run(ctx, to, verifyingOf(progress, StepVerifyTarget, report.Verified.Entries))
	if err == nil && !reflect.DeepEqual(verified, report.Verified) {
		err = fmt.Errorf("it has %d accounts with %d entries, and the source %d with %d; is a server running on it?",
			verified.Accounts, verified.Entries, report.Verified.Accounts, report.Verified.Entries)
	}
	return report, blame("the target", err)
}

// verifyingOf reports the progress of a verification as that of a copy.
func verifyingOf(progress func(Progress), step string, entries int64) func(verify.Report) {
	return func(report verify.Report) { progress(Progress{Step: step, Done: report.Entries, Of: entries}) }
}

// blame adds the side that an error came from.
func blame(side string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", side, err)
}

// query is a function that runs on a querier.
type query = func(ctx context.Context, q db.Querier) error

// side runs a query on either the source or the target.
type side func(fn query) error

// copier is the state of one copy.
type copier struct {
	source, target side
	cancelled      func() error
	page           int
	batch          batch // waiting to be written to the target
	progress       func(Progress)
	report         *Report

	written map[int64]int64 // the sequence of the newest entry of each account that is in the target, or in the batch
	order   chainOrder
}

// newCopier returns a copier that reads from a snapshot until ctx is cancelled.
func newCopier(ctx, snapshot context.Context, q db.Querier, to *store.Store, size sizes, report *Report,
	progress func(Progress),
) *copier {
	written := map[int64]int64{}
	c := &copier{
		cancelled: ctx.Err, page: size.page, batch: batch{size: size.batch}, progress: progress, report: report, written: written,
		order: chainOrder{written: written, held: map[position]*db.Transaction{}, most: size.held},
	}
	c.source = func(fn query) error {
		err := c.cancelled() // the snapshot's own context is never cancelled
		if err == nil {
			err = fn(snapshot, q)
		}
		return blame("the source", err)
	}
	c.target = func(fn query) error { return blame("the target", to.Read(ctx, fn)) }
	c.batch.update = func(fn query) error {
		if err := to.Update(ctx, fn); err != nil {
			return blame("the target", err)
		}
		return c.source(keepAlive)
	}
	return c
}

// keepAlive sends a trivial query to a snapshot, because PostgreSQL ends one that is idle for 10 seconds.
func keepAlive(ctx context.Context, q db.Querier) error {
	if _, err := q.AccountByNumber(ctx, 0); !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return nil
}

// batch collects rows until there are enough for a transaction.
type batch struct {
	update side
	size   int
	rows   []query
}

func (b *batch) add(write query) error {
	if b.rows = append(b.rows, write); len(b.rows) < b.size {
		return nil
	}
	return b.flush()
}

func (b *batch) flush() error {
	if len(b.rows) == 0 {
		return nil
	}
	err := b.update(func(ctx context.Context, q db.Querier) error {
		for _, write := range b.rows {
			if err := write(ctx, q); err != nil {
				return err
			}
		}
		return nil
	})
	b.rows = b.rows[:0]
	return err
}

func (c *copier) run() error {
	for _, step := range []func() error{c.verifySource, c.refuseStranger, c.customers, c.accounts, c.holds, c.entries, c.rest, c.compareAccounts} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (c *copier) verifySource() error {
	return c.source(func(ctx context.Context, q db.Querier) error {
		entries, err := q.CountTransactions(ctx)
		if err != nil {
			return err
		}
		c.report.Verified, err = verify.Snapshot(ctx, q, c.cancelled, verifyingOf(c.progress, StepVerifySource, entries))
		return err
	})
}

// refuseStranger refuses a target that holds anything the source does not. It runs before anything is written, and records
// how far each account's history has been copied. Rows that a purge may have deleted from the source prove nothing.
func (c *copier) refuseStranger() error {
	err := alongside(c, &customerTable, func(source, target *db.Customer) error {
		if target != nil && (source == nil || source.CreatedAt != target.CreatedAt) {
			return fmt.Errorf("%w: the source has no customer %s", ErrNotACopy, target.ID)
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = alongside(c, &accountTable, func(source, target *db.Account) error {
		if target == nil {
			return nil
		}
		c.written[target.AccountNumber] = target.LastSequence
		return c.refuseAccount(source, target)
	})
	if err != nil {
		return err
	}
	return alongside(c, &eventTable, func(source, target *db.Event) error {
		if target != nil && !reflect.DeepEqual(source, target) {
			return fmt.Errorf("%w: the source has no event %s", ErrNotACopy, target.ID)
		}
		return nil
	})
}

func (c *copier) refuseAccount(source, target *db.Account) error {
	number := ledger.AccountNumber(target.AccountNumber)
	switch {
	case source == nil:
		return fmt.Errorf("%w: the source has no account %s", ErrNotACopy, number)
	case source.CustomerID != target.CustomerID || source.Currency != target.Currency || source.CreatedAt != target.CreatedAt:
		return fmt.Errorf("%w: account %s is a different one", ErrNotACopy, number)
	case source.LastSequence < target.LastSequence:
		return fmt.Errorf("%w: account %s has %d entries, and %d in the source", ErrNotACopy, number, target.LastSequence, source.LastSequence)
	case target.LastID == nil:
		return nil // no entry has been copied yet
	}
	var entry db.Transaction
	err := c.source(func(ctx context.Context, q db.Querier) error {
		var err error
		entry, err = q.TransactionByID(ctx, *target.LastID)
		return err
	})
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	// The hash covers the whole history up to this entry.
	if err != nil || entry.AccountNumber != target.AccountNumber || entry.Sequence != target.LastSequence ||
		!bytes.Equal(entry.Hash, target.LastHash) {
		return fmt.Errorf("%w: account %s has a different history", ErrNotACopy, number)
	}
	return nil
}

// accounts inserts missing accounts without entries, as when they are opened, and updates what changes in an account without
// an entry.
func (c *copier) accounts() error {
	done := Progress{Step: StepAccounts, Of: c.report.Verified.Accounts}
	err := alongside(c, &accountTable, func(source, target *db.Account) error {
		if source == nil {
			return appeared(target.AccountNumber)
		}
		row := *source
		if done.Done++; done.Done%tick == 0 {
			c.progress(done)
		}
		if target == nil {
			c.report.Accounts++
			return c.batch.add(func(ctx context.Context, q db.Querier) error { return insertCopiedAccount(ctx, q, &row) })
		}
		arrived := *target
		arrived.Balance, arrived.LastSequence, arrived.LastID = row.Balance, row.LastSequence, row.LastID
		arrived.LastHash, arrived.LastTimestamp, arrived.Held = row.LastHash, row.LastTimestamp, row.Held
		if reflect.DeepEqual(arrived, row) {
			return nil
		}
		return c.batch.add(func(ctx context.Context, q db.Querier) error { return updateCopiedAccount(ctx, q, &row) })
	})
	if err != nil {
		return err
	}
	return c.batch.flush()
}

func insertCopiedAccount(ctx context.Context, q db.Querier, row *db.Account) error {
	return q.InsertCopiedAccount(ctx, db.InsertCopiedAccountParams{
		AccountNumber: row.AccountNumber, CustomerID: row.CustomerID, Nickname: row.Nickname, CreatedAt: row.CreatedAt,
		Status: row.Status, DebitsFrozen: row.DebitsFrozen, CreditsFrozen: row.CreditsFrozen, FrozenUntil: row.FrozenUntil,
		StatusReason: row.StatusReason, LimitPerTransfer: row.LimitPerTransfer, LimitDaily: row.LimitDaily, LimitMonthly: row.LimitMonthly,
		SpentDay: row.SpentDay, SpentOnDay: row.SpentOnDay, SpentMonth: row.SpentMonth, SpentInMonth: row.SpentInMonth,
		Currency: row.Currency, LastHash: make([]byte, len(ledger.Hash{})),
	})
}

func appeared(number int64) error {
	return fmt.Errorf("account %s has appeared in the target during the copy; is a server running on it?", ledger.AccountNumber(number))
}

func updateCopiedAccount(ctx context.Context, q db.Querier, row *db.Account) error {
	return q.UpdateCopiedAccount(ctx, db.UpdateCopiedAccountParams{
		Nickname: row.Nickname, Status: row.Status, DebitsFrozen: row.DebitsFrozen, CreditsFrozen: row.CreditsFrozen,
		FrozenUntil: row.FrozenUntil, StatusReason: row.StatusReason, LimitPerTransfer: row.LimitPerTransfer, LimitDaily: row.LimitDaily,
		LimitMonthly: row.LimitMonthly, SpentDay: row.SpentDay, SpentOnDay: row.SpentOnDay, SpentMonth: row.SpentMonth,
		SpentInMonth: row.SpentInMonth, AccountNumber: row.AccountNumber,
	})
}

// customers copies all customers, before their accounts.
func (c *copier) customers() error {
	return mirror(c, "customers", &customerTable, &Progress{Step: StepCustomers})
}

// holds brings the target's holds up to date, so that the money that new entries take is no longer held. New holds are copied after the
// entries, which bring their money.
func (c *copier) holds() error {
	err := alongside(c, &holdTable, func(source, target *db.Hold) error {
		if source == nil || target == nil || reflect.DeepEqual(source, target) {
			return nil
		}
		row := *source
		return c.batch.add(func(ctx context.Context, q db.Querier) error { return holdTable.insert(ctx, q, &row) })
	})
	if err != nil {
		return err
	}
	return c.batch.flush()
}

// rest copies everything but customers, accounts and entries.
func (c *copier) rest() error {
	done := Progress{Step: StepRest}
	if err := mirror(c, "sessions", &sessionTable, &done); err != nil {
		return err
	}
	if err := mirror(c, "holds", &holdTable, &done); err != nil {
		return err
	}
	if err := mirror(c, "batches of transfers", &batchTable, &done); err != nil {
		return err
	}
	if err := mirror(c, "requests", &requestTable, &done); err != nil {
		return err
	}
	if err := mirror(c, "standing orders", &standingOrderTable, &done); err != nil {
		return err
	}
	if err := mirror(c, "runs of standing orders", &standingOrderRunTable, &done); err != nil {
		return err
	}
	if err := mirror(c, "idempotency keys", &keyTable, &done); err != nil {
		return err
	}
	if err := mirror(c, "spent tokens", &tokenTable, &done); err != nil {
		return err
	}
	if err := mirror(c, "second factors", &secondFactorTable, &done); err != nil {
		return err
	}
	if err := mirror(c, "recovery codes", &recoveryCodeTable, &done); err != nil {
		return err
	}
	if err := mirror(c, "invitations", &invitationTable, &done); err != nil {
		return err
	}
	if err := mirror(c, "service clients", &serviceClientTable, &done); err != nil {
		return err
	}
	if err := mirror(c, "keys of service clients", &clientKeyTable, &done); err != nil {
		return err
	}
	return mirror(c, "events", &eventTable, &done)
}

// compareAccounts compares the accounts of both sides. Once the target's histories are verified, equal last hashes mean equal
// histories.
func (c *copier) compareAccounts() error {
	done := Progress{Step: StepCompare, Of: c.report.Verified.Accounts}
	err := alongside(c, &accountTable, func(source, target *db.Account) error {
		switch {
		case source == nil:
			return appeared(target.AccountNumber)
		case !reflect.DeepEqual(source, target):
			return fmt.Errorf("the target: account %s is not as it is in the source; is a server running on it?", ledger.AccountNumber(source.AccountNumber))
		}
		if done.Done++; done.Done%tick == 0 {
			c.progress(done)
		}
		return nil
	})
	c.progress(done)
	return err
}
