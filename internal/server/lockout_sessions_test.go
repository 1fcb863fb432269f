package server_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// changePin changes the PIN inside a session.
func (w *world) changePin(c customer, session tokens, from, to string) *answer {
	w.t.Helper()
	return w.call("POST", "/accounts/"+c.number+"/pin", bearer(session.AccessToken), body(map[string]string{"current_pin": from, "new_pin": to}))
}

// TestAStrangerWhoLocksAnAccountStopsNobodysMoney guesses from outside while the owner is signed in.
func TestAStrangerWhoLocksAnAccountStopsNobodysMoney(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, friend := w.open("482913", 1000), w.open("730164", 1000)
	session, other := w.login(c), w.login(friend)
	w.lock(c)
	require.Equal(t, 423, w.tryLogin(c.number, c.pin).status)
	require.Equal(t, "account_locked", w.changePin(c, session, c.pin, "846203").code(), "a lock is about PINs")

	a := w.call("POST", "/auth/refresh", body(map[string]string{"refresh_token": session.RefreshToken}))
	require.Equal(t, 200, a.status, a.text())
	a.decode(&session)
	path, as := "/accounts/"+c.number, bearer(session.AccessToken)
	for _, move := range []struct {
		operation string
		body      map[string]any
	}{
		{"deposit", map[string]any{"amount": 10}},
		{"withdraw", map[string]any{"amount": 300}},
		{"transfer", map[string]any{"amount": 100, "to_account": friend.number}},
	} {
		a := w.call("POST", path+"/"+move.operation, as, body(move.body))
		require.Equal(t, 201, a.status, "%s: %s", move.operation, a.text())
	}
	a = w.call("POST", "/accounts/"+friend.number+"/transfer", bearer(other.AccessToken), body(map[string]any{"to_account": c.number, "amount": 250}))
	require.Equal(t, 201, a.status, a.text())
	read := w.call("GET", path, as)
	require.Equal(t, float64(1000+10-300-100+250), read.field("balance"))
	require.Equal(t, true, read.field("is_locked"), "the owner learns of it")

	w.unlock(c)
	w.clock.pass(afterAnUnlock)
	require.Equal(t, 200, w.tryLogin(c.number, c.pin).status, "the refused change has not changed the PIN")
}

// TestThreeWrongPINsInsideASessionEndIt: a thief at an open session who does not know its PIN has not signed in to it.
func TestThreeWrongPINsInsideASessionEndIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.open("482913", 1000)
	taken, elsewhere := w.login(c), w.login(c)
	for range 3 {
		require.Empty(t, w.accessCode(c, taken.AccessToken))
		require.Equal(t, "invalid_credentials", w.changePin(c, taken, wrongPIN, "846203").code())
	}
	require.True(t, w.isLocked(c.number))
	require.Equal(t, "token_revoked", w.accessCode(c, taken.AccessToken))
	require.Equal(t, "token_revoked", w.post("/accounts/"+c.number+"/withdraw", `{"amount":1}`, bearer(taken.AccessToken)).code())
	require.Equal(t, "token_revoked",
		w.call("POST", "/auth/refresh", body(map[string]string{"refresh_token": taken.RefreshToken})).code())
	require.Empty(t, w.accessCode(c, elsewhere.AccessToken), "a session without a wrong PIN continues")
}

// TestOnlyASessionsOwnWrongPINsEndIt adds guesses from outside to mistakes inside, and mistakes before and after a right PIN.
func TestOnlyASessionsOwnWrongPINsEndIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.open("482913", 1000)
	session := w.login(c)
	require.Equal(t, 401, w.tryLogin(c.number, wrongPIN).status)
	require.Equal(t, 401, w.tryLogin(c.number, wrongPIN).status)
	require.Equal(t, 401, w.changePin(c, session, wrongPIN, "846203").status)
	require.True(t, w.isLocked(c.number))
	require.Empty(t, w.accessCode(c, session.AccessToken), "one mistake is not three")

	w.unlock(c)
	w.clock.pass(afterAnUnlock)
	require.Equal(t, 401, w.changePin(c, session, wrongPIN, "846203").status)
	require.Equal(t, 204, w.changePin(c, session, c.pin, "846203").status)
	c.pin = "846203"
	require.Equal(t, 401, w.changePin(c, session, wrongPIN, "730164").status)
	require.Equal(t, 401, w.changePin(c, session, wrongPIN, "730164").status)
	require.Empty(t, w.accessCode(c, session.AccessToken), "a right PIN resets the count")

	require.Equal(t, 401, w.tryLogin(c.number, wrongPIN).status)
	w.unlock(c)
	w.clock.pass(2 * afterAnUnlock)
	require.Equal(t, 401, w.changePin(c, session, wrongPIN, "730164").status)
	require.Equal(t, "token_revoked", w.accessCode(c, session.AccessToken), "an unlock does not: it was the third in this session")
	require.False(t, w.isLocked(c.number))
}

// unlock lifts a lock like the bank's operator.
func (w *world) unlock(c customer) {
	w.t.Helper()
	a := w.call("POST", "/accounts/"+c.number+"/unlock", adminKey(testAdminKey))
	require.Equal(w.t, 200, a.status, a.text())
}

// TestNoAdministratorUnlocksTheOwnAccount, whether or not it is locked; but a lock does not stop an administrator's work.
func TestNoAdministratorUnlocksTheOwnAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	admin, session := w.admin()
	customers := []customer{w.open("482913", 0), w.open("730164", 0)}
	for i, c := range customers {
		w.lock(c)
		unlock := func(number string) string {
			a := w.call("POST", "/accounts/"+number+"/unlock", bearer(session.AccessToken))
			if a.status == 200 {
				return "200"
			}
			return fmt.Sprint(a.status, " ", a.code())
		}
		require.Equal(t, "403 forbidden", unlock(admin.number))
		require.Equal(t, "200", unlock(c.number))
		if i == 0 {
			w.lock(admin)
		}
	}
	require.True(t, w.isLocked(admin.number))
	w.unlock(admin)
}
