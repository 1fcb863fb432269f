package backup_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/backup"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// TestARestoreProvesAndDecrypts: it refuses a backup without the right key and identity, and leaves nothing behind.
func TestARestoreProvesAndDecrypts(t *testing.T) {
	t.Parallel()
	identity, err := age.GenerateX25519Identity()
	require.NoError(t, err)
	key, identities := []byte("the key"), []age.Identity{identity}
	s, path := newBank(t)
	file := filepath.Join(t.TempDir(), "bank.age")
	require.NoError(t, backup.Write(context.Background(), s, backup.WriteParams{
		Path: file, Key: key, Recipients: []age.Recipient{identity.Recipient()},
	}))
	storetest.RequireFiles(t, filepath.Dir(file), "bank.age", "bank.age.mac")
	storetest.RequireFiles(t, filepath.Dir(path), "bank.db", "bank.db-wal", "bank.db-shm")

	dir := t.TempDir()
	restore := func(keys [][]byte, identities []age.Identity) (kept string, err error) {
		return backup.Restore(context.Background(), backup.RestoreParams{
			Backup: file, DatabaseURL: "sqlite:" + filepath.Join(dir, "bank.db"), Now: time.Date(2026, 11, 25, 4, 15, 0, 0, time.UTC),
			Keys: keys, Identities: identities, Prepare: func(context.Context, *store.Store) error { return nil },
		})
	}
	_, err = restore([][]byte{[]byte("another")}, identities)
	require.ErrorContains(t, err, "another SECRET_KEY")
	_, err = restore([][]byte{key}, nil)
	require.ErrorContains(t, err, "the backup is encrypted")
	storetest.RequireFiles(t, dir, "bank.db", "bank.db.lock")
	kept, err := restore([][]byte{[]byte("another"), key}, identities)
	require.NoError(t, err)
	require.Empty(t, kept)
	storetest.RequireFiles(t, dir, "bank.db", "bank.db.lock")
	requireOpens(t, filepath.Join(dir, "bank.db"))

	sealed, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, append(sealed, 0), 0o600))
	_, err = restore([][]byte{key}, identities)
	require.Error(t, err)
	_, err = backup.Restore(context.Background(), backup.RestoreParams{Backup: file, DatabaseURL: "postgres://bank"})
	require.ErrorIs(t, err, store.ErrNotSQLite)
}
