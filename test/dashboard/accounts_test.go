package dashboard

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// openAnother opens a further account on the page of accounts, and returns its number.
func (v *person) openAnother(currency, name string) string {
	v.t.Helper()
	v.press("Open another account")
	v.choose("Currency", currency)
	v.enter("Name (optional)", name)
	v.press("Open the account")
	v.see("Your new account is open.")
	number := read(v.browser, chromedp.Evaluate[string](`document.querySelector('[data-account]').dataset.account`))
	v.press("Done")
	v.until(`!document.querySelector('dialog') && document.querySelector('[data-number="`+number+`"]')`, "the account in the list")
	return number
}

// line returns an account as a list to choose from shows it.
func line(name, number string) string {
	return name + ", " + number[8:]
}

// balanceShown waits until the overview is about an account with this balance.
func (v *person) balanceShown(text string) {
	v.t.Helper()
	v.until(`document.querySelector('[data-balance]')?.textContent === `+quote(text), "the balance "+text)
}

// TestACustomerWithSeveralAccounts opens two more, turns between them on every page, and moves money from one to the other.
func TestACustomerWithSeveralAccounts(t *testing.T) {
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited)
	first := p.Open("482913", 100_000)
	v := newPerson(t, p)
	v.dashboard("")
	v.signIn(first, "482913")
	v.press("Accounts")
	v.settle()
	v.look("accounts-one")
	trip := v.openAnother("EUR – Euro", "Holidays in <b>Rome</b>")
	savings := v.openAnother("USD – US Dollar", "Savings")
	v.settle()
	v.look("accounts")
	v.fits("accounts")

	v.press("Overview")
	v.settle()
	v.see("All in USD")
	v.click(`[data-to="` + savings + `"]`)
	v.balanceShown("$0.00")
	v.settle()
	v.press("Deposit")
	v.enter("Amount in USD", "25")
	v.press("Deposit")
	v.see("is in your account.")
	v.press("Done")
	v.balanceShown("$25.00")
	v.until(`document.querySelector('[data-total=USD]').textContent === '$1,025.00'`, "the total")
	v.settle()
	v.look("overview-accounts")
	v.fits("overview-accounts")
	v.do(chromedp.Reload())
	v.balanceShown("$25.00") // the address keeps the account

	v.press("Transfer")
	v.settle()
	require.Equal(t, savings, v.inField("From account"))
	v.choose("From account", line("USD account", first))
	v.see("You have $1,000.00.")
	v.press("To your account " + line("Savings", savings))
	v.see("A••• L•••")
	v.enter("Amount in USD", "300")
	v.look("transfer-from")
	v.fits("transfer-from")
	v.press("Continue")
	v.see("Check the transfer")
	v.do(chromedp.Reload())
	v.see("Check the transfer")
	v.see("$700.00")
	v.press("Send $300.00")
	v.see("Receipt")
	v.press("Another transfer")
	v.see("You have $700.00.")
	v.choose("From account", line("Holidays in <b>…", trip))
	v.see("You have €0.00.")

	v.press("Transactions")
	v.settle()
	v.see("Account opened")
	v.until(`document.querySelectorAll('[data-entry]').length === 1`, "the history of the account that was turned to")
	v.choose("Account", line("Savings", savings))
	v.until(`document.querySelectorAll('[data-entry]').length === 3`, "the history of the other account")
	v.settle()
	v.look("transactions-accounts")
	v.fits("transactions-accounts")
	v.do(chromedp.Reload())
	v.until(`document.querySelectorAll('[data-entry]').length === 3`, "the same account after a reload")

	v.press("Accounts")
	v.settle()
	v.press("Rename Savings")
	v.enter("Name (optional)", strings.Repeat("x", 51))
	v.press("Save")
	v.see("At most 50 characters, please.")
	v.look("account-rename")
	v.fits("account-rename")
	v.enter("Name (optional)", "Roof")
	v.press("Save")
	v.until(`!document.querySelector('dialog') && document.querySelector('[data-number="`+savings+`"]').innerText.includes('Roof')`, "the new name")
	auth := p.Authorization(trip, "482913")
	require.InDelta(t, 70_000, p.Call("GET", "/accounts/"+first, nil, auth...).Field(t, "balance"), 0)
	require.InDelta(t, 32_500, p.Call("GET", "/accounts/"+savings, nil, auth...).Field(t, "balance"), 0)
	v.requireCalm()
}
