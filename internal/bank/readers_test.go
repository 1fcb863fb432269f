package bank

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// using waits until a customer has the given number of reads running or waiting.
func (r *readers) using(t *testing.T, who auth.Caller, want int) {
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
	storetest.Concurrent(t)
	storetest.OneEngine(t)
	l := newCouple(t)
	ctx := context.Background()
	var leave []func()
	for range readerSlots {
		end, err := l.bank.readers.enter(ctx, ownerOf(l.ada))
		require.NoError(t, err)
		leave = append(leave, end)
	}
	reads := []func(ctx context.Context, caller auth.Caller, number ledger.AccountNumber) error{
		func(ctx context.Context, caller auth.Caller, number ledger.AccountNumber) error {
			_, err := l.bank.ListTransactions(ctx, caller, ListTransactionsParams{Account: number})
			return err
		},
		func(ctx context.Context, caller auth.Caller, number ledger.AccountNumber) error {
			_, err := l.bank.GetStatement(ctx, caller, number, l.clock.Now())
			return err
		},
		func(ctx context.Context, caller auth.Caller, number ledger.AccountNumber) error {
			_, err := l.bank.GetBalances(ctx, caller, number, 366)
			return err
		},
		func(ctx context.Context, caller auth.Caller, number ledger.AccountNumber) error {
			_, err := l.bank.ListAccountEvents(ctx, caller, ListAccountEventsParams{Account: number})
			return err
		},
	}
	waiting := make(chan error, maxReaderQueue)
	for i := range maxReaderQueue {
		go func() { waiting <- reads[i%len(reads)](ctx, ownerOf(l.ada), l.ada) }()
	}
	l.bank.readers.using(t, ownerOf(l.ada), readerSlots+maxReaderQueue)
	refused := 0
	for _, read := range reads {
		require.ErrorIs(t, read(ctx, ownerOf(l.ada), l.ada), ErrUnavailable)
		refused++
		require.NoError(t, read(ctx, ownerOf(l.bob), l.bob), "another customer")
	}
	require.Empty(t, waiting, "no waiting read got in")
	for _, end := range leave {
		end()
	}
	for range maxReaderQueue {
		require.NoError(t, <-waiting)
	}
	l.bank.readers.using(t, ownerOf(l.ada), 0)
	require.Empty(t, l.bank.readers.of)
	t.Logf("of %d reads of one customer %d ran, %d waited and %d were refused; all %d of another were served",
		readerSlots+maxReaderQueue+refused, readerSlots, maxReaderQueue, refused, len(reads))
}

// TestACallerWhoLeavesGivesUpTheirPlace waits for a slot and leaves.
func TestACallerWhoLeavesGivesUpTheirPlace(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	storetest.OneEngine(t)
	r := newReaders()
	caller := ownerOf(1)
	for range readerSlots {
		_, err := r.enter(context.Background(), caller)
		require.NoError(t, err)
	}
	leaving, leave := context.WithCancel(context.Background())
	gone := make(chan error)
	go func() {
		_, err := r.enter(leaving, caller)
		gone <- err
	}()
	r.using(t, caller, readerSlots+1)
	leave()
	require.ErrorIs(t, <-gone, ErrUnavailable)
	r.using(t, caller, readerSlots)
}

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

