package bank

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/store"
)

// VerifyReport is what a verification has checked.
type VerifyReport struct {
	Accounts int64
	Entries  int64
	Totals   []VerifyTotal // in the order of the currencies' codes
}

// VerifyTotal is the money of one currency. Balances = Opened + Deposited - Withdrawn, and what was transferred in was
// transferred out.
type VerifyTotal struct {
	Currency                      string
	Balances                      int64
	Opened, Deposited, Withdrawn  int64
	TransferredIn, TransferredOut int64
	legs                          uint64 // sums the out legs' digests and takes off the in legs': 0 when all are paired
}

// BrokenEntry is the first thing a verification has found wrong.
type BrokenEntry struct {
	Account  AccountNumber
	Sequence int64 // 0 for the account itself
	Reason   string
}

func (e *BrokenEntry) Error() string {
	if e.Sequence == 0 {
		return fmt.Sprintf("%v: account %s: %s", errLedger, e.Account, e.Reason)
	}
	return fmt.Sprintf("%v: account %s, entry %d: %s", errLedger, e.Account, e.Sequence, e.Reason)
}

const (
	verifyPage = 1000 // accounts, or entries
	// milestoneInterval is how many entries lie between two that are in the index; the schema says so.
	milestoneInterval = 64
	milestonePage     = 16
)

// errSegment says that something is wrong in a part of a history.
var errSegment = errors.New("a segment does not hold")

// verifier walks every account's history on one snapshot.
type verifier struct {
	q        db.Querier
	report   VerifyReport
	totals   map[string]*VerifyTotal
	progress func(VerifyReport)

	cancelled func() error // asked between two pages
}

// Verify recomputes the whole ledger from its entries: every hash, sequence, balance and time, each transfer's two legs,
// and the conservation of money. It reads one snapshot and can run beside a server. The error is a *BrokenEntry if the
// ledger does not hold, and the report then ends before it. The function progress is called now and then.
func Verify(ctx context.Context, s *store.Store, progress func(VerifyReport)) (VerifyReport, error) {
	v := verifier{totals: map[string]*VerifyTotal{}, progress: progress}
	v.cancelled = ctx.Err
	err := s.View(ctx, func(ctx context.Context, q db.Querier) error {
		v.q = q
		if err := v.accounts(ctx); err != nil {
			return err
		}
		return v.whole(ctx)
	})
	for _, currency := range slices.Sorted(maps.Keys(v.totals)) {
		v.report.Totals = append(v.report.Totals, *v.totals[currency])
	}
	return v.report, err
}

func (v *verifier) accounts(ctx context.Context) error {
	after := int64(0)
	for {
		rows, err := v.q.ListAccountsByNumber(ctx, db.ListAccountsByNumberParams{AfterNumber: after, RowLimit: verifyPage})
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, row := range rows {
			if err := v.account(ctx, &row); err != nil {
				return err
			}
			after = row.AccountNumber
		}
		if err := v.pause(); err != nil {
			return err
		}
	}
}

// pause is between two pages.
func (v *verifier) pause() error {
	v.progress(v.report)
	return v.cancelled()
}

// account recomputes one account from its entries and compares the outcome with its row.
func (v *verifier) account(ctx context.Context, row *db.Account) error {
	number := AccountNumber(row.AccountNumber)
	if !number.luhnValid() {
		return &BrokenEntry{Account: number, Reason: "the check digit is wrong"}
	}
	last := Transaction{Account: number, Currency: row.Currency}
	err := v.milestones(ctx, row, &last)
	if err == nil && row.LastSequence > last.Sequence {
		err = v.segment(ctx, row.LastID, row.LastSequence, &last)
	}
	if errors.Is(err, errSegment) {
		last = Transaction{Account: number, Currency: row.Currency}
		err = v.nameBroken(ctx, &last)
	}
	if err != nil {
		return err
	}
	return v.compare(row, &last)
}

// milestones checks an account's entries up to the last one that is in the index.
func (v *verifier) milestones(ctx context.Context, row *db.Account, last *Transaction) error {
	for row.LastSequence >= last.Sequence+milestoneInterval {
		ends, err := v.q.ListMilestones(ctx, db.ListMilestonesParams{
			AccountNumber: row.AccountNumber, FromTime: last.Timestamp.UnixMicro(), AfterSequence: last.Sequence, RowLimit: milestonePage,
		})
		if err != nil {
			return err
		}
		if len(ends) == 0 {
			return errSegment
		}
		for _, end := range ends {
			if err := v.segment(ctx, &end.ID, end.Sequence, last); err != nil {
				return err
			}
		}
		if err := v.pause(); err != nil {
			return err
		}
	}
	return nil
}

// segment checks the entries behind last up to one that it reaches by the links, and moves last there. It says no more of
// what is wrong than errSegment.
func (v *verifier) segment(ctx context.Context, end *uuid.UUID, sequence int64, last *Transaction) error {
	length := sequence - last.Sequence
	if end == nil || length < 1 || length > milestoneInterval {
		return errSegment
	}
	entries, err := v.q.ListTransactions(ctx, db.ListTransactionsParams{
		NewestID: *end, FromTime: math.MinInt64, ToTime: math.MaxInt64, RowLimit: length,
	})
	if err != nil {
		return err
	}
	if int64(len(entries)) != length {
		return errSegment
	}
	for _, entry := range slices.Backward(entries) {
		next := listedTransaction(&entry)
		if next.follows(last) != "" || len(entry.Hash) != len(next.Hash) {
			return errSegment
		}
		v.count(&next)
		*last = next
	}
	return nil
}

