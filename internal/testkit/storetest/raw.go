package storetest

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // registers the driver "pgx"
	_ "github.com/mattn/go-sqlite3"    // registers the driver "sqlite3"
	"github.com/stretchr/testify/require"
)

// Raw opens a database without the store, like a user of its shell. It uses one connection, so that a setting applies to whatever follows.
func Raw(tb testing.TB, url string) *sql.DB {
	tb.Helper()
	pool, err := open(url, "rw")
	require.NoError(tb, err)
	pool.SetMaxOpenConns(1)
	tb.Cleanup(func() { _ = pool.Close() })
	return pool
}

// open opens a database with a SQLite mode: "ro" leaves a killed process's log in place, which "rw" deletes on closing.
func open(url, mode string) (*sql.DB, error) {
	if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
		return sql.Open("sqlite3", "file:"+path+"?_busy_timeout=10000&mode="+mode)
	}
	if !strings.HasPrefix(url, "postgres://") {
		return nil, errors.New("neither sqlite: nor postgres://")
	}
	return sql.Open("pgx", url)
}

// Text returns the result of a query with any columns, one line for each row.
func Text(tb testing.TB, url, query string, args ...any) string {
	tb.Helper()
	pool, err := open(url, "ro")
	require.NoError(tb, err)
	defer func() { _ = pool.Close() }()
	rows, err := pool.Query(query, args...)
	require.NoError(tb, err)
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	require.NoError(tb, err)
	var text strings.Builder
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		require.NoError(tb, rows.Scan(values...))
		for i, value := range values {
			fmt.Fprintf(&text, "%s=%s ", columns[i], shown(*value.(*any)))
		}
		text.WriteString("\n")
	}
	require.NoError(tb, rows.Err())
	return text.String()
}

func shown(value any) string {
	if bytes, ok := value.([]byte); ok {
		return string(bytes)
	}
	return fmt.Sprint(value)
}

// Loosen lets a connection change anything: it drops the triggers, keys and checks.
func Loosen(tb testing.TB, pool *sql.DB) {
	tb.Helper()
	statements := []string{
		"PRAGMA foreign_keys = 0", "PRAGMA ignore_check_constraints = 1",
		"DROP TRIGGER IF EXISTS transactions_are_never_changed", "DROP TRIGGER IF EXISTS transactions_are_never_deleted",
		"DROP TRIGGER IF EXISTS transactions_move_their_account",
		"DROP TRIGGER IF EXISTS events_are_never_changed", "DROP TRIGGER IF EXISTS events_are_never_deleted",
		"DROP TRIGGER IF EXISTS events_are_never_replaced", "DROP TRIGGER IF EXISTS events_extend_their_chain",
		"DROP TRIGGER IF EXISTS event_chain_follows_events", "DROP TRIGGER IF EXISTS event_chain_is_never_deleted",
	}
	if !OnSQLite() {
		statements = postgresLoosening(tb, pool)
	}
	for _, statement := range statements {
		_, err := pool.Exec(statement)
		require.NoError(tb, err, statement)
	}
}

func postgresLoosening(tb testing.TB, pool *sql.DB) []string {
	tb.Helper()
	rows, err := pool.Query(`
		SELECT format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS %I', conrelid::regclass, conname) FROM pg_constraint
		WHERE connamespace = current_schema()::regnamespace AND contype IN ('c', 'f') AND conrelid <> 0
		UNION ALL
		SELECT format('DROP TRIGGER IF EXISTS %I ON %s', tgname, tgrelid::regclass) FROM pg_trigger WHERE NOT tgisinternal`)
	require.NoError(tb, err)
	defer func() { _ = rows.Close() }()
	var statements []string
	for rows.Next() {
		var statement string
		require.NoError(tb, rows.Scan(&statement))
		statements = append(statements, statement)
	}
	require.NoError(tb, rows.Err())
	return statements
}

// Break returns a statement that makes updates of a table's rows fail, if they meet a condition on OLD, until Mend.
func Break(table, condition string) string {
	if OnSQLite() {
		return fmt.Sprintf("CREATE TRIGGER broken BEFORE UPDATE ON %s WHEN %s BEGIN SELECT RAISE(ABORT, 'broken'); END", table, condition)
	}
	return fmt.Sprintf(`CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken'; END $$;
		CREATE TRIGGER broken BEFORE UPDATE ON %s FOR EACH ROW WHEN (%s) EXECUTE FUNCTION broken()`, table, condition)
}

// Mend returns a statement that undoes Break.
func Mend() string {
	if OnSQLite() {
		return "DROP TRIGGER broken"
	}
	return "DROP FUNCTION broken CASCADE"
}

// Zeros returns n zero bytes in the SQL of the engine under test.
func Zeros(n int) string { return Bytes(strings.Repeat("00", n)) }

// Bytes returns bytes, given in hexadecimal, in the SQL of the engine under test.
func Bytes(hex string) string {
	if OnSQLite() {
		return "x'" + hex + "'"
	}
	return "decode('" + hex + "', 'hex')"
}

// UUID returns the type of ids in the SQL of the engine under test.
func UUID() string {
	if OnSQLite() {
		return "TEXT"
	}
	return "UUID"
}

// Events returns the types, accounts, actors and details of the whole audit trail of a database, oldest first.
func Events(t *testing.T, url string) []string {
	t.Helper()
	rows := Text(t, url, `SELECT event_type || ' ' || account_number || ' ' || actor || ' ' || detail AS told FROM events ORDER BY sequence`)
	var lines []string
	for line := range strings.Lines(rows) {
		lines = append(lines, strings.TrimSpace(strings.TrimPrefix(line, "told=")))
	}
	return lines
}
