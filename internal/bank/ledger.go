package bank

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

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
