package bank

import (
	"context"
	"io"
	"time"

	"github.com/bankingcore/bankcore/internal/audit"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/store"
)

// sessionBatch limits how many sessions one transaction ends.
const sessionBatch = 10_000

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
