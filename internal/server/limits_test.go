package server_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/ratelimit"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

func perMinute(requests int) ratelimit.Limit {
	return ratelimit.Limit{Requests: requests, Window: time.Minute}
}

func limitLogin(o *options) { o.limits["login"] = perMinute(5) }

// worldsByLimitStore makes worlds whose server counts by itself, and worlds that count in the database.
var worldsByLimitStore = map[string]func(t *testing.T, change ...func(*options)) *world{
	"memory": newWorld, "database": newSharedWorld,
}

// stranger is an account that does not exist, so that a lockout cannot interfere with a limit.
const stranger = "999999999990"

func (w *world) strangerLogin(more ...requestOption) *answer {
	w.t.Helper()
	return w.tryLogin(stranger, wrongPIN, more...)
}

func TestNoHeaderChangesWhoIsLimited(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	for store, newWorld := range worldsByLimitStore {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, limitLogin)
			for i, claim := range []requestOption{
				header("X-Forwarded-For", "203.0.113.1"), header("X-Real-Ip", "203.0.113.2"), header("Forwarded", "for=203.0.113.3"),
				header("X-Forwarded-For", "127.0.0.2, 10.0.0.1"), header("True-Client-Ip", "203.0.113.5"),
			} {
				require.Equal(t, 401, w.strangerLogin(claim).status, i)
			}
			for _, name := range []string{"X-Forwarded-For", "X-Real-Ip", "Forwarded", "True-Client-Ip", "Cf-Connecting-Ip", "X-Client-Ip"} {
				a := w.strangerLogin(header(name, "203.0.113.99"))
				require.Equal(t, 429, a.status, name)
				require.Equal(t, "rate_limited", a.code())
			}
			for _, event := range w.audit("login_failed", stranger) {
				require.Equal(t, "127.0.0.1", event.Address)
			}
			require.NoError(t, w.auth.FlushRepeats(t.Context()))
			require.Equal(t, int64(5), w.tally("SELECT CAST(SUM(count) AS BIGINT) FROM events WHERE event_type = 'login_failed'"))
		})
	}
}

func TestBehindAProxyTheClientIsLimited(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	for store, newWorld := range worldsByLimitStore {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, limitLogin, func(o *options) {
				o.proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32"), netip.MustParsePrefix("10.0.0.0/8")}
			})
			via := func(chain string) *answer { return w.strangerLogin(header("X-Forwarded-For", chain)) }
			spoofed := []string{
				"203.0.113.7", "1.2.3.4, 203.0.113.7", "10.9.9.9,203.0.113.7, 10.1.2.3", "nonsense, ::ffff:203.0.113.7", "127.0.0.1, 203.0.113.7",
			}
			for _, chain := range spoofed {
				require.Equal(t, 401, via(chain).status, chain)
			}
			for _, chain := range append(spoofed, "203.0.113.8, 203.0.113.7", "203.0.113.8, 203.0.113.7, 10.1.1.1, 10.1.1.2") {
				require.Equal(t, 429, via(chain).status, chain)
			}
			twoLines := func(r *http.Request) { r.Header["X-Forwarded-For"] = []string{"203.0.113.9", "203.0.113.7"} }
			require.Equal(t, 429, w.strangerLogin(twoLines).status)
			require.Equal(t, 429, w.strangerLogin(header("X-Forwarded-For", "203.0.113.7"), header("X-Real-Ip", "203.0.113.9"),
				header("Forwarded", "for=203.0.113.9")).status)
			require.NoError(t, w.auth.FlushRepeats(t.Context())) // so that the next failure is an event at once
			w.clock.pass(time.Microsecond)                       // events are listed in the order of their times
			require.Equal(t, 401, via("203.0.113.7, 203.0.113.8").status, "another client, which claims to come from the limited address")
			require.Equal(t, "203.0.113.8", w.audit("login_failed", stranger)[0].Address)

			for i := range 5 {
				require.Equal(t, 401, via(fmt.Sprintf("2001:db8:1:2:%x::1", i)).status)
			}
			require.Equal(t, 429, via("2001:db8:1:2:ffff:ffff:ffff:ffff").status, "a /64 is one subscriber")
			require.Equal(t, 401, via("2001:db8:1:3::1").status, "the next one is another")
		})
	}
}

