package store

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// customersPage is how many customers CustomerPages reads at a time.
const customersPage = 500

// CustomerPages calls fn with every customer, page by page. Each page is read in its own transaction.
func CustomerPages(ctx context.Context, s *Store, fn func(rows []db.Customer) error) error {
	for after := uuid.Nil; ; {
		rows, err := Read(ctx, s, func(ctx context.Context, q db.Querier) ([]db.Customer, error) {
			return q.ListCustomersByID(ctx, db.ListCustomersByIDParams{AfterID: after, RowLimit: customersPage})
		})
		if err != nil {
			return err
		}
		if err := fn(rows); err != nil || len(rows) < customersPage {
			return err
		}
		after = rows[len(rows)-1].ID
	}
}

// CustomerOf returns the id of an account's customer.
func CustomerOf(ctx context.Context, q db.Querier, number ledger.AccountNumber) (uuid.UUID, error) {
	customer, err := q.CustomerOfAccount(ctx, int64(number))
	return customer, accountError(err)
}

// CustomerBy returns the customer of an account.
func CustomerBy(ctx context.Context, q db.Querier, number ledger.AccountNumber) (db.Customer, error) {
	customer, err := q.CustomerByAccount(ctx, int64(number))
	return customer, accountError(err)
}

// AccountBy returns an account with its customer.
func AccountBy(ctx context.Context, q db.Querier, number ledger.AccountNumber) (db.AccountByNumberRow, error) {
	row, err := q.AccountByNumber(ctx, int64(number))
	return row, accountError(err)
}

func accountError(err error) error {
	if errors.Is(err, ErrNotFound) {
		return ledger.ErrAccountNotFound
	}
	return err
}
