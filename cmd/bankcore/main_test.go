package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

func TestMain(m *testing.M) {
	remove := bankcoretest.InMemory()
	code := bankcoretest.Main(m)
	remove()
	os.Exit(code)
}

// command executes one command line within the test's own process.
func command(t *testing.T, environ []string, stdin string, args ...string) bankcoretest.Outcome {
	t.Helper()
	var stdout, stderr strings.Builder
	// Never nil: cobra would take the test's own arguments instead.
	err := run(t.Context(), append([]string{}, args...), append([]string{bankcoretest.WithoutSecondFactor}, environ...), strings.NewReader(stdin), &stdout, &stderr)
	o := bankcoretest.Outcome{Code: exitCode(err), Stdout: stdout.String(), Stderr: stderr.String()}
	if err != nil {
		o.Err = err.Error()
	}
	return o
}

// database migrates a database in a folder of its own, and returns the environment that names it.
func database(t *testing.T) (environ []string, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "bank.db")
	environ = []string{"DATABASE_URL=sqlite:" + path}
	o := command(t, environ, "", "migrate")
	require.Equal(t, 0, o.Code, o.Err)
	return environ, path
}
