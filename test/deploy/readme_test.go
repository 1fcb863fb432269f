package deploy

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// TestReadmeTour runs the minute's tour of the README, word for word, against a server.
func TestReadmeTour(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	_, tour, found := strings.Cut(string(readme), "## A minute's tour")
	require.True(t, found)
	_, tour, found = strings.Cut(tour, "```sh\n")
	require.True(t, found)
	tour, _, found = strings.Cut(tour, "```")
	require.True(t, found)

	p := bankcoretest.Serve(t, t.TempDir(), nil)
	shell := exec.CommandContext(t.Context(), "bash", "-eu", "-c", tour)
	shell.Env = append(os.Environ(), "API="+p.URL)
	output, err := shell.CombinedOutput()
	require.NoError(t, err, string(output))
	lines := strings.Split(strings.TrimSpace(string(output)), "\n")
	require.Len(t, lines, 4, string(output))
	require.Contains(t, lines[0], `"balance_after":87450`)
	require.Equal(t, lines[0], lines[1], "a retry with its key gets the same answer")
	require.Contains(t, lines[2], `"next_cursor":null`)
	require.Contains(t, lines[3], `"code":"insufficient_funds"`)
}
