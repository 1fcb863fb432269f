package bank

import (
	"context"
	"math"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/names"
	"github.com/bankingcore/bankcore/internal/paging"
	"github.com/bankingcore/bankcore/internal/store"
)

// ListAccountsParams holds the inputs of AdminListAccounts. A cursor carries the filters it was made with; filters sent with
// it must be the same.
type ListAccountsParams struct {
	Locked *bool  // nil for both
	Staff  *bool  // nil for both
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
	Staff  *bool  `json:"s,omitempty"`
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
	first := accountCursor{Locked: p.Locked, Staff: p.Staff, Query: p.Query, Age: math.MaxInt64}
	position, err := paging.Begin(b.cursors, p.Cursor, "accounts", first, func(position accountCursor) bool {
		return sameChoice(p.Locked, position.Locked) && sameChoice(p.Staff, position.Staff) && (p.Query == "" || p.Query == position.Query)
	})
	if err != nil {
		return AccountPage{}, err
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

// sameChoice reports whether a filter sent with a cursor is the one that the cursor was made with.
func sameChoice(asked, made *bool) bool {
	return asked == nil || (made != nil && *asked == *made)
}

// findsNothing is a pattern that no folded name matches.
const findsNothing = "-"

func (c *accountCursor) query(rows int) db.ListAccountsParams {
	params := db.ListAccountsParams{BeforeCreatedAt: c.Age, BeforeNumber: c.Number, RowLimit: int64(rows)}
	if c.Locked != nil {
		params.ByLock, params.Locked = true, *c.Locked
	}
	if c.Staff != nil {
		params.ByRole, params.Staff = true, *c.Staff
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
