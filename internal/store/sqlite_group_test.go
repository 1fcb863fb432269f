package store_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/store"
)

// writing keeps the writer busy until release is called, so that calls made in the meantime wait together.
func writing(t *testing.T, s *store.Store) (release func()) {
	t.Helper()
	begun, end, result := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		result <- s.Update(context.Background(), func(context.Context, db.Querier) error {
			close(begun)
			<-end
			return nil
		})
	}()
	<-begun
	return func() {
		close(end)
		require.NoError(t, <-result)
	}
}

// queue starts an Update and, once it waits in the queue, returns the channel of its outcome. A panic is sent as an error.
func queue(ctx context.Context, t *testing.T, s *store.Store, fn func(ctx context.Context, q db.Querier) error) <-chan error {
	t.Helper()
	result := make(chan error, 1)
	waiting := s.Queued() + 1
	go func() {
		defer func() {
			if cause := recover(); cause != nil {
				result <- fmt.Errorf("panic: %v", cause)
			}
		}()
		result <- s.Update(ctx, fn)
	}()
	awaitWaiting(t, s, waiting)
	return result
}

// queueOrder is queue for Post.
func queueOrder(ctx context.Context, t *testing.T, s *store.Store, o *store.Order) <-chan answer {
	t.Helper()
	result := make(chan answer, 1)
	waiting := s.Queued() + 1
	go func() { result <- postSafely(ctx, s, o) }()
	awaitWaiting(t, s, waiting)
	return result
}

// awaitWaiting waits until a number of callers wait in the queue.
func awaitWaiting(t *testing.T, s *store.Store, callers int) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); s.Queued() != callers; runtime.Gosched() {
		require.True(t, time.Now().Before(deadline), "the caller does not wait")
	}
}

// Callers that wait together may share one commit, but each still succeeds or fails on its own.
func TestNeighboursInTheQueueDoNotHarmEachOther(t *testing.T) {
	t.Parallel()
	s, _ := newFile(t)
	background := context.Background()
	release := writing(t, s)
	move := func(amount int64, after func() error) func(ctx context.Context, q db.Querier) error {
		return func(ctx context.Context, q db.Querier) error {
			if err := transfer(ctx, q, ada, grace, amount); err != nil {
				return err
			}
			return after()
		}
	}
	own := errors.New("changed my mind")
	leaving, leave := context.WithCancel(background)
	first := queue(background, t, s, move(1, func() error { return nil }))
	failing := queue(background, t, s, move(10, func() error { return own }))
	panicking := queue(background, t, s, move(100, func() error { panic("boom") }))
	gone := queue(leaving, t, s, move(200, func() error { return nil }))
	overdrawing := queue(background, t, s, move(5000, func() error { return nil }))
	last := queue(background, t, s, move(2, func() error { return nil }))
	leave()
	require.ErrorIs(t, <-gone, store.ErrUnavailable)
	release()

	require.NoError(t, <-first)
	require.ErrorIs(t, <-failing, own)
	require.ErrorContains(t, <-panicking, "boom")
	require.ErrorContains(t, <-overdrawing, "CHECK constraint")
	require.NoError(t, <-last)
	requireBalances(t, s, 997, 1003)
}

// No caller may be told of money that a crash could still take back.
func TestNobodyIsAnsweredBeforeTheCommit(t *testing.T) {
	t.Parallel()
	s, path := newFile(t)
	release := writing(t, s)
	var results []<-chan error
	for range 50 {
		results = append(results, queue(context.Background(), t, s, func(ctx context.Context, q db.Querier) error {
			return transfer(ctx, q, ada, grace, 1)
		}))
	}
	release()
	other := open(t, path)
	for answered, result := range results {
		require.NoError(t, <-result)
		ofAda, ofGrace := balances(t, other)
		require.LessOrEqual(t, ofAda, int64(1000-answered-1))
		require.Equal(t, int64(2000), ofAda+ofGrace)
	}
	requireBalances(t, s, 950, 1050)
}
