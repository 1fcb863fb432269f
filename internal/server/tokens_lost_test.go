package server_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// The laptop sleeps before the answer to a renewal arrives, and repeats the request days later. The successor was never used, so no
// thief can have it.
func TestALostReplyToARenewalIsAskedForAgainDaysLater(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.open("482913", 0)
	first := w.login(c)
	lost := w.mustRenew(first.RefreshToken)
	for _, later := range []time.Duration{11 * time.Second, time.Hour, 6 * 24 * time.Hour} {
		w.clock.pass(later)
		again := w.mustRenew(first.RefreshToken)
		require.Equal(t, lost.RefreshToken, again.RefreshToken, later)
		require.Empty(t, w.accessCode(c, again.AccessToken))
	}
	w.restart()
	require.Equal(t, lost.RefreshToken, w.mustRenew(first.RefreshToken).RefreshToken)
	require.Empty(t, w.audit("refresh_token_reused", c.number))

	next := w.mustRenew(lost.RefreshToken)
	w.clock.pass(11 * time.Second)
	require.Equal(t, next.RefreshToken, w.mustRenew(lost.RefreshToken).RefreshToken, "the immediate predecessor")
	require.Equal(t, "token_revoked", w.renew(first.RefreshToken).code(), "the one before it")
	w.requireEnded(c, next)
	require.Len(t, w.audit("refresh_token_reused", c.number), 1)
}

// A session that has ended issues no successor, even if that was never used.
func TestALostReplyIsNotAskedForAfterTheSessionsEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.open("482913", 0)
	old, out := w.login(c), w.login(c)
	w.mustRenew(old.RefreshToken)
	heard := w.mustRenew(out.RefreshToken)
	require.Equal(t, 204, w.call("POST", "/auth/logout", bearer(heard.AccessToken)).status)
	require.Equal(t, "token_revoked", w.renew(out.RefreshToken).code(), "signed out")
	w.clock.pass(7*24*time.Hour - time.Second)
	a := w.renew(old.RefreshToken)
	require.Equal(t, 200, a.status, a.text())
	require.Equal(t, float64(1), a.field("refresh_expires_in"))
	w.clock.pass(time.Second)
	require.Equal(t, 401, w.renew(old.RefreshToken).status, "seven days from the sign-in")
	require.Empty(t, w.audit("refresh_token_reused", c.number))
}

// A thief who copies a token and uses it first is detected when the owner uses the same one, after the thief has moved on. A thief who
// comes second is detected when the owner has moved on.
func TestATheftIsNoticedOnceTheSuccessorWasUsed(t *testing.T) {
	t.Parallel()
	for name, moveOn := range map[string]func(w *world, copied string) tokens{
		"the thief first": func(w *world, copied string) tokens { return w.mustRenew(w.mustRenew(copied).RefreshToken) },
		"the thief second": func(w *world, copied string) tokens {
			owners := w.mustRenew(copied)
			w.clock.pass(time.Hour)
			require.Equal(w.t, owners.RefreshToken, w.mustRenew(copied).RefreshToken, "not detected while the successor is unused: the price")
			return w.mustRenew(owners.RefreshToken)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			c := w.open("482913", 0)
			copied := w.login(c).RefreshToken
			newest := moveOn(w, copied)
			w.clock.pass(11 * time.Second)
			require.Equal(t, "token_revoked", w.renew(copied).code())
			w.requireEnded(c, newest)
			require.Len(t, w.audit("refresh_token_reused", c.number), 1)
		})
	}
}

// Two servers whose clocks are far apart agree on what counts as a lost reply.
func TestALostReplyIsAskedForAtAServerWithAnotherClock(t *testing.T) {
	t.Parallel()
	for name, ahead := range map[string]time.Duration{"ahead": 5 * time.Minute, "behind": -5 * time.Minute} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newWorld(t)
			b := a
			if !storetest.OnSQLite() {
				b = a.another(&clock{now: a.clock.Now().Add(ahead), tell: func(time.Time) {}})
			}
			c := a.open("482913", 0)
			first := a.login(c)
			lost := a.mustRenew(first.RefreshToken)
			require.Equal(t, lost.RefreshToken, b.mustRenew(first.RefreshToken).RefreshToken)
			next := b.mustRenew(lost.RefreshToken)
			require.Equal(t, next.RefreshToken, a.mustRenew(lost.RefreshToken).RefreshToken)
			require.Empty(t, a.accessCode(c, next.AccessToken))
			require.Empty(t, a.audit("refresh_token_reused", c.number))
		})
	}
}

// Renewals on two servers whose clocks are far apart have one successor, and none is mistaken for a thief's.
func TestParallelRefreshesOfTwoClocksHaveOneSuccessor(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	a := newWorld(t)
	nodes := [2]*world{a, a}
	if !storetest.OnSQLite() {
		nodes[1] = a.another(&clock{now: a.clock.Now().Add(5 * time.Minute), tell: func(time.Time) {}})
	}
	c := a.open("482913", 0)
	session := a.login(c)
	for range 10 {
		successors := map[string]bool{}
		for _, got := range a.atOnce(8, func(i int) (*answer, error) {
			return nodes[i%2].try("POST", "/auth/refresh", body(map[string]string{"refresh_token": session.RefreshToken}))
		}) {
			require.Equal(t, 200, got.status, got.text())
			got.decode(&session)
			successors[session.RefreshToken] = true
		}
		require.Len(t, successors, 1)
	}
	require.Empty(t, a.audit("refresh_token_reused", c.number))
}
