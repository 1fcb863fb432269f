package store_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

func TestCopyWhileMoneyMoves(t *testing.T) {
	t.Parallel()
	s, _ := newFile(t)
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	moving, moved := make(chan struct{}), make(chan error, 1)
	go func() {
		var err error
		for n := 0; ctx.Err() == nil && err == nil; n++ {
			from, to := ada, grace
			if n%3 == 0 {
				from, to = grace, ada
			}
			err = s.Update(context.Background(), func(ctx context.Context, q db.Querier) error {
				return transfer(ctx, q, from, to, int64(1+n%2))
			})
			if n == 10 {
				close(moving)
			}
		}
		moved <- err
	}()
	<-moving
	var paths, names []string
	for range 3 {
		path, err := s.Copy(context.Background(), dir)
		require.NoError(t, err)
		paths, names = append(paths, path), append(names, filepath.Base(path))
	}
	cancel()
	require.NoError(t, <-moved)
	storetest.RequireFiles(t, dir, names...)

	entries := int64(0)
	for _, path := range paths {
		requireMode(t, 0o600, path)
		requireSound(t, path)
		entries = requireConserved(t, open(t, path), entries)
	}
	requireConserved(t, s, entries)
}

func requireSound(t *testing.T, path string) {
	t.Helper()
	pool := raw(t, path, "")
	for _, check := range []string{"integrity_check", "foreign_key_check"} {
		rows, err := pool.Query("PRAGMA " + check)
		require.NoError(t, err)
		for rows.Next() {
			var found string
			require.NoError(t, rows.Scan(&found))
			require.Equal(t, "ok", found)
		}
		require.NoError(t, rows.Err())
		require.NoError(t, rows.Close())
	}
	require.NoError(t, pool.Close())
}

// requireConserved returns the number of entries, which must be at least that of an earlier copy.
func requireConserved(t *testing.T, s *store.Store, atLeast int64) int64 {
	t.Helper()
	ofAda, ofGrace := balances(t, s)
	require.Equal(t, int64(2000), ofAda+ofGrace)
	entries, err := store.View(context.Background(), s, func(ctx context.Context, q db.Querier) (int64, error) {
		_, err := q.UnpairedTransfer(ctx)
		require.ErrorIs(t, err, store.ErrNotFound)
		return q.CountTransactions(ctx)
	})
	require.NoError(t, err)
	require.GreaterOrEqual(t, entries, atLeast)
	return entries
}

func TestACopyIsBesideItsDatabase(t *testing.T) {
	t.Parallel()
	s, path := newFile(t)
	link := filepath.Join(t.TempDir(), "link.db")
	require.NoError(t, os.Symlink(path, link))
	copied, err := openReader(t, link).Copy(context.Background(), "")
	require.NoError(t, err)
	folder, err := filepath.EvalSymlinks(filepath.Dir(path))
	require.NoError(t, err)
	require.Equal(t, folder, filepath.Dir(copied))
	requireConserved(t, s, requireConserved(t, open(t, copied), 2))
}

func TestADamagedDatabaseIsNotCopied(t *testing.T) {
	t.Parallel()
	s, path := newFile(t)
	pool := raw(t, path, "_busy_timeout=5000")
	_, err := pool.Exec("PRAGMA ignore_check_constraints = on")
	require.NoError(t, err)
	_, err = pool.Exec("UPDATE accounts SET balance = -5 WHERE account_number = ?", ada)
	require.NoError(t, err)
	dir := t.TempDir()
	_, err = s.Copy(context.Background(), dir)
	require.ErrorContains(t, err, "CHECK constraint")
	storetest.RequireFiles(t, dir)
}
