package server_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

const plainDevice = "bankcore_device_7b71c16f"

// device returns the one device cookie that a sign-in sets.
func (a *answer) device() *http.Cookie {
	a.t.Helper()
	require.Equal(a.t, 200, a.status, a.text())
	found := a.cookiesOf("device")
	require.Len(a.t, found, 1)
	return found[0]
}

func TestASignInInABrowserLeavesADeviceCookie(t *testing.T) {
	t.Parallel()
	w := newWorld(t, behindProxy)
	c := w.open("482913", 0)
	first := w.cookieLogin(c).device()
	requireCookie(t, first, plainDevice, false, 180*24*3600)
	requireCookie(t, w.cookieLogin(c, viaHTTPS).device(), "__Host-"+plainDevice, true, 180*24*3600)
	again := w.cookieLogin(c, withCookie(first))
	require.NotEqual(t, first.Value, again.device().Value, "each sign-in makes another one")

	session := again.setCookie()
	for what, a := range map[string]*answer{
		"a program's sign-in": w.tryLogin(c.number, c.pin),
		"a wrong PIN":         w.cookieLogin(customer{c.number, wrongPIN}),
		"a renewal":           w.call("POST", "/auth/refresh", withCookie(session)),
	} {
		require.Empty(t, a.cookiesOf("device"), what)
	}
	require.Equal(t, "unauthenticated", w.call("POST", "/auth/refresh", withCookie(first)).code(), "it is not a session")
	require.Equal(t, "invalid_token", w.call("GET", "/accounts/"+c.number, bearer(first.Value)).code())
}

// TestADeviceIsKnownByItsCookieAlone tries cookies that are forged, changed, old, or from another account.
func TestADeviceIsKnownByItsCookieAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, other := w.open("482913", 0), w.open("730164", 0)
	number, err := ledger.ParseAccountNumber(c.number)
	require.NoError(t, err)
	token := w.cookieLogin(c).device().Value
	require.Equal(t, number, w.auth.KnownDevice(token))
	require.NotEqual(t, number, w.auth.KnownDevice(w.cookieLogin(other).device().Value))

	raw, err := base64.RawURLEncoding.DecodeString(token)
	require.NoError(t, err)
	for i := range raw {
		changed := append([]byte{}, raw...)
		changed[i] ^= 1
		require.Zero(t, w.auth.KnownDevice(base64.RawURLEncoding.EncodeToString(changed)), "byte %d", i)
	}
	for _, forged := range []string{"", "x", token[1:], token + "A", token + "=", strings.Repeat("A", len(token)), c.number} {
		require.Zero(t, w.auth.KnownDevice(forged), forged)
	}
	w.clock.pass(auth.DeviceLifetime - time.Second)
	require.Equal(t, number, w.auth.KnownDevice(token))
	w.clock.pass(time.Second)
	require.Zero(t, w.auth.KnownDevice(token))
}

// TestADeviceCookieBypassesNothing: guesses sent with it count and lock like all others.
func TestADeviceCookieBypassesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.open("482913", 0)
	device := withCookie(w.cookieLogin(c).device())
	for range 3 {
		require.Equal(t, 401, w.tryLogin(c.number, wrongPIN, device).status)
	}
	require.Equal(t, 423, w.tryLogin(c.number, c.pin, device).status)
	require.Len(t, w.audit("login_failed", c.number), 3)
}

// signInFrom sends a sign-in through a proxy that passes on the client's address.
func (w *world) signInFrom(address string, c customer, outcomes chan<- guess, more ...requestOption) {
	go func() {
		a, err := w.try("POST", "/auth/login", append(more, header("X-Forwarded-For", address),
			body(map[string]string{"account_number": c.number, "pin": c.pin}))...)
		outcome := guess{err: err}
		if err == nil {
			outcome.status = a.status
		}
		outcomes <- outcome
	}()
}

// TestABotnetDoesNotKeepAKnownDeviceOut sends sign-ins from 300 providers' networks at once, while no hash finishes: they fill every
// common place. The rest are refused before they are counted; a customer on a known device gets in.
// On PostgreSQL a sign-in that waits too long for others gets the same 503 as one that finds no place.
func TestABotnetDoesNotKeepAKnownDeviceOut(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	storetest.OneEngine(t)
	kdf := newHeldKDF()
	w := newWorld(t, behindProxy, func(o *options) { o.kdf = kdf.derive })
	c := w.open("482913", 0)
	device := withCookie(w.cookieLogin(c).device())
	open := kdf.shut(t)

	const attack, places = 300, 128
	nobody, outcomes := customer{"999999999990", wrongPIN}, make(chan guess, attack)
	for i := range attack {
		w.signInFrom(fmt.Sprintf("%d.%d.7.7", 20+i/256, i%256), nobody, outcomes)
	}
	for range attack - places {
		outcome := <-outcomes
		require.NoError(t, outcome.err)
		require.Equal(t, 503, outcome.status)
	}
	a := w.tryLogin(c.number, c.pin, header("X-Forwarded-For", "203.0.113.9"))
	require.Equal(t, 503, a.status, a.text())
	require.NotEmpty(t, a.header.Get("Retry-After"))
	a = w.tryLogin(c.number, c.pin, header("X-Forwarded-For", "203.0.113.9"), device, device)
	require.Equal(t, 503, a.status, "a cookie that comes twice proves nothing")
	require.Zero(t, w.tally("SELECT SUM(failed_attempts) FROM customers"), "a refused attempt is not counted")

	owner := make(chan guess, 1)
	w.signInFrom("203.0.113.9", c, owner, device)
	require.Eventually(t, func() bool { return w.tally("SELECT SUM(failed_attempts) FROM customers") == 1 }, time.Minute, 10*time.Millisecond)
	open()
	got := <-owner
	require.NoError(t, got.err)
	require.Equal(t, 200, got.status)
	for range places {
		outcome := <-outcomes
		require.NoError(t, outcome.err)
		require.Equal(t, 401, outcome.status, "every counted sign-in is answered")
	}
	t.Logf("of %d sign-ins of %d networks %d were looked at and %d refused; the customer on a known device was served", attack, attack, places, attack-places)
}
