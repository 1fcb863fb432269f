// Package pgtest starts PostgreSQL servers for tests, from the programs installed on this machine. It never uses a server that is
// already running. All servers of a process end with it, even if it is killed.
package pgtest

import (
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// Main is for TestMain: it runs the tests, waits until the servers that they started have ended, and returns the exit code.
func Main(m *testing.M) int {
	code := m.Run()
	if i := inUse.Load(); i != nil {
		if err := i.end(); err != nil {
			fmt.Fprintln(os.Stderr, "PostgreSQL's guard:", err)
			return max(code, 1)
		}
	}
	return code
}

// shared is the server of URL. Its data need not be durable.
var shared = sync.OnceValues(func() (*Server, error) {
	i, err := installed()
	if err != nil {
		return nil, err
	}
	return i.newServer(here{}, i.memory, "fsync=off", "full_page_writes=off", "synchronous_commit=off", "wal_level=minimal", "max_wal_senders=0",
		"checkpoint_timeout=1h", "max_wal_size=128MB", "autovacuum=off", "shared_buffers=32MB", "max_connections=300")
})

var databases atomic.Int64

// URL creates an empty database on a server that this process's tests share, and returns its URL. The database is dropped when the test
// ends. Its role owns the database and is not a superuser. Settings, such as "deadlock_timeout=10ms", apply to the database.
func URL(tb testing.TB, settings ...string) string {
	tb.Helper()
	return fromTemplate(tb, "template0", settings)
}

// Filled is like URL, but the database is a copy of one that fill has filled, once per process. fill must leave no connection to it open.
func Filled(tb testing.TB, fill func(url string) error, settings ...string) string {
	tb.Helper()
	server, err := shared()
	require.NoError(tb, err)
	filled.Do(func() {
		server.create(tb, filledName, "template0", nil)
		require.NoError(tb, fill(server.URL(filledName)))
	})
	return fromTemplate(tb, filledName, settings)
}

const filledName = "filled"

var filled sync.Once

func fromTemplate(tb testing.TB, template string, settings []string) string {
	tb.Helper()
	server, err := shared()
	require.NoError(tb, err)
	name := fmt.Sprintf("test_%d", databases.Add(1))
	server.create(tb, name, template, settings)
	tb.Cleanup(func() { server.Exec(tb, maintenance, "DROP DATABASE "+name+" WITH (FORCE)") })
	return server.URL(name)
}
