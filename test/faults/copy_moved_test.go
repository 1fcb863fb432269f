package faults

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
	"github.com/bankingcore/bankcore/internal/testkit/pgtest"
)

// TestCopyMovesABank moves a bank to PostgreSQL and back while its customers work, with no more downtime than the second copy
// takes. What they were told is true in the end, whichever of the three databases they were told it from.
func TestCopyMovesABank(t *testing.T) {
	bankcoretest.More(t)
	t.Parallel()
	tr := newCrashTrial(t)
	secrets := secretsBeside(t, tr.database)
	back := filepath.Join(t.TempDir(), "bank.db")
	moves := []string{"sqlite:" + tr.database, pgtest.URL(t), "sqlite:" + back}
	for i, from := range moves[:2] {
		line := []string{"copy", "--from", from, "--to", moves[i+1]}
		tr.during(60, func(stop context.CancelFunc) {
			o := bankcoretest.Command(t, nil, "", line...)
			require.Equal(t, 0, o.Code, o.Err)
			tr.awaitAnswers(20)
			stop()
		})
		tr.terminate()
		o := bankcoretest.Command(t, nil, "", line...)
		require.Equal(t, 0, o.Code, o.Err)
		require.NotContains(t, o.Stdout, "and 0 entries", "nothing was left to copy")
		tr.serve(append(secrets, "DATABASE_URL="+moves[i+1])...)
		tr.load(1, 0).Repeat(context.Background(), 2*trialTellers)
	}
	tr.database = back
	tr.during(60, func(stop context.CancelFunc) { stop() })
	tr.terminate()
	tr.report("moved to PostgreSQL and back under load", 2)
}

// secretsBeside returns the secrets that a server has made, as an environment.
func secretsBeside(t *testing.T, database string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(filepath.Dir(database), "secrets.env"))
	require.NoError(t, err)
	var environ []string
	for line := range strings.Lines(string(text)) {
		if name, value, found := strings.Cut(strings.TrimSpace(line), "="); found && !strings.HasPrefix(line, "#") {
			environ = append(environ, name+"="+strings.Trim(value, "'\""))
		}
	}
	require.Len(t, environ, 3)
	return environ
}
