package store_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// A caller may also leave after all statements and before the commit: the work is committed with its neighbour's.
func TestUpdateIsDoneWholeForACallerWhoLeavesBeforeTheCommit(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	s, _ := newFile(t)
	release := writing(t, s)
	leaving, leave := context.WithCancel(context.Background())
	defer leave()
	gone := queue(leaving, t, s, func(ctx context.Context, q db.Querier) error { return transfer(ctx, q, ada, grace, 1) })
	neighbour := queue(context.Background(), t, s, func(ctx context.Context, q db.Querier) error {
		leave()
		return transfer(ctx, q, ada, grace, 10)
	})
	release()
	require.NoError(t, <-gone)
	require.NoError(t, <-neighbour)
	require.ErrorIs(t, leaving.Err(), context.Canceled)
	requireBalances(t, s, 989, 1011)
}
