package auth

import (
	"context"
	"io"
	"time"

	"github.com/bankingcore/bankcore/internal/audit"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/store"
)

const (
	// purgeBatch limits how many rows one step of a purge deletes, and so how long it holds the writer.
	purgeBatch = 500
	// sessionBatch limits how many sessions one transaction ends.
	sessionBatch = 10_000
)

// Purge deletes what has expired: sessions, including those idle beyond every role's limit; blacklisted tokens of sessions that are over;
// reset codes; and invitations, including used-up ones. It returns the number of deleted rows.
func (s *Service) Purge(ctx context.Context) (int64, error) {
	now := s.now()
	expired, idle := now.UnixMicro(), idleSince(s.idle.longest(), now)
	total := int64(0)
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
			return q.PurgePinResetCodes(ctx, db.PurgePinResetCodesParams{Before: expired, RowLimit: purgeBatch})
		},
		func(ctx context.Context, q db.Querier) (int64, error) {
			return q.PurgeInvitations(ctx, db.PurgeInvitationsParams{Before: expired, RowLimit: purgeBatch})
		},
	} {
		purged, err := store.Repeat(ctx, s.store, purgeBatch, batch)
		total += purged
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

// EndRestoredSessions prepares a database that was just restored from a backup, before a server uses it. Its sessions are
// older than the refresh tokens that customers hold by now, which would be taken for stolen ones. So it ends all
// sessions, deletes all reset codes and records the restore. It needs no secret, and returns how many sessions it has ended.
func EndRestoredSessions(ctx context.Context, restored *store.Store, now func() time.Time, random io.Reader) (ended int64, err error) {
	s := &Service{store: restored, now: store.Clock(now), random: random}
	at := s.now()
	ended, err = store.Repeat(ctx, s.store, sessionBatch, func(ctx context.Context, q db.Querier) (int64, error) {
		return q.EndSessions(ctx, db.EndSessionsParams{EndedAt: at.UnixMicro(), RowLimit: sessionBatch})
	})
	if err != nil {
		return ended, err
	}
	return ended, s.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
		if _, err := q.DeletePinResetCodes(ctx); err != nil {
			return err
		}
		return s.recordAt(ctx, q, at, EventDatabaseRestored, audit.WholeBank, Caller{Operator: true})
	})
}