// TestGarbageFromAProxyIsTheProxysOwn: an unreadable address does not give a client a fresh quota each time.
func TestGarbageFromAProxyIsTheProxysOwn(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	for store, newWorld := range worldsByLimitStore {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, limitLogin, behindProxy)
			garbage := []string{"unknown", "203.0.113.7, unknown:4711", "2001:db8::1]", "203.0.113.7, _hidden", "300.1.1.1", "0x7f.1"}
			for i, chain := range garbage {
				want := 401
				if i >= 5 {
					want = 429
				}
				require.Equal(t, want, w.strangerLogin(header("X-Forwarded-For", chain)).status, chain)
			}
			for _, event := range w.audit("login_failed", stranger) {
				require.Equal(t, "127.0.0.1", event.Address)
			}
		})
	}
}

// TestAPrivateAddressIsNoProxy: an address is not trusted for being private, local or our own.
func TestAPrivateAddressIsNoProxy(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	for store, newWorld := range worldsByLimitStore {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			for _, client := range []string{"192.168.1.5", "10.0.0.5", "172.16.0.5", "127.0.0.2", "169.254.1.5", "::1", "fd00::5", "fe80::5"} {
				w := newWorld(t, limitLogin, behindProxy)
				for i := range 6 {
					want := 401
					if i == 5 {
						want = 429
					}
					a := w.strangerLogin(header("X-Forwarded-For", fmt.Sprintf("203.0.113.%d, %s", i, client)))
					require.Equal(t, want, a.status, "%s, request %d", client, i+1)
				}
			}
		})
	}
}

// TestTheWindowSlides sends requests at the edges of windows that begin at different times.
func TestTheWindowSlides(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	for store, newWorld := range worldsByLimitStore {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, limitLogin)
			begin := w.clock.Now()
			at := func(elapsed time.Duration) *answer {
				w.clock.pass(begin.Add(elapsed).Sub(w.clock.Now()))
				return w.strangerLogin()
			}
			const tick = time.Microsecond
			for _, step := range []struct {
				at         time.Duration
				status     int
				limit      string
				retryAfter string
			}{
				{0, 401, `"login";r=4;t=60`, ""},
				{10 * time.Second, 401, `"login";r=3;t=50`, ""},
				{20 * time.Second, 401, `"login";r=2;t=40`, ""},
				{30 * time.Second, 401, `"login";r=1;t=30`, ""},
				{30 * time.Second, 401, `"login";r=0;t=30`, ""},
				{30 * time.Second, 429, `"login";r=0;t=30`, "30"},
				{30*time.Second + tick, 429, `"login";r=0;t=30`, "30"},
				{59 * time.Second, 429, `"login";r=0;t=1`, "1"},
				{60*time.Second - tick, 429, `"login";r=0;t=1`, "1"},
				{60 * time.Second, 401, `"login";r=0;t=10`, ""},
				{60 * time.Second, 429, `"login";r=0;t=10`, "10"},
				{70*time.Second - tick, 429, `"login";r=0;t=1`, "1"},
				{70 * time.Second, 401, `"login";r=0;t=10`, ""},
				{90*time.Second - tick, 401, `"login";r=0;t=1`, ""},
				{90 * time.Second, 401, `"login";r=1;t=30`, ""},
				{90 * time.Second, 401, `"login";r=0;t=30`, ""},
				{120*time.Second - tick, 429, `"login";r=0;t=1`, "1"},
				{10 * time.Minute, 401, `"login";r=4;t=60`, ""},
			} {
				a := at(step.at)
				require.Equal(t, step.status, a.status, step.at)
				require.Equal(t, step.limit, a.header.Get("RateLimit"), step.at)
				require.Equal(t, `"login";q=5;w=60`, a.header.Get("RateLimit-Policy"), step.at)
				require.Equal(t, step.retryAfter, a.header.Get("Retry-After"), step.at)
			}
		})
	}
}

