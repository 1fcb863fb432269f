package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

func TestOpenCreatesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, path := range []string{filepath.Join(dir, "bank.db"), filepath.Join(dir, "typo", "bank.db")} {
		_, err := store.Open(context.Background(), "sqlite:"+path)
		require.ErrorIs(t, err, os.ErrNotExist)
		require.ErrorContains(t, err, "migrate")
	}
	storetest.RequireFiles(t, dir)
}

func TestOpenLeavesWhatItRefusesAsItWas(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"an empty file":         "",
		"a short text":          "hello\n",
		"a long text":           string(make([]byte, 9000)) + "hello",
		"a false SQLite header": "SQLite format 3\x00 and nothing that follows from it",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "bank.db")
			require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
			requireRefused(t, path)
		})
	}
	for _, mode := range []string{"DELETE", "WAL"} {
		t.Run("another program's database in mode "+mode, func(t *testing.T) {
			t.Parallel()
			path, _ := foreign(t, "bookmarks", "_journal_mode="+mode)
			requireRefused(t, path)
		})
	}
	t.Run("a folder", func(t *testing.T) {
		t.Parallel()
		_, err := store.Open(context.Background(), "sqlite:"+t.TempDir())
		require.Error(t, err)
	})
}

// requireRefused tries to open what cannot be opened, and finds the file and its folder unchanged.
func requireRefused(t *testing.T, path string) {
	t.Helper()
	before := read(t, path)
	_, err := store.Open(context.Background(), "sqlite:"+path)
	require.Error(t, err)
	require.ErrorContains(t, err, path)
	requireUnchanged(t, before, path)
	storetest.RequireFiles(t, filepath.Dir(path), filepath.Base(path))
}

func TestPathsMayHoldWhatURLsMayNot(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"with space.db", "what?mode=memory", "number#1.db", "100%.db", "%41.db", "a&b=c.db", "ключ.db", "a:b.db"} {
		path := filepath.Join(dir, name)
		migrate(t, path)
		s := open(t, path)
		require.NoError(t, s.Ping(context.Background()))
		require.NoError(t, s.Close())
		_, err := os.Stat(path)
		require.NoError(t, err, "the database has another name")
	}
}

func TestClosedStoreIsUnavailable(t *testing.T) {
	t.Parallel()
	s, _ := newStore(t)
	require.NoError(t, s.Ping(context.Background()))
	require.NoError(t, s.Close())
	never := func(context.Context, db.Querier) error {
		t.Error("the function ran on a closed store")
		return nil
	}
	require.ErrorIs(t, s.Update(context.Background(), never), store.ErrUnavailable)
	require.ErrorIs(t, s.View(context.Background(), never), store.ErrUnavailable)
	require.ErrorIs(t, s.Ping(context.Background()), store.ErrUnavailable)
	require.NoError(t, s.Close(), "closing twice is harmless")
}

// If Close did not wait, the claim on the database would be given up while this process still writes.
func TestCloseWaitsForTheTransactionThatRuns(t *testing.T) {
	t.Parallel()
	s, path := newFile(t)
	require.NoError(t, s.Claim())
	next := open(t, path)
	closed := make(chan error, 1)
	err := s.Update(context.Background(), func(ctx context.Context, q db.Querier) error {
		go func() { closed <- s.Close() }()
		// Long enough to catch a Close that does not wait; a Close that waits can never make this test fail.
		for range 2000 {
			if err := next.Claim(); !errors.Is(err, store.ErrInUse) {
				return fmt.Errorf("the claim was given up while a transaction ran: %w", err)
			}
			if _, err := q.UpdateRole(ctx, db.UpdateRoleParams{Role: "admin", ID: ownerOf(ada)}); err != nil {
				return err
			}
		}
		return nil
	})
	require.NoError(t, err)
	require.NoError(t, <-closed)
	require.NoError(t, next.Claim())
}

func TestServeIsForOneAtATime(t *testing.T) {
	t.Parallel()
	s, path := newFile(t)
	require.NoError(t, s.Claim())
	link := filepath.Join(t.TempDir(), "link.db")
	require.NoError(t, os.Symlink(path, link))
	folder := filepath.Join(t.TempDir(), "folder")
	require.NoError(t, os.Symlink(filepath.Dir(path), folder))
	here, err := os.Getwd()
	require.NoError(t, err)
	relative, err := filepath.Rel(here, path)
	require.NoError(t, err)

	for name, other := range map[string]string{
		"its path":                    path,
		"a relative path":             relative,
		"a detour":                    filepath.Dir(path) + "/./../" + filepath.Base(filepath.Dir(path)) + "/bank.db",
		"a symbolic link":             link,
		"a symbolic link to a folder": filepath.Join(folder, "bank.db"),
	} {
		t.Run(name, func(t *testing.T) {
			second := open(t, other)
			err := second.Claim()
			require.ErrorIs(t, err, store.ErrInUse)
			require.ErrorContains(t, err, "another process serves or migrates ")
			ofAda, _ := balances(t, second) // reading is allowed
			require.Equal(t, int64(1000), ofAda)
			require.NoError(t, second.Close())
		})
	}
	third := open(t, path)
	require.ErrorIs(t, third.Claim(), store.ErrInUse, "a refused claim must not free the database")
	require.NoError(t, s.Close())
	require.NoError(t, third.Claim())
}
