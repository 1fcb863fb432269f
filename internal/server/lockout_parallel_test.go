package server_test

import (
	"encoding/binary"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/banktest"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// guess is one sign-in of a crowd.
type guess struct {
	right  bool
	status int
	err    error
}

// crowd sends sign-ins at the same time; the channel gets each outcome as it comes.
func (w *world) crowd(c customer, outcomes chan<- guess, pins ...string) {
	for _, pin := range pins {
		go func() {
			outcome := guess{right: pin == c.pin}
			a, err := w.try("POST", "/auth/login", body(map[string]string{"account_number": c.number, "pin": pin}))
			if outcome.err = err; err == nil {
				outcome.status = a.status
			}
			outcomes <- outcome
		}()
	}
}

// TestParallelGuessesAreThree lets no hash finish until every other guess has been answered. If attempts were counted only after
// hashing, or not durably before it, those answers would not come or would not be 423.
func TestParallelGuessesAreThree(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	for name, rightAt := range map[string]int{"the right one first": 0, "the right one among them": 25, "the right one last": 49} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, kdf := newHeldWorld(t)
			c := w.open("482913", 0)
			open, before := kdf.shut(t), kdf.calls.Load()
			outcomes, refused := make(chan guess, 50), 0
			refuse := func(count int) {
				for range count {
					outcome := <-outcomes
					require.NoError(t, outcome.err)
					require.Equal(t, 423, outcome.status)
					refused++
				}
			}
			var rest []string
			for i := range 50 {
				pin := fmt.Sprintf("9%05d", 10_007*(i%9)+i)
				if i == rightAt {
					pin = c.pin
				}
				rest = append(rest, pin)
			}
			switch rightAt {
			case 0:
				w.crowd(c, outcomes, rest[0])
				<-kdf.entered
				w.crowd(c, outcomes, rest[1:]...)
			case 49:
				w.crowd(c, outcomes, rest[:49]...)
				refuse(46)
				w.crowd(c, outcomes, rest[49])
			default:
				w.crowd(c, outcomes, rest...)
			}
			refuse(47 - refused)
			open()
			w.checkEvaluated(c, outcomes, rightAt)
			require.Equal(t, int64(3), kdf.calls.Load()-before-1, "hashed PINs, without the sign-in of checkEvaluated")
		})
	}
}

// checkEvaluated takes the three guesses that were compared, and signs in once more with the right PIN.
func (w *world) checkEvaluated(c customer, outcomes <-chan guess, rightAt int) {
	w.t.Helper()
	found := false
	for range 3 {
		outcome := <-outcomes
		require.NoError(w.t, outcome.err)
		want := 401
		if outcome.right {
			found, want = true, 200
		}
		require.Equal(w.t, want, outcome.status)
	}
	require.True(w.t, rightAt != 0 || found, "the first guess is compared")
	require.False(w.t, rightAt == 49 && found, "the last guess is not compared")
	require.Equal(w.t, !found, w.isLocked(c.number))
	if !found {
		require.Len(w.t, w.audit("login_failed", c.number), 3)
		require.Len(w.t, w.audit("account_locked", c.number), 1)
		require.Equal(w.t, 423, w.tryLogin(c.number, c.pin).status)
		w.unlock(c)
		w.clock.pass(afterAnUnlock)
	}
	require.Equal(w.t, 200, w.tryLogin(c.number, c.pin).status)
}

// writes returns how many pages were written, by how many commits, from the write-ahead log (SQLite's file format, section 4). On
// PostgreSQL, whose log all tests share, it returns what was counted and recorded.
func (w *world) writes() (pages, commits int) {
	w.t.Helper()
	path, file := strings.CutPrefix(w.database, "sqlite:")
	if !file {
		return 0, int(w.tally(`SELECT (SELECT SUM(failed_attempts) FROM customers) + (SELECT attempts FROM unknown_account_attempts)
			+ (SELECT COUNT(*) FROM events)`))
	}
	log, err := os.ReadFile(path + "-wal")
	require.NoError(w.t, err)
	require.Greater(w.t, len(log), 32)
	frame := 24 + int(binary.BigEndian.Uint32(log[8:]))
	salt := string(log[16:24])
	for at := 32; at+frame <= len(log) && string(log[at+8:at+16]) == salt; at += frame {
		pages++
		if binary.BigEndian.Uint32(log[at+4:]) != 0 {
			commits++
		}
	}
	return pages, commits
}