func TestEveryLimitedOperationHasItsOwnQuota(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	for store, newWorld := range worldsByLimitStore {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, func(o *options) {
				for _, d := range ratelimit.Definitions() {
					o.limits[d.Name] = d.Default
				}
				o.limits["read"] = perMinute(30)
			})
			c, friend := w.open("482913", 1000), w.open("730164", 0)
			session := w.login(c)
			path, as := "/accounts/"+c.number, bearer(session.AccessToken)
			w.clock.pass(time.Minute)
			amount := body(map[string]int{"amount": 1})
			for name, test := range map[string]struct {
				quota, status int
				call          func() *answer
			}{
				"register": {10, 201, func() *answer {
					return w.call("POST", "/accounts", body(map[string]string{"account_holder_name": "Ada", "pin": "482913"}))
				}},
				"login":    {5, 401, func() *answer { return w.strangerLogin() }},
				"refresh":  {10, 401, func() *answer { return w.renew("nonsense") }},
				"deposit":  {20, 201, func() *answer { return w.call("POST", path+"/deposit", as, amount) }},
				"withdraw": {20, 201, func() *answer { return w.call("POST", path+"/withdraw", as, amount) }},
				"transfer": {5, 201, func() *answer {
					return w.call("POST", path+"/transfer", as, body(map[string]any{"to_account": friend.number, "amount": 1}))
				}},
				"payee":     {20, 404, func() *answer { return w.call("GET", "/payees/"+stranger, as) }},
				"read":      {30, 200, func() *answer { return w.call("GET", path+"/transactions", as) }},
				"statement": {10, 200, func() *answer { return w.call("GET", path+"/statement?month=2026-11", as) }},
			} {
				for i := range test.quota + 2 {
					a, want, left := test.call(), test.status, test.quota-i-1
					if left < 0 {
						want, left = 429, 0
						require.Equal(t, "60", a.header.Get("Retry-After"))
						require.Equal(t, "rate_limited", a.code())
					}
					require.Equal(t, want, a.status, "%s %d: %s", name, i+1, a.text())
					require.Equal(t, fmt.Sprintf("%q;q=%d;w=60", name, test.quota), a.header.Get("RateLimit-Policy"))
					require.Equal(t, fmt.Sprintf("%q;r=%d;t=60", name, left), a.header.Get("RateLimit"))
				}
			}
			require.Equal(t, int64(1000-5), w.balance(c.number), "as much came in as went out, except five transfers")
		})
	}
}

func TestALimitThatIsOffSaysNothing(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	for store, newWorld := range worldsByLimitStore {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			c := w.open("482913", 0)
			for range 12 {
				a := w.tryLogin(c.number, c.pin)
				require.Equal(t, 200, a.status)
				require.Empty(t, a.header.Values("RateLimit-Policy"))
				require.Empty(t, a.header.Values("RateLimit"))
			}
		})
	}
}

func TestTransfersAreLimitedByAccount(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	for store, newWorld := range worldsByLimitStore {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, behindProxy, func(o *options) { o.limits["transfer"] = perMinute(5) })
			c, friend := w.open("482913", 1000), w.open("730164", 1000)
			phone, tablet, other := w.login(c), w.login(c), w.login(friend)
			send := func(session tokens, from, to customer, amount int, address string) *answer {
				return w.call("POST", "/accounts/"+from.number+"/transfer", bearer(session.AccessToken), header("X-Forwarded-For", address),
					body(map[string]any{"to_account": to.number, "amount": amount}))
			}
			require.Equal(t, 201, send(phone, c, friend, 1, "203.0.113.1").status)
			require.Equal(t, 201, send(tablet, c, friend, 1, "203.0.113.2").status)
			require.Equal(t, 422, send(phone, c, friend, 5000, "203.0.113.3").status, "a refused request counts")
			require.Equal(t, 403, send(phone, friend, c, 1, "203.0.113.4").status, "and counts for the caller, not for the account that it names")
			require.Equal(t, 400, send(tablet, c, friend, 0, "203.0.113.5").status, "an invalid request does not")
			require.Equal(t, 422, send(tablet, c, friend, 5000, "203.0.113.5").status)
			require.Equal(t, 429, send(phone, c, friend, 1, "203.0.113.6").status)
			require.Equal(t, 429, send(tablet, c, friend, 1, "203.0.113.7").status)
			a := w.call("POST", "/accounts/"+c.number+"/transfer", body(map[string]any{"to_account": friend.number, "amount": 1}))
			require.Equal(t, 401, a.status, "without a token there is no account to count")
			for i := range 5 {
				require.Equal(t, 201, send(other, friend, c, 1, "203.0.113.6").status, i)
			}
			require.Equal(t, int64(1000-2+5), w.balance(c.number))
		})
	}
}

