package bank

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/store"
)

// copySizes bound what a copy does at once, and keeps in memory.
type copySizes struct {
	page  int // rows that are read by a query
	batch int // rows that are written in a transaction
	held  int // entries that came before those which they follow
}

var defaultCopySizes = copySizes{page: 1000, batch: 2000, held: 100_000}

// ErrNotACopy says that a target holds what its source does not, so that it cannot be an earlier copy of it.
var ErrNotACopy = errors.New("the target is not an earlier copy of the source, and was left as it was")

// The steps of a copy, in their order.
const (
	StepVerifySource = "source entries verified"
	StepAccounts     = "accounts copied"
	StepEntries      = "entries copied"
	StepRest         = "sessions, second factors, keys and events copied"
	StepCompare      = "accounts compared"
	StepVerifyTarget = "target entries verified"
)

// copyTick is after how many rows a progress is told where nothing else gives the time.
const copyTick = 1000

// CopyProgress is how far a copy is in one of its steps.
type CopyProgress struct {
	Step string
	Done int64
	Of   int64 // 0 where nobody has counted
}

// CopyReport is what a copy has written, and what it has verified on both sides.
type CopyReport struct {
	Accounts, Entries int64 // that were not in the target before
	Verified          VerifyReport
}

// Copy brings a whole bank into another database, which may be of another engine. The source is read on one snapshot, so it
// may be served meanwhile; the target must not be, and it is noticed if it is. Everything is written by the target's own
// rules, and a copy that returns without an error has found the target equal to the snapshot. Three tables are left out: what
// counts the sign-ins that named no account, which is only ever written, who was let through in the last minute, and reset
// codes, which live for minutes: the operator issues another one.
//
// A copy that ended early goes on when it is called again, and one that is called when the source has grown brings the rest.
// What the target holds is all that is known of how far it is; whatever a purge has taken from the source is taken from the
// target, too. A source whose ledger is broken is not copied (a *BrokenEntry), and a target with anything else in it is
// refused with ErrNotACopy. The function progress is called now and then.
func Copy(ctx context.Context, from, to *store.Store, progress func(CopyProgress)) (CopyReport, error) {
	return copyBank(ctx, from, to, defaultCopySizes, progress)
}

func copyBank(ctx context.Context, from, to *store.Store, sizes copySizes, progress func(CopyProgress)) (CopyReport, error) {
	var report CopyReport
	err := from.View(ctx, func(snapshot context.Context, q db.Querier) error {
		return newCopier(ctx, snapshot, q, to, sizes, &report, progress).run()
	})
	if err != nil {
		return report, err
	}
	// Not while the snapshot waits, since PostgreSQL ends one that is left alone for long.
	verified, err := Verify(ctx, to, verifyingOf(progress, StepVerifyTarget, report.Verified.Entries))
	if err == nil && !reflect.DeepEqual(verified, report.Verified) {
		err = fmt.Errorf("it has %d accounts with %d entries, and the source %d with %d; is it being served?",
			verified.Accounts, verified.Entries, report.Verified.Accounts, report.Verified.Entries)
	}
	return report, blame("the target", err)
}

// verifyingOf turns the progress of a verification into that of a copy.
func verifyingOf(progress func(CopyProgress), step string, entries int64) func(VerifyReport) {
	return func(report VerifyReport) { progress(CopyProgress{Step: step, Done: report.Entries, Of: entries}) }
}

// blame says whose an error is.
func blame(side string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", side, err)
}

// query is what runs on a querier.
type query = func(ctx context.Context, q db.Querier) error

// side runs a query on the source or on the target.
type side func(fn query) error

// copier is one copy on its way.
type copier struct {
	source, target side
	cancelled      func() error
	page           int
	batch          batch // on its way into the target
	progress       func(CopyProgress)
	report         *CopyReport

	written map[int64]int64 // the sequence of the newest entry of each account that is in the target, or in the batch
	order   chainOrder
}

// newCopier copies from a snapshot, while ctx lasts.
func newCopier(ctx, snapshot context.Context, q db.Querier, to *store.Store, sizes copySizes, report *CopyReport,
	progress func(CopyProgress),
) *copier {
	written := map[int64]int64{}
	c := &copier{
		cancelled: ctx.Err, page: sizes.page, batch: batch{size: sizes.batch}, progress: progress, report: report, written: written,
		order: chainOrder{written: written, held: map[position]*db.Transaction{}, most: sizes.held},
	}
	c.source = func(fn query) error {
		err := c.cancelled() // of which the snapshot's context knows nothing
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
		return c.source(stayAwake)
	}
	return c
}

// stayAwake asks a snapshot for nothing, because PostgreSQL ends one that is not asked for 10 seconds.
func stayAwake(ctx context.Context, q db.Querier) error {
	if _, err := q.AccountByNumber(ctx, 0); !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return nil
}

