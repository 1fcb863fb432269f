package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/db/pgdb"
)

// TestWhatPostgresErrorsMean checks which errors are retried, which leave a commit's outcome open, and how they are classified.
func TestWhatPostgresErrorsMean(t *testing.T) {
	t.Parallel()
	refused := func(code string) error { return &pgconn.PgError{Code: code, SeverityUnlocalized: "ERROR"} }
	fatal := func(code string) error { return &pgconn.PgError{Code: code, SeverityUnlocalized: "FATAL"} }
	for _, c := range []struct {
		name      string
		err       error
		retryable bool
		open      bool  // after COMMIT was sent
		class     error // nil if it is returned as it is
	}{
		{"serialization", refused("40001"), true, false, ErrUnavailable},
		{"deadlock", refused("40P01"), true, false, ErrUnavailable},
		{"statement completion unknown", refused("40003"), false, true, nil},
		{"resolution unknown", refused("08007"), true, true, ErrUnavailable},
		{"shutdown", fatal("57P01"), true, true, ErrUnavailable},
		{"crash", fatal("57P02"), true, true, ErrUnavailable},
		{"starting", fatal("57P03"), true, true, ErrUnavailable},
		{"too many connections", fatal("53300"), false, true, ErrUnavailable},
		{"disk full", refused("53100"), false, false, ErrUnavailable},
		{"I/O", refused("58030"), false, false, ErrUnavailable},
		{"waited for a lock", refused("55P03"), false, false, ErrUnavailable},
		{"password", fatal("28P01"), false, true, ErrUnavailable},
		{"taken", refused("23505"), false, false, ErrDuplicate},
		{"check", refused("23514"), false, false, nil},
		{"trigger", refused("P0001"), false, false, nil},
		{"no table", refused("42P01"), false, false, nil},
		{"connection lost", lostError{io.ErrUnexpectedEOF}, true, true, ErrUnavailable},
		{"connection lost with a message", lostError{fatal("57P01")}, true, true, ErrUnavailable},
		{"bad connection", driver.ErrBadConn, true, true, ErrUnavailable},
		{"unknown", fmt.Errorf("%w: %w", ErrUnknown, io.EOF), false, true, ErrUnknown},
		{"a caller's own", errors.New("own"), false, true, nil},
	} {
		require.Equal(t, c.retryable, retryable(c.err), c.name)
		require.Equal(t, c.open, mayHaveCommitted(c.err), c.name)
		got := classify(c.err)
		require.ErrorIs(t, got, c.err, c.name)
		for _, class := range []error{ErrUnavailable, ErrDuplicate, ErrUnknown} {
			require.Equal(t, errors.Is(c.class, class), errors.Is(got, class), "%s is %v", c.name, got)
		}
	}
	require.True(t, isReadOnly(refused("25006")))
	require.False(t, retryable(refused("25006")), "a reader that writes is not a failover")
}

// TestPostgresURLs: a URL's settings apply, and whatever it leaves out gets a safe value.
// TestConflictsAreRetriedSoon checks that a transaction that has lost often still competes with new ones, while a database that is away
// is asked ever more rarely.
func TestConflictsAreRetriedSoon(t *testing.T) {
	t.Parallel()
	require.Less(t, longestConflictPause, longestPause)
	conflict, lost := &pgconn.PgError{Code: "40001"}, lostError{io.EOF}
	for try := range 1000 {
		require.Less(t, retryPause(try, conflict), 2*longestConflictPause)
		require.Less(t, retryPause(try, lost), 2*longestPause)
		require.Positive(t, retryPause(try, conflict))
	}
	require.GreaterOrEqual(t, retryPause(100, lost), longestPause/2)
}

func TestPostgresURLs(t *testing.T) {
	t.Parallel()
	config, connections, err := postgresConfig("postgres://bank:secret@db1,db2/bank")
	require.NoError(t, err)
	require.Equal(t, defaultConnections, connections)
	require.Equal(t, connectPatience, config.ConnectTimeout)
	require.NotNil(t, config.ValidateConnect)
	require.Equal(t, map[string]string{
		"application_name": "bankcore", "idle_in_transaction_session_timeout": "10s", "lock_timeout": "4s",
	}, config.RuntimeParams)

	config, connections, err = postgresConfig("postgres://db/bank?pool_max_conns=7&connect_timeout=9&lock_timeout=1s&application_name=node1")
	require.NoError(t, err)
	require.Equal(t, 7, connections)
	require.EqualValues(t, 9e9, config.ConnectTimeout)
	require.Equal(t, "1s", config.RuntimeParams["lock_timeout"])
	require.Equal(t, "node1", config.RuntimeParams["application_name"])

	for _, url := range []string{"postgres://bank:secret@db:port/bank", "postgres://db/bank?pool_max_conns=1", "postgres://db/bank?pool_max_conns=many"} {
		_, err := Open(context.Background(), url)
		require.ErrorContains(t, err, "DATABASE_URL: ")
		require.NotContains(t, err.Error(), "secret")
	}
}

// TestWritersUseIndexes also on tables that are so small that reading all of them would be faster: a batch keeps its plans while they grow.
func TestWritersUseIndexes(t *testing.T) {
	t.Parallel()
	s, _ := openPostgres(t)
	ctx, pool := context.Background(), s.engine.(*postgres).writing
	conn, err := pool.Conn(ctx)
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	for _, statement := range []string{
		"INSERT INTO idempotency_keys SELECT 'a', 'c', decode(repeat('00', 32), 'hex'), 1, gen_random_uuid(), 1",
		"ANALYZE idempotency_keys",
	} {
		_, err = conn.ExecContext(ctx, statement)
		require.NoError(t, err)
	}
	for name, query := range map[string]struct{ types, text, args, lookup string }{
		"accounts":   {"bigint[]", pgdb.LockAccounts, "'{1,2,3}'", "Index"},
		"sessions":   {"uuid[]", pgdb.SessionsByID, "'{}'", "Index"},
		"keys":       {"text[], text[]", pgdb.IdempotencyKeysByName, "'{a,b}', '{c,d}'", `Index Cond: .*idempotency_key = .*scope = `},
		"references": {"bigint[], text[]", pgdb.ReferencesTaken, "'{1,2}', '{a,b}'", `Index Cond: .*account_number = .*reference = `},
		"touched":    {"text[], text[]", pgdb.TouchIdempotencyKeys, "'{a,b}', '{c,d}'", "Index"},
	} {
		_, err = conn.ExecContext(ctx, "PREPARE q_"+name+" ("+query.types+") AS "+query.text)
		require.NoError(t, err)
		rows, err := conn.QueryContext(ctx, "EXPLAIN EXECUTE q_"+name+" ("+query.args+")")
		require.NoError(t, err)
		plan := ""
		for rows.Next() {
			var line string
			require.NoError(t, rows.Scan(&line))
			plan += line + "\n"
		}
		require.NoError(t, rows.Err())
		require.NoError(t, rows.Close())
		require.Regexp(t, query.lookup, plan, name)
		require.NotRegexp(t, "Seq Scan|Hash Join|Merge Join|Hash Cond", plan, name)
	}
}
