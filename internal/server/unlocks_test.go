package server_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// afterAnUnlock is how long the PIN must wait after the first unlock of a day.
const afterAnUnlock = 5 * time.Second

// TestAThiefOfAnAdministratorsSessionGetsFewGuesses guesses and unlocks for a day, as fast as the bank allows.
func TestAThiefOfAnAdministratorsSessionGetsFewGuesses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	victim := w.open("482913", 0)
	_, session := w.admin()
	guesses, unlocks, tooSoon, tooOften := 0, 0, 0, 0
	for end := w.clock.Now().Add(24 * time.Hour); w.clock.Now().Before(end); {
		switch a := w.tryLogin(victim.number, wrongPIN); a.status {
		case 401:
			guesses++
		case 429:
			tooSoon++
			w.waitAsTold(a)
		case 423:
			a = w.call("POST", "/accounts/"+victim.number+"/unlock", bearer(session.AccessToken))
			if a.status == 200 {
				unlocks++
				continue
			}
			if a.status == 401 { // the session of a quarter of an hour is over; the thief renews it
				session = w.login(customer{w.adminNumber(session), "853107"})
				continue
			}
			require.Equal(t, 429, a.status, a.text())
			require.Equal(t, "rate_limited", a.code())
			tooOften++
			w.waitAsTold(a)
		default:
			require.Fail(t, a.text())
		}
	}
	t.Logf("in a day with an administrator's session: %d guesses, %d unlocks; %d times too soon after an unlock, %d times one unlock too many",
		guesses, unlocks, tooSoon, tooOften)
	require.Equal(t, 10, unlocks)
	require.Equal(t, 33, guesses, "three, and three more for each unlock")
	require.Equal(t, 10, tooSoon, "each unlock brings a delay")
	require.Len(t, w.audit("account_unlocked", victim.number), 10)
	require.Len(t, w.audit("login_failed", victim.number), 33)
}

// waitAsTold lets the time in Retry-After pass.
func (w *world) waitAsTold(a *answer) {
	w.t.Helper()
	seconds, err := strconv.Atoi(a.header.Get("Retry-After"))
	require.NoError(w.t, err)
	w.clock.pass(time.Duration(seconds) * time.Second)
}

// adminNumber returns the account of a session, from its token.
func (w *world) adminNumber(session tokens) string {
	w.t.Helper()
	return claimsOf(w.t, session.AccessToken)["acc"].(string)
}

// TestTheDelayAfterAnUnlockGrowsAndEnds: each delay is twice the one before, up to a quarter of an hour, and a day later it starts
// again. An attempt that comes too soon does not count, right or wrong.
func TestTheDelayAfterAnUnlockGrowsAndEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.open("482913", 0)
	for _, delay := range []time.Duration{5, 10, 20, 40, 80, 160, 320, 640, 900, 900} {
		session := w.login(c)
		w.lock(c)
		w.unlock(c)
		for _, early := range []*answer{w.tryLogin(c.number, wrongPIN), w.tryLogin(c.number, c.pin), w.changePin(c, session, wrongPIN, "846203")} {
			require.Equal(t, 429, early.status, early.text())
			require.Equal(t, "rate_limited", early.code())
			require.Equal(t, strconv.Itoa(int(delay)), early.header.Get("Retry-After"))
		}
		w.clock.pass(delay*time.Second - time.Microsecond)
		require.Equal(t, 429, w.tryLogin(c.number, c.pin).status)
		require.Zero(t, w.tally("SELECT failed_attempts FROM customers"), "an attempt that comes too soon does not count")
		w.clock.pass(time.Microsecond)
		require.Equal(t, 200, w.tryLogin(c.number, c.pin).status)
	}
	w.lock(c)
	require.Equal(t, 429, w.call("POST", "/accounts/"+c.number+"/unlock", adminKey(testAdminKey)).status)
	require.True(t, w.isLocked(c.number), "a refused unlock changes nothing")
	number, err := ledger.ParseAccountNumber(c.number)
	require.NoError(t, err)
	_, err = w.bank.UnlockAccount(context.Background(), auth.Caller{Operator: true}, number)
	require.NoError(t, err, "the operator at the command line is not limited")
	w.clock.pass(24 * time.Hour)
	w.lock(c)
	w.unlock(c)
	w.clock.pass(afterAnUnlock)
	require.Equal(t, 200, w.tryLogin(c.number, c.pin).status)
}

func TestAClockThatIsSetBackProlongsNoDelay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.open("482913", 0)
	w.lock(c)
	w.unlock(c)
	w.clock.pass(-time.Hour)
	require.Equal(t, "5", w.tryLogin(c.number, c.pin).header.Get("Retry-After"))
}

// TestUnlocksAtTheSameMomentAreCountedEach: four administrators who unlock at once, again and again, unlock ten times in all.
func TestUnlocksAtTheSameMomentAreCountedEach(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	w := newWorld(t)
	c := w.open("482913", 0)
	unlocks := 0
	for range 11 {
		w.clock.pass(15 * time.Minute)
		if !w.isLocked(c.number) {
			w.lock(c)
		}
		outcomes := make(chan int, 4)
		for range cap(outcomes) {
			go func() {
				a, err := w.try("POST", "/accounts/"+c.number+"/unlock", adminKey(testAdminKey))
				if err != nil {
					outcomes <- 0
					return
				}
				outcomes <- a.status
			}()
		}
		for range cap(outcomes) {
			switch status := <-outcomes; status {
			case 200:
				unlocks++
			case 409, 429:
			default:
				require.Fail(t, "unlock", "status %d", status)
			}
		}
	}
	require.Equal(t, 10, unlocks)
	require.Len(t, w.audit("account_unlocked", c.number), 10)
}
