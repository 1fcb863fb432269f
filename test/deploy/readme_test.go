package deploy

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// TestReadmeTour runs the minute's tour of the README, word for word, against a server.
func TestReadmeTour(t *testing.T) {
	t.Parallel()
	lines := runReadme(t, "## A minute's tour")
	require.Len(t, lines, 4, lines)
	require.Contains(t, lines[0], `"balance_after":87450`)
	require.Equal(t, lines[0], lines[1], "a retry with its key gets the same answer")
	require.Contains(t, lines[2], `"next_cursor":null`)
	require.Contains(t, lines[3], `"code":"insufficient_funds"`)
}

// TestReadmeProgram does the same for a program of one's own.
func TestReadmeProgram(t *testing.T) {
	t.Parallel()
	lines := runReadme(t, "## A program of your own")
	require.Len(t, lines, 2, lines)
	require.Contains(t, lines[0], `"balance_after":4200`)
	require.Contains(t, lines[1], `"code":"forbidden"`)
}

// runReadme runs the commands of a section of the README against a server, and returns the lines that they print.
func runReadme(t *testing.T, section string) []string {
	t.Helper()
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	_, commands, found := strings.Cut(string(readme), section)
	require.True(t, found)
	_, commands, found = strings.Cut(commands, "```sh\n")
	require.True(t, found)
	commands, _, found = strings.Cut(commands, "```")
	require.True(t, found)

	folder := t.TempDir()
	binary, err := bankcoretest.Binary()
	require.NoError(t, err)
	require.NoError(t, os.Mkdir(filepath.Join(folder, "bin"), 0o700))
	require.NoError(t, os.Symlink(binary, filepath.Join(folder, "bin", "bankcore")))
	p := bankcoretest.Serve(t, folder, nil)
	shell := exec.CommandContext(t.Context(), "bash", "-eu", "-c", commands)
	shell.Dir, shell.Env = folder, append(os.Environ(), "API="+p.URL)
	output, err := shell.CombinedOutput()
	require.NoError(t, err, string(output))
	return strings.Split(strings.TrimSpace(string(output)), "\n")
}
