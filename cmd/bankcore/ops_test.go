package main

import (
	"net"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/config"
)

// TestOperatorsReadMetricsElsewhere: operators read them on their own address with their own token, or not at all with OPS_ADDR=off.
func TestOperatorsReadMetricsElsewhere(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), []string{"OPS_ADDR=0.0.0.0:0", "METRICS_TOKEN=" + goodSecret, "DEBUG=true"})
	p.ops = strings.Replace(p.ops, "[::]", "127.0.0.1", 1)
	for _, path := range []string{"/metrics", "/debug/pprof/"} {
		require.Equal(t, 200, p.atOps().call("GET", path, nil, "Authorization", "Bearer "+goodSecret).status, path)
		require.Equal(t, 401, p.atOps().call("GET", path, nil).status, path)
		require.Equal(t, 404, p.call("GET", path, nil, "Authorization", "Bearer "+goodSecret).status, path)
	}
	p.stop()
	require.NotContains(t, p.stderr.String()+p.stdout.String(), marker)

	p = serve(t, t.TempDir(), []string{"OPS_ADDR=off"})
	require.Empty(t, p.ops)
	require.Equal(t, 404, p.call("GET", "/metrics", nil).status)
	require.Equal(t, 200, p.call("GET", "/readyz", nil).status)
	p.stop()
}

// TestASecondBankOnOneHost needs an operators' address of its own, and says so in one line. A demo has none.
func TestASecondBankOnOneHost(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), nil)
	taken := "OPS_ADDR=" + strings.TrimPrefix(p.ops, "http://")
	second := start(t, t.TempDir(), []string{taken}, "serve")
	require.Equal(t, 1, second.exit())
	require.Empty(t, second.stdout.String())
	require.Regexp(t, `(?m)^bankcore: OPS_ADDR: [^\n]*address already in use\n\z`, second.stderr.String())
	if listener, err := net.Listen("tcp", config.DefaultOpsAddr); err == nil {
		defer func() { _ = listener.Close() }()
	} // else another program uses the address, which serves the test as well
	third := serve(t, t.TempDir(), []string{"OPS_ADDR=" + config.DefaultOpsAddr})
	require.Empty(t, third.ops, "nothing to set for a second bank on one host")
	third.await(third.stderr, regexp.MustCompile("metrics are not served"))
	third.stop()
	demo := serve(t, t.TempDir(), []string{taken}, "--demo")
	require.Empty(t, demo.ops)
	demo.stop()
	p.stop()
}
