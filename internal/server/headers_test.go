package server_test

import (
	"bufio"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/banktest"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// breakable is a KDF that panics once it is broken.
type breakable struct{ broken atomic.Bool }

func (b *breakable) derive(password, salt []byte, time, memory uint32, threads uint8, keyLen uint32) []byte {
	if b.broken.Load() {
		panic("the hash is broken")
	}
	return banktest.QuickKDF(password, salt, time, memory, threads, keyLen)
}

// requireSecure checks the headers that every answer carries.
func requireSecure(t *testing.T, what string, header http.Header) {
	t.Helper()
	for name, value := range map[string]string{
		"X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
		"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
	} {
		require.Equal(t, []string{value}, header.Values(name), "%s: %s", what, name)
	}
	for _, feature := range []string{"camera=()", "geolocation=()", "microphone=()", "payment=()"} {
		require.Contains(t, header.Get("Permissions-Policy"), feature, what)
	}
	policies := header.Values("Content-Security-Policy")
	require.Len(t, policies, 1, what)
	for _, directive := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action "} {
		require.Contains(t, policies[0], directive, what)
	}
	for _, loose := range []string{"unsafe-", "*", "http:", "https:"} {
		require.NotContains(t, policies[0], loose, what)
	}
	require.Regexp(t, `^[A-Za-z0-9._:-]{1,128}$`, header.Get("X-Request-Id"), what)
	for _, name := range []string{"Server", "X-Powered-By", "Strict-Transport-Security"} {
		require.Empty(t, header.Values(name), "%s: %s", what, name)
	}
}

// probe is a request and the status that it gets.
type probe struct {
	status       int
	method, path string
	sent         []requestOption
}

// probes returns requests that produce every status but 500.
func probes(c, locked customer, session tokens) []probe {
	path, as, good := "/accounts/"+c.number, bearer(session.AccessToken), body(map[string]int{"amount": 1})
	json := header("Content-Type", "application/json")
	return []probe{
		{200, "GET", path, []requestOption{as}},
		{200, "GET", "/healthz", nil},
		{200, "GET", "/currencies", nil},
		{200, "GET", "/openapi.json", nil},
		{200, "GET", "/openapi.yaml", nil},
		{200, "GET", "/app/", nil},
		{200, "GET", "/swagger/index.html", nil},
		{200, "GET", "/swagger/swagger-ui.css", nil},
		{200, "GET", "/problems/weak_pin", nil},
		{201, "POST", path + "/deposit", []requestOption{as, good}},
		{204, "POST", path + "/pin", []requestOption{as, body(map[string]string{"current_pin": c.pin, "new_pin": c.pin})}},
		{302, "GET", "/", nil},
		{302, "GET", "/app", nil},
		{302, "GET", "/swagger/", nil},
		{301, "GET", "/app/index.html", nil},
		{400, "POST", path + "/deposit", []requestOption{as, json, rawBody("{")}},
		{400, "GET", "/healthz?x=1", nil},
		{400, "GET", "/currencies?x=1", nil},
		{401, "GET", path, nil},
		{401, "GET", path, []requestOption{bearer("x")}},
		{403, "GET", "/accounts/" + locked.number, []requestOption{as}},
		{403, "GET", "/admin/stats", []requestOption{adminKey("x")}},
		{404, "GET", "/nothing", nil},
		{404, "GET", "/app/nothing", nil},
		{404, "GET", "/app/../web.go", nil},
		{404, "GET", "/swagger/nothing", nil},
		{404, "GET", "/problems/nothing", nil},
		{404, "GET", "/accounts/999999999990", []requestOption{adminKey(testAdminKey)}},
		{404, "GET", "/metrics", nil},
		{404, "GET", "/debug/pprof/", nil},
		{405, "PUT", "/auth/login", nil},
		{200, "HEAD", "/healthz", nil},
		{200, "HEAD", "/app/", nil},
		{401, "HEAD", "/admin/stats", nil},
		{405, "HEAD", "/auth/login", nil},
		{204, "OPTIONS", path, nil},
		{405, "TRACE", "/auth/login", nil},
		{405, "BREW", "/auth/login", nil},
		{409, "POST", path + "/unlock", []requestOption{adminKey(testAdminKey)}},
		{413, "POST", path + "/deposit", []requestOption{as, json, rawBody(strings.Repeat(" ", 20<<10))}},
		{415, "POST", path + "/deposit", []requestOption{as, header("Content-Type", "text/plain"), good}},
		{416, "GET", "/app/", []requestOption{header("Range", "bytes=99999999-")}},
		{422, "POST", path + "/withdraw", []requestOption{as, body(map[string]int{"amount": 1_000_000})}},
		{423, "POST", "/auth/login", []requestOption{body(map[string]string{"account_number": locked.number, "pin": locked.pin})}},
		{401, "POST", "/auth/refresh", nil},
		{429, "POST", "/auth/refresh", nil},
	}
}