// TestNoBodyDodgesTheLoginLimit: an invalid request takes no place in a table, neither in memory nor in the database, and gets no
// further. Once the quota is used up, it is refused before it is read.
func TestNoBodyDodgesTheLoginLimit(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	for store, newWorld := range worldsByLimitStore {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, limitLogin)
			c := w.open("482913", 0)
			sent := 0
			for range 10 {
				for name, test := range map[string]struct {
					status int
					sent   []requestOption
				}{
					"no JSON":      {400, []requestOption{rawBody(`{"account_number":`)}},
					"no body":      {400, nil},
					"too large":    {413, []requestOption{rawBody(`{"pin":"` + strings.Repeat("4", 20<<10) + `"}`)}},
					"another type": {415, []requestOption{header("Content-Type", "text/plain"), rawBody("x")}},
					"not a number": {400, []requestOption{body(map[string]string{"account_number": "12", "pin": c.pin})}},
				} {
					require.Equal(t, test.status, w.call("POST", "/auth/login", test.sent...).status, name)
					sent++
				}
			}
			require.Zero(t, w.tally("SELECT COUNT(*) FROM rate_limits"))
			t.Logf("%d invalid requests: none counted", sent)
			for range 5 {
				require.Equal(t, 401, w.strangerLogin().status)
			}
			require.Equal(t, 429, w.call("POST", "/auth/login", rawBody("{")).status, "the limit is checked before the body")
			require.Equal(t, 429, w.call("POST", "/auth/login?x=1", rawBody("{")).status)
			require.Equal(t, 429, w.tryLogin(c.number, c.pin).status)
			for _, path := range []string{"/auth/login/", "//auth/login", "/auth/./login", "/AUTH/login"} {
				require.Contains(t, []int{404, 405, 429}, w.call("POST", path, body(map[string]string{"account_number": c.number, "pin": c.pin})).status, path)
			}
			require.Zero(t, w.tally("SELECT COUNT(*) FROM sessions"))
		})
	}
}

// TestTheLoginLimitGuardsEverySecret: logins, PIN changes, resets and unlocks share the quota, and beyond it no key is compared.
func TestTheLoginLimitGuardsEverySecret(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	for store, newWorld := range worldsByLimitStore {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, limitLogin)
			c := w.open("482913", 0)
			session := w.login(c)
			unlock := func(key string) *answer {
				return w.call("POST", "/accounts/"+c.number+"/unlock", adminKey(key))
			}
			change := func() *answer {
				return w.call("POST", "/accounts/"+c.number+"/pin", bearer(session.AccessToken),
					body(map[string]string{"current_pin": wrongPIN, "new_pin": "846203"}))
			}
			require.Equal(t, 401, change().status)
			require.Equal(t, 403, unlock("wrong-key-wrong-key-wrong-key-wrong-key-1").status)
			require.Equal(t, 403, unlock("wrong-key-wrong-key-wrong-key-wrong-key-2").status)
			require.Equal(t, 401, w.strangerLogin().status)
			for name, a := range map[string]*answer{
				"the right key": unlock(testAdminKey), "a wrong key": unlock("wrong"), "a PIN change": change(), "a login": w.tryLogin(c.number, c.pin),
				"a reset": w.resetPin(c.number, w.issueReset(c), "846203"),
			} {
				require.Equal(t, 429, a.status, name)
			}
			w.clock.pass(time.Minute)
			require.Equal(t, 409, unlock(testAdminKey).status)
		})
	}
}

// TestTheContractNamesEveryLimit compares the table of limits with the operations that have one.
func TestTheContractNamesEveryLimit(t *testing.T) {
	t.Parallel()
	byAccount := map[string]bool{}
	for _, d := range ratelimit.Definitions() {
		require.NotContains(t, byAccount, d.Name)
		byAccount[d.Name] = d.ByAccount
	}
	used := map[string]bool{}
	for id, operation := range contractOperations(t) {
		name, limited := operation.Extensions["x-rate-limit"]
		if !limited {
			continue
		}
		require.Contains(t, byAccount, name, id)
		require.False(t, byAccount[name.(string)] && operation.public(), "%s has no account whose requests %s could count", id, name)
		used[name.(string)] = true
	}
	for name := range byAccount {
		require.True(t, used[name], "no operation has the limit %s", name)
	}
}
