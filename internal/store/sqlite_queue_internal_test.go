package store

import (
	"context"
	"errors"
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

// awaitQueued waits until the given number of callers wait for their turn.
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
	bounded, end := context.WithTimeout(context.Background(), time.Minute)
	defer end()
	awaitQueued(bounded, t, s, maxQueued)
	// A context without a deadline: if these calls waited, the test would hang.
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

// TestTheQueueIsServedInOrder: callers are served in the order of their arrival, also across groups.
func TestTheQueueIsServedInOrder(t *testing.T) {
	t.Parallel()
	s := newEmpty(t)
	writing, release := make(chan struct{}), make(chan struct{})
	results := make(chan error)
	go func() {
		results <- s.Update(context.Background(), func(context.Context, db.Querier) error {
			close(writing)
			<-release
			return nil
		})
	}()
	<-writing
	bounded, end := context.WithTimeout(context.Background(), time.Minute)
	defer end()
	const callers = 2*maxGroup + 10
	var served, want []int // only the writer appends
	for i := range callers {
		want = append(want, i)
		go func() {
			results <- s.Update(context.Background(), func(context.Context, db.Querier) error {
				served = append(served, i)
				return nil
			})
		}()
		awaitQueued(bounded, t, s, i+1)
	}
	close(release)
	for range callers + 1 {
		require.NoError(t, <-results)
	}
	require.Equal(t, want, served)
}

// TestUnknownOutcomeIsNothingElse: a caller who is told "unknown" must not also be told "not done".
func TestUnknownOutcomeIsNothingElse(t *testing.T) {
	t.Parallel()
	s := newEmpty(t)
	// A commit that fails for a reason that says nothing about its outcome.
	require.NoError(t, fileOf(s).writer.statements[commit].Close())
	err := s.Update(context.Background(), func(ctx context.Context, q db.Querier) error {
		return q.CountUnknownAccountAttempt(ctx)
	})
	require.ErrorIs(t, err, ErrUnknown)
	require.NotErrorIs(t, err, ErrUnavailable)
	require.True(t, isClosed(s.Failed()))
}

func TestUpdateInsideUpdateIsRefused(t *testing.T) {
	t.Parallel()
	s := newEmpty(t)
	err := s.Update(context.Background(), func(ctx context.Context, _ db.Querier) error {
		return s.Update(ctx, func(context.Context, db.Querier) error { return nil })
	})
	require.ErrorContains(t, err, "inside Update")
}

// TestALostTransactionIsNobodysSuccess: SQLite rolls back a whole transaction by itself when a disk fails in the middle. Each caller in
// the group is then told that nothing was done, and none gets another caller's error.
func TestALostTransactionIsNobodysSuccess(t *testing.T) {
	t.Parallel()
	s := newEmpty(t)
	own := errors.New("a reason of its own")
	entered, release := make(chan struct{}), make(chan struct{})
	results := make(chan error, 2)
	go func() {
		results <- s.Update(context.Background(), func(ctx context.Context, q db.Querier) error {
			close(entered)
			<-release
			return q.CountUnknownAccountAttempt(ctx)
		})
	}()
	<-entered
	go func() {
		results <- s.Update(context.Background(), func(context.Context, db.Querier) error {
			_ = fileOf(s).writer.exec(rollback)
			return own
		})
	}()
	bounded, end := context.WithTimeout(context.Background(), time.Minute)
	defer end()
	awaitQueued(bounded, t, s, 1)
	close(release)
	for range 2 {
		err := <-results
		require.ErrorIs(t, err, ErrUnavailable)
		require.NotErrorIs(t, err, own)
	}
	require.NoError(t, s.Update(context.Background(), func(context.Context, db.Querier) error { return nil }))
}

// fileOf returns the engine of a store on SQLite.
func fileOf(s *Store) *sqlite { return s.engine.(*sqlite) }
