package server_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// promote gives an account the administrator's role, like the operator.
func (w *world) promote(c customer) {
	w.t.Helper()
	number, err := ledger.ParseAccountNumber(c.number)
	require.NoError(w.t, err)
	_, err = w.bank.SetRole(context.Background(), auth.Caller{Operator: true}, number, auth.RoleAdmin)
	require.NoError(w.t, err)
}

// standing is what an answer says about a session's role.
type standing struct {
	Role     string
	Requires []string `json:"role_requires"`
}

func standingOf(a *answer) standing {
	var got standing
	a.decode(&got)
	return got
}

func newStrictWorld(t *testing.T) *world {
	t.Helper()
	return newWorld(t, func(o *options) { o.staffSecondFactor = true })
}

// TestANewAdministratorSetsUpTheSecondFactor, then chooses a longer PIN, and continues in the same session.
func TestANewAdministratorSetsUpTheSecondFactor(t *testing.T) {
	t.Parallel()
	w := newStrictWorld(t)
	c := w.open("482913", 0)
	w.promote(c)
	signedIn := w.cookieLogin(c)
	require.Equal(t, 200, signedIn.status, signedIn.text())
	require.Equal(t, standing{"customer", []string{"second_factor", "longer_pin"}}, standingOf(signedIn))
	session := tokens{AccessToken: signedIn.field("access_token").(string)}
	now := func() standing { return standingOf(w.call("GET", "/auth/session", withCookie(signedIn.setCookie()))) }
	stats := func() int { return w.call("GET", "/admin/stats", bearer(session.AccessToken)).status }
	require.Equal(t, standing{"customer", []string{"second_factor", "longer_pin"}}, now())
	require.Equal(t, 403, stats())
	require.Equal(t, 200, w.call("GET", "/accounts/"+c.number, bearer(session.AccessToken)).status, "the own account can be read")

	f := w.enableFactor(c, session)
	require.Equal(t, standing{"customer", []string{"longer_pin"}}, now())
	require.Equal(t, 403, stats())
	change := func(pin, code string) *answer {
		return w.call("POST", "/accounts/"+c.number+"/pin", bearer(session.AccessToken),
			body(map[string]any{"current_pin": c.pin, "new_pin": pin, "code": code}))
	}
	requireRefused(t, 422, "weak_pin", change("8462037", f.recovery[0]))
	require.Equal(t, 204, change("84620375", f.recovery[0]).status)
	require.Equal(t, standing{"admin", nil}, now())
	require.Equal(t, 200, stats())
	renewed := w.call("POST", "/auth/refresh", withCookie(signedIn.setCookie()))
	require.Equal(t, standing{"admin", nil}, standingOf(renewed))

	c.pin = "84620375"
	requireRefused(t, 422, "weak_pin", change("7519460", f.recovery[1]))
	requireRefused(t, 403, "forbidden", w.call("POST", factorPath(c)+"/remove", bearer(session.AccessToken),
		body(map[string]any{"pin": c.pin, "code": f.recovery[1]})))
	var state map[string]any
	w.call("GET", factorPath(c), bearer(session.AccessToken)).decode(&state)
	require.Equal(t, map[string]any{"enabled": true, "required": true, "recovery_codes_left": 9.0}, state)
	w.clock.pass(time.Minute)
	require.Equal(t, standing{"admin", nil}, standingOf(w.loginWith(c, w.appCode(f.secret, 0))))
}

// TestASessionFromBeforeTheSecondFactorIsACustomers, because its holder may know only the PIN.
func TestASessionFromBeforeTheSecondFactorIsACustomers(t *testing.T) {
	t.Parallel()
	w := newStrictWorld(t)
	c := w.open("84620375", 0)
	w.promote(c)
	before, own := w.login(c), w.login(c)
	f := w.enableFactor(c, own)
	require.Equal(t, 200, w.call("GET", "/admin/stats", bearer(own.AccessToken)).status)
	require.Equal(t, 403, w.call("GET", "/admin/stats", bearer(before.AccessToken)).status)
	require.Equal(t, standing{"customer", []string{"second_factor"}}, standingOf(w.renew(before.RefreshToken)))

	// The operator switches it off: the phone is lost.
	number, err := ledger.ParseAccountNumber(c.number)
	require.NoError(t, err)
	require.NoError(t, w.auth.SwitchSecondFactorOff(context.Background(), auth.Caller{Operator: true}, number))
	require.Equal(t, 403, w.call("GET", "/admin/stats", bearer(own.AccessToken)).status, "at once")
	require.Equal(t, standing{"customer", []string{"second_factor"}}, standingOf(w.tryLogin(c.number, c.pin)))
	require.Equal(t, "operator", w.audit("second_factor_disabled", c.number)[0].Actor)
	require.Equal(t, 200, w.loginWith(c, f.recovery[0]).status, "an unneeded code does no harm")
}

// TestARoleHoldsAtOnceForASessionThatProvedBoth, whether it is given or taken away.
func TestARoleHoldsAtOnceForASessionThatProvedBoth(t *testing.T) {
	t.Parallel()
	w := newStrictWorld(t)
	c := w.open("84620375", 0)
	session := w.login(c)
	w.enableFactor(c, session)
	require.Equal(t, 403, w.call("GET", "/admin/stats", bearer(session.AccessToken)).status)
	w.promote(c)
	require.Equal(t, 200, w.call("GET", "/admin/stats", bearer(session.AccessToken)).status)
}

// TestAForgottenPINOfAnAdministrator: the operator's code sets a PIN, but replaces neither the second factor nor the longer PIN.
func TestAForgottenPINOfAnAdministrator(t *testing.T) {
	t.Parallel()
	w := newStrictWorld(t)
	c := w.open("84620375", 0)
	w.promote(c)
	f := w.enableFactor(c, w.login(c))
	require.Equal(t, 204, w.resetPin(c.number, w.issueReset(c), "730164").status)
	c.pin = "730164"
	requireRefused(t, 401, "second_factor_required", w.tryLogin(c.number, c.pin))
	require.Equal(t, standing{"customer", []string{"longer_pin"}}, standingOf(w.loginWith(c, f.recovery[0])))
}

// TestAnEmployeeNeedsTheSecondFactorToo: without it, and without a long PIN, employees are customers.
func TestAnEmployeeNeedsTheSecondFactorToo(t *testing.T) {
	t.Parallel()
	w := newStrictWorld(t)
	c, ada := w.open("482913", 0), w.open("730164", 0)
	number, err := ledger.ParseAccountNumber(c.number)
	require.NoError(t, err)
	_, err = w.bank.SetRole(context.Background(), auth.Caller{Operator: true}, number, auth.RoleEmployee)
	require.NoError(t, err)
	signedIn := w.tryLogin(c.number, c.pin)
	require.Equal(t, standing{"customer", []string{"second_factor", "longer_pin"}}, standingOf(signedIn))
	session := bearer(signedIn.field("access_token").(string))
	for _, a := range []*answer{
		w.call("GET", "/admin/requests", session),
		w.call("GET", "/accounts/"+ada.number, session),
		w.call("POST", "/admin/accounts/"+ada.number+"/pin-reset", session),
		w.call("POST", "/accounts/"+ada.number+"/deposit", session, body(map[string]any{"amount": 5})),
	} {
		require.Equal(t, 403, a.status, a.text())
	}
	require.Equal(t, 201, w.call("POST", "/accounts/"+c.number+"/deposit", session, body(map[string]any{"amount": 5})).status)
}
