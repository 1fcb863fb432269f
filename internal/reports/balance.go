package reports

import (
	"context"
	"time"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// BalanceAt is an account's balance at a moment, and the entry that it follows from: the last one of that moment or before.
type BalanceAt struct {
	At       time.Time
	Balance  ledger.Money
	Currency string
	Sequence int64         // 0 before the account was opened
	Held     *ledger.Money // the part of the balance that is held; nil for a moment in the past, since holds are not part of the history
	Hash     ledger.Hash   // proves the balance, since it binds every entry so far; zero before the account was opened
}

// GetBalance returns an account's balance at a moment, for its owner and staff. The zero time means now. A moment in the future is
// refused, since entries may yet come before it.
func (s *Service) GetBalance(ctx context.Context, caller auth.Caller, number ledger.AccountNumber, at time.Time) (BalanceAt, error) {
	if err := s.auth.Require(ctx, caller, auth.AccountsRead, number); err != nil {
		return BalanceAt{}, err
	}
	if at.After(s.now()) {
		return BalanceAt{}, ledger.Invalid("query/at", "is in the future")
	}
	leave, err := s.readers.Enter(ctx, caller)
	if err != nil {
		return BalanceAt{}, err
	}
	defer leave()
	return store.View(ctx, s.store, func(ctx context.Context, q db.Querier) (BalanceAt, error) {
		account, err := accountByNumber(ctx, q, number)
		if err != nil {
			return BalanceAt{}, err
		}
		if at.IsZero() {
			return s.balanceNow(ctx, q, &account)
		}
		return account.balanceAt(ctx, q, at)
	})
}

// balanceNow returns the balance after the newest entry, which a clock that was set back can have left in the future.
func (s *Service) balanceNow(ctx context.Context, q db.Querier, account *Account) (BalanceAt, error) {
	row, err := q.TransactionByID(ctx, account.tail.Last)
	if err != nil {
		return BalanceAt{}, err
	}
	newest := store.EntryOf(&row)
	at := s.now()
	if newest.Timestamp.After(at) {
		at = newest.Timestamp
	}
	balance := balanceAfter(&newest, at)
	balance.Held = &account.held
	return balance, nil
}

func balanceAfter(entry *ledger.Entry, at time.Time) BalanceAt {
	return BalanceAt{At: at, Balance: entry.BalanceAfter, Currency: entry.Currency, Sequence: entry.Sequence, Hash: entry.Hash}
}

// balanceAt walks back from a milestone to the entry that a moment's balance follows from. There are fewer than 64 entries in between.
func (a *Account) balanceAt(ctx context.Context, q db.Querier, at time.Time) (BalanceAt, error) {
	before := at.UnixMicro() + 1
	newest, err := a.tail.Near(ctx, q, before)
	if err != nil {
		return BalanceAt{}, err
	}
	rows, err := q.ListTransactions(ctx, db.ListTransactionsParams{NewestID: newest, ToTime: before, RowLimit: 1})
	if err != nil {
		return BalanceAt{}, err
	}
	if len(rows) == 0 {
		return BalanceAt{At: at, Currency: a.Currency}, nil
	}
	entry := store.EntryOf((*db.Transaction)(&rows[0]))
	return balanceAfter(&entry, at), nil
}
