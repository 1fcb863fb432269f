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

func openReader(t *testing.T, path string) *store.Store {
	t.Helper()
	s, err := store.OpenReadOnly(context.Background(), "sqlite:"+path)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func requireRead(t *testing.T, s *store.Store, wantAda, wantGrace int64) {
	t.Helper()
	ofAda, ofGrace := balances(t, s)
	require.Equal(t, []int64{wantAda, wantGrace}, []int64{ofAda, ofGrace})
}

// copyFiles copies a database's file, and the files beside it with these suffixes, to a new folder.
func copyFiles(t *testing.T, path string, suffixes ...string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), filepath.Base(path))
	for _, suffix := range append(suffixes, "") {
		require.NoError(t, os.WriteFile(to+suffix, read(t, path+suffix), 0o600))
	}
	return to
}

func TestReadingLeavesADatabaseAsItWas(t *testing.T) {
	t.Parallel()
	s, path := newFile(t)
	backup := backUp(t, s)
	require.NoError(t, s.Close())
	for _, path := range []string{backup, copyFiles(t, path)} {
		before := read(t, path)
		r := openReader(t, path)
		requireRead(t, r, 1000, 1000)
		require.NoError(t, r.Ping(context.Background()))
		backUp(t, r)
		never := func(context.Context, db.Querier) error { panic("it was opened for reading only") }
		require.ErrorContains(t, r.Update(context.Background(), never), "for reading only")
		require.ErrorContains(t, r.Claim(), "for reading only")
		require.NoError(t, r.Close())
		require.ErrorIs(t, r.Ping(context.Background()), store.ErrUnavailable)
		requireUnchanged(t, before, path)
		storetest.RequireFiles(t, filepath.Dir(path), filepath.Base(path))
	}
	_, err := store.OpenReadOnly(context.Background(), "sqlite:"+filepath.Join(t.TempDir(), "none.db"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

// TestReadersSeeWhatOthersHaveWritten: also from the log, whether its writer is running or was killed.
func TestReadersSeeWhatOthersHaveWritten(t *testing.T) {
	t.Parallel()
	s, path := newFile(t)
	r := openReader(t, path)
	requireRead(t, r, 1000, 1000)
	require.NoError(t, s.Update(context.Background(), func(ctx context.Context, q db.Querier) error {
		return transfer(ctx, q, ada, grace, 300)
	}))
	requireRead(t, r, 700, 1300)
	killed := copyFiles(t, path, "-wal")
	before, log := read(t, killed), read(t, killed+"-wal")
	requireRead(t, openReader(t, killed), 700, 1300)
	requireUnchanged(t, before, killed)
	requireUnchanged(t, log, killed+"-wal")
}

func TestAFileCopiedWithoutItsLogIsRefused(t *testing.T) {
	t.Parallel()
	s, path := newFile(t)
	require.NoError(t, s.Update(context.Background(), func(ctx context.Context, q db.Querier) error {
		return transfer(ctx, q, ada, grace, 300)
	}))
	alone := copyFiles(t, path)
	require.NoError(t, s.Close())
	before := read(t, alone)
	_, err := store.OpenReadOnly(context.Background(), "sqlite:"+alone)
	require.ErrorIs(t, err, store.ErrNoLog)
	require.ErrorContains(t, err, "without bank.db-wal; its newest entries may be missing")
	_, err = store.Open(context.Background(), "sqlite:"+alone)
	require.ErrorIs(t, err, store.ErrNoLog)
	_, err = store.Migrate(context.Background(), "sqlite:"+alone)
	require.ErrorIs(t, err, store.ErrNoLog)
	_, err = restore(alone, path)
	require.ErrorIs(t, err, store.ErrNoLog)
	requireUnchanged(t, before, alone)
	storetest.RequireFiles(t, filepath.Dir(alone), "bank.db")
	requireHolds(t, copyFiles(t, path), 700, 1300) // no process has it open any more
}

// TestAnInterruptedChangeIsUndoneByAWriter: a process that is killed while it changes the journal mode leaves a file like this.
func TestAnInterruptedChangeIsUndoneByAWriter(t *testing.T) {
	t.Parallel()
	s, path := newFile(t)
	require.NoError(t, s.Close())
	pool := raw(t, path, "_journal_mode=DELETE&_cache_size=10") // too small to keep the following changes in memory
	tx, err := pool.Begin()
	require.NoError(t, err)
	_, err = tx.Exec(`UPDATE accounts SET nickname = 'x';
		WITH RECURSIVE counted (n) AS (VALUES (0) UNION ALL SELECT n + 1 FROM counted WHERE n < 5000)
		INSERT INTO token_blacklist SELECT printf('%036d', n), NULL, 0, 0 FROM counted`)
	require.NoError(t, err)
	killed := copyFiles(t, path, "-journal")
	require.NoError(t, tx.Rollback())
	_, err = store.OpenReadOnly(context.Background(), "sqlite:"+killed)
	require.ErrorContains(t, err, "a change of the file was interrupted")
	_, err = restore(killed, path)
	require.ErrorContains(t, err, "a change of the file was interrupted")
	requireBalances(t, open(t, killed), 1000, 1000)
	requireRead(t, openReader(t, killed), 1000, 1000)
}

// TestALockedFileIsRefusedInPlainWords after a wait for the process that is changing it.
func TestALockedFileIsRefusedInPlainWords(t *testing.T) {
	t.Parallel()
	s, path := newFile(t)
	require.NoError(t, s.Close())
	pool := raw(t, path, "_txlock=exclusive&_journal_mode=DELETE")
	tx, err := pool.Begin()
	require.NoError(t, err)
	_, err = tx.Exec("UPDATE accounts SET nickname = 'x'")
	require.NoError(t, err)
	_, err = store.OpenReadOnly(context.Background(), "sqlite:"+path)
	require.ErrorIs(t, err, store.ErrUnavailable)
	require.ErrorContains(t, err, "open "+path+": store: unavailable: database is locked")
	require.NoError(t, tx.Rollback())
	requireRead(t, openReader(t, path), 1000, 1000)
}

// TestTheLastToCloseLeavesOneFile: until then the log stays, so that the file is never mistaken for one that was copied alone.
func TestTheLastToCloseLeavesOneFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "bank.db")
	migrate(t, path)
	storetest.RequireFiles(t, dir, "bank.db", "bank.db.lock")
	link := filepath.Join(t.TempDir(), "link.db")
	require.NoError(t, os.Symlink(path, link))
	first, second := open(t, path), open(t, link)
	require.FileExists(t, path+"-wal", "before anything is written")
	require.NoError(t, openReader(t, copyFiles(t, path, "-wal")).Ping(context.Background()))
	openTwo(t, first)
	require.NoError(t, first.Close())
	requireRead(t, openReader(t, path), 1000, 1000)
	openReader(t, link)
	require.NoError(t, second.Close())
	requireHolds(t, path, 1000, 1000)
}

// TestAReaderNoticesThatOthersBegin: SQLite does not look for writers while it reads, so what it has read may be wrong.
func TestAReaderNoticesThatOthersBegin(t *testing.T) {
	t.Parallel()
	s, path := newFile(t)
	require.NoError(t, s.Close())
	r := openReader(t, path)
	requireRead(t, r, 1000, 1000)
	err := r.View(context.Background(), func(context.Context, db.Querier) error {
		s := open(t, path)
		require.NoError(t, s.Update(context.Background(), func(ctx context.Context, q db.Querier) error {
			return transfer(ctx, q, ada, grace, 300)
		}))
		return nil
	})
	require.ErrorIs(t, err, store.ErrUnavailable)
	require.ErrorContains(t, err, "has begun to write to "+path)
	_, err = r.Copy(context.Background(), t.TempDir())
	require.ErrorContains(t, err, "has begun to write")
	requireRead(t, openReader(t, path), 700, 1300)
}
