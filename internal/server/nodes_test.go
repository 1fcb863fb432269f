package server_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// What holds for one server holds for two on one database, whichever of them gets a request; limits_shared_test.go has the limits. A
// SQLite file has one server, which then stands for both.

// newNodes starts two servers on one database.
func newNodes(t *testing.T, change ...func(*options)) [2]*world {
	t.Helper()
	w := newWorld(t, change...)
	w.client.Transport = &http.Transport{MaxIdleConnsPerHost: 100}
	if storetest.OnSQLite() {
		return [2]*world{w, w}
	}
	return [2]*world{w, w.another(w.clock)}
}

// another starts a second server on the world's database.
func (w *world) another(own *clock) *world {
	w.t.Helper()
	second := *w
	second.clock = own
	second.serve()
	w.t.Cleanup(func() { second.stop() })
	return &second
}

// TestParallelGuessesBeforeTwoServersAreThree lets no hash finish until every other guess has been refused, like
// TestParallelGuessesAreThree.
func TestParallelGuessesBeforeTwoServersAreThree(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	kdf := newHeldKDF()
	nodes := newNodes(t, func(o *options) { o.kdf = kdf.derive })
	c := nodes[0].open("482913", 0)
	open, before := kdf.shut(t), kdf.calls.Load()
	const guesses, rightAt = 50, 25
	outcomes := make(chan guess, guesses)
	for i := range guesses {
		pin := fmt.Sprintf("9%05d", 10_007*(i%9)+i)
		if i == rightAt {
			pin = c.pin
		}
		nodes[i%2].crowd(c, outcomes, pin)
	}
	for range guesses - 3 {
		outcome := <-outcomes
		require.NoError(t, outcome.err)
		require.Equal(t, 423, outcome.status)
	}
	open()
	nodes[1].checkEvaluated(c, outcomes, rightAt)
	require.Equal(t, int64(3), kdf.calls.Load()-before-1, "hashed PINs, without the sign-in of checkEvaluated")
}

func TestARefreshTokenIsSpentOnBothServers(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	nodes := newNodes(t)
	a, b := nodes[0], nodes[1]
	c := a.open("482913", 0)
	first := a.login(c)
	second := a.mustRenew(first.RefreshToken)
	a.clock.pass(10 * time.Second)
	require.Equal(t, second.RefreshToken, b.mustRenew(first.RefreshToken).RefreshToken, "the successor that the other server gave")
	third := b.mustRenew(second.RefreshToken)
	require.Equal(t, third.RefreshToken, a.mustRenew(second.RefreshToken).RefreshToken)
	require.Empty(t, a.accessCode(c, third.AccessToken))

	a.clock.pass(time.Microsecond)
	reused := b.renew(first.RefreshToken)
	require.Equal(t, 401, reused.status, reused.text())
	require.Equal(t, "token_revoked", reused.code())
	for _, node := range nodes {
		node.requireEnded(c, third)
	}
	require.Len(t, a.audit("refresh_token_reused", c.number), 1)
}

func TestParallelRefreshesBeforeTwoServersHaveOneSuccessor(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	nodes := newNodes(t)
	session := nodes[0].login(nodes[0].open("482913", 0))
	successors := map[string]bool{}
	for _, a := range nodes[0].atOnce(30, func(i int) (*answer, error) {
		return nodes[i%2].try("POST", "/auth/refresh", body(map[string]string{"refresh_token": session.RefreshToken}))
	}) {
		require.Equal(t, 200, a.status, a.text())
		var next tokens
		a.decode(&next)
		successors[next.RefreshToken] = true
	}
	require.Len(t, successors, 1)
	require.Equal(t, int64(1), nodes[0].tally("SELECT COUNT(*) FROM token_blacklist"))
}

// TestSessionsEndOnBothServers: both have seen the tokens before, in case either remembers any.
func TestSessionsEndOnBothServers(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	nodes := newNodes(t)
	a, b := nodes[0], nodes[1]
	c := a.open("482913", 0)
	own, tablet, phone := a.login(c), b.login(c), a.login(c)
	for _, node := range nodes {
		for _, session := range []tokens{own, tablet, phone} {
			require.Empty(t, node.accessCode(c, session.AccessToken))
		}
	}
	require.Equal(t, 204, a.call("POST", "/auth/logout", bearer(phone.AccessToken)).status)
	b.requireEnded(c, phone)
	require.Empty(t, b.accessCode(c, tablet.AccessToken))

	changed := a.call("POST", "/accounts/"+c.number+"/pin", bearer(own.AccessToken),
		body(map[string]string{"current_pin": c.pin, "new_pin": "846203"}))
	require.Equal(t, 204, changed.status, changed.text())
	b.requireEnded(c, tablet)
	require.Equal(t, 401, b.tryLogin(c.number, c.pin).status)
	require.Equal(t, 200, b.tryLogin(c.number, "846203").status)
	for _, node := range nodes {
		require.Empty(t, node.accessCode(c, own.AccessToken), "the session that changes the PIN stays signed in")
	}
}

