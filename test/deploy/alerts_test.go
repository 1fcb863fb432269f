package deploy

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// TestAlerts: the metrics that the alerts use exist, and an operator finds what to do.
func TestAlerts(t *testing.T) {
	t.Parallel()
	alerts := bankcoretest.File(t, "deploy/alerts.yml")
	operations := strings.ReplaceAll(bankcoretest.File(t, "docs/operations.md"), "bankcore_owner", "") // a role, not a metric
	p := bankcoretest.Serve(t, t.TempDir(), nil)
	require.Equal(t, 200, p.Call("GET", "/readyz", nil).Status)
	metrics := p.AtOps().Call("GET", "/metrics", nil).Body
	p.Stop()

	named := regexp.MustCompile(`\b(?:bankcore|process|go)_[a-z_]+\b`).FindAllString(alerts+operations, -1)
	require.NotEmpty(t, named)
	for _, name := range named {
		require.Regexp(t, `(?m)^`+name+`[{ ]`, metrics)
	}
	contract := bankcoretest.File(t, "api/openapi.yaml")
	for _, values := range regexp.MustCompile(`operation!?[=~]+"([^"]+)"`).FindAllStringSubmatch(alerts, -1) {
		for operation := range strings.SplitSeq(values[1], "|") {
			require.Contains(t, contract, "operationId: "+operation+"\n")
		}
	}
	names := regexp.MustCompile(`alert: (\w+)`).FindAllStringSubmatch(alerts, -1)
	require.NotEmpty(t, names)
	for _, name := range names {
		require.Contains(t, operations, "`"+name[1]+"`", "docs/operations.md has an entry for each alert")
	}
}
