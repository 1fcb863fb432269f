package backup_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/backup"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// newBank opens a new database, and returns the path of its file.
func newBank(t *testing.T) (s *store.Store, path string) {
	t.Helper()
	url := storetest.SQLite(t)
	return open(t, url), strings.TrimPrefix(url, "sqlite:")
}

func open(t *testing.T, url string) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), url)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func write(s *store.Store, path string) error {
	return backup.Write(context.Background(), s, backup.WriteParams{Path: path})
}

// requireOpens checks that a backup is a database that a server can run on.
func requireOpens(t *testing.T, path string) {
	t.Helper()
	require.NoError(t, open(t, "sqlite:"+path).Ping(context.Background()))
}

func TestBackupUnderAnyName(t *testing.T) {
	t.Parallel()
	s, _ := newBank(t)
	dir := filepath.Join(t.TempDir(), "with space ? # % &'\"")
	require.NoError(t, os.Mkdir(dir, 0o700))
	names := []string{"with space.db", "what?mode=memory", "number#1.db", "100%.db", "%41.db", "it's.db", `"quoted".db`, "-x.db", "ключ.db"}
	for _, name := range names {
		require.NoError(t, write(s, filepath.Join(dir, name)), name)
		requireOpens(t, filepath.Join(dir, name))
	}
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, entry := range entries {
		require.NotContains(t, entry.Name(), ".partial")
	}
}

// SQLite takes a name that begins with "file:" for a URL. This test changes the working folder, so it does not run in parallel.
func TestBackupUnderANameThatLooksLikeAURL(t *testing.T) {
	s, _ := newBank(t)
	dir := t.TempDir()
	t.Chdir(dir)
	require.NoError(t, write(s, "file:copy.db"))
	requireOpens(t, filepath.Join(dir, "file:copy.db"))
	require.NoFileExists(t, filepath.Join(dir, "copy.db.partial"))
}

func TestBackupRefusesATargetThatExists(t *testing.T) {
	t.Parallel()
	s, path := newBank(t)
	dir := t.TempDir()
	file, folder, link, dangling := filepath.Join(dir, "file"), filepath.Join(dir, "folder"), filepath.Join(dir, "link"), filepath.Join(dir, "dangling")
	require.NoError(t, os.WriteFile(file, []byte("precious"), 0o600))
	require.NoError(t, os.Mkdir(folder, 0o700))
	require.NoError(t, os.Symlink(file, link))
	require.NoError(t, os.Symlink(filepath.Join(dir, "nowhere"), dangling))
	for _, target := range []string{file, folder, link, dangling, path} {
		require.ErrorContains(t, write(s, target), "exists", target)
	}
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "precious", string(content))
	storetest.RequireFiles(t, dir, "file", "folder", "link", "dangling")
}

func TestFailedBackupLeavesNothing(t *testing.T) {
	t.Parallel()
	s, _ := newBank(t)
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
		{"a name that is too long", background, filepath.Join(dir, strings.Repeat("a", 300))},
		{"a caller who has left", cancelled, filepath.Join(dir, "copy.db")},
		{"a folder that accepts no files", background, "/proc/copy.db"},
	} {
		require.Error(t, backup.Write(c.ctx, s, backup.WriteParams{Path: c.target}), c.name)
		require.NoFileExists(t, c.target, c.name)
		storetest.RequireFiles(t, dir, "file")
	}
}

func TestBackupLeavesItsNeighboursAlone(t *testing.T) {
	t.Parallel()
	s, _ := newBank(t)
	dir := t.TempDir()
	target := filepath.Join(dir, "copy.db")
	require.NoError(t, os.WriteFile(target+".partial", []byte("half a copy"), 0o600))
	require.NoError(t, write(s, target))
	storetest.RequireFiles(t, dir, "copy.db", "copy.db.partial")
	requireOpens(t, target)
}
