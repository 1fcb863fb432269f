package store_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

var restoredAt = time.Date(2026, 11, 25, 4, 15, 0, 0, time.UTC)

// newBackup returns a store that has made one more transfer since its backup.
func newBackup(t *testing.T) (s *store.Store, path, backup string) {
	t.Helper()
	s, path = newFile(t)
	backup = backUp(t, s)
	require.NoError(t, s.Update(context.Background(), func(ctx context.Context, q db.Querier) error {
		return transfer(ctx, q, ada, grace, 300)
	}))
	return s, path, backup
}

// backUp returns a copy of a database, in a folder of its own.
func backUp(t *testing.T, s *store.Store) string {
	t.Helper()
	copied, err := s.Copy(context.Background(), t.TempDir())
	require.NoError(t, err)
	backup := filepath.Join(filepath.Dir(copied), "backup.db")
	require.NoError(t, os.Rename(copied, backup))
	return backup
}

func restore(backup, path string) (kept string, err error) {
	file, err := store.ClaimFile(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Release() }()
	return file.Replace(context.Background(), store.ReplaceParams{
		Source: backup, Now: restoredAt, Prepare: func(context.Context, *store.Store) error { return nil },
	})
}

func requireHolds(t *testing.T, path string, wantAda, wantGrace int64) {
	t.Helper()
	s := open(t, path)
	ofAda, ofGrace := balances(t, s)
	require.Equal(t, []int64{wantAda, wantGrace}, []int64{ofAda, ofGrace})
	require.NoError(t, s.Close())
}

func TestRestoreKeepsWhatWasThere(t *testing.T) {
	t.Parallel()
	s, path, backup := newBackup(t)
	// A process that was killed leaves its log behind, and the transfer is in there.
	crashed := filepath.Join(t.TempDir(), "bank.db")
	for _, suffix := range []string{"", "-wal"} {
		require.NoError(t, os.WriteFile(crashed+suffix, read(t, path+suffix), 0o600))
	}
	require.NotEmpty(t, read(t, crashed+"-wal"))
	require.NoError(t, s.Close())
	before := read(t, backup)

	kept, err := restore(backup, crashed)
	require.NoError(t, err)
	require.Equal(t, crashed+".replaced-20261125T041500.000Z", kept)
	storetest.RequireFiles(t, filepath.Dir(crashed), "bank.db", "bank.db.lock", filepath.Base(kept))
	requireMode(t, 0o600, crashed)
	requireUnchanged(t, before, backup)
	requireHolds(t, crashed, 1000, 1000)
	requireHolds(t, kept, 700, 1300)

	_, err = restore(backup, crashed)
	require.ErrorIs(t, err, os.ErrExist, "a kept database is never overwritten")
	requireHolds(t, crashed, 1000, 1000)
}

func TestRestoreWhereNothingWas(t *testing.T) {
	t.Parallel()
	_, _, backup := newBackup(t)
	path := filepath.Join(t.TempDir(), "new", "bank.db")
	kept, err := restore(backup, path)
	require.NoError(t, err)
	require.Empty(t, kept)
	storetest.RequireFiles(t, filepath.Dir(path), "bank.db", "bank.db.lock")
	requireHolds(t, path, 1000, 1000)
}

func TestRestoreInPlaceOfAWreck(t *testing.T) {
	t.Parallel()
	_, _, backup := newBackup(t)
	path := filepath.Join(t.TempDir(), "bank.db")
	wreck := make([]byte, 8192)
	copy(wreck, "not what it was")
	require.NoError(t, os.WriteFile(path, wreck, 0o600))
	require.NoError(t, os.WriteFile(path+"-wal", wreck, 0o600))
	kept, err := restore(backup, path)
	require.NoError(t, err)
	requireUnchanged(t, wreck, kept)
	requireUnchanged(t, wreck, kept+"-wal")
	requireHolds(t, path, 1000, 1000)
}

func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	s, path, backup := newBackup(t)
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		return path
	}
	foreign := filepath.Join(dir, "foreign.db")
	require.NoError(t, os.WriteFile(foreign, nil, 0o600))
	pool := raw(t, foreign, "")
	_, err := pool.Exec("CREATE TABLE other (x)")
	require.NoError(t, err)
	require.NoError(t, pool.Close())
	newer := file("newer.db", string(read(t, backup)))
	pool = raw(t, newer, "")
	_, err = pool.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, 1)")
	require.NoError(t, err)
	require.NoError(t, pool.Close())
	cut := file("cut.db", string(read(t, backup)[:20_000]))

	require.NoError(t, s.Claim())
	_, err = restore(backup, path)
	require.ErrorIs(t, err, store.ErrInUse)
	require.NoError(t, s.Close())
	before := read(t, path)
	for name, from := range map[string]string{
		"no file": filepath.Join(dir, "none.db"), "a folder": dir, "an empty file": file("empty.db", ""), "a text": file("a.txt", "hello"),
		"another program's": foreign, "a newer version's": newer, "one that was cut short": cut,
	} {
		kept, err := restore(from, path)
		require.Error(t, err, name)
		require.Empty(t, kept, name)
		requireUnchanged(t, before, path)
		storetest.RequireFiles(t, filepath.Dir(path), "bank.db", "bank.db.lock")
	}
	foreignBefore := read(t, foreign)
	_, err = restore(backup, foreign)
	require.ErrorIs(t, err, store.ErrSchema, "in the place of another program's database")
	requireUnchanged(t, foreignBefore, foreign)
}
