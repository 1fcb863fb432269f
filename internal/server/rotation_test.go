package server_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/ledger"
)

const newSecretKey = "new-secret-key-that-is-long-enough-0123456789"

// setCookies returns all cookies that an answer sets.
func (a *answer) setCookies() []*http.Cookie {
	a.t.Helper()
	return (&http.Response{Header: a.header}).Cookies()
}

// TestACookieMovesToTheNewKey: a browser that is signed in while SECRET_KEY is replaced stays signed in, and ends up with one cookie.
func TestACookieMovesToTheNewKey(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		via      requestOption
		from, to string
	}{
		"over http":  {header("Accept", "*/*"), plainCookie, "bankcore_refresh_01ccd954"},
		"over https": {viaHTTPS, secureCookie, "__Host-bankcore_refresh_01ccd954"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, behindProxy)
			c := w.open("482913", 0)
			serveWith := func(keys string) {
				w.stop()
				w.options.secretKey = keys
				w.start()
			}
			secure := test.from == secureCookie
			cookie := w.cookieLogin(c, test.via).setCookie()
			requireCookie(t, cookie, test.from, secure, 7*24*3600)

			serveWith(testSecretKey + "," + newSecretKey)
			cookie = w.call("POST", "/auth/refresh", test.via, withCookie(cookie)).setCookie()
			requireCookie(t, cookie, test.from, secure, 7*24*3600)

			serveWith(newSecretKey + "," + testSecretKey)
			a := w.call("POST", "/auth/refresh", test.via, withCookie(cookie))
			require.Equal(t, 200, a.status, a.text())
			set := a.setCookies()
			require.Len(t, set, 2)
			requireCookie(t, set[0], test.to, secure, 7*24*3600)
			requireCookie(t, set[1], test.from, secure, -1)
			require.Empty(t, set[1].Value)
			cookie = w.call("POST", "/auth/refresh", test.via, withCookie(set[0])).setCookie()
			requireCookie(t, cookie, test.to, secure, 7*24*3600)

			signedIn := w.cookieLogin(c, test.via, withCookie(&http.Cookie{Name: test.from, Value: "an earlier session"}))
			require.Len(t, signedIn.cookiesOf("refresh"), 2, "a sign-in with an old cookie removes that")
			both := []requestOption{
				test.via, bearer(signedIn.field("access_token").(string)), withCookie(&http.Cookie{Name: test.from, Value: "x"}), withCookie(signedIn.setCookies()[0]),
			}
			a = w.call("POST", "/auth/logout", both...)
			require.Equal(t, 204, a.status, a.text())
			for _, gone := range a.setCookies() {
				require.Negative(t, gone.MaxAge, gone.Name)
			}
			require.Len(t, a.setCookies(), 2)

			serveWith(newSecretKey)
			cookie = w.call("POST", "/auth/refresh", test.via, withCookie(cookie)).setCookie()
			requireCookie(t, cookie, test.to, secure, 7*24*3600)
			old := w.call("POST", "/auth/refresh", test.via, withCookie(&http.Cookie{Name: test.from, Value: cookie.Value}))
			require.Equal(t, "unauthenticated", old.code(), "a dropped key's cookie is worthless")
		})
	}
}

// TestADeviceStaysKnownWhileTheKeyIsReplaced: its cookie is accepted under every listed key, and moves at the next sign-in.
func TestADeviceStaysKnownWhileTheKeyIsReplaced(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.open("482913", 0)
	number, err := ledger.ParseAccountNumber(c.number)
	require.NoError(t, err)
	serveWith := func(keys string) {
		w.stop()
		w.options.secretKey = keys
		w.start()
	}
	old := w.cookieLogin(c).device()
	require.Equal(t, plainDevice, old.Name)

	serveWith(newSecretKey + "," + testSecretKey)
	require.Equal(t, number, w.auth.KnownDevice(old.Value))
	set := w.cookieLogin(c, withCookie(old)).cookiesOf("device")
	require.Len(t, set, 2)
	requireCookie(t, set[0], "bankcore_device_01ccd954", false, 180*24*3600)
	requireCookie(t, set[1], plainDevice, false, -1)
	require.Empty(t, set[1].Value)

	serveWith(newSecretKey)
	require.Equal(t, number, w.auth.KnownDevice(set[0].Value))
	require.Zero(t, w.auth.KnownDevice(old.Value), "a cookie under a dropped key is not known")
}
