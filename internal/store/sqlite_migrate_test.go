package store_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/store"
)

func TestMigrateCreatesAPrivateDatabase(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data", "bank")
	path := filepath.Join(dir, "bank.db")
	applied, err := store.Migrate(context.Background(), "sqlite:"+path)
	require.NoError(t, err)
	require.Equal(t, "00001_baseline.sql", applied[0])

	requireMode(t, 0o700, filepath.Dir(dir))
	requireMode(t, 0o700, dir)
	requireMode(t, 0o600, path)
	s := open(t, path)
	require.NoError(t, s.Claim())
	requireMode(t, 0o600, path+"-wal")
	requireMode(t, 0o600, path+"-shm")
}

func requireMode(t *testing.T, want os.FileMode, path string) {
	t.Helper()
	found, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, want, found.Mode().Perm(), path)
}

func TestMigrateAgainChangesNothing(t *testing.T) {
	t.Parallel()
	s, path := newFile(t)
	applied, err := store.Migrate(context.Background(), "sqlite:"+path)
	require.NoError(t, err)
	require.Empty(t, applied)
	ofAda, ofGrace := balances(t, s)
	require.Equal(t, int64(2000), ofAda+ofGrace)
}

func TestNewerDatabaseIsRefused(t *testing.T) {
	t.Parallel()
	s, path := newFile(t)
	require.NoError(t, s.Close())
	pool := raw(t, path, "")
	_, err := pool.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, 1)")
	require.NoError(t, err)
	require.NoError(t, pool.Close())
	before := read(t, path)

	applied, err := store.Migrate(context.Background(), "sqlite:"+path)
	require.ErrorIs(t, err, store.ErrSchema)
	require.ErrorContains(t, err, "999")
	require.Empty(t, applied)
	_, err = store.Open(context.Background(), "sqlite:"+path)
	require.ErrorIs(t, err, store.ErrSchema)
	require.ErrorContains(t, err, "999")
	requireUnchanged(t, before, path)
}

// requireUnchanged does not print the file if it differs.
func requireUnchanged(t *testing.T, before []byte, path string) {
	t.Helper()
	require.True(t, bytes.Equal(before, read(t, path)), "%s was changed", filepath.Base(path))
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	return content
}

// foreign creates a database of another program, and returns its path and content.
func foreign(t *testing.T, table, options string) (path string, content []byte) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "places.sqlite")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	pool := raw(t, path, options)
	_, err := pool.Exec("CREATE TABLE " + table + " (url TEXT); INSERT INTO " + table + " VALUES ('theirs')")
	require.NoError(t, err)
	require.NoError(t, pool.Close())
	return path, read(t, path)
}

func TestMigrateLeavesADatabaseThatIsNotOursAsItWas(t *testing.T) {
	t.Parallel()
	for _, table := range []string{"bookmarks", "accounts"} { // one that does not conflict with ours, and one that does
		t.Run(table, func(t *testing.T) {
			t.Parallel()
			path, before := foreign(t, table, "")
			applied, err := store.Migrate(context.Background(), "sqlite:"+path)
			require.Error(t, err)
			require.Empty(t, applied)
			requireUnchanged(t, before, path)
		})
	}
}

// The table of versions is created before the first migration: a process that is killed between them must not leave a file that no
// program accepts.
func TestMigrateGoesOnWhereItWasKilled(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "bank.db")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	pool := raw(t, path, "_journal_mode=WAL")
	_, err := pool.Exec(`CREATE TABLE goose_db_version (
			id INTEGER PRIMARY KEY AUTOINCREMENT,
			version_id INTEGER NOT NULL,
			is_applied INTEGER NOT NULL,
			tstamp TIMESTAMP DEFAULT (datetime('now'))
		);
		INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, 1)`)
	require.NoError(t, err)
	require.NoError(t, pool.Close())
	_, err = store.Open(context.Background(), "sqlite:"+path)
	require.ErrorIs(t, err, store.ErrSchema)
	migrate(t, path)
	require.NoError(t, open(t, path).Ping(context.Background()))
}

func TestMigrateRefusesWhatIsNoDatabase(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "letter.txt")
	text := []byte("Dear Ada, this is not a database, however long it may become.\n")
	require.NoError(t, os.WriteFile(path, text, 0o600))
	_, err := store.Migrate(context.Background(), "sqlite:"+path)
	require.Error(t, err)
	requireUnchanged(t, text, path)
}

func TestDatabaseURLsThatNameNoFile(t *testing.T) {
	t.Parallel()
	for _, url := range []string{
		"", "sqlite:", "sqlite://", "bank.db", "SQLITE:bank.db",
		"postgres://bank:canary-7731@db:port/bank", "postgres://bank:canary-7731@db/bank?sslmode=perhaps",
		"postgres://bank:canary-7731@db/bank?pool_max_conns=1", "mysql://bank:canary-7731@db/bank",
	} {
		t.Run(url, func(t *testing.T) {
			t.Parallel()
			_, err := store.Migrate(context.Background(), url)
			require.ErrorContains(t, err, "DATABASE_URL: ")
			require.NotContains(t, err.Error(), "canary-7731")
			_, err = store.Open(context.Background(), url)
			require.ErrorContains(t, err, "DATABASE_URL: ")
			require.NotContains(t, err.Error(), "canary-7731")
		})
	}
}
