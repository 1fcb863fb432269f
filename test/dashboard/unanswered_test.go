package dashboard

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// The answer to an opening is lost: the same PIN finishes it, and no second account is opened.
func TestALostOpeningIsFinishedWithTheSamePIN(t *testing.T) {
	t.Parallel()
	const adminKey = "an-admin-key-that-is-long-enough-0123456789"
	p := bankcoretest.Serve(t, t.TempDir(), append(append([]string{}, bankcoretest.Unlimited...), "ADMIN_KEY="+adminKey))
	w := newWayward(t, p)
	v := newPerson(t, w.bank)
	v.dashboard("#/open")
	v.enter("Your name", "Zoë O’Neill")
	v.enter("Choose a PIN", "482913")
	v.enter("The PIN once more", "482913")
	v.enter("First deposit (optional)", "70")
	w.next("POST /accounts", swallow)
	v.press("Open the account")
	w.awaitRequest("POST /accounts", 1)
	require.NotContains(t, v.stored(), "482913")
	require.True(t, v.reload())
	v.see("answer was lost")
	v.axe("an opening that was not answered")
	v.enter("The PIN that you chose", "123456")
	v.enter("The PIN once more", "123456")
	v.press("Finish the opening")
	v.see("The PIN is too easy to guess")
	require.Contains(t, v.stored(), "Zoë", "another PIN says nothing about the first request")
	v.enter("The PIN that you chose", "482913")
	v.enter("The PIN once more", "482913")
	v.press("Finish the opening")
	v.see("Welcome, Zoë O’Neill")
	v.see("$70.00")
	v.requireNothingStored()
	stats := p.Call("GET", "/admin/stats", nil, "X-Admin-Key", adminKey)
	require.Equal(t, float64(1), stats.Field(t, "accounts"))
	v.press("Go to my account")
	v.see("$70.00")
	v.calm(422)
}

// The answer to a change of PIN is lost: the page does not claim that nothing happened.
func TestALostChangeOfPINSaysThatItMayHaveHappened(t *testing.T) {
	t.Parallel()
	v, w, number, _ := traveller(t)
	v.press("Security")
	v.settle()
	v.enter("Current PIN", "482913")
	v.enter("New PIN", "905517")
	v.enter("The new PIN once more", "905517")
	w.next("POST /pin", sever)
	v.press("Change the PIN")
	v.see("The PIN may have been changed.")
	v.press("Sign out")
	v.see("You have signed out.")
	v.signIn(number, "905517")
	v.see("$500.00")
	v.calm()
}

// A sign-out whose answer is lost is not reported as a failure.
func TestALostSignOutIsTriedAgain(t *testing.T) {
	t.Parallel()
	v, w, _, _ := traveller(t)
	w.next("POST /auth/logout", sever)
	v.press("Sign out")
	v.see("It is not known whether you are signed out")
	v.press("Try again")
	v.see("You have signed out.")
	v.calm(401)
}
