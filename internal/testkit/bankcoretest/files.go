package bankcoretest

import (
	"database/sql"
	"strings"
	"testing"

	_ "github.com/mattn/go-sqlite3" // registers the driver "sqlite3"
	"github.com/stretchr/testify/require"
)

// Edit changes a database file behind the bank's back.
func Edit(t *testing.T, path string, statements ...string) {
	t.Helper()
	pool, err := sql.Open("sqlite3", "file:"+path+"?mode=rw")
	require.NoError(t, err)
	defer func() { require.NoError(t, pool.Close()) }()
	for _, statement := range statements {
		_, err := pool.Exec(statement)
		require.NoError(t, err, statement)
	}
}

// Ask reads one value from a database file.
func Ask(t *testing.T, path, query string) string {
	t.Helper()
	pool, err := sql.Open("sqlite3", "file:"+path+"?mode=ro")
	require.NoError(t, err)
	defer func() { require.NoError(t, pool.Close()) }()
	var value string
	require.NoError(t, pool.QueryRow(query).Scan(&value), query)
	return value
}

// RequireSameBank compares two database files without using the code that copied them.
func RequireSameBank(t *testing.T, one, other string) {
	t.Helper()
	pool, err := sql.Open("sqlite3", "file:"+one+"?mode=ro")
	require.NoError(t, err)
	defer func() { require.NoError(t, pool.Close()) }()
	pool.SetMaxOpenConns(1) // the other file is attached to one connection
	_, err = pool.Exec("ATTACH '" + other + "' AS other")
	require.NoError(t, err)
	for _, table := range []string{"accounts", "transactions", "sessions", "idempotency_keys", "token_blacklist", "events"} {
		var differing int
		require.NoError(t, pool.QueryRow(strings.ReplaceAll(`
			SELECT (SELECT count(*) FROM (SELECT * FROM main.t EXCEPT SELECT * FROM other.t))
			     + (SELECT count(*) FROM (SELECT * FROM other.t EXCEPT SELECT * FROM main.t))`, ".t", "."+table)).Scan(&differing))
		require.Zero(t, differing, table)
	}
}
