package server_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSessionsAreListedWithTheirDevice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.open("482913", 0)
	signIn := func(agent string) tokens {
		a := w.tryLogin(c.number, c.pin, header("User-Agent", agent))
		require.Equal(t, 200, a.status, a.text())
		var session tokens
		a.decode(&session)
		w.clock.pass(time.Minute)
		return session
	}
	phone := signIn("Phone/1\u202e\u200d " + strings.Repeat("é", 300))
	laptop := signIn("Laptop/2")
	list := w.sessions(phone)
	require.Len(t, list, 2)
	require.Equal(t, "Laptop/2", list[0].UserAgent)
	require.Equal(t, "127.0.0.1", list[0].Address)
	require.False(t, list[0].IsCurrent)
	require.True(t, list[1].IsCurrent)
	require.Equal(t, "Phone/1 "+strings.Repeat("é", 248), list[1].UserAgent, "bounded, on one line")
	require.Equal(t, "2026-11-22T07:30:00.123456Z", list[1].LastUsedAt)
	require.Equal(t, "2026-11-29T07:30:00.123456Z", list[1].ExpiresAt)

	// Reading a session does not count as a use, which would cost a write; renewing does.
	writes := func() int64 { return w.tally("SELECT SUM(last_used_at) FROM sessions") }
	before := writes()
	w.call("GET", "/accounts/"+c.number, bearer(laptop.AccessToken))
	require.Equal(t, before, writes())
	a := w.call("POST", "/auth/refresh", body(map[string]string{"refresh_token": phone.RefreshToken}), header("User-Agent", "Tablet/3"))
	require.Equal(t, 200, a.status, a.text())
	renewed := w.sessions(phone)[0]
	require.Equal(t, "Tablet/3", renewed.UserAgent)
	require.Equal(t, "2026-11-22T07:32:00.123456Z", renewed.LastUsedAt)
	require.Equal(t, list[1].ID, renewed.ID)

	w.clock.pass(7*24*time.Hour - 2*time.Minute) // the phone's session ends by age
	require.Len(t, w.sessions(w.login(c)), 2)
}

func TestABrowserAsksWhetherItHoldsASession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.open("482913", 0)
	session := w.login(c)
	holds := func(cookie string) any {
		a := w.call("GET", "/auth/session", header("Cookie", plainCookie+"="+cookie))
		require.Equal(t, 200, a.status, a.text())
		return a.field("signed_in")
	}
	require.Equal(t, false, w.call("GET", "/auth/session").field("signed_in"))
	require.Equal(t, true, holds(session.RefreshToken))
	require.Equal(t, true, holds(session.RefreshToken), "asking spends nothing")
	require.Equal(t, false, holds("nonsense"))
	require.Equal(t, false, holds(session.AccessToken))
	w.lock(c)
	require.Equal(t, true, holds(session.RefreshToken), "a locked account is signed in, and learns at the renewal that it is locked")
	require.Equal(t, 204, w.call("DELETE", "/auth/sessions", bearer(session.AccessToken)).status)
	require.Equal(t, true, holds(session.RefreshToken))
	w.call("POST", "/auth/logout", bearer(session.AccessToken))
	require.Equal(t, false, holds(session.RefreshToken))
}

func TestEndingSessions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.open("482913", 0)
	here, there, elsewhere := w.login(c), w.login(c), w.login(c)
	stranger := w.login(w.open("730164", 0))
	read := func(session tokens) string {
		return w.call("GET", "/accounts/"+c.number, bearer(session.AccessToken)).code()
	}
	id := newestSession(w, there)
	require.Equal(t, 404, w.call("DELETE", "/auth/sessions/"+id, bearer(stranger.AccessToken)).status)
	require.Empty(t, read(there))
	require.Equal(t, 204, w.call("DELETE", "/auth/sessions/"+id, bearer(here.AccessToken)).status)
	require.Equal(t, "token_revoked", read(there))
	require.Equal(t, "token_revoked", w.renew(there.RefreshToken).code())
	require.Empty(t, read(elsewhere))

	require.Equal(t, 204, w.call("DELETE", "/auth/sessions", bearer(here.AccessToken)).status)
	require.Equal(t, "token_revoked", read(elsewhere))
	require.Empty(t, read(here))
	require.Len(t, w.sessions(here), 1)
	require.Len(t, w.sessions(stranger), 1, "others stay signed in")

	require.Equal(t, 204, w.call("DELETE", "/auth/sessions/"+newestSession(w, here), bearer(here.AccessToken)).status)
	require.Equal(t, "token_revoked", read(here))
}

// newestSession returns the id of the session that was just started.
func newestSession(w *world, session tokens) string {
	w.t.Helper()
	for _, s := range w.sessions(session) {
		if s.IsCurrent {
			return s.ID
		}
	}
	require.Fail(w.t, "the session is not in its own list")
	return ""
}

// listedSession is one session of GET /auth/sessions.
type listedSession struct {
	ID         string
	UserAgent  string `json:"user_agent"`
	Address    string `json:"client_address"`
	CreatedAt  string `json:"created_at"`
	LastUsedAt string `json:"last_used_at"`
	ExpiresAt  string `json:"expires_at"`
	IsCurrent  bool   `json:"is_current"`
}

func (w *world) sessions(as tokens) []listedSession {
	w.t.Helper()
	var list struct{ Data []listedSession }
	w.call("GET", "/auth/sessions", bearer(as.AccessToken)).decode(&list)
	return list.Data
}
