package store

import (
	"context"
	"database/sql"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/db"
)

func TestPragmasHold(t *testing.T) {
	t.Parallel()
	s := newEmpty(t)
	for pragma, want := range map[string]string{
		"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "5000", "cache_size": "-65536",
		"journal_size_limit": "67108864", "wal_autocheckpoint": "10000", "query_only": "0",
	} {
		require.Equal(t, want, pragmaOf(t, fileOf(s).writer.conn, pragma), pragma)
	}
	// The readers' connections come and go: every one must be read-only, not only the first.
	for range maxReaders {
		conn, err := fileOf(s).reading.Conn(context.Background())
		require.NoError(t, err)
		t.Cleanup(func() { _ = conn.Close() })
		var queryOnly string
		require.NoError(t, conn.QueryRowContext(context.Background(), "PRAGMA query_only").Scan(&queryOnly))
		require.Equal(t, "1", queryOnly)
		_, err = conn.ExecContext(context.Background(), "PRAGMA query_only = 0")
		require.NoError(t, err)
		_, err = conn.ExecContext(context.Background(), "UPDATE unknown_account_attempts SET attempts = 7")
		require.ErrorContains(t, err, "readonly", "the connection itself must be read-only")
	}
}

func pragmaOf(t *testing.T, conn db.DBTX, pragma string) string {
	t.Helper()
	var value string
	require.NoError(t, conn.QueryRowContext(context.Background(), "PRAGMA "+pragma).Scan(&value))
	return value
}

func TestPragmasThatDifferAreRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "bank.db")
	require.NoError(t, createFile(path))
	// An option that the driver does not know, because of a typing error or another version of the driver.
	pool, err := openSQLite(path, "mode=rw&_synchronus=FULL&_journal_mode=WAL")
	require.NoError(t, err)
	defer func() { _ = pool.Close() }()
	ctx := context.Background()
	require.NoError(t, checkPragmas(ctx, pool, map[string]string{"journal_mode": "wal"}))
	require.ErrorContains(t, checkPragmas(ctx, pool, map[string]string{"synchronous": "2"}), "synchronous is 1, not 2")
	require.ErrorContains(t, checkPragmas(ctx, pool, map[string]string{"foreign_keys": "1"}), "foreign_keys is 0, not 1")
	require.Error(t, checkPragmas(ctx, pool, map[string]string{"no_such_pragma": "1"}))
}

// TestTheLogGoesOnceTheFileSaysThatItIsWhole, and not only when the pool is closed: a reader that opens the file in between would
// prevent the removal, and so would a kill.
func TestTheLogGoesOnceTheFileSaysThatItIsWhole(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "bank.db")
	_, err := Migrate(ctx, "sqlite:"+path)
	require.NoError(t, err)
	pool, err := openWriting(ctx, path)
	require.NoError(t, err)
	defer func() { _ = pool.Close() }()
	_, err = pool.ExecContext(ctx, "UPDATE unknown_account_attempts SET attempts = 7")
	require.NoError(t, err)
	rest(ctx, pool, path)
	require.NoFileExists(t, logOf(path))
	open, err := inWALMode(path)
	require.NoError(t, err)
	require.False(t, open)
}

func TestPlaceholdersBindByNumber(t *testing.T) {
	t.Parallel()
	s := newEmpty(t)
	ctx := context.Background()
	statement, err := sqliteDialect{fileOf(s).reading}.PrepareContext(ctx, "SELECT $2, $1, $10, $2\nFOR UPDATE")
	require.NoError(t, err)
	defer func() { _ = statement.Close() }()
	var got [4]string
	require.NoError(t, statement.QueryRowContext(ctx, "one", "two", 3, 4, 5, 6, 7, 8, 9, "ten").Scan(&got[0], &got[1], &got[2], &got[3]))
	require.Equal(t, [4]string{"two", "one", "ten", "two"}, got)
}

// preparing records the queries that reach SQLite.
type preparing struct {
	db.DBTX
	queries []string
}

func (p *preparing) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	p.queries = append(p.queries, query)
	return p.DBTX.PrepareContext(ctx, query)
}

func TestEveryQueryPrepares(t *testing.T) {
	t.Parallel()
	s := newEmpty(t)
	for _, pool := range []db.DBTX{fileOf(s).writer.conn, fileOf(s).reading} {
		seen := &preparing{DBTX: pool}
		queries, err := db.Prepare(context.Background(), sqliteDialect{seen})
		require.NoError(t, err)
		require.NoError(t, queries.Close())
		require.Len(t, seen.queries, reflect.TypeFor[db.Querier]().NumMethod())
		for _, query := range seen.queries {
			require.NotRegexp(t, `\$|\?(\D|$)`, query, "a dollar that is no placeholder becomes one")
			require.NotRegexp(t, `[^+]\?\d`, query, "with a bare parameter, SQLite may prepare the query at each call")
			require.NotContains(t, query, "FOR UPDATE")
		}
	}
}
