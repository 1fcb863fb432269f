package bank

import (
	"context"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/names"
	"github.com/bankingcore/bankcore/internal/store"
)

// purgeBatch limits how many rows one step of a purge deletes, and so how long it holds the writer.
const purgeBatch = 500

// Purge deletes what has expired, sign-ins aside: idempotency keys older than KeyLifetime and, by the database's clock, counts of rate
// limits. It returns the number of deleted rows.
func (b *Bank) Purge(ctx context.Context) (int64, error) {
	forgotten := b.now().Add(-KeyLifetime).UnixMicro()
	total := int64(0)
	for _, batch := range []func(ctx context.Context, q db.Querier) (int64, error){
		func(ctx context.Context, q db.Querier) (int64, error) {
			return q.PurgeIdempotencyKeys(ctx, db.PurgeIdempotencyKeysParams{Before: forgotten, RowLimit: purgeBatch})
		},
		func(ctx context.Context, q db.Querier) (int64, error) { return q.PurgeRateLimits(ctx, purgeBatch) },
	} {
		purged, err := store.Repeat(ctx, b.store, purgeBatch, batch)
		total += purged
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

// RefoldNames updates the form in which names are searched and returns how many names it has written. A server calls it each
// time it starts, since no migration can do it: folding cannot be done in SQL, it changes with Unicode's tables, and during
// an upgrade a server of the previous version may still open accounts in the old way. It may be interrupted, and may run on
// several servers at once.
func (b *Bank) RefoldNames(ctx context.Context) (int, error) {
	total := 0
	err := store.CustomerPages(ctx, b.store, func(rows []db.Customer) error {
		written, err := b.refold(ctx, rows)
		total += written
		return err
	})
	return total, err
}

// refold writes what has changed, and uses the writer only if anything has.
func (b *Bank) refold(ctx context.Context, rows []db.Customer) (int, error) {
	var changed []db.UpdateNameFoldedParams
	for i := range rows {
		row := &rows[i]
		if folded := names.Fold(row.Name); folded != row.NameFolded {
			changed = append(changed, db.UpdateNameFoldedParams{NameFolded: folded, Name: row.Name, ID: row.ID})
		}
	}
	if len(changed) == 0 {
		return 0, nil
	}
	err := b.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
		for _, update := range changed {
			if err := q.UpdateNameFolded(ctx, update); err != nil {
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
