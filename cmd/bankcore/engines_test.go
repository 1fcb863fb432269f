package main

import (
	"path/filepath"
	"testing"

	"github.com/bankingcore/bankcore/internal/testkit/pgtest"
)

// emptyDatabases returns the URLs of an empty database of each engine.
func emptyDatabases(t *testing.T) map[string]string {
	t.Helper()
	return map[string]string{"sqlite": "sqlite:" + filepath.Join(t.TempDir(), "bank.db"), "postgres": pgtest.URL(t)}
}
