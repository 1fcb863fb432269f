package bank

import (
	"context"
	"errors"
	"math"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/paging"
	"github.com/bankingcore/bankcore/internal/store"
)

// GetTransaction returns one entry, for the account's owner and administrators.
func (b *Bank) GetTransaction(ctx context.Context, caller auth.Caller, number ledger.AccountNumber, id uuid.UUID) (ledger.Entry, error) {
	if err := b.auth.Require(ctx, caller, auth.AccountsRead, number); err != nil {
		return ledger.Entry{}, err
	}
	return store.View(ctx, b.store, func(ctx context.Context, q db.Querier) (ledger.Entry, error) {
		if _, err := accountByNumber(ctx, q, number); err != nil {
			return ledger.Entry{}, err
		}
		transaction, err := transactionByID(ctx, q, id)
		if err == nil && transaction.Account != number {
			err = refuse(CodeTransactionNotFound, "This account has no transaction with this id.")
		}
		return transaction, err
	})
}

// ListTransactionsParams holds the inputs of ListTransactions. A cursor carries the filters it was made with; filters sent
// with it must be the same.
type ListTransactionsParams struct {
	Account ledger.AccountNumber
	Type    ledger.EntryType // "" for every type
	From    time.Time        // inclusive; zero for the beginning
	To      time.Time        // exclusive; zero for the end
	Limit   int
	Cursor  string // "" for the first page
}

// TransactionPage is a part of a history, newest first.
type TransactionPage struct {
	Transactions []ledger.Entry
	NextCursor   string // "" on the last page
}

// historyCursors names the list in the cursors' seals. The name was changed when cursors stopped holding a sequence, so older
// ones are refused.
const historyCursors = "history"

// transactionCursor is where a page begins, and its filters.
type transactionCursor struct {
	Account  ledger.AccountNumber `json:"a"`
	Type     ledger.EntryType     `json:"t,omitempty"`
	From, To int64                // microseconds; 0 for none
	Next     uuid.UUID            `json:"n"` // the entry with which the page begins
}

// ListTransactions returns a page of an account's history, for the account's owner and administrators.
func (b *Bank) ListTransactions(ctx context.Context, caller auth.Caller, p ListTransactionsParams) (TransactionPage, error) {
	if err := b.auth.Require(ctx, caller, auth.AccountsRead, p.Account); err != nil {
		return TransactionPage{}, err
	}
	limit := paging.Size(p.Limit)
	asked := transactionCursor{Account: p.Account, Type: p.Type, From: micros(p.From), To: micros(p.To)}
	position := asked
	if p.Cursor != "" {
		position = transactionCursor{}
		if err := b.cursors.Open(p.Cursor, historyCursors, &position); err != nil {
			return TransactionPage{}, err
		}
		if !position.continues(asked) {
			return TransactionPage{}, paging.ErrFilters
		}
	}
	leave, err := b.readers.enter(ctx, caller)
	if err != nil {
		return TransactionPage{}, err
	}
	defer leave()
	if position.Next, err = store.View(ctx, b.store, position.begin); err != nil {
		return TransactionPage{}, err
	}
	var page TransactionPage
	if page.Transactions, position.Next, err = b.walk(ctx, position, limit); err != nil || position.Next == uuid.Nil {
		return page, err
	}
	page.NextCursor, err = b.cursors.Seal(historyCursors, position)
	return page, err
}

// walk reads a page, and finds the entry with which the next one begins, or uuid.Nil after the last page. Entries never
// change, so its steps fit together.
func (b *Bank) walk(ctx context.Context, position transactionCursor, limit int) ([]ledger.Entry, uuid.UUID, error) {
	step := b.bounds.pageStep
	if position.Type == "" {
		step = limit + 1
	}
	var page []ledger.Entry
	for passed := 0; passed < b.bounds.page; passed += step {
		rows, err := store.Read(ctx, b.store, func(ctx context.Context, q db.Querier) ([]db.ListTransactionsRow, error) {
			return q.ListTransactions(ctx, position.query(step))
		})
		if err != nil {
			return nil, uuid.Nil, err
		}
		for i := range rows {
			if position.Type != "" && rows[i].TransactionType != store.TypeNumber(position.Type) {
				continue
			}
			if len(page) == limit {
				return page, rows[i].ID, nil
			}
			page = append(page, listedTransaction(&rows[i]))
		}
		if len(rows) < step || rows[step-1].PreviousID == nil {
			return page, uuid.Nil, nil
		}
		position.Next = *rows[step-1].PreviousID
	}
	return page, position.Next, nil
}

// continues reports whether the requested filters, if any, match the cursor's.
func (c transactionCursor) continues(asked transactionCursor) bool {
	return c.Account == asked.Account &&
		(asked.Type == "" || asked.Type == c.Type) &&
		(asked.From == 0 || asked.From == c.From) &&
		(asked.To == 0 || asked.To == c.To)
}

// begin returns the entry with which the page begins, and finds it for the first page.
func (c *transactionCursor) begin(ctx context.Context, q db.Querier) (uuid.UUID, error) {
	if c.Next != uuid.Nil {
		return c.Next, nil
	}
	account, err := accountByNumber(ctx, q, c.Account)
	if err != nil {
		return uuid.Nil, err
	}
	return account.entryNear(ctx, q, c.before())
}

// entryNear finds where to start walking back to the entries before a time: the first milestone at or after that time, which
// leaves few entries in between, or else the newest entry.
func (a *Account) entryNear(ctx context.Context, q db.Querier, before int64) (uuid.UUID, error) {
	if before == math.MaxInt64 {
		return a.last, nil
	}
	milestones, err := q.ListMilestones(ctx, db.ListMilestonesParams{AccountNumber: int64(a.Number), FromTime: before, RowLimit: 1})
	if err != nil || len(milestones) == 0 {
		return a.last, err
	}
	return milestones[0].ID, nil
}

// before returns the end of the requested period.
func (c *transactionCursor) before() int64 {
	if c.To == 0 {
		return math.MaxInt64
	}
	return c.To
}

// query returns the parameters for entries of every type: those that a filter skips also count as read.
func (c *transactionCursor) query(rows int) db.ListTransactionsParams {
	return db.ListTransactionsParams{NewestID: c.Next, FromTime: c.From, ToTime: c.before(), RowLimit: int64(rows)}
}

func listedTransaction(row *db.ListTransactionsRow) ledger.Entry {
	return store.EntryOf((*db.Transaction)(row))
}

// transactionByID finds an entry of any account.
func transactionByID(ctx context.Context, q db.Querier, id uuid.UUID) (ledger.Entry, error) {
	row, err := q.TransactionByID(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return ledger.Entry{}, refuse(CodeTransactionNotFound, "This account has no transaction with this id.")
	}
	if err != nil {
		return ledger.Entry{}, err
	}
	return store.EntryOf(&row), nil
}

// micros returns a filter's time in the database's form, or 0 for none. It rounds up to a whole microsecond: no entry lies in
// between, so "at or after" and "before" keep their meaning.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return max(t.Add(time.Microsecond-time.Nanosecond).UnixMicro(), 1)
}
