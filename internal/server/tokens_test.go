package server_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// renew spends a refresh token in the body.
func (w *world) renew(refresh string, more ...requestOption) *answer {
	w.t.Helper()
	return w.call("POST", "/auth/refresh", append(more, body(map[string]string{"refresh_token": refresh}))...)
}

func (w *world) mustRenew(refresh string) tokens {
	w.t.Helper()
	a := w.renew(refresh)
	require.Equal(w.t, 200, a.status, a.text())
	var got tokens
	a.decode(&got)
	return got
}

// accessCode returns "" if an access token is valid, and otherwise the problem's code.
func (w *world) accessCode(c customer, access string) string {
	w.t.Helper()
	a := w.call("GET", "/accounts/"+c.number, bearer(access))
	if a.status == 200 {
		return ""
	}
	require.Equal(w.t, 401, a.status, a.text())
	require.Contains(w.t, a.header.Get("WWW-Authenticate"), `error="invalid_token"`)
	return a.code()
}

// requireEnded checks that neither token of a session is valid any more.
func (w *world) requireEnded(c customer, session tokens) {
	w.t.Helper()
	require.Equal(w.t, "token_revoked", w.accessCode(c, session.AccessToken))
	a := w.renew(session.RefreshToken)
	require.Equal(w.t, 401, a.status)
	require.Equal(w.t, "token_revoked", a.code())
	require.Contains(w.t, a.header.Get("WWW-Authenticate"), `error="invalid_token"`)
}

// claimsOf decodes a token without verifying it.
func claimsOf(t *testing.T, token string) map[string]any {
	t.Helper()
	parts := strings.Split(token, ".")
	require.Len(t, parts, 3)
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	require.NoError(t, err)
	var claims map[string]any
	require.NoError(t, json.Unmarshal(payload, &claims))
	return claims
}

func TestASpentRefreshTokenHasOneSuccessorForTenSeconds(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	w := newWorld(t)
	c := w.open("482913", 0)
	first := w.login(c)
	second := w.mustRenew(first.RefreshToken)
	require.NotEqual(t, first.RefreshToken, second.RefreshToken)
	require.NotEqual(t, first.AccessToken, second.AccessToken)
	w.clock.pass(4 * time.Second)
	third := w.mustRenew(second.RefreshToken)
	w.clock.pass(6 * time.Second)
	for range 2 {
		require.Equal(t, second.RefreshToken, w.mustRenew(first.RefreshToken).RefreshToken, "10 s are within the grace")
		require.Equal(t, third.RefreshToken, w.mustRenew(second.RefreshToken).RefreshToken)
	}
	w.restart()
	require.Equal(t, second.RefreshToken, w.mustRenew(first.RefreshToken).RefreshToken, "a restart keeps the grace")
	require.Equal(t, int64(2), w.tally("SELECT COUNT(*) FROM token_blacklist"), "tokens spent")
	require.Equal(t, int64(1), w.tally("SELECT COUNT(*) FROM token_blacklist WHERE jti = $1 AND successor_jti = $2",
		claimsOf(t, first.RefreshToken)["jti"], claimsOf(t, second.RefreshToken)["jti"]))
	require.Empty(t, w.audit("refresh_token_reused", c.number))
	require.Empty(t, w.accessCode(c, first.AccessToken), "a refresh does not end the older access token")
}

func TestReuseAfterTheGraceEndsTheSession(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	w := newWorld(t)
	c := w.open("482913", 0)
	elsewhere := w.login(c)
	stolen := w.login(c)
	newest := w.mustRenew(w.mustRenew(stolen.RefreshToken).RefreshToken)
	w.clock.pass(10*time.Second + time.Microsecond)
	require.Empty(t, w.accessCode(c, newest.AccessToken))

	a := w.renew(stolen.RefreshToken, header("X-Request-Id", "thief-1"))
	require.Equal(t, 401, a.status, a.text())
	require.Equal(t, "token_revoked", a.code())
	w.requireEnded(c, newest)
	w.requireEnded(c, stolen)
	require.Equal(t, []auditEvent{{"refresh_token_reused", c.number, "anonymous", "127.0.0.1", "thief-1"}},
		w.audit("refresh_token_reused", c.number), "one event, for the token that gave the theft away")
	require.Equal(t, int64(1), w.tally("SELECT COUNT(*) FROM token_blacklist WHERE jti = $1 AND successor_jti IS NULL",
		claimsOf(t, newest.RefreshToken)["jti"]))
	w.restart()
	w.requireEnded(c, newest)
	require.Empty(t, w.accessCode(c, elsewhere.AccessToken), "the other session continues")
	require.NotEmpty(t, w.mustRenew(elsewhere.RefreshToken).RefreshToken)
}

