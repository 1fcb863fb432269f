package bank

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
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

// TestALongReadEndsWhenItsCallerLeaves checks that it ends after its current step, not before and not later.
func TestALongReadEndsWhenItsCallerLeaves(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	l := longHistory(t, 200)
	l.bank.bounds = readBounds{page: 200, pageStep: 10}
	read := func(ctx context.Context) error {
		_, err := l.bank.ListTransactions(ctx, ownerOf(l.ada), ListTransactionsParams{Account: l.ada, Match: EntryMatch{Type: ledger.TypeTransferIn}})
		return err
	}
	whole := &leavingAfter{Context: context.Background()}
	whole.left.Store(1 << 40)
	require.NoError(t, read(whole))
	require.Greater(t, whole.asked.Load(), int64(12), "it has a dozen steps and more")
	leaving := &leavingAfter{Context: context.Background()}
	leaving.left.Store(6)
	require.ErrorIs(t, read(leaving), ErrUnavailable)
	require.Less(t, leaving.asked.Load(), int64(10))
	t.Logf("a whole read checks for its caller %d times; one who left after 6 checks was noticed at once", whole.asked.Load())
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
