package dashboard

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// TestTheDeskSetsLimitsAndClosesAccounts: each closing is shown before it happens.
func TestTheDeskSetsLimitsAndClosesAccounts(t *testing.T) {
	bankcoretest.More(t)
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited)
	number, stranger := p.Open("482913", 50_000), p.Call("POST", "/accounts", map[string]any{
		"account_holder_name": "Charles Babbage", "pin": "730164", "currency": "USD",
	}).Field(t, "account_number").(string)
	auth := p.Authorization(number, "482913")
	further := func(currency string) string {
		return p.Call("POST", "/accounts", map[string]any{"currency": currency}, auth...).Field(t, "account_number").(string)
	}
	savings, euros := further("USD"), further("EUR")
	v := employee(t, p)
	v.dashboard("#/admin/accounts/" + number)
	v.press("Change the limits")
	v.enter("Per day, in USD (optional)", "100")
	v.look("desk-limits")
	v.fits("desk-limits")
	v.press("Save")
	v.see("$100.00 left today")
	v.press("Change the limits")
	v.enter("Per day, in USD (optional)", "750")
	v.press("Save")
	v.see("$750.00 left today")
	v.settle()
	v.look("desk-account")
	v.fits("desk-account")

	v.press("Close the account")
	v.press("Continue")
	v.see("Enter the 12 digits of the account number.")
	v.enter("Move the balance to account", number)
	v.press("Continue")
	v.see("This is the account that you want to close.")
	v.enter("Move the balance to account", euros)
	v.press("Continue")
	v.see("That account is in EUR.")
	v.look("desk-close")
	v.fits("desk-close")
	v.enter("Move the balance to account", stranger)
	v.press("Continue")
	v.see("The holder of that account has a different name.")
	v.look("desk-close-stranger")
	v.fits("desk-close-stranger")
	v.press("Back")
	v.enter("Move the balance to account", savings)
	v.enter("Note (optional)", "Wrote a letter")
	v.press("Continue")
	v.see("$500.00 moves to account")
	v.until(`!document.body.innerText.includes('a different name')`, "no warning")
	v.look("desk-close-last")
	require.Equal(t, "open", p.Call("GET", "/accounts/"+number, nil, auth...).Field(t, "status"), "nothing happens before the last look")
	v.press("Close it for good")
	v.see("This account is closed.")
	v.until(`!document.querySelector('dialog')`, "the window to close")
	v.settle()
	v.look("desk-closed")
	v.fits("desk-closed")
	require.InDelta(t, 50_000, p.Call("GET", "/accounts/"+savings, nil, auth...).Field(t, "balance"), 0)

	v.dashboard("#/admin/accounts/" + euros)
	v.press("Close the account")
	v.press("Continue") // it is empty, so no other account is asked for
	v.see("What will happen")
	v.press("Close it for good")
	v.see("This account is closed.")
	v.requireCalm()
}
