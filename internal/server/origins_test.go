package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

const shop = "https://shop.example"

func allowShop(o *options) { o.origins = []string{"http://localhost:3000", shop} }

// sharing returns the headers of an answer that concern other origins.
func sharing(header http.Header) map[string]string {
	found := map[string]string{}
	for name := range header {
		if strings.HasPrefix(name, "Access-Control-") {
			found[name] = header.Get(name)
		}
	}
	return found
}

// preflight sends what browsers send before a request that a form could not make.
func preflight(origin, method, headers string) requestOption {
	return func(r *http.Request) {
		r.Header.Set("Origin", origin)
		r.Header.Set("Access-Control-Request-Method", method)
		r.Header.Set("Access-Control-Request-Headers", headers)
	}
}

// TestABrowserAsksForAnAllowedOrigin whether an application on it may call the API.
func TestABrowserAsksForAnAllowedOrigin(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t, allowShop)
	a := w.call("OPTIONS", "/accounts", preflight(shop, "POST", "authorization,content-type,idempotency-key"))
	require.Equal(t, 204, a.status)
	require.Equal(t, map[string]string{
		"Access-Control-Allow-Origin":  shop,
		"Access-Control-Allow-Methods": "OPTIONS, GET, POST",
		"Access-Control-Allow-Headers": "Authorization,Content-Type,Idempotency-Key,X-Request-Id",
		"Access-Control-Max-Age":       "600",
	}, sharing(a.header), "no credentials, and no admin key")
	require.Contains(t, a.header.Values("Vary"), "Origin")
	require.Equal(t, "same-origin", a.header.Get("Cross-Origin-Resource-Policy"))
	require.Equal(t, "OPTIONS, DELETE, GET", w.call("OPTIONS", "/auth/sessions", preflight(shop, "DELETE", "authorization")).
		header.Get("Access-Control-Allow-Methods"))
}

// TestAnApplicationReadsEveryAnswer: refusals too, with the headers that it needs for its next step.
func TestAnApplicationReadsEveryAnswer(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t, allowShop, limitLogin)
	from := header("Origin", shop)
	c := w.open("482913", 100)
	path, as := "/accounts/"+c.number, bearer(w.login(c).AccessToken)
	exposed := "X-Request-Id,Location,Link,RateLimit,RateLimit-Policy,Retry-After,Idempotent-Replayed,WWW-Authenticate,Content-Disposition,Allow"
	for _, test := range []probe{
		{200, "GET", path, []requestOption{as}},
		{201, "POST", path + "/deposit", []requestOption{as, body(map[string]int{"amount": 1})}},
		{400, "POST", path + "/deposit", []requestOption{as, body(map[string]int{"amount": 0})}},
		{401, "GET", path, nil},
		{403, "GET", "/accounts/999999999990", []requestOption{as}},
		{403, "POST", "/auth/login", []requestOption{body(map[string]string{"account_number": c.number, "pin": c.pin, "session": "cookie"}), header("Sec-Fetch-Site", "cross-site")}},
		{404, "GET", "/accuonts", []requestOption{as}},
		{404, "GET", path + "/nothing", []requestOption{as}},
		{405, "DELETE", path, []requestOption{as}},
		{422, "POST", path + "/withdraw", []requestOption{as, body(map[string]int{"amount": 100_000})}},
		{401, "POST", "/auth/login", []requestOption{body(map[string]string{"account_number": stranger, "pin": wrongPIN})}},
		{401, "POST", "/auth/login", []requestOption{body(map[string]string{"account_number": stranger, "pin": wrongPIN})}},
		{401, "POST", "/auth/login", []requestOption{body(map[string]string{"account_number": stranger, "pin": wrongPIN})}},
		{429, "POST", "/auth/login", []requestOption{body(map[string]string{"account_number": stranger, "pin": wrongPIN})}},
	} {
		a := w.call(test.method, test.path, append(test.sent, from)...)
		require.Equal(t, test.status, a.status, "%s %s: %s", test.method, test.path, a.text())
		require.Equal(t, map[string]string{"Access-Control-Allow-Origin": shop, "Access-Control-Expose-Headers": exposed},
			sharing(a.header), "%d %s %s", test.status, test.method, test.path)
		require.Contains(t, a.header.Values("Vary"), "Origin")
		require.Empty(t, a.header.Values("Set-Cookie"))
	}
}

// TestNobodyElseIsAllowed: neither origins that resemble an allowed one, nor an allowed one outside the API.
func TestNobodyElseIsAllowed(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t, allowShop)
	for _, origin := range []string{
		"https://evil.example", "http://shop.example", "https://shop.example:8443", "https://shop.example.evil.example", "https://SHOP.example",
		"https://a.shop.example", "http://localhost", "http://localhost:30000", "null", "*", "https://shop.example/", "",
	} {
		for _, a := range []*answer{
			w.call("OPTIONS", "/accounts", preflight(origin, "POST", "content-type")), w.call("GET", "/healthz", header("Origin", origin)),
		} {
			require.Empty(t, sharing(a.header), origin)
			require.Contains(t, a.header.Values("Vary"), "Origin", "a cache must not hand this answer to an allowed origin")
		}
	}
	for _, path := range []string{"/app/", "/swagger/index.html", "/problems/weak_pin"} {
		require.Empty(t, sharing(w.call("GET", path, header("Origin", shop)).header), path)
	}
}
