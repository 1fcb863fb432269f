//go:build unix

package store_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestALogBelongsToTheDatabasesOwner, whichever user opens the database: even root must leave a log that the server can write to.
func TestALogBelongsToTheDatabasesOwner(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "bank.db")
	migrate(t, path)
	require.NoError(t, os.Chmod(path, 0o640))
	if os.Geteuid() == 0 {
		require.NoError(t, os.Chown(path, 65534, 65534))
	}
	open(t, path)
	database, err := os.Stat(path)
	require.NoError(t, err)
	log, err := os.Stat(path + "-wal")
	require.NoError(t, err)
	require.Equal(t, database.Sys().(*syscall.Stat_t).Uid, log.Sys().(*syscall.Stat_t).Uid)
	require.Equal(t, database.Mode(), log.Mode())
}