// batch gathers rows until they are worth a transaction.
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
	for _, step := range []func() error{c.verifySource, c.refuseStranger, c.accounts, c.entries, c.rest, c.compareAccounts} {
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
		c.report.Verified, err = verify(ctx, q, c.cancelled, verifyingOf(c.progress, StepVerifySource, entries))
		return err
	})
}

// refuseStranger refuses a target that holds what the source does not. It is asked before anything is written, and learns
// how far each account's history is there. Rows that a purge may have taken from the source prove nothing.
func (c *copier) refuseStranger() error {
	err := alongside(c, &accountTable, func(is, copied *db.Account) error {
		if copied == nil {
			return nil
		}
		c.written[copied.AccountNumber] = copied.LastSequence
		return c.refuseAccount(is, copied)
	})
	if err != nil {
		return err
	}
	return alongside(c, &eventTable, func(is, copied *db.Event) error {
		if copied != nil && !reflect.DeepEqual(is, copied) {
			return fmt.Errorf("%w: the source has no event %s", ErrNotACopy, copied.ID)
		}
		return nil
	})
}

func (c *copier) refuseAccount(is, copied *db.Account) error {
	number := AccountNumber(copied.AccountNumber)
	switch {
	case is == nil:
		return fmt.Errorf("%w: the source has no account %s", ErrNotACopy, number)
	case is.Currency != copied.Currency || is.CreatedAt != copied.CreatedAt:
		return fmt.Errorf("%w: account %s is another one", ErrNotACopy, number)
	case is.LastSequence < copied.LastSequence:
		return fmt.Errorf("%w: account %s has %d entries, and %d in the source", ErrNotACopy, number, copied.LastSequence, is.LastSequence)
	case copied.LastID == nil:
		return nil // no entry has come yet
	}
	var entry db.Transaction
	err := c.source(func(ctx context.Context, q db.Querier) error {
		var err error
		entry, err = q.TransactionByID(ctx, *copied.LastID)
		return err
	})
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	// The hash stands for the whole history up to this entry.
	if err != nil || entry.AccountNumber != copied.AccountNumber || entry.Sequence != copied.LastSequence ||
		!bytes.Equal(entry.Hash, copied.LastHash) {
		return fmt.Errorf("%w: account %s has another history", ErrNotACopy, number)
	}
	return nil
}

// accounts writes those that are missing as accounts are when they are opened, without an entry, and brings up to date what
// changes of an account without one.
func (c *copier) accounts() error {
	done := CopyProgress{Step: StepAccounts, Of: c.report.Verified.Accounts}
	err := alongside(c, &accountTable, func(is, copied *db.Account) error {
		if is == nil {
			return appeared(copied.AccountNumber)
		}
		row := *is
		if done.Done++; done.Done%copyTick == 0 {
			c.progress(done)
		}
		if copied == nil {
			c.report.Accounts++
			return c.batch.add(func(ctx context.Context, q db.Querier) error { return insertCopiedAccount(ctx, q, &row) })
		}
		arrived := *copied
		arrived.Balance, arrived.LastSequence, arrived.LastID = row.Balance, row.LastSequence, row.LastID
		arrived.LastHash, arrived.LastTimestamp = row.LastHash, row.LastTimestamp
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
		AccountNumber: row.AccountNumber, AccountHolderName: row.AccountHolderName, HolderNameFolded: row.HolderNameFolded,
		PinHash: row.PinHash, Currency: row.Currency, Role: row.Role, FailedAttempts: row.FailedAttempts, IsLocked: row.IsLocked,
		LastHash: make([]byte, len(Hash{})), CreatedAt: row.CreatedAt,
	})
}

func appeared(number int64) error {
	return fmt.Errorf("account %s has appeared in the target meanwhile; is it being served?", AccountNumber(number))
}

func updateCopiedAccount(ctx context.Context, q db.Querier, row *db.Account) error {
	return q.UpdateCopiedAccount(ctx, db.UpdateCopiedAccountParams{
		AccountHolderName: row.AccountHolderName, HolderNameFolded: row.HolderNameFolded, PinHash: row.PinHash, Role: row.Role,
		FailedAttempts: row.FailedAttempts, IsLocked: row.IsLocked, AccountNumber: row.AccountNumber,
	})
}

// compareAccounts holds the accounts of both sides against each other. Their last hashes stand for their histories, once
// those of the target are verified.
func (c *copier) compareAccounts() error {
	done := CopyProgress{Step: StepCompare, Of: c.report.Verified.Accounts}
	err := alongside(c, &accountTable, func(is, copied *db.Account) error {
		switch {
		case is == nil:
			return appeared(copied.AccountNumber)
		case !reflect.DeepEqual(is, copied):
			return fmt.Errorf("the target: account %s is not as it is in the source; is it being served?", AccountNumber(is.AccountNumber))
		}
		if done.Done++; done.Done%copyTick == 0 {
			c.progress(done)
		}
		return nil
	})
	c.progress(done)
	return err
}
