package server_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

func (w *world) endAllSessions(number string, as ...requestOption) *answer {
	w.t.Helper()
	return w.call("DELETE", "/admin/accounts/"+number+"/sessions", as...)
}

// A customer reports a stranger in the account. The bank ends every session, and the thief is signed out at once on both servers.
func TestTheBankEndsAThiefsSession(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	nodes := newNodes(t, idleAfter(12*time.Hour, 30*time.Minute))
	a, b := nodes[0], nodes[1]
	victim, friend := a.open("482913", 1000), a.open("730164", 0)
	idle := a.login(victim)
	a.clock.pass(12 * time.Hour)
	owner, thief := a.login(victim), b.login(victim)
	friends := a.login(friend)
	admin, session := a.admin()
	for _, node := range nodes {
		require.Empty(t, node.accessCode(victim, thief.AccessToken))
		require.Empty(t, node.accessCode(victim, owner.AccessToken))
	}
	ended := a.endAllSessions(victim.number, bearer(session.AccessToken))
	require.Equal(t, 200, ended.status, ended.text())
	require.Equal(t, 2.0, ended.field("ended"), "the idle one was over before")
	for _, node := range nodes {
		node.requireEnded(victim, thief)
		node.requireEnded(victim, owner)
		require.Equal(t, "token_revoked", node.renew(idle.RefreshToken).code())
		require.Equal(t, "token_revoked", node.post("/accounts/"+victim.number+"/withdraw", `{"amount":1}`, bearer(thief.AccessToken)).code())
		require.Empty(t, node.accessCode(friend, friends.AccessToken))
	}
	event := a.audit("sessions_ended", victim.number)
	require.Len(t, event, 1)
	require.Equal(t, admin.number, event[0].Actor)

	a.clock.pass(time.Second)
	again := b.endAllSessions(victim.number, adminKey(testAdminKey))
	require.Equal(t, 0.0, again.field("ended"))
	require.Equal(t, "admin_key", a.audit("sessions_ended", victim.number)[0].Actor)
	require.Equal(t, 200, a.tryLogin(victim.number, victim.pin).status, "the PIN is unchanged")
	require.Empty(t, a.audit("refresh_token_reused", victim.number))
	t.Logf("%.0f live sessions ended, and no server took any of their tokens afterwards", ended.field("ended"))
}

// An administrator who has left a session open somewhere ends them all, the current one included.
func TestAnAdministratorEndsTheOwnSessions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	admin, session := w.admin()
	elsewhere := w.login(admin)
	require.Equal(t, 2.0, w.endAllSessions(admin.number, bearer(session.AccessToken)).field("ended"))
	w.requireEnded(admin, session)
	w.requireEnded(admin, elsewhere)
}

// The owner learns that it happened, but not who at the bank did it, nor from which address.
func TestTheOwnerSeesThatTheBankEndedTheSessions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.open("482913", 0)
	w.login(c)
	require.Equal(t, 200, w.endAllSessions(c.number, adminKey(testAdminKey)).status)
	a := w.call("GET", "/accounts/"+c.number+"/events?event_type=sessions_ended", bearer(w.login(c).AccessToken))
	var page struct {
		Data []struct {
			EventType string  `json:"event_type"`
			Address   *string `json:"client_address"`
		}
	}
	a.decode(&page)
	require.Len(t, page.Data, 1, a.text())
	require.Empty(t, *page.Data[0].Address)
}