func TestAnAccountLockedByOneServerIsLockedForTheOther(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	nodes := newNodes(t)
	a, b := nodes[0], nodes[1]
	c := a.open("482913", 1000)
	session := b.login(c)
	a.lock(c)
	require.Equal(t, "account_locked", b.tryLogin(c.number, c.pin).code())
	require.Equal(t, "account_locked", b.changePin(c, session, c.pin, "846203").code())
	b.unlock(c)
	require.Equal(t, "rate_limited", a.tryLogin(c.number, c.pin).code(), "an account unlocked on one server waits on the other")
	a.clock.pass(afterAnUnlock)
	require.Equal(t, 200, a.tryLogin(c.number, c.pin).status)
}

func TestAKeyUsedOnBothServersAtOnceTakesEffectOnce(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	nodes := newNodes(t)
	w := nodes[0]
	ada, bob, token := customersOf(w)
	for name, request := range map[string]struct {
		path, content string
		entries       int64
	}{
		"transfer": {"/accounts/" + ada.number + "/transfer", `{"to_account":"` + bob.number + `","amount":10}`, 2},
		"deposit":  {"/accounts/" + ada.number + "/deposit", `{"amount":1000}`, 1},
		"withdraw": {"/accounts/" + ada.number + "/withdraw", `{"amount":300}`, 1},
	} {
		before, replayed := w.verify(), 0
		answers := w.atOnce(40, func(i int) (*answer, error) {
			return nodes[i%2].try("POST", request.path, token, idempotencyKey(name), rawBody(request.content))
		})
		for _, a := range answers {
			require.Equal(t, 201, a.status, "%s: %s", name, a.text())
			require.Equal(t, answers[0].text(), a.text())
			if a.header.Get("Idempotent-Replayed") == "true" {
				replayed++
			}
		}
		require.Equal(t, len(answers)-1, replayed, name)
		for _, node := range nodes {
			requireReplay(t, answers[0], node.post(request.path, request.content, token, idempotencyKey(name)))
		}
		after := w.verify()
		require.Equal(t, before.Entries+request.entries, after.Entries, name)
		require.Equal(t, before.Accounts, after.Accounts, name)
	}
	require.Equal(t, int64(10_690), w.balance(ada.number))
	require.Equal(t, int64(10_010), w.balance(bob.number))
}

// TestTransfersThatCrossOnTwoServers makes transfers in both directions between two accounts, on both servers.
func TestTransfersThatCrossOnTwoServers(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	nodes := newNodes(t)
	w := nodes[0]
	ada, bob, adas := customersOf(w)
	bobs := bearer(w.login(bob).AccessToken)
	const each = 40
	for _, a := range w.atOnce(2*each, func(i int) (*answer, error) {
		from, to, token, amount := ada, bob, adas, 7
		if i%2 == 1 {
			from, to, token, amount = bob, ada, bobs, 5
		}
		return nodes[i/2%2].try("POST", "/accounts/"+from.number+"/transfer", token,
			body(map[string]any{"to_account": to.number, "amount": amount}))
	}) {
		require.Equal(t, 201, a.status, a.text())
	}
	require.Equal(t, int64(10_000-2*each), w.balance(ada.number))
	require.Equal(t, int64(10_000+2*each), nodes[1].balance(bob.number))
	require.Equal(t, int64(2+2*2*each), w.verify().Entries)
}

// TestAMoneyRaceOnTwoServers: withdrawals of the whole balance on both servers, of which one wins.
func TestAMoneyRaceOnTwoServers(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	nodes := newNodes(t)
	ada, _, token := customersOf(nodes[0])
	statuses := map[int]int{}
	for _, a := range nodes[0].atOnce(40, func(i int) (*answer, error) {
		return nodes[i%2].try("POST", "/accounts/"+ada.number+"/withdraw", token, rawBody(`{"amount":10000}`))
	}) {
		statuses[a.status]++
	}
	require.Equal(t, map[int]int{201: 1, 422: 39}, statuses)
	require.Zero(t, nodes[1].balance(ada.number))
}
