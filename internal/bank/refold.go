package bank

import (
	"context"

	"github.com/bankingcore/bankcore/internal/db"
)

// RefoldNames brings the form in which names are searched up to date and returns how many it has written. A server does so each time it
// starts, since no migration could: folding is not a matter of SQL, it changes with Unicode's tables, and while an upgrade is under way,
// a server of the version before opens accounts as it always did. It may be interrupted, and run on several servers at once.
func (b *Bank) RefoldNames(ctx context.Context) (int, error) {
	total := 0
	err := b.accountPages(ctx, func(rows []db.Account) error {
		written, err := b.refold(ctx, rows)
		total += written
		return err
	})
	return total, err
}

// refold writes what has changed, and asks for the writer only if anything has. A holder's name never changes.
func (b *Bank) refold(ctx context.Context, rows []db.Account) (int, error) {
	var changed []db.UpdateHolderNameFoldedParams
	for i := range rows {
		row := &rows[i]
		if folded := fold(row.AccountHolderName); folded != row.HolderNameFolded {
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
