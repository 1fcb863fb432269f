package server_test

import (
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"
)

// factor is a second factor whose secrets the test knows.
type factor struct {
	secret   string   // in an app
	recovery []string // on paper
}

func factorPath(c customer) string { return "/accounts/" + c.number + "/second-factor" }

// startFactor makes a secret that is not confirmed yet.
func (w *world) startFactor(c customer, session tokens) (secret string) {
	w.t.Helper()
	a := w.call("POST", factorPath(c), bearer(session.AccessToken), body(map[string]any{"pin": c.pin}))
	require.Equal(w.t, 200, a.status, a.text())
	return a.field("secret").(string)
}

// enableFactor turns a second factor on. It uses up the code of the current step.
func (w *world) enableFactor(c customer, session tokens) factor {
	w.t.Helper()
	f := factor{secret: w.startFactor(c, session)}
	a := w.call("POST", factorPath(c)+"/confirm", bearer(session.AccessToken), body(map[string]any{"code": w.appCode(f.secret, 0)}))
	require.Equal(w.t, 200, a.status, a.text())
	f.recovery = recoveryCodes(a)
	return f
}

func (w *world) removeFactor(c customer, session tokens, code string) {
	w.t.Helper()
	a := w.call("POST", factorPath(c)+"/remove", bearer(session.AccessToken), body(map[string]any{"pin": c.pin, "code": code}))
	require.Equal(w.t, 204, a.status, a.text())
}

func recoveryCodes(a *answer) []string {
	var got struct {
		RecoveryCodes []string `json:"recovery_codes"`
	}
	a.decode(&got)
	return got.RecoveryCodes
}

// appCode returns what an authenticator app shows, some steps of 30 seconds from now.
func (w *world) appCode(secret string, steps int) string {
	w.t.Helper()
	code, err := totp.GenerateCode(secret, w.clock.Now().Add(time.Duration(steps)*30*time.Second))
	require.NoError(w.t, err)
	return code
}

// loginWith signs in with a PIN and a code.
func (w *world) loginWith(c customer, code string) *answer {
	w.t.Helper()
	return w.call("POST", "/auth/login", body(map[string]any{"account_number": c.number, "pin": c.pin, "code": code}))
}

func requireRefused(t *testing.T, status int, code string, a *answer) {
	t.Helper()
	require.Equal(t, status, a.status, a.text())
	require.Equal(t, code, a.code())
}

func TestSigningInWithAnAuthenticatorApp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.open("482913", 0)
	session := w.login(c)
	state := func() map[string]any {
		var got map[string]any
		w.call("GET", factorPath(c), bearer(session.AccessToken)).decode(&got)
		return got
	}
	require.Equal(t, map[string]any{"enabled": false, "required": false, "recovery_codes_left": 0.0}, state())
	f := w.enableFactor(c, session)
	require.Len(t, f.recovery, 10)
	require.Equal(t, map[string]any{"enabled": true, "required": false, "recovery_codes_left": 10.0}, state())

	a := w.cookieLogin(c)
	requireRefused(t, 401, "second_factor_required", a)
	require.Empty(t, a.header.Values("Set-Cookie"))
	require.Len(t, w.sessions(session), 1, "a PIN alone starts no session")
	requireRefused(t, 401, "invalid_second_factor", w.loginWith(c, w.appCode(f.secret, 0))) // it has confirmed the secret
	next := w.appCode(f.secret, 1)
	require.Equal(t, 200, w.loginWith(c, next).status)
	requireRefused(t, 401, "invalid_second_factor", w.loginWith(c, next))

	w.clock.pass(5 * time.Minute)
	requireRefused(t, 401, "invalid_second_factor", w.loginWith(c, w.appCode(f.secret, 2)))
	require.Equal(t, 200, w.loginWith(c, w.appCode(f.secret, -1)).status, "a phone's clock may be off by a step")
	spaced := w.appCode(f.secret, 0)
	require.Equal(t, 200, w.loginWith(c, spaced[:3]+" "+spaced[3:]).status)
	w.clock.pass(5 * time.Minute)
	requireRefused(t, 401, "invalid_second_factor", w.loginWith(c, w.appCode(f.secret, -2)))

	a = w.call("POST", factorPath(c)+"/remove", bearer(session.AccessToken), body(map[string]any{"pin": c.pin, "code": w.appCode(f.secret, 0)}))
	require.Equal(t, 204, a.status, a.text())
	require.Equal(t, map[string]any{"enabled": false, "required": false, "recovery_codes_left": 0.0}, state())
	require.Equal(t, 200, w.tryLogin(c.number, c.pin).status)
	require.Len(t, w.audit("second_factor_enabled", c.number), 1)
	require.Len(t, w.audit("second_factor_disabled", c.number), 1)
}

