package server_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// wrongCodes returns codes of the right form. One could be right by chance once in 50,000 runs, so it leaves out the current ones.
func (w *world) wrongCodes(f factor, n int) []string {
	right := map[string]bool{}
	for step := -1; step <= 1; step++ {
		right[w.appCode(f.secret, step)] = true
	}
	var codes []string
	for i := 0; len(codes) < n; i++ {
		if code := fmt.Sprintf("%06d", 7919*i%1_000_000); !right[code] {
			codes = append(codes, code)
		}
	}
	return codes
}

// protected opens an account with a second factor.
func protected(w *world) (customer, factor) {
	c := w.open("482913", 0)
	return c, w.enableFactor(c, w.login(c))
}

// TestSomeoneWithThePINHasThreeGuessesAtTheCode, however many sign-ins without a code, or repeated openings, come in between.
func TestSomeoneWithThePINHasThreeGuessesAtTheCode(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	opened := w.post("/accounts", opening("482913"), idempotencyKey("seen"))
	c := customer{number: opened.field("account_number").(string), pin: "482913"}
	f := w.enableFactor(c, w.login(c))

	outcomes := map[string]int{}
	for _, code := range w.wrongCodes(f, 20) {
		for range 5 {
			a := w.tryLogin(c.number, c.pin)
			outcomes["without a code: "+a.code()]++
		}
		a := w.post("/accounts", opening(c.pin), idempotencyKey("seen"))
		outcomes[fmt.Sprint("repeated opening: ", a.status)]++
		outcomes["wrong code: "+w.loginWith(c, code).code()]++
	}
	t.Logf("outcomes: %v", outcomes)
	require.Equal(t, map[string]int{
		"without a code: second_factor_required": 15, "without a code: account_locked": 85,
		"repeated opening: 201": 3, "repeated opening: 423": 17,
		"wrong code: invalid_second_factor": 3, "wrong code: account_locked": 17,
	}, outcomes)
	require.Len(t, w.audit("login_failed", c.number), 3)
	require.Len(t, w.audit("account_locked", c.number), 1)
	requireRefused(t, 423, "account_locked", w.loginWith(c, w.appCode(f.secret, 1)))
}

// TestAnHonestSignInInTwoStepsIsNotCounted: any number of them, even after two mistakes.
func TestAnHonestSignInInTwoStepsIsNotCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, f := protected(w)
	for i := range 9 {
		require.Equal(t, "invalid_credentials", w.tryLogin(c.number, "604713").code())
		require.Equal(t, "invalid_credentials", w.tryLogin(c.number, "604713").code())
		for range 4 {
			require.Equal(t, "second_factor_required", w.tryLogin(c.number, c.pin).code())
		}
		require.Equal(t, 200, w.loginWith(c, f.recovery[i]).status)
	}
	require.False(t, w.isLocked(c.number))
}

// TestSomeoneWithoutThePINLearnsNothingOfTheCode: with and without a second factor, and with its right code, the answers and the number
// of guesses are the same, and nothing about second factors is read.
func TestSomeoneWithoutThePINLearnsNothingOfTheCode(t *testing.T) {
	t.Parallel()
	w, kdf := newHeldWorld(t)
	c, f := protected(w)
	plain := w.open("482913", 0)
	behindTheServer(w, "ALTER TABLE second_factors RENAME TO hidden")
	codes := []string{"", w.appCode(f.secret, 1), "123456", f.recovery[0], otherCode}
	var seen []string
	for _, code := range codes {
		for _, victim := range []customer{c, plain} {
			request := map[string]any{"account_number": victim.number, "pin": "604713"}
			if code != "" {
				request["code"] = code
			}
			before := kdf.calls.Load()
			a := w.call("POST", "/auth/login", body(request), header("X-Request-Id", "the-same"))
			seen = append(seen, fmt.Sprint(a.status, a.text(), kdf.calls.Load()-before))
		}
	}
	for i := 0; i < len(seen); i += 2 {
		require.Equal(t, seen[i], seen[i+1])
		require.Equal(t, i < 6, seen[i] == seen[0], "three guesses, then the lock: %s", seen[i])
	}
	behindTheServer(w, "ALTER TABLE hidden RENAME TO second_factors")
	w.unlock(c)
	w.clock.pass(30 * time.Second)
	require.Equal(t, 200, w.loginWith(c, codes[1]).status, "a code beside a wrong PIN is not used up")
	require.Equal(t, 200, w.loginWith(c, codes[3]).status)
}