func TestParallelRefreshesHaveOneSuccessor(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	w := newWorld(t)
	c := w.open("482913", 0)
	session := w.login(c)
	type outcome struct {
		answer *answer
		err    error
	}
	outcomes := make(chan outcome, 30)
	for range cap(outcomes) {
		go func() {
			a, err := w.try("POST", "/auth/refresh", body(map[string]string{"refresh_token": session.RefreshToken}))
			outcomes <- outcome{a, err}
		}()
	}
	refresh, access := map[string]bool{}, map[string]bool{}
	for range cap(outcomes) {
		got := <-outcomes
		require.NoError(t, got.err)
		require.Equal(t, 200, got.answer.status, got.answer.text())
		var next tokens
		got.answer.decode(&next)
		refresh[next.RefreshToken], access[next.AccessToken] = true, true
	}
	require.Len(t, refresh, 1)
	require.Len(t, access, 30, "each answer has an access token of its own")
	for token := range access {
		require.Empty(t, w.accessCode(c, token))
	}
	for token := range refresh {
		w.mustRenew(token)
	}
	require.Equal(t, int64(2), w.tally("SELECT COUNT(*) FROM token_blacklist"))
}

func TestNoSessionOutlivesSevenDays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.open("482913", 0)
	session := w.login(c)
	const half = 12 * time.Hour
	for i := range 13 {
		w.clock.pass(half)
		session = w.mustRenew(session.RefreshToken)
		require.Less(t, claimsOf(t, session.RefreshToken)["exp"], float64(w.clock.Now().Add(7*24*time.Hour-half*time.Duration(i+1)+time.Second).Unix()))
	}
	w.clock.pass(half - time.Second)
	a := w.renew(session.RefreshToken)
	require.Equal(t, 200, a.status, a.text())
	require.Equal(t, float64(1), a.field("refresh_expires_in"))
	require.Equal(t, float64(1), a.field("expires_in"))
	a.decode(&session)
	require.Empty(t, w.accessCode(c, session.AccessToken))
	w.clock.pass(time.Second)
	require.Equal(t, "invalid_token", w.accessCode(c, session.AccessToken), "a young access token ends with its session")
	require.Equal(t, 401, w.renew(session.RefreshToken).status)
}

func TestAnAccessTokenExpiresAfterFifteenMinutes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.open("482913", 0)
	a := w.tryLogin(c.number, c.pin)
	require.Equal(t, float64(900), a.field("expires_in"))
	require.Equal(t, float64(7*24*3600), a.field("refresh_expires_in"))
	require.Equal(t, "no-store", a.header.Get("Cache-Control"))
	var session tokens
	a.decode(&session)
	w.clock.pass(15*time.Minute - time.Second)
	require.Empty(t, w.accessCode(c, session.AccessToken))
	w.clock.pass(time.Second)
	require.Equal(t, "invalid_token", w.accessCode(c, session.AccessToken))
	require.Empty(t, w.accessCode(c, w.mustRenew(session.RefreshToken).AccessToken))
}

func TestLogout(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, friend := w.open("482913", 0), w.open("730164", 0)
	mine, tablet, theirs := w.login(c), w.login(c), w.login(friend)
	logout := func(access, refresh string) *answer {
		return w.call("POST", "/auth/logout", bearer(access), body(map[string]string{"refresh_token": refresh}))
	}
	for name, refresh := range map[string]string{
		"another session of mine": tablet.RefreshToken, "somebody else's": theirs.RefreshToken,
		"an access token": mine.AccessToken, "nonsense": "x.y.z",
	} {
		a := logout(mine.AccessToken, refresh)
		require.Equal(t, 401, a.status, "%s: %s", name, a.text())
		require.Equal(t, "invalid_token", a.code(), name)
	}
	require.Zero(t, w.tally("SELECT COUNT(*) FROM token_blacklist"))
	for owner, session := range map[customer]tokens{c: mine, friend: theirs} {
		require.Empty(t, w.accessCode(owner, session.AccessToken))
	}

	spent := mine
	mine = w.mustRenew(mine.RefreshToken)
	require.Equal(t, 204, logout(mine.AccessToken, mine.RefreshToken).status)
	w.requireEnded(c, mine)
	w.requireEnded(c, spent) // also within the grace
	require.Equal(t, int64(2), w.tally("SELECT COUNT(*) FROM token_blacklist"))
	require.Equal(t, 401, logout(mine.AccessToken, mine.RefreshToken).status, "again")
	require.Equal(t, 204, w.call("POST", "/auth/logout", bearer(theirs.AccessToken)).status, "without a body")
	w.restart()
	w.requireEnded(c, mine)
	w.requireEnded(friend, theirs)
	require.Empty(t, w.accessCode(c, tablet.AccessToken))
	require.Empty(t, w.audit("refresh_token_reused", c.number), "a token of an ended session is no sign of theft")
}

