package verify

import (
	"bytes"
	"context"
	"errors"
	"math"
	"slices"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
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
	number := ledger.AccountNumber(row.AccountNumber)
	if !number.LuhnValid() {
		return &BrokenEntry{Account: number, Reason: "the check digit is wrong"}
	}
	account := ledger.Account{Number: number, Currency: row.Currency}
	v.spent, v.captures = spendingsOf(row), map[uuid.UUID]capture{}
	err := v.milestones(ctx, row, &account)
	if err == nil && row.LastSequence > account.Sequence {
		err = v.segment(ctx, row.LastID, row.LastSequence, &account)
	}
	if errors.Is(err, errSegment) {
		account = ledger.Account{Number: number, Currency: row.Currency}
		err = v.findBroken(ctx, &account)
	}
	if err != nil {
		return err
	}
	if err := v.compare(row, &account); err != nil {
		return err
	}
	return v.accountHolds(ctx, row)
}

// milestones checks an account's entries up to the last one in the index.
func (v *verifier) milestones(ctx context.Context, row *db.Account, account *ledger.Account) error {
	for row.LastSequence >= account.Sequence+milestoneInterval {
		ends, err := v.q.ListMilestones(ctx, db.ListMilestonesParams{
			AccountNumber: row.AccountNumber, FromTime: account.Time.UnixMicro(), AfterSequence: account.Sequence, RowLimit: milestonePage,
		})
		if err != nil {
			return err
		}
		if len(ends) == 0 {
			return errSegment
		}
		for _, end := range ends {
			if err := v.segment(ctx, &end.ID, end.Sequence, account); err != nil {
				return err
			}
		}
		if err := v.pause(); err != nil {
			return err
		}
	}
	return nil
}

// segment follows the links from an entry back to the account's last one so far, checks the entries in between, and advances the
// account. It reports any fault as errSegment, without details.
func (v *verifier) segment(ctx context.Context, end *uuid.UUID, sequence int64, account *ledger.Account) error {
	length := sequence - account.Sequence
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
		next, reason := nextEntry(account, (*db.Transaction)(&entry))
		if reason != "" {
			return errSegment
		}
		v.count(&next)
		v.spent.count(&next)
		v.countCapture(&next)
		*account = next.State()
	}
	return nil
}

// findBroken reads an account's entries without using their links, to find the first that is wrong, and advances the account to the
// last one.
func (v *verifier) findBroken(ctx context.Context, account *ledger.Account) error {
	for {
		entries, err := v.q.ListTransactionsBySequence(ctx, db.ListTransactionsBySequenceParams{
			AccountNumber: int64(account.Number), AfterSequence: account.Sequence, RowLimit: page,
		})
		if err != nil {
			return err
		}
		for _, entry := range entries {
			next, reason := nextEntry(account, &entry)
			if reason != "" {
				return &BrokenEntry{Account: account.Number, Sequence: next.Sequence, Reason: reason}
			}
			*account = next.State()
		}
		if len(entries) < page {
			return nil
		}
		if err := v.pause(); err != nil {
			return err
		}
	}
}

// nextEntry converts the entry that should be the account's next one, and returns what is wrong with it, or "".
func nextEntry(account *ledger.Account, row *db.Transaction) (next ledger.Entry, reason string) {
	next = store.EntryOf(row)
	if reason = next.Follows(account); reason == "" && len(row.Hash) != len(next.Hash) {
		reason = "the hash does not match: it is not 32 bytes"
	}
	return next, reason
}

func (v *verifier) compare(row *db.Account, account *ledger.Account) error {
	broken := func(reason string) error {
		return &BrokenEntry{Account: ledger.AccountNumber(row.AccountNumber), Reason: reason}
	}
	switch {
	case account.Sequence == 0:
		return broken("it has no opening entry")
	case row.Balance != int64(account.Balance):
		return broken("its balance is not that of its last entry")
	case row.LastSequence != account.Sequence:
		return broken("its last entries are missing")
	case row.LastTimestamp != account.Time.UnixMicro():
		return broken("its last time is not that of its last entry")
	case !bytes.Equal(row.LastHash, account.Hash[:]):
		return broken("its last hash is not that of its last entry")
	case row.LastID == nil || *row.LastID != account.Last:
		return broken("its last id is not that of its last entry")
	}
	if reason := brokenRule(row, v.spent); reason != "" {
		return broken(reason)
	}
	v.report.Accounts++
	v.totals[row.Currency].Balances += row.Balance
	return nil
}
