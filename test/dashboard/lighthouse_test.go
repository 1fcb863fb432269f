package dashboard

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// budget is what a first visit may transfer, in bytes.
const budget = 150_000

// TestFirstLoadsAreLight measures what a browser on its first visit transfers for the sign-in page, and for the overview with
// its chart.
func TestFirstLoadsAreLight(t *testing.T) {
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited, "--demo")
	number, pin := demoPerson(t, p, "Ada Lovelace")
	v := newPerson(t, p)
	v.dashboard("")
	signIn := v.weight()
	v.signIn(number, pin)
	overview := signIn + v.weight()
	t.Logf("sign-in %d bytes, and the overview after it %d in all", signIn, overview)
	require.Less(t, overview, budget)

	// The next visit requests only the page: its files are cached for ever, under names that identify their versions.
	v.do(chromedp.Navigate("about:blank"))
	v.visit(p.URL + "/app/")
	v.settle()
	require.Zero(t, read(v.browser, chromedp.Evaluate[int](`performance.getEntriesByType('resource')
		.filter(e => e.name.includes('/app/')).reduce((sum, e) => sum + e.transferSize, 0)`)))
}

// weight returns the bytes transferred since its last call, for the page, its files and the answers of the API.
func (v *person) weight() int {
	v.t.Helper()
	return read(v.browser, chromedp.Evaluate[int](`(() => {
		const entries = [...performance.getEntriesByType('resource'), ...(window.weighed ? [] : performance.getEntriesByType('navigation'))];
		window.weighed = true;
		performance.clearResourceTimings();
		return entries.reduce((sum, e) => sum + e.transferSize, 0);
	})()`))
}

// TestLighthouse runs Lighthouse on the pages that matter most. Its score for speed depends on what else this machine does, so
// it is logged and decides nothing.
func TestLighthouse(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited, "--demo")
	number, pin := demoPerson(t, p, "Ada Lovelace")
	folder, err := os.MkdirTemp("", "bankcore-test-") // see newBrowser
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	ctx, cancel := context.WithTimeout(t.Context(), 3*bankcoretest.Patience)
	defer cancel()
	command := exec.CommandContext(ctx, "node", "tools/lighthouse.mjs", findChromium(t), folder, p.URL, number, pin)
	command.Dir = filepath.Join("..", "..", "web")
	command.Env = append(os.Environ(), "TMPDIR="+folder)
	var complaints strings.Builder
	command.Stderr = &complaints
	output, err := command.Output()
	require.NoError(t, err, complaints.String())
	var pages []string
	for line := range strings.Lines(string(output)) {
		var scores struct {
			Page                                      string
			Performance, Accessibility, BestPractices int
		}
		require.NoError(t, json.Unmarshal([]byte(line), &scores), line)
		t.Log(line)
		require.GreaterOrEqual(t, scores.Accessibility, 95, line)
		require.GreaterOrEqual(t, scores.BestPractices, 95, line)
		pages = append(pages, scores.Page)
	}
	require.Equal(t, []string{"/app/#/sign-in", "/app/#/overview", "/app/#/transactions"}, pages)
}