// TestALongReadEndsWhenItsCallerLeaves checks that it ends after its current step, not before and not later.
func TestALongReadEndsWhenItsCallerLeaves(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	l := longHistory(t, 1000)
	l.bank.bounds = readBounds{page: 1000, pageStep: 10, balances: 2000, balancesStep: 64}
	for name, read := range map[string]func(ctx context.Context) error{
		"a history": func(ctx context.Context) error {
			_, err := l.bank.ListTransactions(ctx, ownerOf(l.ada), ListTransactionsParams{Account: l.ada, Match: EntryMatch{Type: ledger.TypeTransferIn}})
			return err
		},
		"balances": func(ctx context.Context) error {
			_, err := l.bank.GetBalances(ctx, ownerOf(l.ada), l.ada, 366)
			return err
		},
	} {
		whole := &leavingAfter{Context: context.Background()}
		whole.left.Store(1 << 40)
		require.NoError(t, read(whole), name)
		require.Greater(t, whole.asked.Load(), int64(12), "%s has a dozen steps and more", name)
		leaving := &leavingAfter{Context: context.Background()}
		leaving.left.Store(6)
		require.ErrorIs(t, read(leaving), ErrUnavailable, name)
		require.Less(t, leaving.asked.Load(), int64(10), name)
		t.Logf("%s: a whole read checks for its caller %d times; one who left after 6 checks was noticed at once", name, whole.asked.Load())
	}
}

// TestAFilterThatMatchesNothingIsBounded checks that each page skips a limited number of entries, and that all pages together
// find everything.
func TestAFilterThatMatchesNothingIsBounded(t *testing.T) {
	t.Parallel()
	l := longHistory(t, 300)
	l.bank.bounds = readBounds{page: 50, pageStep: 7}
	pages := 0
	p := ListTransactionsParams{Account: l.ada, Match: EntryMatch{Type: ledger.TypeTransferIn}, Limit: 200}
	for {
		page, err := l.bank.ListTransactions(context.Background(), ownerOf(l.ada), p)
		require.NoError(t, err)
		require.Empty(t, page.Transactions)
		pages++
		if p.Cursor = page.NextCursor; p.Cursor == "" {
			break
		}
	}
	require.Equal(t, 6, pages, "each skips 56 of 300")
	for _, limit := range []int{1, 3, 50, 200} {
		var found []int64
		p := ListTransactionsParams{Account: l.ada, Match: EntryMatch{Type: ledger.TypeWithdrawal}, Limit: limit}
		for {
			page, err := l.bank.ListTransactions(context.Background(), ownerOf(l.ada), p)
			require.NoError(t, err)
			require.LessOrEqual(t, len(page.Transactions), limit)
			for _, entry := range page.Transactions {
				found = append(found, entry.Sequence)
			}
			if p.Cursor = page.NextCursor; p.Cursor == "" {
				break
			}
		}
		var want []int64
		for sequence := int64(300); sequence > 0; sequence-- {
			if sequence%4 == 0 {
				want = append(want, sequence)
			}
		}
		require.Equal(t, want, found, "pages of %d", limit)
	}
}

// TestBalancesInSteps checks that the days are the same however the walk is cut, and that more entries than the limit are
// refused.
func TestBalancesInSteps(t *testing.T) {
	t.Parallel()
	l := longHistory(t, 400)
	whole, err := l.bank.GetBalances(context.Background(), ownerOf(l.ada), l.ada, 3)
	require.NoError(t, err)
	for _, step := range []int64{1, 64, 65, 100, 128, 1000} {
		l.bank.bounds.balancesStep = step
		stepped, err := l.bank.GetBalances(context.Background(), ownerOf(l.ada), l.ada, 3)
		require.NoError(t, err)
		require.Equal(t, whole, stepped, fmt.Sprint(step))
	}
	l.bank.bounds.balances = 300
	_, err = l.bank.GetBalances(context.Background(), ownerOf(l.ada), l.ada, 3)
	require.ErrorContains(t, err, "covers more than 300 entries")
	l.clock.pass(48 * time.Hour)
	_, err = l.bank.GetBalances(context.Background(), ownerOf(l.ada), l.ada, 1)
	require.NoError(t, err, "fewer days")
	milestones, err := store.Read(context.Background(), l.store, func(ctx context.Context, q db.Querier) ([]db.ListMilestonesRow, error) {
		return q.ListMilestones(ctx, db.ListMilestonesParams{AccountNumber: int64(l.ada), RowLimit: 100})
	})
	require.NoError(t, err)
	require.Len(t, milestones, 6, "the walk had places to cut")
}
