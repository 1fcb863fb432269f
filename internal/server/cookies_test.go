package server_test

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// The eight digits are derived from testSecretKey: every server of a bank has the same.
const (
	plainCookie  = "bankcore_refresh_7b71c16f"
	secureCookie = "__Host-bankcore_refresh_7b71c16f"
)

var viaHTTPS = header("X-Forwarded-Proto", "https")

func behindProxy(o *options) { o.proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")} }

// cookieLogin starts a session whose refresh token travels in a cookie.
func (w *world) cookieLogin(c customer, more ...requestOption) *answer {
	w.t.Helper()
	return w.call("POST", "/auth/login",
		append(more, body(map[string]string{"account_number": c.number, "pin": c.pin, "session": "cookie"}))...)
}

// setCookie returns the one session cookie that an answer sets.
func (a *answer) setCookie() *http.Cookie {
	a.t.Helper()
	found := a.cookiesOf("refresh")
	require.Len(a.t, found, 1, "%d %s", a.status, a.text())
	return found[0]
}

// cookiesOf returns the cookies of a kind that an answer sets.
func (a *answer) cookiesOf(kind string) []*http.Cookie {
	a.t.Helper()
	var found []*http.Cookie
	for _, line := range a.header.Values("Set-Cookie") {
		cookie, err := http.ParseSetCookie(line)
		require.NoError(a.t, err)
		if strings.Contains(cookie.Name, "bankcore_"+kind+"_") {
			found = append(found, cookie)
		}
	}
	return found
}

func withCookie(cookie *http.Cookie) requestOption {
	return func(r *http.Request) { r.AddCookie(&http.Cookie{Name: cookie.Name, Value: cookie.Value}) }
}

func TestTheSessionCookie(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	for name, test := range map[string]struct {
		world  func(*options)
		header requestOption
		cookie string
		secure bool
	}{
		"over http":                           {func(*options) {}, header("Accept", "*/*"), plainCookie, false},
		"https that an untrusted peer claims": {func(*options) {}, viaHTTPS, plainCookie, false},
		"https that another proxy may claim": {func(o *options) { o.proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")} },
			viaHTTPS, plainCookie, false},
		"a trusted proxy that says http":  {behindProxy, header("X-Forwarded-Proto", "http"), plainCookie, false},
		"a trusted proxy that says https": {behindProxy, viaHTTPS, secureCookie, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, test.world)
			c := w.open("482913", 0)
			a := w.cookieLogin(c, test.header)
			require.Equal(t, 200, a.status, a.text())
			require.NotContains(t, a.text(), "refresh_token")
			cookie := a.setCookie()
			require.NotContains(t, a.text(), cookie.Value)
			require.Equal(t, "refresh", claimsOf(t, cookie.Value)["typ"])
			requireCookie(t, cookie, test.cookie, test.secure, 7*24*3600)
			require.Equal(t, test.secure, a.header.Get("Strict-Transport-Security") != "", "HSTS")

			w.clock.pass(time.Hour)
			a = w.call("POST", "/auth/refresh", test.header, withCookie(cookie))
			require.Equal(t, 200, a.status, a.text())
			require.NotContains(t, a.text(), "refresh_token")
			next := a.setCookie()
			requireCookie(t, next, test.cookie, test.secure, 7*24*3600-3600)
			require.NotEqual(t, cookie.Value, next.Value)
			access := a.field("access_token").(string)
			require.Empty(t, w.accessCode(c, access))

			a = w.call("POST", "/auth/logout", test.header, withCookie(next), bearer(access))
			require.Equal(t, 204, a.status, a.text())
			require.Empty(t, a.body)
			cleared := a.setCookie()
			require.Empty(t, cleared.Value)
			requireCookie(t, cleared, test.cookie, test.secure, -1)
			require.Equal(t, "token_revoked", w.call("POST", "/auth/refresh", test.header, withCookie(next)).code())
			require.Equal(t, "token_revoked", w.accessCode(c, access))
		})
	}
}

func requireCookie(t *testing.T, cookie *http.Cookie, name string, secure bool, maxAge int) {
	t.Helper()
	require.Equal(t, name, cookie.Name)
	path := "/auth"
	if secure {
		path = "/" // as the prefix of its name requires
	}
	require.Equal(t, path, cookie.Path)
	require.Empty(t, cookie.Domain, "this host only")
	require.True(t, cookie.HttpOnly)
	require.Equal(t, http.SameSiteStrictMode, cookie.SameSite)
	require.Equal(t, secure, cookie.Secure)
	require.Equal(t, maxAge, cookie.MaxAge)
}