func TestSecurityHeadersOnEveryStatus(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	kdf := &breakable{}
	w := newWorld(t, func(o *options) { o.kdf, o.limits["refresh"] = kdf.derive, perMinute(1) })
	c, locked := w.open("482913", 100), w.open("730164", 0)
	session := w.login(c)
	w.lock(locked)
	for _, test := range probes(c, locked, session) {
		what := fmt.Sprint(test.status, " ", test.method, " ", test.path)
		a := w.call(test.method, test.path, test.sent...)
		require.Equal(t, test.status, a.status, "%s: %s", what, a.text())
		requireSecure(t, what, a.header)
		switch {
		case a.operation == "listCurrencies" && a.status == 200:
			require.Equal(t, "public, max-age=3600", a.header.Get("Cache-Control"), what)
		case a.operation != "":
			require.Equal(t, "no-store", a.header.Get("Cache-Control"), what)
		}
		if a.status >= 400 && a.status != 416 && test.method != "HEAD" {
			require.Equal(t, "application/problem+json", a.header.Get("Content-Type"), what)
			require.Equal(t, a.header.Get("X-Request-Id"), a.field("request_id"), what)
		}
		if a.status == 405 {
			require.NotEmpty(t, a.header.Get("Allow"), what)
		}
	}
	kdf.broken.Store(true)
	a := w.tryLogin(c.number, c.pin, header("X-Request-Id", "panicked"))
	require.Equal(t, 500, a.status)
	require.Equal(t, "internal", a.code())
	require.NotContains(t, a.text(), "broken")
	require.NotContains(t, a.text(), "goroutine")
	requireSecure(t, "500 after a panic", a.header)
	require.Contains(t, w.logs.String(), "panic: the hash is broken")
	require.Contains(t, w.logs.String(), `"request_id":"panicked"`)
	kdf.broken.Store(false)
	require.Equal(t, 200, w.tryLogin(c.number, c.pin).status, "the server keeps running")
}

// TestOptionsOfTheServerItself: net/http answers "OPTIONS *" itself unless it is told not to.
func TestOptionsOfTheServerItself(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t)
	connection, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
	require.NoError(t, err)
	defer func() { _ = connection.Close() }()
	_, err = io.WriteString(connection, "OPTIONS * HTTP/1.1\r\nHost: bank\r\nConnection: close\r\n\r\n")
	require.NoError(t, err)
	response, err := http.ReadResponse(bufio.NewReader(connection), nil)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	requireSecure(t, "OPTIONS *", response.Header)
}

var inline = regexp.MustCompile(`(?s)<(script|style)([^>]*)>(.*?)</(?:script|style)>`)

// inlineAttribute matches a script or style in an attribute; a policy can only allow it with "unsafe-hashes".
var inlineAttribute = regexp.MustCompile(`<[^>]+\s(on[a-z]+|style)\s*=`)

func TestPagesNeedNothingUnsafe(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t)
	for _, path := range []string{"/swagger/index.html", "/app/", "/problems/rate_limited"} {
		a := w.call("GET", path)
		require.Equal(t, 200, a.status)
		policy := a.header.Get("Content-Security-Policy")
		hashes := 0
		for _, found := range inline.FindAllStringSubmatch(a.text(), -1) {
			if strings.Contains(found[2], "src=") {
				require.NotRegexp(t, `src="?(https?:)?//`, found[2], "%s loads a script from elsewhere", path)
				continue
			}
			sum := sha256.Sum256([]byte(found[3]))
			hash := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
			require.Regexp(t, found[1]+"-src [^;]*"+regexp.QuoteMeta(hash), policy, "%s: an inline %s", path, found[1])
			hashes++
		}
		require.Equal(t, path == "/swagger/index.html", hashes > 0, "%s: inline elements", path)
		if path == "/swagger/index.html" {
			hashes++ // for the style that Swagger UI's script adds to its logo
		}
		require.Equal(t, hashes, strings.Count(policy, "'sha256-"), "%s: no more hashes than needed", path)
		require.Empty(t, inlineAttribute.FindAllString(a.text(), -1), "%s: attributes that no hash can allow", path)
	}
	require.NotContains(t, w.call("GET", "/swagger/swagger-ui.css").header.Get("Content-Security-Policy"), "unsafe")
}

