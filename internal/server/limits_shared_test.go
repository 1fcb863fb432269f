package server_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// holdDatabaseClock replaces the database's clock with the world's.
func (w *world) holdDatabaseClock() {
	w.t.Helper()
	w.held = storetest.HoldClock(w.t, w.database, w.clock.Now())
	w.clock.tell = w.held.Tell
}

// node starts a second server on the world's database, like another process, with a wrong clock: it runs like the world's, but 17
// seconds behind.
func (w *world) node() *world {
	w.t.Helper()
	own := &clock{now: w.clock.Now().Add(-17 * time.Second), tell: func(time.Time) {}}
	tell := w.clock.tell
	w.clock.tell = func(now time.Time) {
		tell(now)
		own.pass(now.Add(-17 * time.Second).Sub(own.Now()))
	}
	return w.another(own)
}

func newSharedWorld(t *testing.T, change ...func(*options)) *world {
	t.Helper()
	return newWorld(t, append(change, func(o *options) { o.shared = true })...)
}

// TestTheSixthLoginIsRefusedWhicheverServerItMeets sends each sign-in to the server that a letter names.
func TestTheSixthLoginIsRefusedWhicheverServerItMeets(t *testing.T) {
	t.Parallel()
	w := newSharedWorld(t, limitLogin, behindProxy)
	servers := map[rune]*world{'a': w, 'b': w.node(), 'c': w.node()}
	for i, order := range []string{"aaaaaaabc", "aaaaabbbb", "bbbbbaaaa", "ababababa", "abcabcabc", "cccbbaaaa", "bacabcabb"} {
		from := header("X-Forwarded-For", fmt.Sprintf("203.0.113.%d", i))
		for n, name := range order {
			a := servers[name].strangerLogin(from)
			status, left, reset := 401, 4-n, 60-n
			if n >= 5 {
				status, left = 429, 0
				require.Equal(t, fmt.Sprint(reset), a.header.Get("Retry-After"))
			}
			require.Equal(t, status, a.status, "%s, login %d", order, n+1)
			require.Equal(t, `"login";q=5;w=60`, a.header.Get("RateLimit-Policy"))
			require.Equal(t, fmt.Sprintf(`"login";r=%d;t=%d`, left, reset), a.header.Get("RateLimit"), "%s, login %d", order, n+1)
			w.clock.pass(time.Second)
		}
		w.clock.pass(51*time.Second - time.Microsecond) // a microsecond less than a minute since the first one
		require.Equal(t, 429, servers['b'].strangerLogin(from).status)
		w.clock.pass(time.Microsecond)
		require.Equal(t, 401, servers['c'].strangerLogin(from).status, "the first has left the window")
		require.Equal(t, 429, servers['a'].strangerLogin(from).status)
		require.Equal(t, 401, servers['b'].strangerLogin(header("X-Forwarded-For", fmt.Sprintf("203.0.113.%d", 100+i))).status)
	}
}

// TestACrowdBeforeTwoServers: of fifty requests at once, exactly the quota is accepted, by client and by account.
func TestACrowdBeforeTwoServers(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	w := newSharedWorld(t, limitLogin, func(o *options) { o.limits["transfer"] = perMinute(5) })
	servers := []*world{w, w.node()}
	ada, bob := w.open("482913", 1000), w.open("730164", 0)
	token := bearer(w.login(ada).AccessToken)
	w.clock.pass(time.Minute)
	for name, test := range map[string]struct {
		accepted int
		path     string
		sent     []requestOption
	}{
		"logins":    {401, "/auth/login", []requestOption{body(map[string]string{"account_number": stranger, "pin": wrongPIN})}},
		"transfers": {201, "/accounts/" + ada.number + "/transfer", []requestOption{token, body(map[string]any{"to_account": bob.number, "amount": 1})}},
	} {
		answers := make(chan *answer, 50)
		for i := range cap(answers) {
			go func() {
				a, err := servers[i%2].try("POST", test.path, test.sent...)
				if err != nil {
					t.Error(err)
					a = &answer{}
				}
				answers <- a
			}()
		}
		statuses := map[int]int{}
		for range cap(answers) {
			statuses[(<-answers).status]++
		}
		require.Equal(t, map[int]int{test.accepted: 5, 429: 45}, statuses, name)
	}
	require.Equal(t, int64(5), w.balance(bob.number))
}

