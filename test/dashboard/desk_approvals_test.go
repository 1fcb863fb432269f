package dashboard

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// shownCode returns the code that a window shows.
func (v *person) shownCode() string {
	v.t.Helper()
	v.until(`document.querySelector('dialog [data-code]')`, "the code")
	return read(v.browser, chromedp.Evaluate[string](`document.querySelector('dialog [data-code]').innerText`))
}

// TestALargeMovementWaitsForAColleague: who asked cannot decide, and a colleague moves the money.
func TestALargeMovementWaitsForAColleague(t *testing.T) {
	bankcoretest.More(t)
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), append([]string{"APPROVAL_ABOVE=100000", "SETTLEMENTS=teller"}, bankcoretest.Unlimited...))
	number := p.Open("482913", 50_000)
	v := employee(t, p)
	v.dashboard("#/admin/accounts/" + number)
	v.press("Deposit")
	v.enter("Amount in USD", "2,500")
	v.choose("Settled by", "Bank")
	v.enter("Description (optional)", "Sale of a car")
	v.press("Deposit")
	v.see("A colleague has to approve this.")
	v.see("No money has moved yet")
	v.look("desk-waits")
	v.fits("desk-waits")
	require.InDelta(t, 50_000, p.Call("GET", "/accounts/"+number, nil, p.Authorization(number, "482913")...).Field(t, "balance"), 0)
	v.counts(1)
	v.press("Show the request")
	v.see("You asked for this yourself, so a colleague has to decide.")
	v.see("$2,500.00")
	v.see("Sale of a car")
	v.settle()
	v.until(`![...document.querySelectorAll('main button')].some(e => ['Approve', 'Reject'].includes(e.innerText))`, "no way to decide")
	v.look("admin-request-own")
	v.fits("admin-request-own")

	colleague := employee(t, p)
	colleague.counts(1)
	colleague.openRequest("Large deposit")
	colleague.press("Approve")
	colleague.see("is paid into the account of Ada Lovelace.")
	colleague.press("Approve")
	colleague.until(`document.querySelector('main [data-request]')?.innerText.includes('Approved')`, "the request to be approved")
	colleague.counts(0)
	colleague.look("admin-request-moved")
	require.InDelta(t, 300_000, p.Call("GET", "/accounts/"+number, nil, p.Authorization(number, "482913")...).Field(t, "balance"), 0)

	v.dashboard("#/admin/accounts/" + number)
	v.see("$3,000.00")
	v.press("Withdraw")
	v.enter("Amount in USD", "1,000.01")
	v.press("Withdraw")
	v.see("A colleague has to approve this.")
	v.press("Done")
	v.counts(1)
	v.see("$3,000.00")
	colleague.openRequest("Large withdrawal")
	require.False(t, read(colleague.browser, chromedp.Evaluate[bool](`Boolean(document.querySelector('main [aria-label^="Withdraw:"]'))`)), "a colleague did not ask")
	v.openRequest("Large withdrawal")
	v.press("Withdraw: Large withdrawal")
	v.until(`document.querySelector('main [data-request]')?.innerText.includes('Withdrawn')`, "the request to be withdrawn")
	v.counts(0)
	v.look("admin-request-withdrawn")
	v.requireCalm()
	colleague.requireCalm()
}

// TestTheDeskMakesACodeForAPIN: the code is shown once, is kept nowhere, and lets the customer set a PIN.
func TestTheDeskMakesACodeForAPIN(t *testing.T) {
	bankcoretest.More(t)
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited)
	number := p.Open("482913", 50_000)
	v := employee(t, p)
	v.dashboard("#/admin/accounts/" + number)
	v.press("Code for a new PIN")
	v.see("with which anyone can set their PIN")
	v.look("desk-code-asked")
	v.fits("desk-code-asked")
	v.press("Cancel")
	v.until(`!document.querySelector('dialog')`, "the window to close")
	v.press("Code for a new PIN")
	v.press("Make the code")
	code := v.shownCode()
	v.look("desk-code")
	v.fits("desk-code")
	v.press("Done")
	v.until(`!document.querySelector('dialog')`, "the window to close")
	require.NotContains(t, read(v.browser, chromedp.Evaluate[string](`document.documentElement.outerHTML + location.href + JSON.stringify(history.state)`)), code)
	v.requireNothingStored()

	customer := newPerson(t, p)
	customer.dashboard("#/reset-pin")
	customer.enter("Account number", number)
	customer.enter("Code from the bank", code)
	customer.enter("New PIN", "604713")
	customer.enter("The new PIN once more", "604713")
	customer.press("Set the PIN")
	customer.see("Your new PIN is set")
	customer.signIn(number, "604713")
	customer.see("$500.00")
	v.requireCalm()
	customer.requireCalm()
}
