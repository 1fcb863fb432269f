package server_test

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

func behindTwoProxies(o *options) {
	o.proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32"), netip.MustParsePrefix("10.0.0.0/8")}
}

func forwardedFor(lines ...string) requestOption {
	return func(r *http.Request) { r.Header["X-Forwarded-For"] = lines }
}

// loggedClient returns the address that the log has for a request.
func (w *world) loggedClient(more ...requestOption) string {
	w.t.Helper()
	before := len(w.logs.String())
	w.call("GET", "/healthz", more...)
	_, rest, found := strings.Cut(w.logs.String()[before:], `"client":"`)
	require.True(w.t, found)
	address, _, _ := strings.Cut(rest, `"`)
	return address
}

// TestEachCustomerBehindAProxyIsAClient: an address is read however a proxy writes it, and six customers who sign in through one
// gateway are six clients.
func TestEachCustomerBehindAProxyIsAClient(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t, limitLogin, behindTwoProxies)
	for _, test := range []struct {
		lines  []string
		client string
	}{
		{[]string{"192.0.2.7"}, "192.0.2.7"},
		{[]string{"192.0.2.8:51234"}, "192.0.2.8"},
		{[]string{"2001:db8:0:1::7"}, "2001:db8:0:1::7"},
		{[]string{"[2001:db8:0:2::7]"}, "2001:db8:0:2::7"},
		{[]string{"[2001:db8:0:3::7]:443"}, "2001:db8:0:3::7"},
		{[]string{`"[2001:db8:0:4::7]:443"`}, "2001:db8:0:4::7"},
		{[]string{"::ffff:192.0.2.9"}, "192.0.2.9"},
		{[]string{"[::ffff:192.0.2.10]:1024"}, "192.0.2.10"},
		{[]string{"fe80::7%eth0"}, "fe80::7"},
		{[]string{"[fe80:0:0:1::7%25eth0]:80"}, "fe80:0:0:1::7"},
		{[]string{"\t192.0.2.11 \t"}, "192.0.2.11"},
		{[]string{"198.51.100.1, 192.0.2.12:443 , 10.1.2.3:8080,[::ffff:10.1.2.4]:80"}, "192.0.2.12"},
		{[]string{"198.51.100.1", "192.0.2.13:443", "10.1.2.3"}, "192.0.2.13"},
		{[]string{"192.0.2.14, , ", ""}, "192.0.2.14"},
		{[]string{"unknown, _hidden", "192.0.2.15"}, "192.0.2.15"},
		{[]string{"10.9.9.9:1, 10.1.2.3"}, "10.9.9.9"},
	} {
		require.Equal(t, test.client, w.loggedClient(forwardedFor(test.lines...)), test.lines)
		for range 5 {
			require.Equal(t, 401, w.strangerLogin(forwardedFor(test.lines...)).status, test.lines)
		}
		require.Equal(t, 429, w.strangerLogin(forwardedFor(test.lines...)).status, test.lines)
		require.Equal(t, 429, w.strangerLogin(forwardedFor(test.client)).status, "the same client, written plainly: %s", test.lines)
	}
	require.Zero(t, w.metric("bankcore_forwarded_unreadable_total"))
	require.NotContains(t, w.logs.String(), "cannot read the client's address")
}

// TestAnAddressThatCannotBeReadIsNoticed: such customers share one rate limit, and an operator sees it in the log and the metrics.
func TestAnAddressThatCannotBeReadIsNoticed(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t, behindTwoProxies)
	const line = "cannot read the client's address"
	unreadable := []requestOption{
		forwardedFor("unknown"), forwardedFor("192.0.2.1, _hidden"), forwardedFor("192.0.2.1:x:y"), forwardedFor("192.0.2.1", "canary-4711"),
		forwardedFor("192.0.2.1, 2001:db8::zz"), header("Forwarded", "for=192.0.2.1"), header("X-Real-Ip", "192.0.2.1"),
	}
	for _, sent := range unreadable {
		require.Equal(t, "127.0.0.1", w.loggedClient(sent))
	}
	require.Equal(t, "10.1.2.3", w.loggedClient(forwardedFor("unknown, 10.1.2.3")), "the last proxy that is known stands for its clients")
	count := float64(len(unreadable) + 1)
	require.Equal(t, count, w.metric("bankcore_forwarded_unreadable_total"))
	require.Equal(t, 1, strings.Count(w.logs.String(), line), "the first one at once, and one line a minute")
	require.NotContains(t, w.logs.String(), "canary")

	w.clock.pass(time.Minute)
	w.loggedClient(forwardedFor("unknown"))
	require.Equal(t, 2, strings.Count(w.logs.String(), line))
	require.Contains(t, w.logs.String(), `"proxy":"127.0.0.1","requests":8}`, "the seven since the first one, and this one")
	require.Equal(t, count+1, w.metric("bankcore_forwarded_unreadable_total"))
	w.loggedClient()
	w.loggedClient(forwardedFor("192.0.2.1"), header("Forwarded", "for=unknown"))
	require.Equal(t, count+1, w.metric("bankcore_forwarded_unreadable_total"), "a proxy may call on its own behalf")
}

// TestAPeerThatIsNoProxyIsNotRead: what any other client writes into the header is only a claim, readable or not.
func TestAPeerThatIsNoProxyIsNotRead(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t)
	for _, claim := range []string{"192.0.2.7:51234", "unknown", "[2001:db8::1]:443"} {
		require.Equal(t, "127.0.0.1", w.loggedClient(forwardedFor(claim)))
	}
	require.Zero(t, w.metric("bankcore_forwarded_unreadable_total"))
}

// TestHTTPSBehindSeveralProxies: each may add the scheme it was called by, and the first proxy was called by the client.
func TestHTTPSBehindSeveralProxies(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t, behindProxy)
	for value, secure := range map[string]bool{
		"https": true, "HTTPS": true, "https,http": true, "https, https": true, " https , http": true, "http": false, "http,https": false,
		"": false, "on": false,
	} {
		a := w.call("GET", "/healthz", header("X-Forwarded-Proto", value))
		require.Equal(t, secure, a.header.Get("Strict-Transport-Security") != "", value)
	}
	several := func(r *http.Request) { r.Header["X-Forwarded-Proto"] = []string{"https", "http"} }
	require.NotEmpty(t, w.call("GET", "/healthz", several).header.Get("Strict-Transport-Security"))
}
