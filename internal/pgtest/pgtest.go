// Package pgtest starts PostgreSQL servers for tests, from the programs that are installed here. It never uses a server that
// happens to run. All of a process's servers end with it, even if it is killed.
package pgtest

import (
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// Main is for TestMain: it runs the tests, waits until the servers that they have started have ended, and returns the exit
// code.
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

// shared is the server of URL. What it holds need not outlive anything.
var shared = sync.OnceValues(func() (*Server, error) {
	i, err := installed()
	if err != nil {
		return nil, err
	}
	return i.newServer(here{}, i.memory, "fsync=off", "full_page_writes=off", "synchronous_commit=off", "wal_level=minimal", "max_wal_senders=0",
		"checkpoint_timeout=1h", "max_wal_size=128MB", "autovacuum=off", "shared_buffers=32MB", "max_connections=300")
})

var databases atomic.Int64

// URL makes an empty database that is dropped when the test ends, on a server that is shared by the tests of this process, and
// returns its URL. Its role owns the database and is no superuser. Settings, like "deadlock_timeout=10ms", hold for the
// database.
func URL(tb testing.TB, settings ...string) string {
	tb.Helper()
	return fromTemplate(tb, "template0", settings)
}

// Filled is URL of a database that is not empty: a copy of one that fill has been given, once for each process. fill leaves no
// connection to it.
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
