package server_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

var operatorsPages = []string{"/metrics", "/debug/pprof/", "/debug/pprof/cmdline", "/debug/pprof/heap"}

func host(name string) requestOption { return func(r *http.Request) { r.Host = name } }

// TestAProxyCannotPublishMetrics: whatever a stranger sends through a proxy on this machine, with any credentials, the bank's own
// listener has neither metrics nor profiles.
func TestAProxyCannotPublishMetrics(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t, func(o *options) { o.debug, o.metricsToken = true, testMetricsToken })
	_, admin := w.admin()
	refused := 0
	for _, path := range append([]string{"/metrics/", "//metrics", "/METRICS", "/debug/pprof", "/debug/pprof/profile?seconds=1"}, operatorsPages...) {
		for name, sent := range map[string][]requestOption{
			"nothing": nil, "as localhost": {host("localhost")}, "the admin key": {adminKey(testAdminKey)}, "an administrator": {bearer(admin.AccessToken)},
			"the metrics token": {bearer(testMetricsToken)}, "a proxy's word": {header("X-Forwarded-For", "127.0.0.1"), header("X-Forwarded-Host", "localhost")},
			"the ops host": {host(w.ops[len("http://"):])},
		} {
			a := w.call("GET", path, sent...)
			require.Equal(t, 404, a.status, "%s with %s", path, name)
			require.Equal(t, "not_found", a.code())
			refused++
		}
	}
	for _, path := range operatorsPages {
		require.Equal(t, 200, w.atOps().call("GET", path, bearer(testMetricsToken)).status, path)
	}
	t.Logf("%d of %d requests for metrics and profiles refused by the public listener", refused, refused)
}

// TestTheOperatorsListenerHasNothingElse: it serves no path for customers.
func TestTheOperatorsListenerHasNothingElse(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t, func(o *options) { o.base = "/bank" })
	c := w.open("482913", 100)
	session := w.login(c)
	for _, path := range []string{
		"/accounts/" + c.number, "/admin/stats", "/app/", "/", "/openapi.json", "/version", "/swagger/index.html", "/currencies", "/debug/pprof/",
		"/bank/metrics",
	} {
		for _, as := range []requestOption{bearer(session.AccessToken), adminKey(testAdminKey)} {
			request, err := http.NewRequest("GET", w.ops+path, http.NoBody)
			require.NoError(t, err)
			as(request)
			response, err := w.client.Do(request) // not checked against the contract, which is not served here
			require.NoError(t, err)
			require.NoError(t, response.Body.Close())
			require.Equal(t, 404, response.StatusCode, path)
		}
	}
	require.Equal(t, 405, w.atOps().call("POST", "/metrics").status)
}

// TestBothListenersSayWhetherTheServerIsReady, without credentials.
func TestBothListenersSayWhetherTheServerIsReady(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t, func(o *options) { o.metricsToken = testMetricsToken })
	for _, at := range []*world{w, w.atOps()} {
		for _, path := range []string{"/healthz", "/readyz"} {
			require.Equal(t, 200, at.call("GET", path).status, path)
			require.Equal(t, 200, at.call("HEAD", path).status, path)
		}
		requireSecure(t, at.url, at.call("GET", "/healthz").header)
	}
}

// TestMetricsWithoutATokenAreForThisMachine: not for a proxy here, and not for another host's page in a browser here.
func TestMetricsWithoutATokenAreForThisMachine(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t, func(o *options) { o.debug = true })
	ops, refused := w.atOps(), 0
	for _, path := range operatorsPages {
		for _, own := range []string{"localhost", "localhost:5001", "127.0.0.1", "[::1]:5001", "[::1]"} {
			require.Equal(t, 200, ops.call("GET", path, host(own)).status, own)
		}
		for _, other := range []string{"bank.example", "localhost.evil.example:5001", "127.0.0.1.evil.example", "10.0.0.1"} {
			require.Equal(t, 403, ops.call("GET", path, host(other), adminKey(testAdminKey)).status, other)
			refused++
		}
		for _, name := range []string{"X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "X-Real-Ip", "Via"} {
			a := ops.call("GET", path, header(name, "127.0.0.1"), adminKey(testAdminKey))
			require.Equal(t, 403, a.status, "%s behind a proxy (%s)", path, name)
			require.Equal(t, "forbidden", a.code())
			refused++
		}
	}
	require.Equal(t, float64(refused), w.metric("bankcore_ops_refused_total"))
}

// TestTheMetricsTokenIsTheOnlyKeyToMetrics: if there is one, even this machine needs it, and each address has a bounded number of
// guesses, after which even the right token is refused.
func TestTheMetricsTokenIsTheOnlyKeyToMetrics(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t, func(o *options) { o.debug, o.metricsToken = true, testMetricsToken })
	_, admin := w.admin()
	ops, right := w.atOps(), bearer(testMetricsToken)
	tried := 0
	for _, path := range operatorsPages {
		for name, sent := range map[string]requestOption{
			"nothing": header("Accept", "*/*"), "the admin key": adminKey(testAdminKey), "the admin key as a token": bearer(testAdminKey),
			"an administrator": bearer(admin.AccessToken), "a prefix": bearer(testMetricsToken[1:]), "another scheme": header("Authorization", "Basic "+testMetricsToken),
			"its beginning": bearer(testMetricsToken[:len(testMetricsToken)-1]),
		} {
			a := ops.call("GET", path, sent)
			require.Equal(t, 401, a.status, "%s with %s", path, name)
			require.Equal(t, "unauthenticated", a.code())
			require.NotEmpty(t, a.header.Get("WWW-Authenticate"))
			tried++
		}
		require.Equal(t, 200, ops.call("GET", path, right, host("bank.example")).status, path)
		tried++
	}
	for ; tried < 60; tried++ {
		require.Equal(t, 401, ops.call("GET", "/metrics", bearer(canaryBadToken)).status)
	}
	for _, over := range []requestOption{bearer(canaryBadToken), right} {
		a := ops.call("GET", "/metrics", over)
		require.Equal(t, 429, a.status)
		require.Equal(t, "60", a.header.Get("Retry-After"))
	}
	require.Equal(t, 200, ops.call("GET", "/readyz").status, "probes have no limit")
	w.clock.pass(60e9)
	a := ops.call("GET", "/metrics", right)
	require.Equal(t, 200, a.status)
	require.Contains(t, a.text(), "\nbankcore_ops_refused_total 58\n", "60 attempts minus 4 right ones, plus 2 over the limit")
}
