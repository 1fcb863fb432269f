package dashboard

import (
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// TestModulesAreServedWithoutCommentsAlone lets TypeScript compare each module's code with its source: only comments are missing, and
// each line of code is where it was.
func TestModulesAreServedWithoutCommentsAlone(t *testing.T) {
	t.Parallel()
	p, served := bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited), t.TempDir()
	web, err := filepath.Abs(filepath.Join("..", "..", "web"))
	require.NoError(t, err)
	source := filepath.Join(web, "app", "js")
	var names []string
	require.NoError(t, fs.WalkDir(os.DirFS(source), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		names = append(names, name)
		written, err := os.ReadFile(filepath.Join(source, name))
		require.NoError(t, err)
		module := fetchModule(t, p.URL+"/app/js/"+name)
		require.Less(t, len(module), len(written), name)
		require.NotContains(t, module, "@typedef", name)
		requireSameLines(t, name, string(written), module)
		kept := filepath.Join(served, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(kept), 0o700))
		return os.WriteFile(kept, []byte(module), 0o600)
	}))
	require.Greater(t, len(names), 50)
	command := exec.CommandContext(t.Context(), "node", append([]string{filepath.Join(web, "tools", "comments.mjs"), source, served}, names...)...)
	differing, err := command.CombinedOutput()
	require.NoError(t, err, string(differing))
	require.Empty(t, string(differing), "modules whose code is not that of the source")
}

// requireSameLines checks that each line of what is served is empty or the source's.
func requireSameLines(t *testing.T, name, source, served string) {
	t.Helper()
	written, sent := strings.Split(source, "\n"), strings.Split(served, "\n")
	require.Len(t, sent, len(written), name)
	for i, line := range sent {
		if line != "" {
			require.Equal(t, written[i], line, "%s:%d", name, i+1)
		}
	}
}

func fetchModule(t *testing.T, url string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	require.Equal(t, 200, response.StatusCode, url)
	module, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return string(module)
}
