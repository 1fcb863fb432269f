package server_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// opening is the body of a request to open an account with this PIN.
func opening(pin string) string {
	return `{"account_holder_name":"Ada Lovelace","pin":"` + pin + `","initial_deposit":5}`
}

// guessedPINs returns strong PINs, none of which is 482913.
func guessedPINs(n int) []string {
	var pins []string
	for i := range n {
		pins = append(pins, fmt.Sprintf("7864%02d", i))
	}
	return pins
}

// TestSomeoneWhoSawAnOpeningGuessesItsPIN: a thief knows the whole request except the PIN, and repeats it with one PIN after another.
func TestSomeoneWhoSawAnOpeningGuessesItsPIN(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	opened := w.post("/accounts", opening("482913"), idempotencyKey("seen"))
	requireFresh(t, opened)
	number := opened.field("account_number").(string)
	books := w.books()

	outcomes := map[string]int{}
	guesses := append(guessedPINs(60), "482913") // the right one comes too late
	for _, guess := range guesses {
		a := w.post("/accounts", opening(guess), idempotencyKey("seen"), chosenID)
		outcomes[fmt.Sprint(a.status, " ", a.code())]++
		require.NotContains(t, a.text(), number)
		require.NotContains(t, a.text(), guess)
	}
	t.Logf("%d guesses: %v", len(guesses), outcomes)
	require.Equal(t, map[string]int{"422 idempotency_key_reused": 3, "423 account_locked": len(guesses) - 3}, outcomes)
	require.Equal(t, books, w.books(), "no account was opened, and no money moved")
	require.True(t, w.isLocked(number))
	require.Len(t, w.audit("login_failed", number), 3)
	require.Len(t, w.audit("account_locked", number), 1)
}

// TestManyGuessAtOnceAtAnOpening: at most three parallel guesses are compared, as at a sign-in.
func TestManyGuessAtOnceAtAnOpening(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	w := newWorld(t)
	w.client.Transport = &http.Transport{MaxIdleConnsPerHost: 50}
	opened := w.post("/accounts", opening("482913"), idempotencyKey("seen"))
	number := opened.field("account_number").(string)
	pins := guessedPINs(50)
	outcomes := map[string]int{}
	for _, a := range w.atOnce(len(pins), func(i int) (*answer, error) {
		return w.try("POST", "/accounts", idempotencyKey("seen"), rawBody(opening(pins[i])))
	}) {
		outcomes[fmt.Sprint(a.status, " ", a.code())]++
	}
	t.Logf("%d guesses at once: %v", len(pins), outcomes)
	require.Equal(t, map[string]int{"422 idempotency_key_reused": 3, "423 account_locked": 47}, outcomes)
	require.True(t, w.isLocked(number))
	require.Equal(t, int64(1), w.verify().Accounts)
}

// TestGuessesAtAnOpeningAndAtTheSignInAreOneCount: there are three guesses in all, not three each.
func TestGuessesAtAnOpeningAndAtTheSignInAreOneCount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	opened := w.post("/accounts", opening("482913"), idempotencyKey("seen"))
	number := opened.field("account_number").(string)
	require.Equal(t, 401, w.tryLogin(number, wrongPIN).status)
	require.Equal(t, 422, w.post("/accounts", opening("604713"), idempotencyKey("seen")).status)
	require.Equal(t, 401, w.tryLogin(number, wrongPIN).status)
	require.True(t, w.isLocked(number))
	require.Equal(t, "account_locked", w.post("/accounts", opening("482913"), idempotencyKey("seen")).code())
	require.Equal(t, 423, w.tryLogin(number, "482913").status)
}

// TestACustomerWhoseOpeningWasNotAnsweredAsksAgain: the attempt that the repeat is counted as is taken back, however often it comes.
func TestACustomerWhoseOpeningWasNotAnsweredAsksAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	opened := w.post("/accounts", opening("482913"), idempotencyKey("lost"))
	requireFresh(t, opened)
	ada := customer{number: opened.field("account_number").(string), pin: "482913"}
	for range 5 {
		requireReplay(t, opened, w.post("/accounts", opening("482913"), idempotencyKey("lost")))
	}
	// It works after a mistyped PIN as well, and after a lock, as soon as the account is unlocked.
	for range 2 {
		require.Equal(t, "idempotency_key_reused", w.post("/accounts", opening("482931"), idempotencyKey("lost")).code())
	}
	requireReplay(t, opened, w.post("/accounts", opening("482913"), idempotencyKey("lost")))
	w.lock(ada)
	require.Equal(t, "account_locked", w.post("/accounts", opening("482913"), idempotencyKey("lost")).code())
	w.unlock(ada)
	require.Equal(t, "rate_limited", w.post("/accounts", opening("482913"), idempotencyKey("lost")).code())
	w.clock.pass(afterAnUnlock)
	requireReplay(t, opened, w.post("/accounts", opening("482913"), idempotencyKey("lost")))
	require.Equal(t, 200, w.tryLogin(ada.number, ada.pin).status)
	require.Equal(t, int64(1), w.verify().Accounts)
}

func TestOf100OpeningsAtOnceOneTakesEffect(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	requireOneOpening(t, newWorld(t))
}

func TestOf100OpeningsAtBothServersAtOnceOneTakesEffect(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	nodes := newNodes(t)
	requireOneOpening(t, nodes[:]...)
}

// requireOneOpening sends the same opening 100 times. Each repeat proves the PIN; of more than three at a time, the rest are told that
// the account is locked meanwhile. None opens another account, and none leaves a lock.
func requireOneOpening(t *testing.T, nodes ...*world) {
	t.Helper()
	w := nodes[0]
	w.client.Transport = &http.Transport{MaxIdleConnsPerHost: 100}
	content := `{"account_holder_name":"Cy O’Neill","pin":"482913","initial_deposit":70}`
	fresh, told := 0, map[string]int{}
	for _, a := range w.atOnce(100, func(i int) (*answer, error) {
		return nodes[i%len(nodes)].try("POST", "/accounts", idempotencyKey("k"), rawBody(content))
	}) {
		if a.status == 423 {
			require.Equal(t, "account_locked", a.code())
			continue
		}
		require.Equal(t, 201, a.status, a.text())
		if a.header.Get("Idempotent-Replayed") == "" {
			fresh++
		}
		told[a.text()]++
	}
	require.Equal(t, 1, fresh)
	require.Len(t, told, 1, "all get the same answer")
	report := w.verify()
	require.Equal(t, int64(1), report.Accounts)
	require.Equal(t, int64(1), report.Entries)
	again := nodes[len(nodes)-1].post("/accounts", content, idempotencyKey("k"))
	require.Equal(t, 201, again.status, again.text())
	require.False(t, w.isLocked(again.field("account_number").(string)))
}
