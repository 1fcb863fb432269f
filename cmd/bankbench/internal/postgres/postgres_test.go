package postgres

import (
	"context"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/cmd/bankbench/internal/processes"
	"github.com/bankingcore/bankcore/internal/testkit/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func TestDatabase(t *testing.T) {
	t.Parallel()
	started := pgtest.Start(t)
	started.Exec(t, "bankcore", "ALTER ROLE "+pgtest.Owner+" CREATEDB")
	server, err := Parse(started.URL("bankcore") + "&pool_max_conns=7&application_name=bench")
	require.NoError(t, err)
	settings, err := server.Settings(t.Context())
	require.NoError(t, err)
	require.Regexp(t, `^\d+\.\d+ with fsync=on, synchronous_commit=on$`, settings)
	require.Equal(t, "postgres", processes.Name(server.Postmaster(t.Context())))

	d, err := server.Create(t.Context())
	require.NoError(t, err)
	require.Contains(t, d.URL(), "/"+d.Name+"?")
	require.Contains(t, d.URL(), "pool_max_conns=7")
	conn, err := pgx.Connect(t.Context(), strings.Replace(d.URL(), "&pool_max_conns=7", "", 1))
	require.NoError(t, err)
	defer conn.Close(context.Background())
	var name string
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT current_database()").Scan(&name))
	require.Equal(t, d.Name, name)
	_, err = conn.Exec(t.Context(), "CREATE TABLE counted AS SELECT generate_series(1, 1000)")
	require.NoError(t, err)
	require.NoError(t, d.Vacuum(t.Context()))
	require.Equal(t, "1000", started.Query(t, d.Name, "SELECT reltuples::INT FROM pg_class WHERE relname = 'counted'"))
	environ := d.Environ()
	require.Contains(t, environ, "PGDATABASE="+d.Name)
	require.Contains(t, environ, "PGSSLMODE=disable")
	require.Contains(t, environ, "PGPORT="+strconv.Itoa(int(conn.Config().Port)))
	require.Contains(t, environ, "PGPASSWORD="+conn.Config().Password)
	require.NotContains(t, strings.Join(environ, " "), "pool_max_conns")

	require.NoError(t, d.Drop(), "a client is connected to it")
	require.NoError(t, d.Drop())
	require.Equal(t, "0", started.Query(t, "bankcore", "SELECT count(*) FROM pg_database WHERE datname LIKE 'bankbench%'"))
	interrupted, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = server.Create(interrupted)
	require.ErrorIs(t, err, context.Canceled)
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"postgres://bank:hunter2@%zz", "postgres://bank:hunter2@host?port=x", "postgres://bank:hunter2 @host:a b/"} {
		_, err := Parse(text)
		require.Error(t, err, text)
		require.NotContains(t, err.Error(), "hunter2")
	}
	nowhere, err := Parse("postgres://bank:hunter2@127.0.0.1:1/bank")
	require.NoError(t, err)
	require.Zero(t, nowhere.Postmaster(t.Context()))
	d := Database{Name: "bankbench_1", server: nowhere}
	require.Equal(t, "postgres://bank:hunter2@127.0.0.1:1/bankbench_1", d.URL())
	other, err := Parse("postgresql:///bank?host=/run&dbname=other&connect_timeout=3")
	require.NoError(t, err)
	d.server = other
	require.Equal(t, "postgresql:///bankbench_1?connect_timeout=3&host=%2Frun", d.URL())
	require.Contains(t, d.Environ(), "PGHOST=/run")
}
