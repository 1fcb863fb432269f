package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/bankingcore/bankcore/internal/ledger"
)

// gathering lets callers of Post share batches, without a timer and without a goroutine of its own: the first that waits leads the next
// batch, in its own goroutine. While that is read, written and committed, the others gather for the one after it. A lone caller does not
// wait. There is one leader at a time: more would only wait for each other's locks.
type gathering struct {
	carryOut func(batch []*caller) // sets what became of each

	mu      sync.Mutex
	led     bool      // a caller leads, or has been told to
	waiting []*caller // in the order in which they came
	places  int       // of those that wait
}

// caller is a call of Post on its way into a batch and back.
type caller struct {
	posting

	ctx  context.Context
	lead chan bool // receives true if the caller is to lead the next batch, and false once it has its outcome
}

// post carries out an order in a batch. A caller that leaves while it waits costs nothing; once a batch has taken it, it stays to
// the end.
func (g *gathering) post(ctx context.Context, o *Order) (ledger.Outcome, error) {
	c := &caller{posting: posting{Order: o}, ctx: ctx, lead: make(chan bool, 1)}
	if err := g.join(c); err != nil {
		return ledger.Outcome{}, err
	}
	lead := false
	select {
	case lead = <-c.lead:
	case <-ctx.Done():
		if g.leave(c) {
			return ledger.Outcome{}, classify(ctx.Err())
		}
		<-c.lead // it has been taken
	}
	if lead {
		g.leadBatch()
	}
	if crash, ok := errors.AsType[*panicked](c.err); ok {
		panic(crash) // where the caller can recover it
	}
	return c.outcome, c.err
}

// join adds a caller to those that wait, unless they are too many.
func (g *gathering) join(c *caller) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.waiting) > 0 && g.places+c.places() > maxQueued {
		return fmt.Errorf("%w: %d are already waiting", ErrUnavailable, g.places)
	}
	g.waiting = append(g.waiting, c)
	g.places += c.places()
	if !g.led {
		g.pass()
	}
	return nil
}

// leave takes a caller out of those that wait, and reports whether it was still one of them.
func (g *gathering) leave(c *caller) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	i := slices.Index(g.waiting, c)
	if i < 0 {
		return false
	}
	g.waiting = slices.Delete(g.waiting, i, i+1)
	g.places -= c.places()
	select {
	case <-c.lead: // it was to lead
		g.pass()
	default:
	}
	return true
}

// pass lets the first that waits lead.
func (g *gathering) pass() {
	if g.led = len(g.waiting) > 0; g.led {
		g.waiting[0].lead <- true
	}
}

// leadBatch carries out the first that wait, of whom the leader is one. Even if that ends in a panic, the others have an answer and the
// next batch has a leader.
func (g *gathering) leadBatch() {
	batch := g.take()
	finished := false
	defer func() {
		g.mu.Lock()
		g.pass()
		g.mu.Unlock()
		for _, c := range batch {
			if !finished {
				c.err = fmt.Errorf("%w: the batch has ended early", ErrUnknown)
			}
			c.lead <- false
		}
	}()
	g.carryOut(slices.Clone(batch))
	finished = true
}

func (g *gathering) take() []*caller {
	g.mu.Lock()
	defer g.mu.Unlock()
	taken, postings := 0, 0
	for _, c := range g.waiting {
		if taken > 0 && postings+len(c.Postings) > maxBatch {
			break
		}
		taken++
		postings += len(c.Postings)
		g.places -= c.places()
	}
	batch := slices.Clone(g.waiting[:taken])
	g.waiting = slices.Delete(g.waiting, 0, taken)
	return batch
}

// queued returns the number of callers that wait.
func (g *gathering) queued() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.waiting)
}