func TestACookieIsSpentLikeAnyRefreshToken(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t)
	c := w.open("482913", 0)
	refresh := func(cookie *http.Cookie) *answer { return w.call("POST", "/auth/refresh", withCookie(cookie)) }
	first := w.cookieLogin(c).setCookie()
	second := refresh(first).setCookie()
	require.Equal(t, second.Value, refresh(first).setCookie().Value, "a second tab")
	w.clock.pass(10*time.Second + time.Microsecond)
	require.Equal(t, second.Value, refresh(first).setCookie().Value, "a lost reply")
	third := refresh(second).setCookie()
	w.clock.pass(10*time.Second + time.Microsecond)
	a := refresh(first)
	require.Equal(t, "token_revoked", a.code())
	require.Empty(t, a.header.Values("Set-Cookie"))
	require.Equal(t, "token_revoked", refresh(third).code())

	inBody := w.login(c)
	a = w.renew(inBody.RefreshToken, withCookie(w.cookieLogin(c).setCookie()))
	require.Equal(t, 200, a.status)
	require.NotEmpty(t, a.field("refresh_token"), "a token in the body is answered in the body, whatever cookie came with it")
	require.Empty(t, a.header.Values("Set-Cookie"))
	a = w.call("POST", "/auth/logout", bearer(inBody.AccessToken))
	require.Equal(t, 204, a.status)
	require.Empty(t, a.header.Values("Set-Cookie"), "there was no cookie to clear")
}

// TestOverHTTPSOnlyTheSecureCookieCounts keeps an attacker who can plant a cookie over http from choosing a victim's session.
func TestOverHTTPSOnlyTheSecureCookieCounts(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t, behindProxy)
	c := w.open("482913", 0)
	cookie := w.cookieLogin(c, viaHTTPS).setCookie()
	planted := &http.Cookie{Name: plainCookie, Value: cookie.Value}
	require.Equal(t, "unauthenticated", w.call("POST", "/auth/refresh", viaHTTPS, withCookie(planted)).code())
	require.Equal(t, 200, w.call("POST", "/auth/refresh", viaHTTPS, withCookie(planted), withCookie(cookie)).status)
}

func TestCookieSessionsRefuseOtherSites(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t)
	c := w.open("482913", 0)
	a := w.cookieLogin(c)
	cookie, access := a.setCookie(), bearer(a.field("access_token").(string))
	host := strings.TrimPrefix(w.url, "http://")
	for name, from := range map[string][]requestOption{
		"fetched by another site":     {header("Sec-Fetch-Site", "cross-site")},
		"fetched by a sister site":    {header("Sec-Fetch-Site", "same-site")},
		"both say so":                 {header("Sec-Fetch-Site", "cross-site"), header("Origin", "https://evil.example")},
		"a site's word for itself":    {header("Sec-Fetch-Site", "cross-site"), header("Origin", w.url)},
		"an old browser's Origin":     {header("Origin", "https://evil.example")},
		"another port":                {header("Origin", "http://127.0.0.1:1")},
		"a longer name":               {header("Origin", "http://"+host+".evil.example")},
		"a page without an origin":    {header("Origin", "null")},
		"form post from another site": {header("Sec-Fetch-Site", "cross-site"), header("Sec-Fetch-Mode", "navigate")},
	} {
		sent := append(slices.Clone(from), withCookie(cookie))
		for what, a := range map[string]*answer{
			"login":       w.cookieLogin(c, from...),
			"wrong login": w.cookieLogin(customer{c.number, wrongPIN}, from...),
			"refresh":     w.call("POST", "/auth/refresh", sent...),
			"logout":      w.call("POST", "/auth/logout", append(sent, access)...),
		} {
			require.Equal(t, 403, a.status, "%s: %s: %s", what, name, a.text())
			require.Equal(t, "forbidden", a.code())
			require.Empty(t, a.header.Values("Set-Cookie"), "%s: %s", what, name)
		}
	}
	require.Equal(t, int64(1), w.tally("SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL"), "no session more or less")
	require.Zero(t, w.tally("SELECT COUNT(*) FROM token_blacklist"), "no token spent")
	require.Empty(t, w.audit("login_failed", c.number), "no PIN looked at")
	require.Zero(t, w.tally("SELECT failed_attempts FROM customers"))

	for name, from := range map[string]requestOption{
		"our own page": header("Sec-Fetch-Site", "same-origin"), "typed in": header("Sec-Fetch-Site", "none"),
		"an old browser": header("Origin", w.url), "a program": header("Accept", "*/*"),
	} {
		a = w.call("POST", "/auth/refresh", from, withCookie(cookie))
		require.Equal(t, 200, a.status, "%s: %s", name, a.text())
		cookie = a.setCookie()
	}
	require.Equal(t, 204, w.call("POST", "/auth/logout", header("Sec-Fetch-Site", "same-origin"), withCookie(cookie), access).status)
}

// TestNoAnswerAllowsAnotherOrigin: no answer allows another origin to read it, or to send what a form cannot.
func TestNoAnswerAllowsAnotherOrigin(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t)
	c := w.open("482913", 0)
	evil := header("Origin", "https://evil.example")
	for _, a := range []*answer{
		w.call("OPTIONS", "/auth/login", evil, header("Access-Control-Request-Method", "POST"), header("Access-Control-Request-Headers", "content-type")),
		w.call("POST", "/auth/login", evil, body(map[string]string{"account_number": c.number, "pin": c.pin})),
		w.call("GET", "/healthz", evil),
		w.call("GET", "/openapi.json", evil),
	} {
		for name := range a.header {
			require.False(t, strings.HasPrefix(name, "Access-Control-"), name)
		}
	}
	form := header("Content-Type", "text/plain")
	require.Equal(t, 415, w.call("POST", "/auth/login", form, body(map[string]string{"account_number": c.number, "pin": c.pin})).status,
		"a form of another site cannot send JSON")
}
