package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
	"github.com/bankingcore/bankcore/internal/testkit/pgtest"
)

func TestServersRefuseOtherDatabases(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	environ := append([]string{"DATABASE_URL=" + server.URL("bankcore")}, bankcoretest.SharedSecrets...)
	require.Equal(t, 0, command(t, environ, "", "migrate").Code)
	o := command(t, environ[:1], "", "serve")
	require.Equal(t, 1, o.Code)
	require.Contains(t, o.Err, "SECRET_KEY: not set")
	for _, name := range []string{"backup", "restore"} {
		o := command(t, environ, "", name, t.TempDir()+"/x.db")
		require.Equal(t, 1, o.Code)
		require.Contains(t, o.Err, "only for SQLite", name)
	}
	server.Exec(t, "bankcore", "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, TRUE)")
	for _, name := range []string{"serve", "migrate", "verify"} {
		o := command(t, environ, "", name)
		require.Equal(t, 1, o.Code)
		require.Contains(t, o.Err, "schema version", name)
	}
	server.Exec(t, "bankcore", "DROP TABLE goose_db_version")
	for _, name := range []string{"serve", "migrate", "verify"} {
		o := command(t, environ, "", name)
		require.Equal(t, 1, o.Code)
		require.Contains(t, o.Err, "not a database of bankcore", name)
	}
}