func TestALostPhone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.open("482913", 0)
	session := w.login(c)
	f := w.enableFactor(c, session)
	untidy := strings.ToLower(strings.ReplaceAll(f.recovery[3], "-", " "))
	require.Equal(t, 200, w.loginWith(c, untidy).status)
	requireRefused(t, 401, "invalid_second_factor", w.loginWith(c, f.recovery[3]))
	require.Equal(t, 200, w.loginWith(c, f.recovery[0]).status)
	left := w.call("GET", factorPath(c), bearer(session.AccessToken)).field("recovery_codes_left")
	require.InDelta(t, 8, left, 0)
	require.Len(t, w.audit("recovery_code_used", c.number), 2)

	a := w.call("POST", factorPath(c)+"/recovery-codes", bearer(session.AccessToken), body(map[string]any{"pin": c.pin, "code": f.recovery[1]}))
	require.Equal(t, 200, a.status, a.text())
	require.Equal(t, "no-store", a.header.Get("Cache-Control"))
	renewed := recoveryCodes(a)
	require.Len(t, renewed, 10)
	requireRefused(t, 401, "invalid_second_factor", w.loginWith(c, f.recovery[2]))
	require.Equal(t, 200, w.loginWith(c, renewed[9]).status)
	require.Len(t, w.audit("recovery_codes_replaced", c.number), 1)
}

// TestSettingUpTakesACodeOfTheNewSecret: three wrong ones discard it, and a new start replaces it.
func TestSettingUpTakesACodeOfTheNewSecret(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.open("482913", 0)
	session := w.login(c)
	confirm := func(code string) *answer {
		return w.call("POST", factorPath(c)+"/confirm", bearer(session.AccessToken), body(map[string]any{"code": code}))
	}
	requireRefused(t, 409, "second_factor_not_started", confirm("123456"))
	first := w.startFactor(c, session)
	second := w.startFactor(c, session)
	require.NotEqual(t, first, second)
	requireRefused(t, 401, "invalid_second_factor", confirm(w.appCode(first, 0)))
	requireRefused(t, 401, "invalid_second_factor", confirm(w.appCode(second, 2)))
	requireRefused(t, 401, "invalid_second_factor", confirm(otherCode))
	requireRefused(t, 409, "second_factor_not_started", confirm(w.appCode(second, 0)))
	require.Equal(t, 200, w.tryLogin(c.number, c.pin).status, "no code is needed before it is confirmed")

	third := w.startFactor(c, session)
	a := confirm(w.appCode(third, 0))
	require.Equal(t, 200, a.status, a.text())
	require.Equal(t, "no-store", a.header.Get("Cache-Control"))
	requireRefused(t, 401, "second_factor_required", w.tryLogin(c.number, c.pin))
	requireRefused(t, 409, "second_factor_enabled", w.call("POST", factorPath(c), bearer(session.AccessToken), body(map[string]any{"pin": c.pin})))
}

func TestChangingThePINTakesACode(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.open("482913", 0)
	session := w.login(c)
	f := w.enableFactor(c, session)
	change := func(more map[string]any) *answer {
		more["current_pin"], more["new_pin"] = c.pin, "846203"
		return w.call("POST", "/accounts/"+c.number+"/pin", bearer(session.AccessToken), body(more))
	}
	requireRefused(t, 401, "second_factor_required", change(map[string]any{}))
	requireRefused(t, 401, "invalid_second_factor", change(map[string]any{"code": w.appCode(f.secret, 0)}))
	require.Equal(t, 204, change(map[string]any{"code": w.appCode(f.secret, 1)}).status)
	c.pin = "846203"
	w.clock.pass(time.Minute)
	require.Equal(t, 200, w.loginWith(c, w.appCode(f.secret, 0)).status)
}