// TestParallelGuessesAtTheCodeAreThree, even among sign-ins without a code, which take back only their own attempt.
func TestParallelGuessesAtTheCodeAreThree(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	w := newWorld(t)
	c, f := protected(w)
	codes := w.wrongCodes(f, 40)
	outcomes := map[string]int{}
	for range 3 { // while attempts without a code are in progress, the account looks locked for a moment
		for _, a := range w.atOnce(len(codes), func(i int) (*answer, error) {
			request := map[string]any{"account_number": c.number, "pin": c.pin}
			if i%2 == 0 {
				request["code"] = codes[i]
			}
			return w.try("POST", "/auth/login", body(request))
		}) {
			outcomes[a.code()]++
		}
	}
	for _, code := range codes[:3] { // in case the attempts kept one another out
		outcomes[w.loginWith(c, code).code()]++
	}
	t.Logf("outcomes: %v", outcomes)
	require.Equal(t, 3, outcomes["invalid_second_factor"])
	require.Equal(t, len(codes)*3+3, outcomes["invalid_second_factor"]+outcomes["second_factor_required"]+outcomes["account_locked"])
	require.Len(t, w.audit("login_failed", c.number), 3)
	require.True(t, w.isLocked(c.number))
}

// TestASignInInTwoStepsTakesNoOtherAttemptBack: it is hashed at the same time as two guesses, and all three are counted.
func TestASignInInTwoStepsTakesNoOtherAttemptBack(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	w, kdf := newHeldWorld(t)
	c, f := protected(w)
	open := kdf.shut(t)
	codes := append([]string{""}, w.wrongCodes(f, 3)...)
	outcomes := make(chan string, 3)
	for _, code := range codes[:3] {
		go func() {
			request := map[string]any{"account_number": c.number, "pin": c.pin}
			if code != "" {
				request["code"] = code
			}
			a, err := w.try("POST", "/auth/login", body(request))
			if err != nil {
				outcomes <- err.Error()
				return
			}
			outcomes <- a.code()
		}()
	}
	counted := func() int64 {
		return w.tally("SELECT c.failed_attempts FROM customers AS c JOIN accounts AS a ON a.customer_id = c.id WHERE a.account_number = " + c.number)
	}
	require.Eventually(t, func() bool { return counted() == 3 }, time.Minute, time.Millisecond)
	requireRefused(t, 423, "account_locked", w.tryLogin(c.number, c.pin))
	open()
	require.ElementsMatch(t, []string{"second_factor_required", "invalid_second_factor", "invalid_second_factor"},
		[]string{<-outcomes, <-outcomes, <-outcomes})
	require.Equal(t, int64(2), counted())
	require.False(t, w.isLocked(c.number))
	requireRefused(t, 401, "invalid_second_factor", w.loginWith(c, codes[3]))
	require.True(t, w.isLocked(c.number))
}

// TestACodeIsGoodOnceAlsoAtOnce: any attempt may be refused as locked, because three are in progress, but only one is accepted.
func TestACodeIsGoodOnceAlsoAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	for name, code := range map[string]func(w *world, f factor) string{
		"of the app":      func(w *world, f factor) string { return w.appCode(f.secret, 1) },
		"a recovery code": func(_ *world, f factor) string { return f.recovery[5] },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			c, f := protected(w)
			right, outcomes := code(w, f), map[int]int{}
			for _, a := range w.atOnce(20, func(int) (*answer, error) {
				return w.try("POST", "/auth/login", body(map[string]any{"account_number": c.number, "pin": c.pin, "code": right}))
			}) {
				outcomes[a.status]++
			}
			t.Logf("outcomes: %v", outcomes)
			require.Equal(t, 1, outcomes[200])
			require.Equal(t, 20, outcomes[200]+outcomes[401]+outcomes[423])
		})
	}
}

// TestWrongCodesInsideASessionEndIt and lock the account, like wrong PINs.
func TestWrongCodesInsideASessionEndIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.open("482913", 0)
	session := w.login(c)
	f := w.enableFactor(c, session)
	attempts := []string{"/pin", "/second-factor/remove", "/second-factor/recovery-codes"}
	for i, code := range w.wrongCodes(f, len(attempts)) {
		request := map[string]any{"pin": c.pin, "code": code}
		if attempts[i] == "/pin" {
			request = map[string]any{"current_pin": c.pin, "new_pin": "846203", "code": code}
		}
		requireRefused(t, 401, "invalid_second_factor", w.call("POST", "/accounts/"+c.number+attempts[i], bearer(session.AccessToken), body(request)))
	}
	require.True(t, w.isLocked(c.number))
	w.requireEnded(c, session)
	require.Len(t, w.audit("login_failed", c.number), 3)
}
