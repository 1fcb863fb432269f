package pgtest_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

func execute(t *testing.T, conn *pgx.Conn, sql string) {
	t.Helper()
	_, err := conn.Exec(t.Context(), sql)
	require.NoError(t, err)
}

func query[T any](t *testing.T, conn *pgx.Conn, sql string) (value T) {
	t.Helper()
	require.NoError(t, conn.QueryRow(t.Context(), sql).Scan(&value))
	return value
}

func TestDatabasesAreTheTestsOwn(t *testing.T) {
	for i := range 4 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			conn := connect(t, pgtest.URL(t))
			execute(t, conn, "CREATE TABLE things (id BIGINT)")
			execute(t, conn, fmt.Sprintf("INSERT INTO things VALUES (%d)", i))
			require.EqualValues(t, i, query[int64](t, conn, "SELECT sum(id)::BIGINT FROM things"))
		})
	}
}

func TestDatabaseEndsWithItsTest(t *testing.T) {
	var url string
	t.Run("", func(t *testing.T) {
		url = pgtest.URL(t)
		connect(t, url)
	})
	_, err := pgx.Connect(t.Context(), url)
	require.ErrorContains(t, err, "does not exist")
}

func TestSettingsHoldForTheDatabase(t *testing.T) {
	conn := connect(t, pgtest.URL(t, "default_transaction_isolation=serializable", "deadlock_timeout=7ms"))
	require.Equal(t, "serializable", query[string](t, conn, "SHOW transaction_isolation"))
	require.Equal(t, "7ms", query[string](t, conn, "SHOW deadlock_timeout"))
	require.Equal(t, "read committed", query[string](t, connect(t, pgtest.URL(t)), "SHOW transaction_isolation"))
}

func TestRoleIsNoSuperuserAndSpeaksUTF8(t *testing.T) {
	conn := connect(t, pgtest.URL(t))
	require.Equal(t, "off", query[string](t, conn, "SHOW is_superuser"))
	require.Equal(t, "UTF8", query[string](t, conn, "SHOW server_encoding"))
	require.Equal(t, "C", query[string](t, conn, "SELECT datcollate FROM pg_database WHERE datname = current_database()"))
}

func TestKilledServerKeepsWhatWasCommitted(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t, "max_connections=20")
	conn := connect(t, server.URL("bankcore"))
	require.Equal(t, "on", query[string](t, conn, "SHOW fsync"))
	require.Equal(t, "20", query[string](t, conn, "SHOW max_connections"))
	execute(t, conn, "CREATE TABLE things (id BIGINT)")
	execute(t, conn, "INSERT INTO things VALUES (1)")
	execute(t, conn, "BEGIN")
	execute(t, conn, "INSERT INTO things VALUES (2)")
	server.Kill(t)
	_, err := conn.Exec(t.Context(), "COMMIT")
	require.Error(t, err)
	_, err = pgx.Connect(t.Context(), server.URL("bankcore"))
	require.Error(t, err)
	server.Restart(t)
	require.EqualValues(t, 1, query[int64](t, connect(t, server.URL("bankcore")), "SELECT sum(id)::BIGINT FROM things"))
	server.Restart(t)
	require.EqualValues(t, 1, query[int64](t, connect(t, server.URL("bankcore")), "SELECT sum(id)::BIGINT FROM things"))
	server.Kill(t)
}

func TestSynchronousReplicaIsPromoted(t *testing.T) {
	t.Parallel()
	primary := pgtest.Start(t)
	replica := primary.Replica(t)
	primary.Synchronize(t, replica)
	primary.Exec(t, "bankcore", "SET synchronous_commit = remote_apply; CREATE TABLE things (id BIGINT); GRANT ALL ON things TO "+pgtest.Owner)
	readOnly := connect(t, replica.URL("bankcore"))
	require.EqualValues(t, 0, query[int64](t, readOnly, "SELECT count(*) FROM things"))
	_, err := readOnly.Exec(t.Context(), "INSERT INTO things VALUES (1)")
	require.ErrorContains(t, err, "read-only transaction")

	execute(t, connect(t, primary.URL("bankcore")), "INSERT INTO things VALUES (1)")
	primary.Kill(t)
	replica.Promote(t)
	conn := connect(t, primary.URL("bankcore", replica)+"&target_session_attrs=read-write")
	execute(t, conn, "INSERT INTO things VALUES (2)")
	require.EqualValues(t, 3, query[int64](t, conn, "SELECT sum(id)::BIGINT FROM things"))
}