// TestAnUnknownAccountIsAnsweredLikeAWrongPIN compares what a stranger sees, and the work that a stranger could measure.
func TestAnUnknownAccountIsAnsweredLikeAWrongPIN(t *testing.T) {
	t.Parallel()
	var costs []string
	w := newWorld(t, func(o *options) {
		o.kdf = func(password, salt []byte, time, memory uint32, threads uint8, keyLen uint32) []byte {
			costs = append(costs, fmt.Sprint(len(password), len(salt), time, memory, threads, keyLen))
			return banktest.QuickKDF(password, salt, time, memory, threads, keyLen)
		}
	})
	c := w.open("482913", 0)
	type cost struct {
		status         int
		body           string
		header         http.Header
		hashes         []string
		pages, commits int
	}
	try := func(number string) cost {
		pages, commits := w.writes()
		costs = nil
		a := w.tryLogin(number, wrongPIN, header("X-Request-Id", "the-same"))
		morePages, moreCommits := w.writes()
		a.header.Del("Date")
		return cost{a.status, a.text(), a.header, costs, morePages - pages, moreCommits - commits}
	}
	wrong := try(c.number)
	require.Equal(t, 401, wrong.status)
	require.Len(t, wrong.hashes, 1)
	require.Equal(t, 2, wrong.commits, "the count before the hash, the record after it")
	require.Equal(t, wrong, try("999999999990"))
	typo := c.number[:11] + string('9'-c.number[11]+'0') // always a different check digit
	for _, unknown := range []string{"999999999990", "100000000000", "000000000000", typo} {
		again := try(unknown)
		again.pages = wrong.pages // a count takes fewer pages than an event, in as many commits
		require.Equal(t, wrong, again, unknown)
	}
	require.Len(t, w.audit("login_failed", "999999999990"), 1)
	for range 5 {
		require.Equal(t, 401, w.tryLogin("999999999990", wrongPIN).status)
	}
}

func TestWeakPINs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.open("482913", 0)
	session := w.login(c)
	weak := []string{
		"1234", "4567", "0123", "01234567", "123456789012", "9876", "4321", "3210", "987654", "210987654321", // runs
		"7890", "8901", "9012", "0987", "1098", "890123", "10987", // around the zero
		"0000", "1111", "7777", "000000", "99999999", "555555555555", // one digit
		"1212", "2580", "1004", "2000", "1984", "2025", "6969", "0007", "112233", "121212", "159753", "147258369", // patterns
		"3112", "1231", "311284", "841231", "31121984", "1230", "852456", "5201314", // dates, and the most used
	}
	for _, pin := range weak {
		a := w.call("POST", "/accounts", chosenID, body(map[string]string{"account_holder_name": "Ada", "pin": pin}))
		require.Equal(t, 422, a.status, "%s: %s", pin, a.text())
		require.Equal(t, "weak_pin", a.code())
		require.NotContains(t, a.text(), pin)
		a = w.call("POST", "/accounts/"+c.number+"/pin", bearer(session.AccessToken), body(map[string]string{"current_pin": c.pin, "new_pin": pin}))
		require.Equal(t, 422, a.status, "%s: %s", pin, a.text())
	}
	for _, pin := range []string{"4829", "8352", "7815", "0988", "6139", "9835", "48291", "482913", "91112", "730164902", "583920175566"} {
		require.Equal(t, pin, w.open(pin, 0).pin)
		a := w.call("POST", "/accounts/"+c.number+"/pin", bearer(session.AccessToken), body(map[string]string{"current_pin": c.pin, "new_pin": pin}))
		require.Equal(t, 204, a.status, "%s: %s", pin, a.text())
		c.pin = pin
	}
	for _, pin := range []string{"", "482", "4829137301649", "48 29", "４８２９", "482९", "-4829", "+4829", "4829\n", "0x48"} {
		a := w.call("POST", "/accounts", body(map[string]string{"account_holder_name": "Ada", "pin": pin}))
		require.Equal(t, 400, a.status, "%q: %s", pin, a.text())
	}
	require.Equal(t, 200, w.tryLogin(c.number, c.pin).status)
	require.Equal(t, int64(12), w.tally("SELECT COUNT(*) FROM accounts"))
}
