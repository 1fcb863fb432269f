package reports

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// TestLongReadsTakeSlots checks that what the bank and its reports read for one customer counts together, and holds up no other customer.
func TestLongReadsTakeSlots(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	storetest.OneEngine(t)
	br := newCouple(t)
	gone, leave := context.WithCancel(context.Background())
	leave()
	for range 2 {
		_, err := br.bank.Readers().Enter(context.Background(), br.ada)
		require.NoError(t, err)
	}
	for name, read := range map[string]func(ctx context.Context, caller auth.Caller) error{
		"a history": func(ctx context.Context, caller auth.Caller) error {
			_, err := br.bank.ListTransactions(ctx, caller, bank.ListTransactionsParams{Account: caller.Account})
			return err
		},
		"events": func(ctx context.Context, caller auth.Caller) error {
			_, err := br.bank.ListAccountEvents(ctx, caller, bank.ListAccountEventsParams{Account: caller.Account})
			return err
		},
		"a statement": func(ctx context.Context, caller auth.Caller) error {
			_, err := br.reports.GetStatement(ctx, caller, caller.Account, br.Clock.Now())
			return err
		},
		"a balance": func(ctx context.Context, caller auth.Caller) error {
			_, err := br.reports.GetBalance(ctx, caller, caller.Account, time.Time{})
			return err
		},
		"daily balances": func(ctx context.Context, caller auth.Caller) error {
			_, err := br.reports.GetBalances(ctx, caller, caller.Account, 366)
			return err
		},
	} {
		err := read(gone, br.ada)
		require.ErrorIs(t, err, store.ErrUnavailable, name)
		require.ErrorContains(t, err, "wait for a reader", name)
		require.NoError(t, read(context.Background(), br.bob), "%s of another customer", name)
	}
}

// TestALongReadEndsWhenItsCallerLeaves checks that it ends after its current step, not before and not later.
func TestALongReadEndsWhenItsCallerLeaves(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	br := longHistory(t, 1000)
	br.reports.bounds = readBounds{balances: 2000, balancesStep: 64}
	read := func(ctx context.Context) error {
		_, err := br.reports.GetBalances(ctx, br.ada, br.ada.Account, 366)
		return err
	}
	storetest.RequireEndsWhenCallerLeaves(t, store.ErrUnavailable, read)
}

// TestBalancesInSteps checks that the days are the same however the walk is cut, and that more entries than the limit are
// refused.
func TestBalancesInSteps(t *testing.T) {
	t.Parallel()
	br := longHistory(t, 400)
	whole, err := br.reports.GetBalances(context.Background(), br.ada, br.ada.Account, 3)
	require.NoError(t, err)
	for _, step := range []int64{1, 64, 65, 100, 128, 1000} {
		br.reports.bounds.balancesStep = step
		stepped, err := br.reports.GetBalances(context.Background(), br.ada, br.ada.Account, 3)
		require.NoError(t, err)
		require.Equal(t, whole, stepped, fmt.Sprint(step))
	}
	br.reports.bounds.balances = 300
	_, err = br.reports.GetBalances(context.Background(), br.ada, br.ada.Account, 3)
	require.ErrorContains(t, err, "covers more than 300 entries")
	br.Clock.Pass(48 * time.Hour)
	_, err = br.reports.GetBalances(context.Background(), br.ada, br.ada.Account, 1)
	require.NoError(t, err, "fewer days")
	milestones, err := store.Read(context.Background(), br.Store, func(ctx context.Context, q db.Querier) ([]db.ListMilestonesRow, error) {
		return q.ListMilestones(ctx, db.ListMilestonesParams{AccountNumber: int64(br.ada.Account), RowLimit: 100})
	})
	require.NoError(t, err)
	require.Len(t, milestones, 6, "the walk had places to cut")
}
