package server_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// TestEveryCookieIsBoundToItsHost makes every answer that sets cookies, over https.
func TestEveryCookieIsBoundToItsHost(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t, behindProxy, belowBank)
	c := w.open("482913", 0)
	signedIn := w.cookieLogin(c, viaHTTPS)
	access := bearer(signedIn.field("access_token").(string))
	renewed := w.call("POST", "/auth/refresh", viaHTTPS, withCookie(signedIn.setCookie()))
	signedOut := w.call("POST", "/auth/logout", viaHTTPS, withCookie(renewed.setCookie()), access)
	kinds := map[string]int{}
	for _, a := range []*answer{signedIn, renewed, signedOut} {
		require.NotEmpty(t, a.setCookies())
		for _, cookie := range a.setCookies() {
			kind, _, found := strings.Cut(strings.TrimPrefix(cookie.Name, "__Host-bankcore_"), "_")
			require.True(t, found)
			kinds[kind]++
			requireCookie(t, cookie, "__Host-bankcore_"+kind+"_7b71c16f", true, cookie.MaxAge)
		}
	}
	require.Equal(t, map[string]int{"refresh": 3, "device": 1}, kinds, "a new cookie belongs in this test")
}
