package bank

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/db"
)

const (
	// milestoneInterval is the number of entries from one indexed entry to the next, as in the schema.
	milestoneInterval = 64
	milestonePage     = 16
)

// errSegment means that something is wrong in a part of a history.
var errSegment = errors.New("a segment is broken")

// account recomputes one account from its entries and compares the result with its row.
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
		err = v.findBroken(ctx, &last)
	}
	if err != nil {
		return err
	}
	return v.compare(row, &last)
}

// milestones checks an account's entries up to the last one in the index.
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

// segment follows the links from an entry back to last, checks the entries in between, and advances last. It reports any
// fault as errSegment, without details.
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
		next, reason := entryAfter(last, (*db.Transaction)(&entry))
		if reason != "" {
			return errSegment
		}
		v.count(&next)
		*last = next
	}
	return nil
}

// findBroken reads an account's entries without using their links, to find the first that is wrong. It leaves last at the
// account's last entry.
func (v *verifier) findBroken(ctx context.Context, last *Transaction) error {
	for {
		entries, err := v.q.ListTransactionsBySequence(ctx, db.ListTransactionsBySequenceParams{
			AccountNumber: int64(last.Account), AfterSequence: last.Sequence, RowLimit: verifyPage,
		})
		if err != nil {
			return err
		}
		for _, entry := range entries {
			next, reason := entryAfter(last, &entry)
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

// entryAfter converts the entry that should follow last, and returns what is wrong with it, or "".
func entryAfter(last *Transaction, row *db.Transaction) (next Transaction, reason string) {
	next = transactionOf(row)
	if reason = next.follows(last); reason == "" && len(row.Hash) != len(next.Hash) {
		reason = "the hash does not match: it is not 32 bytes"
	}
	return next, reason
}

// follows returns what is wrong with an entry, given the previous one, or "".
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
		return "the balance does not follow from the previous entry"
	case t.Timestamp.Before(last.Timestamp):
		return "the time is before that of the previous entry"
	case t.Hash != t.chainHash(last.Hash):
		return "the hash does not match the entry and the previous one"
	case t.Type == "":
		return "its type does not exist"
	case (t.Type == TypeAccountOpened) != (t.Sequence == 1) || t.Type.transfers() != (t.Transfer != uuid.Nil):
		return "its type does not fit"
	case !t.links(last):
		return "it does not name the previous entry"
	}
	return ""
}

// links reports whether an entry names the previous one.
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