func TestAPINChangeEndsTheOtherSessions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, friend := w.open("482913", 0), w.open("730164", 0)
	own, tablet, phone, theirs := w.login(c), w.login(c), w.login(c), w.login(friend)
	change := func(current string) *answer {
		return w.call("POST", "/accounts/"+c.number+"/pin", bearer(own.AccessToken), header("X-Request-Id", "new-pin"),
			body(map[string]string{"current_pin": current, "new_pin": "846203"}))
	}
	require.Equal(t, 401, change(wrongPIN).status)
	require.Empty(t, w.accessCode(c, tablet.AccessToken), "a refused change ends nothing")
	require.Equal(t, 204, change(c.pin).status)
	w.requireEnded(c, tablet)
	w.requireEnded(c, phone)
	require.Empty(t, w.accessCode(c, own.AccessToken))
	w.mustRenew(own.RefreshToken)
	require.Empty(t, w.accessCode(friend, theirs.AccessToken))
	require.Equal(t, []auditEvent{{"pin_changed", c.number, c.number, "127.0.0.1", "new-pin"}}, w.audit("pin_changed", c.number))
	require.Equal(t, 401, w.tryLogin(c.number, c.pin).status)
	require.Equal(t, 200, w.tryLogin(c.number, "846203").status)
}

func TestARoleHoldsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.open("482913", 0)
	number, err := ledger.ParseAccountNumber(c.number)
	require.NoError(t, err)
	session := w.login(c)
	for _, step := range []struct {
		role   auth.Role
		status int
	}{{auth.RoleCustomer, 403}, {auth.RoleAdmin, 200}, {auth.RoleCustomer, 403}} {
		_, err := w.bank.SetRole(context.Background(), auth.Caller{Operator: true}, number, step.role)
		require.NoError(t, err)
		require.Equal(t, step.status, w.call("GET", "/admin/stats", bearer(session.AccessToken)).status, step.role)
		require.Equal(t, string(step.role), w.tryLogin(c.number, c.pin).field("role"))
	}
	require.Equal(t, []auditEvent{{"role_changed", c.number, "operator", "", ""}, {"role_changed", c.number, "operator", "", ""}},
		w.audit("role_changed", c.number))
}

func TestPurgeRemovesOnlyWhatHasExpired(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	w := newWorld(t)
	c := w.open("482913", 0)
	deposit := func(access, key string) *answer {
		a := w.call("POST", "/accounts/"+c.number+"/deposit", bearer(access), idempotencyKey(key), body(map[string]int{"amount": 100}))
		require.Equal(t, 201, a.status, a.text())
		return a
	}
	purge := func() int64 {
		signIns, err := w.auth.Purge(context.Background())
		require.NoError(t, err)
		rest, err := w.bank.Purge(context.Background())
		require.NoError(t, err)
		return signIns + rest
	}
	old := w.login(c)
	w.mustRenew(old.RefreshToken)
	w.clock.pass(6 * 24 * time.Hour)
	young := w.login(c)
	newest := w.mustRenew(young.RefreshToken)
	deposit(young.AccessToken, "of day six")
	w.clock.pass(24 * time.Hour)
	newest = w.mustRenew(newest.RefreshToken)
	kept := deposit(newest.AccessToken, "of day seven")
	require.Zero(t, purge(), "until the very last moment, nothing has expired")
	w.clock.pass(time.Microsecond)
	require.Equal(t, int64(3), purge(), "a session, its spent token, and a key of 24 hours ago")
	require.Zero(t, purge())

	require.Equal(t, 401, w.renew(old.RefreshToken).status)
	require.Equal(t, kept.text(), deposit(newest.AccessToken, "of day seven").text())
	require.Equal(t, int64(200), w.balance(c.number))
	require.Empty(t, w.accessCode(c, newest.AccessToken))
	w.clock.pass(10 * time.Second)
	require.Equal(t, "token_revoked", w.renew(young.RefreshToken).code())
	require.Len(t, w.audit("refresh_token_reused", c.number), 1, "a spent token of a live session is still known")
	w.requireEnded(c, newest)
}
