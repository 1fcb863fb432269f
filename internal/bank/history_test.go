package bank

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

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
	storetest.RequireEndsWhenCallerLeaves(t, ErrUnavailable, read)
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
