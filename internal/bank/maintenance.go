package bank

import (
	"context"
	"io"
	"time"

	"github.com/bankingcore/bankcore/internal/audit"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/names"
	"github.com/bankingcore/bankcore/internal/store"
)

const (
	// purgeBatch limits how many rows one step of a purge deletes, and so how long it holds the writer.
	purgeBatch = 500
	// sessionBatch limits how many sessions one transaction ends.
	sessionBatch = 10_000
)

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

// RefoldNames updates the form in which names are searched and returns how many names it has written. A server calls it each
// time it starts, since no migration can do it: folding cannot be done in SQL, it changes with Unicode's tables, and during
// an upgrade a server of the previous version may still open accounts in the old way. It may be interrupted, and may run on
// several servers at once.
func (b *Bank) RefoldNames(ctx context.Context) (int, error) {
	total := 0
	err := b.customerPages(ctx, func(rows []db.Customer) error {
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

// EndRestoredSessions prepares a database that was just restored from a backup, before a server uses it. Its sessions are
// from an earlier time: the refresh tokens that customers hold by now would be taken for stolen ones. So it ends all
// sessions, deletes all reset codes and records the restore. It needs no secret, and returns how many sessions it has ended.
func EndRestoredSessions(ctx context.Context, s *store.Store, now func() time.Time, random io.Reader) (ended int64, err error) {
	b := &Bank{store: s, now: wholeMicroseconds(now), random: random}
	at := b.now()
	ended, err = b.repeat(ctx, sessionBatch, func(ctx context.Context, q db.Querier) (int64, error) {
		return q.EndSessions(ctx, db.EndSessionsParams{EndedAt: at.UnixMicro(), RowLimit: sessionBatch})
	})
	if err != nil {
		return ended, err
	}
	return ended, s.Update(ctx, func(ctx context.Context, q db.Querier) error {
		if _, err := q.DeletePinResetCodes(ctx); err != nil {
			return err
		}
		return b.recordAt(ctx, q, at, EventDatabaseRestored, audit.WholeBank, Caller{Operator: true})
	})
}