// TestNobodyIsLetThroughUncounted: without the database, every valid request is refused.
func TestNobodyIsLetThroughUncounted(t *testing.T) {
	t.Parallel()
	w := newSharedWorld(t, limitLogin, func(o *options) { o.limits["register"] = perMinute(1000) })
	require.Equal(t, 401, w.strangerLogin().status)
	require.NoError(t, w.store.Close())
	for path, sent := range map[string]requestOption{
		"/auth/login": body(map[string]string{"account_number": stranger, "pin": wrongPIN}),
		"/accounts":   body(map[string]string{"account_holder_name": "Ada", "pin": "482913"}),
	} {
		require.Equal(t, 400, w.call("POST", path, rawBody("{")).status, "it is not counted")
		a := w.call("POST", path, sent)
		require.Equal(t, 503, a.status, path)
		require.Equal(t, "unavailable", a.code(), path)
		require.Equal(t, "1", a.header.Get("Retry-After"), path)
		require.Empty(t, a.header.Get("RateLimit"), "the count is unknown")
	}
}

// TestCountsThatCannotBeRead: a broken row refuses only its own client, and is logged, until its minute is over.
func TestCountsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	w := newSharedWorld(t, limitLogin, behindProxy)
	broken, whole := header("X-Forwarded-For", "203.0.113.1"), header("X-Forwarded-For", "203.0.113.2")
	require.Equal(t, 401, w.strangerLogin(broken).status)
	behindTheServer(w, "UPDATE rate_limits SET accepted = "+storetest.Bytes("ffffffffffffffff"))
	a := w.strangerLogin(broken)
	require.Equal(t, 500, a.status)
	require.Equal(t, "internal", a.code())
	require.Equal(t, 401, w.strangerLogin(whole).status)
	require.Equal(t, 1, strings.Count(w.logs.String(), "malformed"))
	w.clock.pass(time.Minute)
	purged, err := w.bank.Purge(t.Context())
	require.NoError(t, err)
	require.Equal(t, int64(2), purged)
	require.Equal(t, 401, w.strangerLogin(broken).status)
}

// TestARestartForgetsNobody: requests counted in the database stay counted.
func TestARestartForgetsNobody(t *testing.T) {
	t.Parallel()
	w := newSharedWorld(t, limitLogin)
	for i := range 5 {
		require.Equal(t, 401, w.strangerLogin().status, i)
	}
	w.restart()
	require.Equal(t, 429, w.strangerLogin().status)
	w.clock.pass(time.Minute)
	require.Equal(t, 401, w.strangerLogin().status)
}

// TestLargerAndSmallerQuotasOfOneLimit: while a setting changes from server to server, each server applies its own.
func TestLargerAndSmallerQuotasOfOneLimit(t *testing.T) {
	t.Parallel()
	w := newSharedWorld(t, limitLogin)
	w.options.limits["login"] = perMinute(2)
	small := w.node()
	require.Equal(t, `"login";r=1;t=60`, small.strangerLogin().header.Get("RateLimit"))
	w.clock.pass(10 * time.Second)
	for i := range 4 {
		require.Equal(t, 401, w.strangerLogin().status, i)
	}
	require.Equal(t, 429, w.strangerLogin().status)
	require.Equal(t, "60", small.strangerLogin().header.Get("Retry-After"), "until only one of five is left in the window")
	w.clock.pass(50 * time.Second)
	require.Equal(t, `"login";r=0;t=10`, w.strangerLogin().header.Get("RateLimit"))
	require.Equal(t, 429, small.strangerLogin().status)
}
