package main

import (
	"net"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/config"
	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// TestOperatorsReadMetricsElsewhere: operators read them on their own address with their own token, or not at all with OPS_ADDR=off.
func TestOperatorsReadMetricsElsewhere(t *testing.T) {
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), []string{"OPS_ADDR=0.0.0.0:0", "METRICS_TOKEN=" + goodSecret, "DEBUG=true"})
	p.Ops = strings.Replace(p.Ops, "[::]", "127.0.0.1", 1)
	for _, path := range []string{"/metrics", "/debug/pprof/"} {
		require.Equal(t, 200, p.AtOps().Call("GET", path, nil, "Authorization", "Bearer "+goodSecret).Status, path)
		require.Equal(t, 401, p.AtOps().Call("GET", path, nil).Status, path)
		require.Equal(t, 404, p.Call("GET", path, nil, "Authorization", "Bearer "+goodSecret).Status, path)
	}
	p.Stop()
	require.NotContains(t, p.Stderr.String()+p.Stdout.String(), marker)

	p = bankcoretest.Serve(t, t.TempDir(), []string{"OPS_ADDR=off"})
	require.Empty(t, p.Ops)
	require.Equal(t, 404, p.Call("GET", "/metrics", nil).Status)
	require.Equal(t, 200, p.Call("GET", "/readyz", nil).Status)
	p.Stop()
}

// TestASecondBankOnOneHost needs an operators' address of its own, and says so in one line. A demo has none.
func TestASecondBankOnOneHost(t *testing.T) {
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), nil)
	taken := "OPS_ADDR=" + strings.TrimPrefix(p.Ops, "http://")
	second := bankcoretest.Start(t, t.TempDir(), []string{taken}, "serve")
	require.Equal(t, 1, second.Exit())
	require.Empty(t, second.Stdout.String())
	require.Regexp(t, `(?m)^bankcore: OPS_ADDR: [^\n]*address already in use\n\z`, second.Stderr.String())
	if listener, err := net.Listen("tcp", config.DefaultOpsAddr); err == nil {
		defer func() { _ = listener.Close() }()
	} // else another program uses the address, which serves the test as well
	third := bankcoretest.Serve(t, t.TempDir(), []string{"OPS_ADDR=" + config.DefaultOpsAddr})
	require.Empty(t, third.Ops, "nothing to set for a second bank on one host")
	third.Await(third.Stderr, regexp.MustCompile("metrics are not served"))
	third.Stop()
	demo := bankcoretest.Serve(t, t.TempDir(), []string{taken}, "--demo")
	require.Empty(t, demo.Ops)
	demo.Stop()
	p.Stop()
}
