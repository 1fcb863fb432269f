package dashboard

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// TestAnInvitedPersonOpensAnAccount follows the bank's link, mistypes the code, loses the answer, and finishes the opening.
func TestAnInvitedPersonOpensAnAccount(t *testing.T) {
	bankcoretest.More(t)
	t.Parallel()
	folder := t.TempDir()
	const adminKey = "an-admin-key-that-is-long-enough-0123456789"
	p := bankcoretest.Serve(t, folder, append(append([]string{}, bankcoretest.Unlimited...), "OPENINGS=code", "ADMIN_KEY="+adminKey))
	code := oneTimeCode(t, p, "account", "invite")
	w := newWayward(t, p)
	v := newPerson(t, w.bank)
	v.dashboard("#/open?code=" + code)
	require.Equal(t, code, v.inField("Invitation code"))
	require.Equal(t, "#/open", read(v.browser, chromedp.Evaluate[string](`location.hash`)), "the address keeps no code")
	v.look("open-invited")
	v.fits("an opening by invitation")

	v.enter("Invitation code", "7K3M")
	v.enter("Your name", "Zoë O’Neill")
	v.enter("Choose a PIN", "482913")
	v.enter("The PIN once more", "482913")
	v.press("Open the account")
	v.see("A code has 12 letters and digits.")
	v.enter("Invitation code", "0000-0000-0000")
	v.press("Open the account")
	v.see("This code is wrong, used up or expired.")
	v.look("open-not-invited", 403)
	v.fits("an invitation that is not good")
	v.requireNothingStored()

	v.enter("Invitation code", strings.ToLower(code))
	w.next("POST /accounts", swallow)
	v.press("Open the account")
	w.awaitRequest("POST /accounts", 1)
	for _, secret := range []string{"482913", code, strings.ToLower(code)} {
		require.NotContains(t, v.stored(), secret)
		require.NotContains(t, read(v.browser, chromedp.Evaluate[string](`JSON.stringify(history.state)`)), secret)
	}
	require.True(t, v.reload())
	v.see("answer was lost")
	v.axe("an opening by invitation that was not answered")
	v.fits("an opening by invitation that was not answered")
	v.enter("Invitation code", code) // this very opening has used it up
	v.enter("The PIN that you chose", "482913")
	v.enter("The PIN once more", "482913")
	v.press("Finish the opening")
	v.see("Welcome, Zoë O’Neill")
	v.requireNothingStored()
	require.Equal(t, float64(1), p.Call("GET", "/admin/stats", nil, "X-Admin-Key", adminKey).Field(t, "accounts"))
	v.calm(403)
}

// TestCustomersOpenNoAccountWhereStaffDoes: the sign-in page does not offer it, and an old link says why.
func TestCustomersOpenNoAccountWhereStaffDoes(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), append(append([]string{}, bankcoretest.Unlimited...), "OPENINGS=staff"))
	v := newPerson(t, p)
	v.dashboard("")
	v.see("Forgot your PIN?")
	require.NotContains(t, v.text(), "Open an account")
	v.look("sign-in-without-openings")
	v.fits("a sign-in without openings")
	v.dashboard("#/open")
	v.see("This bank opens accounts itself.")
	v.look("open-closed")
	v.fits("openings that are closed")
	v.press("Back to sign-in")
	v.see("Forgot your PIN?")
	v.requireCalm()
}
