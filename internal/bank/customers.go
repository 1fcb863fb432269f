package bank

import (
	"context"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/store"
)

// customersPage is how many customers customerPages reads at a time.
const customersPage = 500

// customerPages calls fn with every customer, page by page. Each page is read in its own transaction.
func (b *Bank) customerPages(ctx context.Context, fn func(rows []db.Customer) error) error {
	for after := uuid.Nil; ; {
		rows, err := store.Read(ctx, b.store, func(ctx context.Context, q db.Querier) ([]db.Customer, error) {
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
