package loadgen

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

// ErrBusy means that a server did not do what it was asked for because it is busy. That says nothing about what its ledger holds.
var ErrBusy = errors.New("busy")

const (
	// busyPatience bounds how long a server may be busy each time that it is asked for something.
	busyPatience = 2 * time.Minute
	busyPause    = 100 * time.Millisecond
)

// Each calls fn for 0 to n-1, atATime at once, until ctx ends or a call fails, and calls it again for a while if that fails with
// ErrBusy. It returns the first error. It reports its progress once a second.
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
				if err := Patiently(ctx, func() error { return fn(ctx, i) }); err != nil {
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

// Patiently calls fn until it does not fail with ErrBusy, or has for too long, or until ctx ends.
func Patiently(ctx context.Context, fn func() error) error {
	ctx, cancel := context.WithTimeout(ctx, busyPatience)
	defer cancel()
	for {
		err := fn()
		if !errors.Is(err, ErrBusy) {
			return err
		}
		select {
		case <-time.After(busyPause):
		case <-ctx.Done():
			return err
		}
	}
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
