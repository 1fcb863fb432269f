package history

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/store"
)

// customer returns a caller who has signed in.
func customer(n byte) auth.Caller { return auth.Caller{Customer: uuid.UUID{15: n}} }

// using waits until a customer has the given number of reads running or waiting.
func (r *Readers) using(t *testing.T, who auth.Caller, want int) {
	t.Helper()
	require.Eventually(t, func() bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.of[readerOf(who)] == nil && want == 0 || r.of[readerOf(who)] != nil && r.of[readerOf(who)].users == want
	}, time.Minute, time.Millisecond)
}

// TestReadersOfOneCustomerDoNotHoldUpAnother starts many long reads of one customer: two run, sixteen wait, and the others
// are refused, while another customer's reads go on.
func TestReadersOfOneCustomerDoNotHoldUpAnother(t *testing.T) {
	t.Parallel()
	r, ctx, ada, bob := NewReaders(), context.Background(), customer(1), customer(2)
	var leave []func()
	for range readerSlots {
		end, err := r.Enter(ctx, ada)
		require.NoError(t, err)
		leave = append(leave, end)
	}
	waiting := make(chan error, maxReaderQueue)
	for range maxReaderQueue {
		go func() {
			end, err := r.Enter(ctx, ada)
			if err == nil {
				end()
			}
			waiting <- err
		}()
	}
	r.using(t, ada, readerSlots+maxReaderQueue)
	for range 3 {
		_, err := r.Enter(ctx, ada)
		require.ErrorIs(t, err, store.ErrUnavailable)
		end, err := r.Enter(ctx, bob)
		require.NoError(t, err, "another customer")
		end()
	}
	require.Empty(t, waiting, "no waiting read got in")
	for _, end := range leave {
		end()
	}
	for range maxReaderQueue {
		require.NoError(t, <-waiting)
	}
	r.using(t, ada, 0)
	require.Empty(t, r.of)
}

// TestACallerWhoLeavesGivesUpTheirPlace waits for a slot and leaves.
func TestACallerWhoLeavesGivesUpTheirPlace(t *testing.T) {
	t.Parallel()
	r := NewReaders()
	caller := customer(1)
	for range readerSlots {
		_, err := r.Enter(context.Background(), caller)
		require.NoError(t, err)
	}
	leaving, leave := context.WithCancel(context.Background())
	gone := make(chan error)
	go func() {
		_, err := r.Enter(leaving, caller)
		gone <- err
	}()
	r.using(t, caller, readerSlots+1)
	leave()
	require.ErrorIs(t, <-gone, store.ErrUnavailable)
	r.using(t, caller, readerSlots)
}
