package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
	"github.com/bankingcore/bankcore/internal/testkit/pgtest"
)

// postgresServer starts a server, and returns the URL of one of its databases for a role that may create others.
func postgresServer(t *testing.T) (*pgtest.Server, string) {
	t.Helper()
	server := pgtest.Start(t)
	server.Exec(t, "bankcore", "ALTER ROLE "+pgtest.Owner+" CREATEDB")
	return server, server.URL("bankcore") + "&connect_timeout=60"
}

// requireUntouched fails if a bench has left a database, or has written to the one that its URL names.
func requireUntouched(t *testing.T, server *pgtest.Server) {
	t.Helper()
	for _, query := range []string{
		"SELECT count(*) FROM pg_database WHERE datname LIKE 'bankbench%'",
		"SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace",
	} {
		require.Equal(t, "0", server.Query(t, "bankcore", query), query)
	}
}

// TestBenchOnPostgreSQL measures the embedded server and pgbench in turns, and then a server that is told to be on the same PostgreSQL.
func TestBenchOnPostgreSQL(t *testing.T) {
	bankcoretest.More(t)
	t.Parallel()
	server, url := postgresServer(t)
	o, report := bench(t, nil, "--database="+url, "--accounts=20", "--history=40", "--baseline", "--pgbench-scale=1", "--hot", wholeMix)
	require.Equal(t, 0, o.code, o.err)
	require.True(t, report.Verdict.Holds)
	require.Contains(t, report.Verdict.Says, "the ledger of 20 accounts")
	require.Positive(t, report.Verdict.Acknowledged)
	require.Equal(t, report.Verdict.Acknowledged, report.Verdict.LookedUp)
	delete(report.Problems, "unavailable") // where the machine is busy for so long that the bank says so
	require.Empty(t, report.Problems)
	require.Regexp(t, `^\d+\.\d+ with fsync=on, synchronous_commit=on$`, report.Machine.PostgreSQL)
	require.Empty(t, report.Machine.SQLiteSync)
	require.NotNil(t, report.CPU.ServerMS)
	require.NotNil(t, report.CPU.DatabaseMS)
	require.True(t, report.CPU.WithLoad)
	b := report.Baseline
	require.Equal(t, baselineRounds, b.Rounds)
	require.Positive(t, b.TPCB)
	require.InEpsilon(t, b.Bank/b.TPCB, b.PerTPCB, 1e-9)
	require.Regexp(t, `^pgbench --client=16 --jobs=\d+ --protocol=prepared --time=1, after --initialize --scale=1$`, b.TPCBRun)
	require.Zero(t, b.SQLite)
	requireUntouched(t, server)

	o, report = bench(t, nil, "--url="+serve(t, unlimited), "--database="+url, "--accounts=3")
	require.Equal(t, 0, o.code, o.err)
	require.NotNil(t, report.CPU.DatabaseMS)
	require.False(t, report.CPU.WithLoad)
	requireUntouched(t, server)
}

// TestBenchOnPostgreSQLIsInterrupted: neither database stays behind, however impatiently somebody interrupts.
func TestBenchOnPostgreSQLIsInterrupted(t *testing.T) {
	bankcoretest.More(t)
	t.Parallel()
	server, url := postgresServer(t)
	o := interrupt(t, nil, `created the database`, "--database="+url, "--accounts=1000000")
	require.Equal(t, 1, o.code)
	require.Contains(t, o.stderr, "bankbench: interrupted before the run began\n")
	requireUntouched(t, server)

	o = interruptUntilItEnds(t, `created the database`, "--database="+url, "--accounts=1000000")
	require.Equal(t, 1, o.code)
	requireUntouched(t, server)

	o = interruptUntilItEnds(t, progressLine, "--database="+url, "--accounts=10", "--baseline", "--pgbench-scale=1", "--duration=4m")
	require.Equal(t, 2, strings.Count(o.stderr, "created the database"))
	requireUntouched(t, server)
}

// TestBenchOnPostgreSQLItMayNotUse: an error says what is missing, and never the password.
func TestBenchOnPostgreSQLItMayNotUse(t *testing.T) {
	bankcoretest.More(t)
	t.Parallel()
	server := pgtest.Start(t)
	o, _ := bench(t, nil, "--database="+server.URL("bankcore"))
	require.Equal(t, 1, o.code)
	require.Contains(t, o.err, "create a database: ERROR: permission denied to create database")
	o, _ = bench(t, nil, "--database=postgres://bank:hunter2@"+server.Address()+"/bankcore")
	require.Equal(t, 1, o.code)
	require.Contains(t, o.err, "create a database: failed to connect")
	require.NotContains(t, o.err+o.stderr, "hunter2")
	require.NotContains(t, o.err, "\n")
}
