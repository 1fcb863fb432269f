package bank

import (
	"context"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/names"
)

// RefoldNames updates the form in which names are searched and returns how many names it has written. A server calls it each
// time it starts, since no migration can do it: folding cannot be done in SQL, it changes with Unicode's tables, and during
// an upgrade a server of the previous version may still open accounts in the old way. It may be interrupted, and may run on
// several servers at once.
func (b *Bank) RefoldNames(ctx context.Context) (int, error) {
	total := 0
	err := b.accountPages(ctx, func(rows []db.Account) error {
		written, err := b.refold(ctx, rows)
		total += written
		return err
	})
	return total, err
}

// refold writes what has changed, and uses the writer only if anything has. A holder's name never changes.
func (b *Bank) refold(ctx context.Context, rows []db.Account) (int, error) {
	var changed []db.UpdateHolderNameFoldedParams
	for i := range rows {
		row := &rows[i]
		if folded := names.Fold(row.AccountHolderName); folded != row.HolderNameFolded {
			changed = append(changed, db.UpdateHolderNameFoldedParams{HolderNameFolded: folded, AccountNumber: row.AccountNumber})
		}
	}
	if len(changed) == 0 {
		return 0, nil
	}
	err := b.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
		for _, update := range changed {
			if err := q.UpdateHolderNameFolded(ctx, update); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return len(changed), nil
}