func TestHSTSOnlyOverHTTPS(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	trusting, alone := newWorld(t, behindProxy), newWorld(t)
	for _, path := range []string{"/healthz", "/nothing", "/app/", "/accounts/999999999990"} {
		require.Regexp(t, `^max-age=\d{7,}`, trusting.call("GET", path, viaHTTPS).header.Get("Strict-Transport-Security"))
		require.Empty(t, trusting.call("GET", path).header.Values("Strict-Transport-Security"))
		require.Empty(t, alone.call("GET", path, viaHTTPS).header.Values("Strict-Transport-Security"))
	}
}

func TestRequestIDs(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t)
	for _, id := range []string{"a", "4f8c1f0e-6a55-4d57-9d0c-0f4f3a1d2b7e", "Trace.1:2_x", strings.Repeat("x", 128)} {
		a := w.call("GET", "/nothing", header("X-Request-Id", id))
		require.Equal(t, id, a.header.Get("X-Request-Id"))
		require.Equal(t, id, a.field("request_id"))
	}
	seen := map[string]bool{}
	for _, id := range []string{
		"", " ", "two words", "tab\tbed", strings.Repeat("x", 129), strings.Repeat("y", 8000), "\U0001f600", "<script>", `"quoted"`, "a;b", "a,b",
		"%0d%0aSet-Cookie:x", "${jndi:ldap}", "\u202egnp", "{}",
	} {
		a := w.call("GET", "/nothing", header("X-Request-Id", id))
		got := a.header.Get("X-Request-Id")
		require.Regexp(t, `^[0-9a-f-]{36}$`, got, id)
		require.Equal(t, got, a.field("request_id"))
		require.False(t, seen[got], "each has its own")
		seen[got] = true
		if strings.TrimSpace(id) != "" {
			require.NotContains(t, w.logs.String(), id)
		}
	}
	a := w.call("GET", "/nothing", func(r *http.Request) { r.Header["X-Request-Id"] = []string{"bad one", "good"} })
	require.Len(t, a.header.Values("X-Request-Id"), 1)
	require.Contains(t, w.logs.String(), a.header.Get("X-Request-Id"))
}

// metric returns the value of a line of /metrics, whose name includes its labels; 0 if there is no such line.
func (w *world) metric(name string) float64 {
	w.t.Helper()
	a := w.atOps().call("GET", "/metrics")
	require.Equal(w.t, 200, a.status)
	for line := range strings.Lines(a.text()) {
		if value, found := strings.CutPrefix(line, name+" "); found {
			var number float64
			_, err := fmt.Sscan(value, &number)
			require.NoError(w.t, err)
			return number
		}
	}
	return 0
}

func TestMetricsMove(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t, func(o *options) { o.limits["transfer"] = perMinute(2) })
	c, friend := w.open("482913", 100), w.open("730164", 0)
	session := w.login(c)
	for _, name := range []string{"logins_failed", "accounts_locked", "transfers"} {
		require.Zero(t, w.metric("bankcore_"+name+"_total"), name)
	}
	send := func(amount int) int {
		return w.call("POST", "/accounts/"+c.number+"/transfer", bearer(session.AccessToken), idempotencyKey("once"),
			body(map[string]any{"to_account": friend.number, "amount": amount})).status
	}
	require.Equal(t, 201, send(10))
	require.Equal(t, 201, send(10), "repeated under its key, so not another transfer")
	require.Equal(t, 429, send(10))
	w.strangerLogin()
	w.lock(friend)
	w.tryLogin(friend.number, friend.pin)
	require.Equal(t, float64(4), w.metric("bankcore_logins_failed_total"), "three wrong PINs and a stranger")
	require.Equal(t, float64(1), w.metric("bankcore_accounts_locked_total"))
	require.Equal(t, float64(1), w.metric("bankcore_transfers_total"))
	require.Equal(t, float64(2), w.metric(`bankcore_http_requests_total{operation="transfer",status="201"}`))
	require.Equal(t, float64(1), w.metric(`bankcore_http_requests_total{operation="transfer",status="429"}`))
	require.Equal(t, float64(1), w.metric(`bankcore_http_requests_total{operation="login",status="423"}`))
	require.Equal(t, float64(6), w.metric(`bankcore_http_request_duration_seconds_count{operation="login"}`))
	require.Zero(t, w.metric("bankcore_store_queue_depth"))
	for _, path := range []string{"/a", "/b", "/c?d"} {
		w.call("GET", path)
	}
	require.Equal(t, float64(3), w.metric(`bankcore_http_requests_total{operation="other",status="404"}`), "unknown paths share one line")
}
