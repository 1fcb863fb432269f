package store

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/testkit/pgtest"
)

func openPostgres(t *testing.T) (s *Store, url string) {
	t.Helper()
	url = pgtest.Filled(t, func(url string) error {
		_, err := Migrate(context.Background(), url)
		return err
	})
	s, err := Open(context.Background(), url)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s, url
}

// TestAStoreClosesAfterAFailover: connections from before it are closed without telling the server, which is gone.
func TestAStoreClosesAfterAFailover(t *testing.T) {
	t.Parallel()
	s, _ := openPostgres(t)
	require.NoError(t, s.Update(context.Background(), touch))
	require.NoError(t, s.View(context.Background(), func(ctx context.Context, q db.Querier) error {
		_, err := q.CountAccounts(ctx)
		return err
	}))
	s.engine.(*postgres).generation.Add(1)
	require.NoError(t, s.Close())
}

// TestALockThatSomebodyHoldsIsNoLostServer: the server refuses a transaction that waits too long for a lock, and no connection is given up.
func TestALockThatSomebodyHoldsIsNoLostServer(t *testing.T) {
	t.Parallel()
	s, url := openPostgres(t)
	holder, err := pgx.Connect(context.Background(), url)
	require.NoError(t, err)
	defer func() { _ = holder.Close(context.Background()) }()
	_, err = holder.Exec(context.Background(), "BEGIN; LOCK TABLE unknown_account_attempts")
	require.NoError(t, err)
	require.ErrorIs(t, s.Update(context.Background(), touch), ErrUnavailable)
	require.Zero(t, s.engine.(*postgres).generation.Load(), "the server was taken for lost")
	_, err = holder.Exec(context.Background(), "COMMIT")
	require.NoError(t, err)
	require.NoError(t, s.Update(context.Background(), touch))
}

func touch(ctx context.Context, q db.Querier) error { return q.CountUnknownAccountAttempt(ctx) }
