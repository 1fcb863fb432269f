package store

import (
	"context"
	"errors"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/ledger"
)

// gate is a gathering whose batches are let through one by one.
type gate struct {
	gathering

	batches chan []*caller // each that has begun
	open    chan func()    // what to do in it before it ends
}

func newGate() *gate {
	g := &gate{batches: make(chan []*caller), open: make(chan func())}
	g.carryOut = func(batch []*caller) {
		g.batches <- batch
		(<-g.open)()
	}
	return g
}

// send sends an order of so many postings and waits until it is in the queue or in a batch that has begun. The answer comes later.
func (g *gate) send(ctx context.Context, t *testing.T, postings, queued int) <-chan error {
	t.Helper()
	answer := make(chan error, 1)
	go func() {
		answered := false
		defer func() {
			if !answered {
				answer <- errors.New("the caller's goroutine has ended")
			}
		}()
		_, err := g.post(ctx, &Order{Order: ledger.Order{Postings: make([]ledger.Posting, postings)}})
		answered = true
		answer <- err
	}()
	for g.queued() != queued && len(answer) == 0 {
		runtime.Gosched()
	}
	return answer
}

func nothing() {}

func sizes(batch []*caller) []int {
	var sizes []int
	for _, c := range batch {
		sizes = append(sizes, len(c.Postings))
	}
	return sizes
}

func TestThoseThatWaitShareBatches(t *testing.T) {
	t.Parallel()
	g, ctx := newGate(), context.Background()
	answers := []<-chan error{g.send(ctx, t, 1, 0)}
	require.Equal(t, []int{1}, sizes(<-g.batches), "a lone caller does not wait")
	for i, postings := range []int{3, 100, maxBatch + 1, 100, 156, 1} {
		answers = append(answers, g.send(ctx, t, postings, i+1))
	}
	for _, next := range [][]int{{3, 100}, {maxBatch + 1}, {100, 156}, {1}} {
		g.open <- nothing
		require.Equal(t, next, sizes(<-g.batches), "in the order in which they came")
	}
	g.open <- nothing
	for _, answer := range answers {
		require.NoError(t, <-answer)
	}
	require.Zero(t, g.queued())
	answer := g.send(ctx, t, 1, 0)
	<-g.batches
	g.open <- nothing
	require.NoError(t, <-answer)
}

func TestThoseThatWaitAreBounded(t *testing.T) {
	t.Parallel()
	g, ctx := newGate(), context.Background()
	first := g.send(ctx, t, 1, 0)
	<-g.batches
	large := g.send(ctx, t, 16*maxQueued, 1) // fits where nothing waits
	require.ErrorIs(t, <-g.send(ctx, t, 1, -1), ErrUnavailable)
	g.open <- nothing
	require.NoError(t, <-first)
	require.Equal(t, []int{16 * maxQueued}, sizes(<-g.batches))
	full := g.send(ctx, t, 16*(maxQueued-2), 1)
	last := g.send(ctx, t, 1, 2)
	require.ErrorIs(t, <-g.send(ctx, t, 1, -1), ErrUnavailable)
	for range 2 {
		g.open <- nothing
		<-g.batches
	}
	g.open <- nothing
	for _, answer := range []<-chan error{large, full, last} {
		require.NoError(t, <-answer)
	}
}

// TestACallerThatLeavesCostsNothing: also not if it was the next to lead, or leads already.
func TestACallerThatLeavesCostsNothing(t *testing.T) {
	t.Parallel()
	g := newGate()
	leading, leaveLeading := context.WithCancel(context.Background())
	first := g.send(leading, t, 1, 0)
	<-g.batches
	waiting, leave := context.WithCancel(context.Background())
	next := g.send(waiting, t, 2, 1)
	between := g.send(waiting, t, 3, 2)
	last := g.send(context.Background(), t, 4, 3)
	leaveLeading()
	leave()
	require.ErrorIs(t, <-next, ErrUnavailable)
	require.ErrorIs(t, <-between, ErrUnavailable)
	g.open <- nothing
	require.NoError(t, <-first, "a batch that has begun runs to its end")
	require.Equal(t, []int{4}, sizes(<-g.batches))
	g.open <- nothing
	require.NoError(t, <-last)
	require.Zero(t, g.places)
}

// TestALeaderThatLeavesPassesTheLead: a caller that is told to lead and has left at the same moment strands nobody.
func TestALeaderThatLeavesPassesTheLead(t *testing.T) {
	t.Parallel()
	g := &gathering{}
	callers := []*caller{{}, {}}
	for _, c := range callers {
		c.Order, c.lead = &Order{}, make(chan bool, 1)
		require.NoError(t, g.join(c))
	}
	require.Len(t, callers[0].lead, 1)
	require.True(t, g.leave(callers[0]))
	require.Len(t, callers[1].lead, 1)
	require.True(t, g.leave(callers[1]))
	require.False(t, g.led, "the next to come could not lead")
}

// TestALeaderThatEndsEarlyStrandsNobody: after a panic, or when a test ends the leader's goroutine.
func TestALeaderThatEndsEarlyStrandsNobody(t *testing.T) {
	t.Parallel()
	g, ctx := newGate(), context.Background()
	first := g.send(ctx, t, 1, 0)
	<-g.batches
	leader, follower := g.send(ctx, t, 2, 1), g.send(ctx, t, 3, 2)
	g.open <- nothing
	require.NoError(t, <-first)
	<-g.batches
	last := g.send(ctx, t, 4, 1)
	g.open <- runtime.Goexit
	require.ErrorContains(t, <-leader, "has ended")
	require.ErrorIs(t, <-follower, ErrUnknown)
	require.Equal(t, []int{4}, sizes(<-g.batches))
	g.open <- nothing
	require.NoError(t, <-last)
}
