package bank

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ids"
	"github.com/bankingcore/bankcore/internal/names"
	"github.com/bankingcore/bankcore/internal/paging"
	"github.com/bankingcore/bankcore/internal/store"
)

// Stats are the bank's figures at one moment.
type Stats struct {
	Accounts           int64
	LockedAccounts     int64
	TotalBalances      []CurrencyTotal // in the order of the currencies' codes
	TransactionsLast24 int64           // entries written in the last 24 hours
}

// CurrencyTotal is the sum of all balances in a currency.
type CurrencyTotal struct {
	Currency string
	Balance  int64 // minor units; unlike a single balance, it may exceed MaxBalance
}

// AdminStats returns the bank's figures, for administrators.
func (b *Bank) AdminStats(ctx context.Context, caller auth.Caller) (Stats, error) {
	if err := b.auth.Require(ctx, caller, auth.ReportsRead, auth.AllAccounts); err != nil {
		return Stats{}, err
	}
	return store.View(ctx, b.store, func(ctx context.Context, q db.Querier) (Stats, error) {
		accounts, err := q.CountAccounts(ctx)
		if err != nil {
			return Stats{}, err
		}
		locked, err := q.CountLockedAccounts(ctx)
		if err != nil {
			return Stats{}, err
		}
		totals, err := q.ListTotalBalances(ctx)
		if err != nil {
			return Stats{}, err
		}
		recent, err := q.CountTransactionsSince(ctx, ids.FirstAt(b.now().Add(-24*time.Hour)))
		if err != nil {
			return Stats{}, err
		}
		stats := Stats{Accounts: accounts, LockedAccounts: locked, TransactionsLast24: recent}
		for _, total := range totals {
			stats.TotalBalances = append(stats.TotalBalances, CurrencyTotal(total))
		}
		return stats, nil
	})
}

// ListAccountsParams holds the inputs of AdminListAccounts. A cursor carries the filters it was made with; filters sent with
// it must be the same.
type ListAccountsParams struct {
	Locked *bool  // nil for both
	Query  string // part of a holder's name or the start of a number, as typed; "" for every account
	Limit  int
	Cursor string // "" for the first page
}

// AccountPage is a part of the list of accounts, newest first.
type AccountPage struct {
	Accounts   []Account
	NextCursor string // "" on the last page
}

// accountCursor is where a page begins, and its filters.
type accountCursor struct {
	Locked *bool  `json:"l,omitempty"`
	Query  string `json:"q,omitempty"`
	Age    int64  `json:"t"`
	Number int64  `json:"n"`
}

// AdminListAccounts returns a page of accounts, for administrators.
func (b *Bank) AdminListAccounts(ctx context.Context, caller auth.Caller, p ListAccountsParams) (AccountPage, error) {
	if err := b.auth.Require(ctx, caller, auth.AccountsRead, auth.AllAccounts); err != nil {
		return AccountPage{}, err
	}
	limit := paging.Size(p.Limit)
	position := accountCursor{Locked: p.Locked, Query: p.Query, Age: math.MaxInt64}
	if p.Cursor != "" {
		position = accountCursor{}
		if err := b.cursors.Open(p.Cursor, "accounts", &position); err != nil {
			return AccountPage{}, err
		}
		sameLock := p.Locked == nil || (position.Locked != nil && *p.Locked == *position.Locked)
		if !sameLock || (p.Query != "" && p.Query != position.Query) {
			return AccountPage{}, paging.ErrFilters
		}
	}
	rows, err := store.Read(ctx, b.store, func(ctx context.Context, q db.Querier) ([]db.ListAccountsRow, error) {
		return q.ListAccounts(ctx, position.query(limit+1))
	})
	if err != nil {
		return AccountPage{}, err
	}
	now := b.now()
	listed := func(row *db.ListAccountsRow) Account {
		return accountOf(&row.Account, &row.Customer).at(now).shownTo(caller)
	}
	items, next, err := paging.Of(b.cursors, "accounts", rows, limit, listed, func(last *db.ListAccountsRow) any {
		position.Age, position.Number = last.Account.CreatedAt, last.Account.AccountNumber
		return position
	})
	return AccountPage{Accounts: items, NextCursor: next}, err
}

// findsNothing is a pattern that no folded name matches.
const findsNothing = "-"

func (c *accountCursor) query(rows int) db.ListAccountsParams {
	params := db.ListAccountsParams{BeforeCreatedAt: c.Age, BeforeNumber: c.Number, RowLimit: int64(rows)}
	if c.Locked != nil {
		params.ByLock, params.Locked = true, *c.Locked
	}
	if c.Query != "" {
		// Folded text holds only letters and digits, so nothing in it is a wildcard to LIKE.
		folded := names.Fold(c.Query)
		params.NamePattern, params.NumberPattern = "%"+folded+"%", folded+"%"
		if folded == "" {
			params.NamePattern, params.NumberPattern = findsNothing, findsNothing
		}
	}
	return params
}

// DailyActivity is what happened at the bank on one day in its time zone.
type DailyActivity struct {
	Date           time.Time // midnight UTC, for the calendar day
	Transactions   int64     // entries; a transfer writes two
	AccountsOpened int64
	FailedSignIns  int64
}

const defaultActivityDays = 30

// AdminActivity returns the activity of the last days, today included, for administrators. Zero days means the default.
func (b *Bank) AdminActivity(ctx context.Context, caller auth.Caller, days int) ([]DailyActivity, error) {
	if err := b.auth.Require(ctx, caller, auth.ReportsRead, auth.AllAccounts); err != nil {
		return nil, err
	}
	if days == 0 {
		days = defaultActivityDays
	}
	leave, err := b.readers.enter(ctx, caller)
	if err != nil {
		return nil, err
	}
	defer leave()
	today := b.calendar.dateOf(b.now())
	dates, begins := b.calendar.days(today.AddDate(0, 0, 1-days), today)
	asked := ctx
	return store.View(ctx, b.store, func(ctx context.Context, q db.Querier) ([]DailyActivity, error) {
		activity := make([]DailyActivity, days)
		for i := range activity {
			if asked.Err() != nil {
				return nil, fmt.Errorf("%w: count by day: %w", ErrUnavailable, asked.Err())
			}
			activity[i].Date = dates[i]
			if err := activity[i].count(ctx, q, begins[i], begins[i+1]); err != nil {
				return nil, err
			}
		}
		return activity, nil
	})
}

// count uses ranges of ids, which decodes no row; grouping by time would read the whole history.
func (a *DailyActivity) count(ctx context.Context, q db.Querier, from, to time.Time) error {
	first, before := ids.FirstAt(from), ids.FirstAt(to)
	var err error
	a.Transactions, err = q.CountTransactionsBetween(ctx, db.CountTransactionsBetweenParams{FirstID: first, BeforeID: before})
	if err != nil {
		return err
	}
	a.FailedSignIns, err = q.CountEventsBetween(ctx, db.CountEventsBetweenParams{
		FirstID: first, BeforeID: before, EventType: string(auth.EventLoginFailed),
	})
	if err != nil {
		return err
	}
	a.AccountsOpened, err = q.CountAccountsOpenedBetween(ctx, db.CountAccountsOpenedBetweenParams{
		FromTime: from.UnixMicro(), ToTime: to.UnixMicro(),
	})
	return err
}
