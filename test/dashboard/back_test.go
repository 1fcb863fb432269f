package dashboard

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// fields returns the values of the visible fields.
func (v *person) fields() []string {
	v.t.Helper()
	return read(v.browser, chromedp.Evaluate[[]string](`[...(document.querySelector('dialog[open]') ?? document.querySelector('main')).querySelectorAll('input')]
		.filter(i => i.checkVisibility()).map(i => i.value)`))
}

// Back goes from the check of a transfer to its details, and Forward returns; the entered values are still there.
func TestBackAndForwardThroughATransfer(t *testing.T) {
	t.Parallel()
	v, _, number, friend := traveller(t)
	entered := []string{friend[:4] + " " + friend[4:8] + " " + friend[8:], "1,250.50", "Dinner"}
	v.press("Transfer")
	v.settle()
	v.enter("To account", friend)
	v.see("A••• L•••")
	v.enter("Amount in USD", "1,250.50")
	v.enter("Description (optional)", "Dinner")
	v.press("Overview")
	v.see("$500.00")
	v.through(-1)
	v.see("To account")
	require.Equal(t, entered, v.fields(), "even from another page")
	v.enter("Amount in USD", "12.50")
	entered[1] = "12.50"
	v.press("Continue")
	v.see("Check the transfer")
	for range 2 {
		v.through(-1)
		v.see("To account")
		require.Equal(t, entered, v.fields())
		require.Equal(t, "#/transfer", read(v.browser, chromedp.Evaluate[string](`location.hash`)))
		v.through(1)
		v.see("Check the transfer")
		v.see("Balance afterwards")
	}
	v.press("Change")
	v.see("To account")
	require.Equal(t, entered, v.fields())
	v.press("Continue")
	v.see("Check the transfer")
	v.do(chromedp.Reload())
	v.see("Check the transfer")

	v.press("Send $12.50")
	v.seeReceipt()
	v.through(-1)
	v.see("To account")
	require.Equal(t, []string{"", "", ""}, v.fields(), "the page does not offer to send anything again")
	v.through(1)
	v.seeReceipt()
	v.through(-2)
	v.see("Balance over time")
	require.Equal(t, []int64{1250}, transfersOf(v.p, number, "482913"))
	v.calm()
}

// Whichever way leads back to a check, it sends nothing a second time.
func TestACheckThatIsSentTwiceIsSentOnce(t *testing.T) {
	bankcoretest.More(t)
	t.Parallel()
	v, _, number, friend := traveller(t)
	v.checkTransfer(friend, "12.50")
	state := read(v.browser, chromedp.Evaluate[string](`JSON.stringify(history.state)`))
	v.press("Send $12.50")
	v.seeReceipt()
	read(v.browser, chromedp.Evaluate[bool](`(history.pushState(`+state+`, ''), dispatchEvent(new PopStateEvent('popstate')), true)`)) // as a duplicated tab has it
	v.press("Send $12.50")
	v.seeReceipt()
	require.Equal(t, []int64{1250}, transfersOf(v.p, number, "482913"))
	v.calm()
}

// Back closes a window instead of leaving the page, and Forward opens it with what was entered.
func TestBackClosesAWindow(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	v, _, _, _ := traveller(t)
	v.press("Deposit")
	v.enter("Amount in USD", "10")
	v.through(-1)
	v.until(`!document.querySelector('dialog') && document.querySelector('[data-balance]')`, "the window to close")
	v.through(1)
	v.see("That is $10.00.")
	require.Equal(t, []string{"10", ""}, v.fields())
	v.press("Deposit")
	v.see("is in your account.")
	v.press("Done")
	v.until(`!document.querySelector('dialog')`, "the window to close")
	v.see("$510.00")
	v.click("[data-entry]")
	v.see("Covers this entry")
	v.do(chromedp.Reload())
	v.see("$510.00")
	v.until(`!history.state?.window`, "the window's entry to be the page's")
	v.calm()
}

// The next customer in the same tab does not find what the one before has entered.
func TestBackShowsNoOtherCustomersTransfer(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	v, _, number, friend := traveller(t)
	v.checkTransfer(friend, "12.50")
	v.press("Sign out")
	v.see("You have signed out.")
	v.signIn(friend, "730164")
	v.through(-1)
	v.see("To account")
	require.Equal(t, []string{"", "", ""}, v.fields())
	require.NotContains(t, v.text(), "12.50")
	require.Empty(t, transfersOf(v.p, number, "482913"))
	v.calm()
}

// Back from the opening to the sign-in, and Forward: the name is there, and no PIN. Back from the new account opens no second one.
func TestBackAndForwardThroughAnOpening(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited)
	v := newPerson(t, p)
	v.dashboard("#/sign-in")
	v.press("Open an account")
	v.enter("Your name", "Zoë O’Neill")
	v.choose("Currency", "EUR – Euro")
	v.enter("First deposit (optional)", "70")
	v.enter("Choose a PIN", "482913")
	v.enter("The PIN once more", "482913")
	require.NotContains(t, read(v.browser, chromedp.Evaluate[string](`JSON.stringify(history.state)`)), "482913")
	v.through(-1)
	v.see("New here?")
	v.through(1)
	v.see("Choose a PIN")
	require.Equal(t, []string{"Zoë O’Neill", "", "", "70"}, v.fields())
	v.until(`document.querySelector('select').value === 'EUR'`, "the currency")
	v.enter("Choose a PIN", "482913")
	v.enter("The PIN once more", "482913")
	v.press("Open the account")
	v.see("Welcome, Zoë O’Neill")
	v.through(-1)
	v.see("Choose a PIN")
	require.Equal(t, []string{"", "", "", ""}, v.fields())
	v.through(1)
	v.see("Welcome, Zoë O’Neill")
	v.press("Go to my account")
	v.see("€70.00")
	v.requireCalm()
}
