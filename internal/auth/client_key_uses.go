package auth

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/db"
)

// keyUses holds when each key of a service client was last used, until FlushKeyUses writes it: a write for each request would cost more
// than the request. It holds valid keys only, so it does not outgrow the list of keys.
type keyUses struct {
	mu   sync.Mutex
	last map[string]time.Time
}

func (u *keyUses) note(key string, at time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.last == nil {
		u.last = map[string]time.Time{}
	}
	if at.After(u.last[key]) {
		u.last[key] = at
	}
}

func (u *keyUses) take() map[string]time.Time {
	u.mu.Lock()
	defer u.mu.Unlock()
	taken := u.last
	u.last = nil
	return taken
}

// useBatch limits how many uses one transaction writes.
const useBatch = 500

// FlushKeyUses writes when keys of service clients were last used. It is called once a minute and before the process ends. A crash
// loses what is not yet written.
func (s *Service) FlushKeyUses(ctx context.Context) error {
	taken := s.keyUses.take()
	// Servers write in the same order, so that they cannot deadlock.
	for keys := range slices.Chunk(slices.Sorted(maps.Keys(taken)), useBatch) {
		err := s.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
			for _, key := range keys {
				if err := q.TouchClientKey(ctx, db.TouchClientKeyParams{UsedAt: taken[key].UnixMicro(), ID: key}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			for key, at := range taken {
				s.keyUses.note(key, at)
			}
			return err
		}
	}
	return nil
}

// clientUses holds when service clients were last used, without those that never were.
type clientUses map[uuid.UUID]time.Time

// usesOf reads the uses of the clients whose ids are in a range.
func usesOf(ctx context.Context, q db.Querier, first, last uuid.UUID) (clientUses, error) {
	rows, err := q.ListClientUses(ctx, db.ListClientUsesParams{FirstID: first, LastID: last})
	uses := make(clientUses, len(rows))
	for _, row := range rows {
		uses[row.ClientID] = time.UnixMicro(row.LastUsedAt).UTC()
	}
	return uses, err
}
