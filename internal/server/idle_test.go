package server_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

func idleAfter(customers, staff time.Duration) func(*options) {
	return func(o *options) { o.idle = auth.IdleLimits{Customers: customers, Staff: staff} }
}

// restartWith restarts the server with other options.
func (w *world) restartWith(change func(*options)) {
	w.t.Helper()
	change(&w.options)
	w.restart()
}

// A customer leaves the browser open overnight: in the morning, the session cannot be used.
func TestASessionThatNobodyUsesEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, idleAfter(12*time.Hour, 30*time.Minute))
	c := w.open("482913", 0)
	left, used := w.login(c), w.login(c)
	w.clock.pass(6 * time.Hour)
	used = w.mustRenew(used.RefreshToken)
	w.clock.pass(6*time.Hour - time.Microsecond)
	holds := func(session tokens) any {
		return w.call("GET", "/auth/session", header("Cookie", plainCookie+"="+session.RefreshToken)).field("signed_in")
	}
	require.Equal(t, true, holds(left), "the last moment")

	w.clock.pass(time.Microsecond)
	a := w.renew(left.RefreshToken)
	require.Equal(t, 401, a.status)
	require.Equal(t, "token_revoked", a.code())
	require.Contains(t, a.text(), "not used for too long")
	require.Equal(t, false, holds(left))
	used = w.mustRenew(used.RefreshToken)
	require.Len(t, w.sessions(used), 1, "the list shows live sessions")
	require.Equal(t, "token_revoked", w.renew(left.RefreshToken).code(), "a refusal does not count as use")
	require.Empty(t, w.audit("refresh_token_reused", c.number), "idleness is not theft")

	_, err := w.auth.Purge(context.Background())
	require.NoError(t, err)
	require.EqualValues(t, 1, w.tally("SELECT COUNT(*) FROM sessions"))
	require.Equal(t, "token_revoked", w.renew(left.RefreshToken).code(), "a purged session is over, too")
	require.Empty(t, w.accessCode(c, used.AccessToken))
}

// An administrator steps away: the current role decides.
func TestTheRoleDecidesHowLongASessionMayGoUnused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, idleAfter(12*time.Hour, 30*time.Minute))
	_, staff := w.admin()
	c := w.open("482913", 0)
	number, err := ledger.ParseAccountNumber(c.number)
	require.NoError(t, err)
	promoted := w.login(c)
	w.clock.pass(29 * time.Minute)
	staff = w.mustRenew(staff.RefreshToken)
	w.clock.pass(29 * time.Minute)
	promoted = w.mustRenew(promoted.RefreshToken)
	w.clock.pass(time.Minute)
	require.Equal(t, "token_revoked", w.renew(staff.RefreshToken).code())

	w.clock.pass(29 * time.Minute)
	promoted = w.mustRenew(promoted.RefreshToken)
	_, err = w.bank.SetRole(context.Background(), auth.Caller{Operator: true}, number, auth.RoleAdmin)
	require.NoError(t, err)
	require.Empty(t, w.accessCode(c, promoted.AccessToken))
	w.clock.pass(14 * time.Minute)
	require.Empty(t, w.accessCode(c, promoted.AccessToken))
	w.clock.pass(16 * time.Minute)
	require.Equal(t, "token_revoked", w.renew(promoted.RefreshToken).code())
}

// A short limit also shortens access: no token is valid longer than its session.
func TestAnAccessTokenIsNotGoodForLongerThanItsSession(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		limit, session time.Duration // what has passed of the session
		access, idle   any
	}{
		{0, 0, 900.0, nil},
		{12 * time.Hour, 0, 900.0, 43200.0},
		{5 * time.Minute, 0, 300.0, 300.0},
		{5 * time.Minute, 7*24*time.Hour - 4*time.Minute, 240.0, 300.0},
	} {
		t.Run(fmt.Sprint(test.limit, test.session), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			c := w.open("482913", 0)
			session := w.login(c)
			w.clock.pass(test.session)
			session = w.mustRenew(session.RefreshToken)
			w.restartWith(idleAfter(test.limit, time.Hour))
			a := w.renew(session.RefreshToken)
			require.Equal(t, test.access, a.field("expires_in"))
			require.Equal(t, test.idle, a.field("idle_expires_in"))
			if test.session == 0 {
				signedIn := w.tryLogin(c.number, c.pin)
				require.Equal(t, test.access, signedIn.field("expires_in"))
				require.Equal(t, test.idle, signedIn.field("idle_expires_in"))
			}
		})
	}
}

