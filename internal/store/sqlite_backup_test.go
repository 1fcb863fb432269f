package store_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/store"
)

func TestBackupWhileMoneyMoves(t *testing.T) {
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
	var names []string
	for _, name := range []string{"first.db", "second.db", "third.db"} {
		require.NoError(t, s.Backup(context.Background(), store.BackupParams{Path: filepath.Join(dir, name)}))
		names = append(names, name)
	}
	cancel()
	require.NoError(t, <-moved)
	requireFiles(t, dir, names...)

	entries := int64(0)
	for _, name := range names {
		requireMode(t, 0o600, filepath.Join(dir, name))
		requireSound(t, filepath.Join(dir, name))
		entries = requireConserved(t, open(t, filepath.Join(dir, name)), entries)
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

func TestBackupUnderAnyName(t *testing.T) {
	t.Parallel()
	s, _ := newFile(t)
	dir := filepath.Join(t.TempDir(), "with space ? # % &'\"")
	require.NoError(t, os.Mkdir(dir, 0o700))
	names := []string{"with space.db", "what?mode=memory", "number#1.db", "100%.db", "%41.db", "it's.db", `"quoted".db`, "-x.db", "ключ.db"}
	for _, name := range names {
		require.NoError(t, s.Backup(context.Background(), store.BackupParams{Path: filepath.Join(dir, name)}), name)
		requireConserved(t, open(t, filepath.Join(dir, name)), 2)
	}
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, entry := range entries {
		require.NotContains(t, entry.Name(), ".partial")
	}
}

// SQLite takes a name that begins with "file:" for a URL. This test changes the working folder, so it does not run in parallel.
func TestBackupUnderANameThatLooksLikeAURL(t *testing.T) {
	s, _ := newFile(t)
	dir := t.TempDir()
	t.Chdir(dir)
	require.NoError(t, s.Backup(context.Background(), store.BackupParams{Path: "file:copy.db"}))
	requireConserved(t, open(t, filepath.Join(dir, "file:copy.db")), 2)
	require.NoFileExists(t, filepath.Join(dir, "copy.db.partial"))
}

func TestBackupRefusesATargetThatExists(t *testing.T) {
	t.Parallel()
	s, path := newFile(t)
	dir := t.TempDir()
	file, folder, link, dangling := filepath.Join(dir, "file"), filepath.Join(dir, "folder"), filepath.Join(dir, "link"), filepath.Join(dir, "dangling")
	require.NoError(t, os.WriteFile(file, []byte("precious"), 0o600))
	require.NoError(t, os.Mkdir(folder, 0o700))
	require.NoError(t, os.Symlink(file, link))
	require.NoError(t, os.Symlink(filepath.Join(dir, "nowhere"), dangling))
	for _, target := range []string{file, folder, link, dangling, path} {
		require.ErrorContains(t, s.Backup(context.Background(), store.BackupParams{Path: target}), "exists", target)
	}
	require.Equal(t, "precious", string(read(t, file)))
	requireFiles(t, dir, "file", "folder", "link", "dangling")
	requireBalances(t, s, 1000, 1000)
}

func TestFailedBackupLeavesNothing(t *testing.T) {
	t.Parallel()
	s, path := newFile(t)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "file"), nil, 0o600))
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	background := context.Background()
	for _, c := range []struct {
		name   string
		ctx    context.Context
		target string
	}{
		{"no such folder", background, filepath.Join(dir, "nowhere", "copy.db")},
		{"a file for a folder", background, filepath.Join(dir, "file", "copy.db")},
		{"a name too long", background, filepath.Join(dir, strings.Repeat("a", 300))},
		{"a name that is too long", background, filepath.Join(dir, strings.Repeat("a", 300))},
		{"a caller who has left", cancelled, filepath.Join(dir, "copy.db")},
		{"a folder that accepts no files", background, "/proc/copy.db"},
	} {
		require.Error(t, s.Backup(c.ctx, store.BackupParams{Path: c.target}), c.name)
		require.NoFileExists(t, c.target, c.name)
		requireFiles(t, dir, "file")
	}

	// A copy of a damaged database must not pass as a backup.
	pool := raw(t, path, "_busy_timeout=5000")
	_, err := pool.Exec("PRAGMA ignore_check_constraints = on")
	require.NoError(t, err)
	_, err = pool.Exec("UPDATE accounts SET balance = -5 WHERE account_number = ?", ada)
	require.NoError(t, err)
	require.ErrorContains(t, s.Backup(background, store.BackupParams{Path: filepath.Join(dir, "copy.db")}), "CHECK constraint")
	requireFiles(t, dir, "file")
}

func TestBackupLeavesItsNeighboursAlone(t *testing.T) {
	t.Parallel()
	s, _ := newFile(t)
	dir := t.TempDir()
	target := filepath.Join(dir, "copy.db")
	require.NoError(t, os.WriteFile(target+".partial", []byte("half a copy"), 0o600))
	require.NoError(t, s.Backup(context.Background(), store.BackupParams{Path: target}))
	requireFiles(t, dir, "copy.db", "copy.db.partial")
	requireConserved(t, open(t, target), 2)
}
