package pgtest

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// Replica starts a server that replicates this one and can be read. Both have the same passwords and settings.
func (s *Server) Replica(tb testing.TB, settings ...string) *Server {
	tb.Helper()
	replica, err := s.empty(here{}, s.folder)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, replica.remove()) })
	require.NoError(tb, s.run("pg_basebackup", "--pgdata="+replica.data, "--wal-method=stream", "--checkpoint=fast", "--no-sync",
		"--write-recovery-conf", "--dbname="+s.url(superuser, maintenance)+"&application_name="+replica.name()))
	require.NoError(tb, replica.configure(settings))
	require.NoError(tb, replica.startAnywhere())
	s.await(tb, "SELECT EXISTS (SELECT FROM pg_stat_replication WHERE application_name = $1 AND state = 'streaming')", replica.name())
	return replica
}

// name returns the name by which a replica identifies itself to its primary.
func (s *Server) name() string { return filepath.Base(s.data) }

// Synchronize makes this server answer a commit only after it is durable on one of the replicas too.
func (s *Server) Synchronize(tb testing.TB, replicas ...*Server) {
	tb.Helper()
	names := ""
	for i, replica := range replicas {
		if i > 0 {
			names += ", "
		}
		names += `"` + replica.name() + `"`
	}
	s.Exec(tb, maintenance, "ALTER SYSTEM SET synchronous_standby_names = "+quote("ANY 1 ("+names+")"))
	s.Exec(tb, maintenance, "SELECT pg_reload_conf()")
	s.await(tb, "SELECT EXISTS (SELECT FROM pg_stat_replication WHERE sync_state = $1)", "quorum")
}

// Promote makes a replica a primary, and returns when it accepts writes.
func (s *Server) Promote(tb testing.TB) {
	tb.Helper()
	require.NoError(tb, s.run("pg_ctl", "promote", "-D", s.data, "--wait"))
	s.await(tb, "SELECT NOT pg_is_in_recovery()")
}

// await waits until a query that returns a boolean returns true.
func (s *Server) await(tb testing.TB, question string, args ...any) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), patience)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.url(superuser, maintenance))
	require.NoError(tb, err)
	defer func() { _ = conn.Close(ctx) }()
	for {
		var so bool
		require.NoError(tb, conn.QueryRow(ctx, question, args...).Scan(&so))
		if so {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}
