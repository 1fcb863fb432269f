package server_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

func belowBank(o *options) { o.base = "/bank" }

// TestACookieThatComesTwiceIsNotTaken: another host of the domain can set a cookie of this name for the whole domain, and a request
// does not say which of the two is ours.
func TestACookieThatComesTwiceIsNotTaken(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t)
	c, thief := w.open("482913", 0), w.open("730164", 0)
	ours, tossed := w.cookieLogin(c).setCookie(), w.cookieLogin(thief).setCookie()
	for _, order := range [][]requestOption{{withCookie(ours), withCookie(tossed)}, {withCookie(tossed), withCookie(ours)}} {
		for path, method := range map[string]string{"/auth/refresh": "POST", "/auth/session": "GET"} {
			a := w.call(method, path, order...)
			require.Equal(t, "invalid_request", a.code(), path)
			require.Contains(t, a.text(), "header/Cookie")
			require.Empty(t, a.header.Values("Set-Cookie"))
		}
	}
	require.Equal(t, 200, w.call("POST", "/auth/refresh", withCookie(ours)).status, "nothing was spent")
	access := w.login(c).AccessToken
	a := w.call("POST", "/auth/logout", withCookie(ours), withCookie(tossed), bearer(access))
	require.Equal(t, 204, a.status, "signing out needs no valid cookie")
	require.Equal(t, -1, a.setCookie().MaxAge)
}

// TestBelowABasePath: every link in an answer begins with the base path, and requests are answered whether or not a proxy has removed it.
func TestBelowABasePath(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t, belowBank)
	for _, prefix := range []string{"", "/bank"} {
		for path, to := range map[string]string{
			"/": "/bank/app/", "/app": "/bank/app/", "/swagger": "/bank/swagger/index.html", "/swagger/": "/bank/swagger/index.html",
			"/app/index.html": "/bank/app/",
		} {
			require.Equal(t, to, w.call("GET", prefix+path).header.Get("Location"), prefix+path)
		}
		for _, path := range []string{
			"/healthz", "/readyz", "/version", "/app/", "/swagger/index.html", "/swagger/swagger-ui.css", "/openapi.yaml",
			"/problems/weak_pin",
		} {
			require.Equal(t, 200, w.call("GET", prefix+path).status, prefix+path)
		}
		a := w.call("POST", prefix+"/accounts", body(map[string]any{"account_holder_name": "Ada", "pin": "482913", "initial_deposit": 5}))
		require.Equal(t, 201, a.status, a.text())
		number := a.field("account_number").(string)
		require.Equal(t, "/bank/accounts/"+number, a.header.Get("Location"))
		require.Equal(t, 200, w.call("GET", a.header.Get("Location"), adminKey(testAdminKey)).status)

		a = w.call("POST", prefix+"/auth/login", body(map[string]string{"account_number": number, "pin": "482913", "session": "cookie"}))
		require.Equal(t, "/bank/auth", a.setCookie().Path)
		as := bearer(a.field("access_token").(string))
		a = w.call("POST", prefix+"/accounts/"+number+"/deposit", as, body(map[string]int{"amount": 1}))
		require.Equal(t, 201, a.status, a.text())
		require.Equal(t, 200, w.call("GET", a.header.Get("Location"), as).status)
		link := w.call("GET", prefix+"/accounts/"+number+"/transactions?limit=1", as).header.Get("Link")
		require.True(t, strings.HasPrefix(link, "</bank/accounts/"+number+"/transactions?"), link)
		next, _, _ := strings.Cut(link[1:], ">")
		require.Equal(t, 200, w.call("GET", next, as).status)

		a = w.call("GET", prefix+"/nowhere")
		require.Equal(t, 404, a.status)
		require.Equal(t, "/bank/problems/not_found", a.field("type"))
		require.Equal(t, 200, w.call("GET", "/bank/problems/not_found").status)
		require.Equal(t, "invalid_request", w.call("GET", prefix+"/healthz?x=1").code(), "as the contract says")
	}
	require.Equal(t, "/bank/app/", w.call("GET", "/bank").header.Get("Location"))
	for _, path := range []string{"/bankers/healthz", "/bank/bank/healthz", "/b%61nk/healthz%2f", "/bank//healthz", "/bank/..%2fhealthz"} {
		require.Equal(t, "not_found", w.call("GET", path).code(), path)
	}
	require.Contains(t, w.logs.String(), `"route":"/accounts/:account_number/transactions"`, "the same as without a base path")
	require.NotContains(t, w.logs.String(), "/bank")
}

// TestTheContractSaysWhereItIsServed: generated clients and Swagger UI rely on its list of servers.
func TestTheContractSaysWhereItIsServed(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	for base, want := range map[string]string{"": "/", "/bank": "/bank", "/a/b": "/a/b"} {
		w := newWorld(t, func(o *options) { o.base = base })
		var contract struct {
			Servers []struct{ URL string }
			Paths   map[string]json.RawMessage
		}
		w.call("GET", base+"/openapi.json").decode(&contract)
		require.Len(t, contract.Servers, 1)
		require.Equal(t, want, contract.Servers[0].URL)
		require.Contains(t, contract.Paths, "/accounts")
		require.Contains(t, w.call("GET", base+"/openapi.yaml").text(), "url: "+want+"\n")
	}
}

// TestOverHTTPSACookieIsBoundToItsHost even below a base path, because the prefix of its name does not allow that as its path.
func TestOverHTTPSACookieIsBoundToItsHost(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t, belowBank, behindProxy)
	cookie := w.cookieLogin(w.open("482913", 0), viaHTTPS).setCookie()
	requireCookie(t, cookie, secureCookie, true, 7*24*3600)
	require.Equal(t, 200, w.call("POST", "/bank/auth/refresh", viaHTTPS, withCookie(cookie)).status)
	planted := &http.Cookie{Name: plainCookie, Value: cookie.Value}
	require.Equal(t, 401, w.call("POST", "/bank/auth/refresh", viaHTTPS, withCookie(planted)).status)
}
