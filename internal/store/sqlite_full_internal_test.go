package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/db"
)

// TestAFullDiskLosesNothingThatWasAcknowledged fills the database up to a bound with parallel writes, lifts the bound, and continues:
// every acknowledged write is there, and no refused one.
func TestAFullDiskLosesNothingThatWasAcknowledged(t *testing.T) {
	t.Parallel()
	s := newEmpty(t)
	setMostPages(t, s, 60)
	var mu sync.Mutex
	acknowledged, refused := map[uuid.UUID]bool{}, 0
	write := func() {
		id := uuid.New()
		err := s.Update(context.Background(), func(ctx context.Context, q db.Querier) error { return insertLongEvent(ctx, q, id) })
		mu.Lock()
		defer mu.Unlock()
		if err == nil {
			acknowledged[id] = true
			return
		}
		refused++
		if !errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), "full") {
			t.Errorf("refused for another reason: %v", err)
		}
	}
	parallel(40, 20, write)
	require.NotZero(t, refused, "the disk was never full")
	require.NotEmpty(t, acknowledged)
	requireEvents(t, s, acknowledged)

	setMostPages(t, s, 1<<20)
	before := refused
	parallel(8, 5, write)
	require.Equal(t, before, refused, "the disk has room again")
	requireEvents(t, s, acknowledged)
	require.False(t, isClosed(s.Failed()))
}

func parallel(goroutines, times int, work func()) {
	var all sync.WaitGroup
	for range goroutines {
		all.Go(func() {
			for range times {
				work()
			}
		})
	}
	all.Wait()
}

// setMostPages bounds the size of the database, like a full disk. It runs on the writer's connection.
func setMostPages(t *testing.T, s *Store, pages int) {
	t.Helper()
	require.NoError(t, s.Update(context.Background(), func(ctx context.Context, _ db.Querier) error {
		_, err := fileOf(s).writer.conn.ExecContext(ctx, fmt.Sprintf("PRAGMA max_page_count = %d", pages))
		return err
	}))
}

func insertLongEvent(ctx context.Context, q db.Querier, id uuid.UUID) error {
	last, err := q.LockEventChain(ctx)
	if err != nil {
		return err
	}
	hash := sha256.Sum256(id[:])
	return q.InsertEvent(ctx, db.InsertEventParams{
		ID: id, EventType: "login_failed", AccountNumber: 1, Actor: "anonymous", RequestID: strings.Repeat("x", 500),
		Sequence: last.Sequence + 1, PreviousHash: last.Hash, Hash: hash[:],
	})
}

// requireEvents fails the test unless the database holds exactly these events.
func requireEvents(t *testing.T, s *Store, want map[uuid.UUID]bool) {
	t.Helper()
	rows, err := Read(context.Background(), s, func(ctx context.Context, q db.Querier) ([]db.Event, error) {
		return q.ListEvents(ctx, db.ListEventsParams{BeforeID: uuid.Max, RowLimit: 1 << 20})
	})
	require.NoError(t, err)
	require.Len(t, rows, len(want))
	for _, row := range rows {
		require.True(t, want[row.ID], "an event that was not acknowledged")
	}
}
