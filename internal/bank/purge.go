package bank

import (
	"context"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/store"
)

// purgeBatch limits how many rows one step of a purge deletes, and so how long it holds the writer.
const purgeBatch = 500

// Purge deletes what has expired: sessions, including those idle beyond every role's limit; blacklisted tokens of sessions
// that are over; idempotency keys older than KeyLifetime; reset codes; invitations, including used-up ones; and, by the
// database's clock, counts of rate limits. It returns the number of deleted rows.
func (b *Bank) Purge(ctx context.Context) (int64, error) {
	now := b.now()
	expired, forgotten := now.UnixMicro(), now.Add(-KeyLifetime).UnixMicro()
	total := int64(0)
	idle := idleSince(b.idle.longest(), now)
	for _, batch := range []func(ctx context.Context, q db.Querier) (int64, error){
		func(ctx context.Context, q db.Querier) (int64, error) {
			return q.PurgeTokenBlacklist(ctx, db.PurgeTokenBlacklistParams{Before: expired, RowLimit: purgeBatch})
		},
		func(ctx context.Context, q db.Querier) (int64, error) {
			return q.PurgeSessions(ctx, db.PurgeSessionsParams{Before: expired, RowLimit: purgeBatch})
		},
		func(ctx context.Context, q db.Querier) (int64, error) {
			return q.PurgeIdleSessions(ctx, db.PurgeIdleSessionsParams{IdleSince: idle, RowLimit: purgeBatch})
		},
		func(ctx context.Context, q db.Querier) (int64, error) {
			return q.PurgeIdempotencyKeys(ctx, db.PurgeIdempotencyKeysParams{Before: forgotten, RowLimit: purgeBatch})
		},
		func(ctx context.Context, q db.Querier) (int64, error) {
			return q.PurgePinResetCodes(ctx, db.PurgePinResetCodesParams{Before: expired, RowLimit: purgeBatch})
		},
		func(ctx context.Context, q db.Querier) (int64, error) {
			return q.PurgeInvitations(ctx, db.PurgeInvitationsParams{Before: expired, RowLimit: purgeBatch})
		},
		func(ctx context.Context, q db.Querier) (int64, error) { return q.PurgeRateLimits(ctx, purgeBatch) },
	} {
		purged, err := b.repeat(ctx, purgeBatch, batch)
		total += purged
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

// repeat runs a step, each time in its own transaction, until it affects fewer rows than a batch.
func (b *Bank) repeat(ctx context.Context, batch int64, step func(ctx context.Context, q db.Querier) (int64, error)) (int64, error) {
	total := int64(0)
	for {
		done, err := store.Update(ctx, b.store, step)
		if err != nil {
			return total, err
		}
		if total += done; done < batch {
			return total, nil
		}
	}
}
