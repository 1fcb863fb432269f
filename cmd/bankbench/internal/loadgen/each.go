package loadgen

import (
	"context"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

// Each calls fn for 0 to n-1, atATime at once, until ctx ends or a call fails. It returns the first error. It reports its progress once
// a second.
func Each(ctx context.Context, progress io.Writer, what string, n, atATime int, fn func(ctx context.Context, i int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next, done atomic.Int64
	var group sync.WaitGroup
	for range min(n, atATime) {
		group.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if err := fn(ctx, i); err != nil {
					cancel(err)
					return
				}
				done.Add(1)
			}
		})
	}
	finished := make(chan struct{})
	go func() {
		group.Wait()
		close(finished)
	}()
	everySecond(finished, func() { _, _ = fmt.Fprintf(progress, "%s: %d of %d\n", what, done.Load(), n) })
	return context.Cause(ctx)
}

// everySecond calls fn once a second until finished is closed.
func everySecond(finished <-chan struct{}, fn func()) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-finished:
			return
		case <-ticker.C:
			fn()
		}
	}
}
