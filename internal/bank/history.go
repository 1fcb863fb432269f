package bank

import (
	"context"
	"math"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/db"
)

// GetTransaction reads one entry, for the account's owner and administrators.
func (b *Bank) GetTransaction(ctx context.Context, caller Caller, number AccountNumber, id uuid.UUID) (Transaction, error) {
	if err := caller.mustOwnOrAdmin(number); err != nil {
		return Transaction{}, err
	}
	var transaction Transaction
	err := b.store.View(ctx, func(ctx context.Context, q db.Querier) error {
		if _, err := accountByNumber(ctx, q, number); err != nil {
			return err
		}
		var err error
		if transaction, err = transactionByID(ctx, q, id); err != nil {
			return err
		}
		if transaction.Account != number {
			return refuse(CodeTransactionNotFound, "This account has no transaction with this id.")
		}
		return nil
	})
	return transaction, err
}

// ListTransactionsParams asks for a page of an account's history. A cursor carries the filters it was made with; filters
// given beside it must be the same.
type ListTransactionsParams struct {
	Account AccountNumber
	Type    TransactionType // "" for every type
	From    time.Time       // inclusive; zero for the beginning
	To      time.Time       // exclusive; zero for the end
	Limit   int
	Cursor  string // "" for the first page
}

// TransactionPage is a part of a history, newest first.
type TransactionPage struct {
	Transactions []Transaction
	NextCursor   string // "" on the last page
}

// transactionCursor is where a page begins and which filters hold.
type transactionCursor struct {
	Account  AccountNumber   `json:"a"`
	Type     TransactionType `json:"t,omitempty"`
	From, To int64           // microseconds; 0 for none
	Before   int64           `json:"b"` // a sequence
}

// ListTransactions reads a page of a history, for the account's owner and administrators.
func (b *Bank) ListTransactions(ctx context.Context, caller Caller, p ListTransactionsParams) (TransactionPage, error) {
	if err := caller.mustOwnOrAdmin(p.Account); err != nil {
		return TransactionPage{}, err
	}
	limit := pageSize(p.Limit)
	asked := transactionCursor{Account: p.Account, Type: p.Type, From: micros(p.From), To: micros(p.To), Before: math.MaxInt64}
	position := asked
	if p.Cursor != "" {
		position = transactionCursor{}
		if err := b.openCursor(p.Cursor, "transactions", &position); err != nil {
			return TransactionPage{}, err
		}
		if !position.continues(asked) {
			return TransactionPage{}, errCursorFilters
		}
	}
	var rows []db.Transaction
	err := b.store.View(ctx, func(ctx context.Context, q db.Querier) error {
		if _, err := accountByNumber(ctx, q, p.Account); err != nil {
			return err
		}
		var err error
		rows, err = q.ListTransactions(ctx, position.query(limit+1))
		return err
	})
	if err != nil {
		return TransactionPage{}, err
	}
	items, next, err := pageOf(b, "transactions", rows, limit, transactionOf, func(last *db.Transaction) any {
		position.Before = last.Sequence
		return position
	})
	return TransactionPage{Transactions: items, NextCursor: next}, err
}

// continues tells whether the filters asked for, if any, are the cursor's own.
func (c transactionCursor) continues(asked transactionCursor) bool {
	return c.Account == asked.Account &&
		(asked.Type == "" || asked.Type == c.Type) &&
		(asked.From == 0 || asked.From == c.From) &&
		(asked.To == 0 || asked.To == c.To)
}

func (c transactionCursor) query(rows int) db.ListTransactionsParams {
	to := c.To
	if to == 0 {
		to = math.MaxInt64
	}
	return db.ListTransactionsParams{
		AccountNumber:   int64(c.Account),
		BeforeSequence:  c.Before,
		TransactionType: string(c.Type),
		FromTime:        c.From,
		ToTime:          to,
		RowLimit:        int64(rows),
	}
}