// TestAnAccessTokenEndsWithAnIdleSession reads with an access token that was issued under a longer limit.
func TestAnAccessTokenEndsWithAnIdleSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t, idleAfter(time.Hour, time.Hour))
	c := w.open("482913", 0)
	session, other := w.login(c), w.login(c)
	id := newestSession(w, other)
	w.restartWith(idleAfter(10*time.Minute, time.Hour))
	w.clock.pass(10*time.Minute - time.Microsecond)
	require.Empty(t, w.accessCode(c, session.AccessToken))
	session = w.mustRenew(session.RefreshToken)
	w.clock.pass(time.Microsecond)
	require.Equal(t, "token_revoked", w.accessCode(c, other.AccessToken))
	require.Equal(t, "session_not_found", w.call("DELETE", "/auth/sessions/"+id, bearer(session.AccessToken)).code())
}

// The operator changes the limit: it applies to existing sessions.
func TestALimitThatIsSwitchedOnHoldsForSessionsBefore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.open("482913", 0)
	session, idle := w.login(c), w.login(c)
	w.clock.pass(3 * 24 * time.Hour)
	session = w.mustRenew(session.RefreshToken)
	w.restartWith(idleAfter(12*time.Hour, 30*time.Minute))
	require.Equal(t, "token_revoked", w.renew(idle.RefreshToken).code())
	require.Empty(t, w.accessCode(c, session.AccessToken))
	w.restartWith(idleAfter(0, 30*time.Minute))
	w.clock.pass(3 * 24 * time.Hour)
	w.mustRenew(session.RefreshToken)
	_, err := w.auth.Purge(context.Background())
	require.NoError(t, err)
	require.EqualValues(t, 2, w.tally("SELECT COUNT(*) FROM sessions"), "without a limit for one role, only age purges")
}

// A renewal whose answer was lost is repeated later: it counts as a use of the session, if it comes within the limit.
func TestARepeatedRenewalIsAUseOfTheSession(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	nodes := newNodes(t, idleAfter(30*time.Minute, 30*time.Minute))
	w, b := nodes[0], nodes[1]
	c := w.open("482913", 0)
	first := w.login(c)
	lost := w.mustRenew(first.RefreshToken)
	w.clock.pass(29 * time.Minute)
	again := b.renew(first.RefreshToken, header("User-Agent", "Tablet/3"))
	require.Equal(t, 200, again.status, again.text())
	require.Equal(t, 1800.0, again.field("idle_expires_in"))
	var heard tokens
	again.decode(&heard)
	require.Equal(t, lost.RefreshToken, heard.RefreshToken)
	require.Equal(t, "Tablet/3", w.sessions(heard)[0].UserAgent)

	w.clock.pass(29 * time.Minute)
	w.mustRenew(first.RefreshToken)
	w.clock.pass(30 * time.Minute)
	for _, node := range nodes {
		require.Equal(t, "token_revoked", node.renew(first.RefreshToken).code())
		require.Equal(t, "token_revoked", node.renew(lost.RefreshToken).code())
	}
	require.Empty(t, w.audit("refresh_token_reused", c.number))
}

// Tabs that repeat a renewal at the same time do not cost a write each.
func TestTabsThatRenewAtOnceWriteOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, idleAfter(30*time.Minute, 30*time.Minute))
	c := w.open("482913", 0)
	first := w.login(c)
	w.mustRenew(first.RefreshToken)
	before := w.tally("SELECT SUM(last_used_at) FROM sessions")
	w.clock.pass(10 * time.Second)
	a := w.renew(first.RefreshToken)
	require.Equal(t, 1790.0, a.field("idle_expires_in"))
	require.Equal(t, before, w.tally("SELECT SUM(last_used_at) FROM sessions"))
}

// A customer signs in again and again: an account keeps few sessions, and the one that was used least recently ends.
func TestAnAccountHasAHundredSessionsAtMost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, other := w.open("482913", 0), w.open("730164", 0)
	stranger := w.login(other)
	oldest, second := w.login(c), w.login(c)
	w.clock.pass(time.Second)
	oldest = w.mustRenew(oldest.RefreshToken)
	for range 98 {
		w.login(c)
	}
	require.Empty(t, w.accessCode(c, second.AccessToken))
	w.clock.pass(-time.Minute) // a clock that is set back does not end the newest one
	newest := w.login(c)
	require.Equal(t, "token_revoked", w.accessCode(c, second.AccessToken))
	require.Empty(t, w.accessCode(c, newest.AccessToken))
	require.Empty(t, w.accessCode(c, oldest.AccessToken))
	require.Len(t, w.sessions(newest), 100)
	t.Logf("of 101 sign-ins %d sessions are live", w.tally("SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL AND account_number = "+c.number))
	require.Empty(t, w.accessCode(other, stranger.AccessToken))
}
