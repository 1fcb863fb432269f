package store

import (
	"context"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/db"
)

func newEmpty(t *testing.T) *Store {
	t.Helper()
	url := "sqlite:" + filepath.Join(t.TempDir(), "bank.db")
	_, err := Migrate(context.Background(), url)
	require.NoError(t, err)
	s, err := Open(context.Background(), url)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// awaitQueued waits until as many callers wait for their turn.
func awaitQueued(ctx context.Context, t *testing.T, s *Store, want int) {
	t.Helper()
	for s.Queued() != want {
		require.NoError(t, ctx.Err(), "the queue holds %d", s.Queued())
		runtime.Gosched()
	}
}

func TestQueueOfWritersIsBounded(t *testing.T) {
	t.Parallel()
	s := newEmpty(t)
	writing, release := make(chan struct{}), make(chan struct{})
	first := make(chan error, 1)
	go func() {
		first <- s.Update(context.Background(), func(context.Context, db.Querier) error {
			close(writing)
			<-release
			return nil
		})
	}()
	<-writing

	waiting, leave := context.WithCancel(context.Background())
	defer leave()
	nothing := func(context.Context, db.Querier) error { return nil }
	results := make(chan error, maxQueued)
	for i := range maxQueued {
		ctx := context.Background() // half of them stay
		if i%2 == 0 {
			ctx = waiting
		}
		go func() { results <- s.Update(ctx, nothing) }()
	}
	bounded, end := context.WithTimeout(context.Background(), 30*time.Second)
	defer end()
	awaitQueued(bounded, t, s, maxQueued)
	// A context without an end: were these to wait, the test would never get on.
	for range 10 {
		err := s.Update(context.Background(), nothing)
		require.ErrorIs(t, err, ErrUnavailable)
		require.ErrorContains(t, err, "4096")
	}
	require.Equal(t, maxQueued, s.Queued())

	leave()
	for range maxQueued / 2 {
		err := <-results
		require.ErrorIs(t, err, ErrUnavailable)
		require.ErrorIs(t, err, context.Canceled)
	}
	close(release)
	require.NoError(t, <-first)
	for range maxQueued / 2 {
		require.NoError(t, <-results)
	}
	require.Zero(t, s.Queued())
	require.NoError(t, s.Update(context.Background(), nothing))
}