// nameBroken goes through an account's entries without their links, to name the first that is wrong. It leaves last at the
// end of those that are there.
func (v *verifier) nameBroken(ctx context.Context, last *Transaction) error {
	for {
		entries, err := v.q.ListTransactionsBySequence(ctx, db.ListTransactionsBySequenceParams{
			AccountNumber: int64(last.Account), AfterSequence: last.Sequence, RowLimit: verifyPage,
		})
		if err != nil {
			return err
		}
		for _, entry := range entries {
			next := transactionOf(&entry)
			reason := next.follows(last)
			if reason == "" && len(entry.Hash) != len(next.Hash) {
				reason = "the hash does not fit: it is not 32 bytes"
			}
			if reason != "" {
				return &BrokenEntry{Account: last.Account, Sequence: next.Sequence, Reason: reason}
			}
			*last = next
		}
		if len(entries) < verifyPage {
			return nil
		}
		if err := v.pause(); err != nil {
			return err
		}
	}
}

// follows tells what is wrong with an entry after the one before it, or "".
func (t *Transaction) follows(last *Transaction) string {
	balance, err := last.BalanceAfter.plus(t.Amount)
	if t.Type.Takes() {
		balance, err = last.BalanceAfter.minus(t.Amount)
	}
	switch {
	case t.Sequence != last.Sequence+1:
		return fmt.Sprintf("entry %d is missing", last.Sequence+1)
	case t.Currency != last.Currency:
		return "the currency is not the account's"
	case err != nil || t.BalanceAfter != balance:
		return "the balance does not follow from the entry before"
	case t.Timestamp.Before(last.Timestamp):
		return "the time is before that of the entry before"
	case t.Hash != t.chainHash(last.Hash):
		return "the hash does not fit the entry and the one before"
	case !t.links(last):
		return "it does not name the entry before"
	}
	return ""
}

// links tells whether an entry names the one before it.
func (t *Transaction) links(last *Transaction) bool {
	if last.Sequence == 0 || t.previous == nil {
		return last.Sequence == 0 && t.previous == nil
	}
	return *t.previous == last.ID
}

func (v *verifier) compare(row *db.Account, last *Transaction) error {
	broken := func(reason string) error {
		return &BrokenEntry{Account: AccountNumber(row.AccountNumber), Reason: reason}
	}
	switch {
	case last.Sequence == 0:
		return broken("it has no opening entry")
	case row.Balance != int64(last.BalanceAfter):
		return broken("its balance is not that of its last entry")
	case row.LastSequence != last.Sequence:
		return broken("its last entries are missing")
	case row.LastTimestamp != last.Timestamp.UnixMicro():
		return broken("its last time is not that of its last entry")
	case !bytes.Equal(row.LastHash, last.Hash[:]):
		return broken("its last hash is not that of its last entry")
	case row.LastID == nil || *row.LastID != last.ID:
		return broken("its last id is not that of its last entry")
	}
	v.report.Accounts++
	v.totals[row.Currency].Balances += row.Balance
	return nil
}

func (v *verifier) count(t *Transaction) {
	v.report.Entries++
	total := v.totals[t.Currency]
	if total == nil {
		total = &VerifyTotal{Currency: t.Currency}
		v.totals[t.Currency] = total
	}
	amount := int64(t.Amount)
	switch t.Type {
	case TypeAccountOpened:
		total.Opened += amount
	case TypeDeposit:
		total.Deposited += amount
	case TypeWithdrawal:
		total.Withdrawn += amount
	case TypeTransferOut:
		total.TransferredOut += amount
		total.legs += legDigest(t, t.Account, t.Counterparty)
	case TypeTransferIn:
		total.TransferredIn += amount
		total.legs -= legDigest(t, t.Counterparty, t.Account)
	}
}

// legDigest is the same for both legs of a transfer. Summing digests finds an unpaired leg among any number of them
// without remembering any.
func legDigest(t *Transaction, from, to AccountNumber) uint64 {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %s %d", t.Transfer, from, to, t.Amount))
	return binary.BigEndian.Uint64(sum[:8])
}

// whole checks what only the whole ledger shows.
func (v *verifier) whole(ctx context.Context) error {
	entries, err := v.q.CountTransactions(ctx)
	if err != nil {
		return err
	}
	if entries != v.report.Entries {
		return v.stray(ctx)
	}
	for _, total := range v.totals {
		if total.legs != 0 || total.TransferredIn != total.TransferredOut {
			return v.unpaired(ctx)
		}
		if total.Balances != total.Opened+total.Deposited-total.Withdrawn {
			return fmt.Errorf("%w: money in %s is not conserved", errLedger, total.Currency)
		}
	}
	return nil
}

var errLedger = errors.New("the ledger is broken")

func (v *verifier) stray(ctx context.Context) error {
	row, err := v.q.StrayTransaction(ctx)
	if err != nil {
		return fmt.Errorf("%w: there are entries that are in no account's history: %w", errLedger, err)
	}
	return &BrokenEntry{Account: AccountNumber(row.AccountNumber), Sequence: row.Sequence, Reason: "it is in no account's history"}
}

func (v *verifier) unpaired(ctx context.Context) error {
	row, err := v.q.UnpairedTransfer(ctx)
	if err != nil {
		return fmt.Errorf("%w: the legs of transfers do not pair: %w", errLedger, err)
	}
	return &BrokenEntry{
		Account: AccountNumber(row.AccountNumber), Sequence: row.Sequence, Reason: "the transfer's other leg is missing, doubled or differs",
	}
}
