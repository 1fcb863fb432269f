package store_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/testkit/pgtest"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// TestProcessesThatStartTogetherMigrateInTurn creates databases several times, because most meetings are harmless.
func TestProcessesThatStartTogetherMigrateInTurn(t *testing.T) {
	t.Parallel()
	for range 10 {
		database, failures := pgtest.URL(t), make(chan error, 4)
		for range cap(failures) {
			go func() {
				_, err := store.Migrate(context.Background(), database)
				failures <- err
			}()
		}
		for range cap(failures) {
			require.NoError(t, <-failures)
		}
		s, err := store.Open(t.Context(), database)
		require.NoError(t, err, "a list of migrations that two processes have created looks tampered with")
		require.Empty(t, s.Extra())
		require.NoError(t, s.Close())
	}
}

// TestDatabasesFromBeforeTheBaselineAreRefused: the numbers of their migrations say nothing, since the baseline begins with 1 again.
func TestDatabasesFromBeforeTheBaselineAreRefused(t *testing.T) {
	t.Parallel()
	for _, version := range []int{1, 11} {
		t.Run(fmt.Sprint("version ", version), func(t *testing.T) {
			t.Parallel()
			database, marked := "sqlite:"+filepath.Join(t.TempDir(), "bank.db"), "PRAGMA application_id = 1650683762;"
			if storetest.OnSQLite() {
				require.NoError(t, os.WriteFile(strings.TrimPrefix(database, "sqlite:"), nil, 0o600))
			} else {
				database, marked = pgtest.URL(t), ""
			}
			pool := storetest.Raw(t, database)
			_, err := pool.Exec(marked + `CREATE TABLE accounts (account_number BIGINT PRIMARY KEY, is_locked INTEGER NOT NULL);
				CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY, version_id BIGINT, is_applied BOOLEAN, tstamp TIMESTAMP)`)
			require.NoError(t, err)
			for applied := range version + 1 {
				_, err := pool.Exec(fmt.Sprintf("INSERT INTO goose_db_version VALUES (%d, %d, TRUE, NULL)", applied+1, applied))
				require.NoError(t, err)
			}
			require.NoError(t, pool.Close())
			_, err = store.Migrate(context.Background(), database)
			requireTooOld(t, err)
			_, err = store.Open(context.Background(), database)
			requireTooOld(t, err)
			_, err = store.OpenReadOnly(context.Background(), database)
			requireTooOld(t, err)
		})
	}
}

func requireTooOld(t *testing.T, err error) {
	t.Helper()
	require.ErrorIs(t, err, store.ErrSchema)
	require.ErrorContains(t, err, "a development version before 0.2.0 made this database")
}
