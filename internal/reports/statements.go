package reports

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// CodeStatementTooLarge refuses the statement of a month with more than MaxStatement entries.
const CodeStatementTooLarge ledger.Code = "statement_too_large"

const (
	// MaxStatement limits the entries of a statement, which is built in memory.
	MaxStatement = 25_000
	// statementBatch limits the entries of one read, and so how long it keeps the database from recycling its log.
	statementBatch = 1_000
)

// Statement is a calendar month of an account, verified: each entry follows from the previous one, in balance and hash, from
// the opening balance to the closing one.
type Statement struct {
	Account      Account
	Decimals     int       // of the account's currency
	From, To     time.Time // the month, in the bank's time zone; To is exclusive
	Opening      ledger.Money
	Closing      ledger.Money
	MoneyIn      ledger.Money
	MoneyOut     ledger.Money
	Transactions []ledger.Entry // oldest first
	FirstBefore  int64          // the sequence of the last entry before the month; 0 for none
	Hash         ledger.Hash    // of the last entry before To; zero for none
	IssuedAt     time.Time
}

// GetStatement returns the statement of the month that a date is in, for the account's owner and administrators.
func (s *Service) GetStatement(ctx context.Context, caller auth.Caller, number ledger.AccountNumber, month time.Time) (Statement, error) {
	if err := s.auth.Require(ctx, caller, auth.AccountsRead, number); err != nil {
		return Statement{}, err
	}
	found := Statement{IssuedAt: s.now()}
	if found.From, found.To = s.calendar.Month(month); found.From.After(found.IssuedAt) {
		return Statement{}, ledger.Invalid("query/month", "has not begun yet")
	}
	leave, err := s.readers.Enter(ctx, caller)
	if err != nil {
		return Statement{}, err
	}
	defer leave()
	ends, err := s.statementEnds(ctx, number, found.From, found.To)
	if err != nil {
		return Statement{}, err
	}
	before, last := ends.before, ends.last
	if last.Sequence-before.Sequence > MaxStatement {
		return Statement{}, ledger.Refuse(CodeStatementTooLarge,
			"A statement holds %d entries at most. Read this month's transactions page by page.", MaxStatement)
	}
	found.Account, found.Decimals = ends.account, s.currencies.Decimals(ends.account.Currency)
	found.Opening, found.Closing, found.Hash, found.FirstBefore = before.Balance, last.Balance, last.Hash, before.Sequence
	if err := s.readStatement(ctx, &found, last); err != nil {
		return Statement{}, err
	}
	return found, found.prove(before)
}

// statementEnds holds an account, and its state before a month and at the month's end.
type statementEnds struct {
	account      Account
	before, last ledger.Account
}

func (s *Service) statementEnds(ctx context.Context, number ledger.AccountNumber, from, to time.Time) (statementEnds, error) {
	return store.View(ctx, s.store, func(ctx context.Context, q db.Querier) (statementEnds, error) {
		account, err := accountByNumber(ctx, q, number)
		if err != nil {
			return statementEnds{}, err
		}
		before, err := account.stateBefore(ctx, q, from)
		if err != nil {
			return statementEnds{}, err
		}
		last, err := account.stateBefore(ctx, q, to)
		return statementEnds{account, before, last}, err
	})
}

// stateBefore returns the account's state before a time. Times never decrease within a history.
func (a *Account) stateBefore(ctx context.Context, q db.Querier, t time.Time) (ledger.Account, error) {
	near, err := a.tail.Near(ctx, q, t.UnixMicro())
	if err != nil {
		return ledger.Account{}, err
	}
	rows, err := q.ListTransactions(ctx, db.ListTransactionsParams{
		NewestID: near, FromTime: math.MinInt64, ToTime: t.UnixMicro(), RowLimit: 1,
	})
	if err != nil || len(rows) == 0 {
		return ledger.Account{Number: a.Number, Currency: a.Currency}, err
	}
	last := store.EntryOf((*db.Transaction)(&rows[0]))
	return last.State(), nil
}

// readStatement reads the month's entries backwards from its last one, in steps. Entries never change, so the steps fit
// together.
func (s *Service) readStatement(ctx context.Context, into *Statement, last ledger.Account) error {
	next := &last.Last
	for left := last.Sequence - into.FirstBefore; left > 0 && next != nil; {
		rows, err := store.Read(ctx, s.store, func(ctx context.Context, q db.Querier) ([]db.ListTransactionsRow, error) {
			return q.ListTransactions(ctx, db.ListTransactionsParams{
				NewestID: *next, FromTime: math.MinInt64, ToTime: math.MaxInt64, RowLimit: min(left, statementBatch),
			})
		})
		if err != nil {
			return err
		}
		next = nil
		for i := range rows {
			into.Transactions = append(into.Transactions, store.EntryOf((*db.Transaction)(&rows[i])))
			next = rows[i].PreviousID
		}
		left -= int64(len(rows))
	}
	slices.Reverse(into.Transactions)
	return nil
}

// prove checks each entry against the previous one, as a verification does, and sums them up. A history that fails the check
// is not returned as a statement.
func (s *Statement) prove(before ledger.Account) error {
	for i := range s.Transactions {
		t := &s.Transactions[i]
		if t.Type.Takes() {
			s.MoneyOut += t.Amount
		} else {
			s.MoneyIn += t.Amount
		}
		if reason := t.Follows(&before); reason != "" {
			return fmt.Errorf("account %s: entry %d does not follow from the one before it: %s; run: bankcore verify",
				s.Account.Number, before.Sequence+1, reason)
		}
		before = t.State()
	}
	if before.Balance != s.Closing || before.Hash != s.Hash {
		return fmt.Errorf("account %s: the entries of %s do not add up", s.Account.Number, s.From.Format("2006-01"))
	}
	return nil
}
