package storetest

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// leavingAfter is a context that is cancelled after its Err has been called the given number of times.
type leavingAfter struct {
	context.Context
	left  atomic.Int64
	asked atomic.Int64
}

func (c *leavingAfter) Err() error {
	if c.asked.Add(1); c.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

// RequireEndsWhenCallerLeaves checks that a read of a dozen steps and more ends after its current step when its caller leaves, not before
// and not later, with the error unavailable.
func RequireEndsWhenCallerLeaves(t *testing.T, unavailable error, read func(ctx context.Context) error) {
	t.Helper()
	whole := &leavingAfter{Context: context.Background()}
	whole.left.Store(1 << 40)
	require.NoError(t, read(whole))
	require.Greater(t, whole.asked.Load(), int64(12), "it has a dozen steps and more")
	leaving := &leavingAfter{Context: context.Background()}
	leaving.left.Store(6)
	require.ErrorIs(t, read(leaving), unavailable)
	require.Less(t, leaving.asked.Load(), int64(10))
	t.Logf("a whole read checks for its caller %d times; one who left after 6 checks was noticed at once", whole.asked.Load())
}
