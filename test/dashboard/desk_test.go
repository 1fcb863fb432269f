package dashboard

import (
	"regexp"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// createEmployee returns the number of a new employee, whose PIN is bankcoretest.PIN.
func createEmployee(t *testing.T, p *bankcoretest.Process) string {
	t.Helper()
	printed := operate(t, p, bankcoretest.PIN+"\n", "account", "create", "--name", "Grace Hopper", "--role=employee")
	number := regexp.MustCompile(`^\d{12}`).FindString(printed)
	require.NotEmpty(t, number, printed)
	return number
}

// TestADayAtTheDesk opens accounts for a customer, takes and pays out cash, and freezes an account.
func TestADayAtTheDesk(t *testing.T) {
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), append([]string{"OPENINGS=staff", "CASH=staff"}, bankcoretest.Unlimited...))
	employee := createEmployee(t, p)
	v := newPerson(t, p)
	v.dashboard("")
	v.signIn(employee, bankcoretest.PIN)
	require.Equal(t, "#/admin/accounts", read(v.browser, chromedp.Evaluate[string](`location.hash`)))
	require.NotContains(t, v.text(), "Events", "the audit trail is for administrators")
	v.look("desk-customers")
	v.fits("desk-customers")

	v.press("Open an account")
	v.settle()
	v.look("desk-open")
	v.fits("desk-open")
	v.press("Open the account")
	v.see("Enter the customer’s name.")
	v.enter("The customer’s name", "Zoë O’Neill")
	v.enter("First deposit (optional)", "100")
	v.press("Open the account")
	v.see("The account is open")
	v.look("desk-opened")
	v.fits("desk-opened")
	number := read(v.browser, chromedp.Evaluate[string](`document.querySelector('[data-account]').dataset.account`))

	v.press("Show the account")
	v.settle()
	v.press("Deposit")
	v.enter("Amount in USD", "250.50")
	v.enter("Description (optional)", "Coins")
	v.look("desk-deposit")
	v.fits("desk-deposit")
	v.press("Deposit")
	v.see("Print the receipt")
	v.look("desk-receipt")
	v.fits("desk-receipt")
	v.requirePrinted([]string{"$250.50", "Zoë O’Neill", "Coins"}, []string{"Print the receipt", "Done", "History"})
	v.press("Done")
	v.see("$350.50")
	v.press("Withdraw")
	v.enter("Amount in USD", "1000")
	v.press("Withdraw")
	v.see("There is not enough money")
	v.enter("Amount in USD", "50")
	v.press("Withdraw")
	v.see("Print the receipt")
	v.press("Done")
	v.see("$300.50")

	v.press("Freeze")
	v.choose("Reason", "Suspected fraud")
	v.enter("Note (optional)", "Called twice")
	v.look("desk-freeze", 422)
	v.fits("desk-freeze")
	v.press("Freeze")
	v.see("no money can leave it")
	v.settle()
	v.look("desk-frozen")
	v.fits("desk-frozen")
	v.until(`![...document.querySelectorAll('main button')].some(b => b.innerText === 'Withdraw')`, "no way to take money out")
	v.press("Lift the freeze")
	v.press("Lift the freeze")
	v.until(`!document.querySelector('dialog') && !document.body.innerText.includes('no money can leave it')`, "the account to be open again")

	v.press("Open another account")
	v.see("who also has account")
	v.choose("Currency", "EUR – Euro")
	v.press("Open the account")
	v.see("The customer signs in as before")

	v.press("Customers")
	v.enter("Search", "oneill")
	v.until(`document.querySelectorAll('a.row-link').length === 2`, "both accounts of the customer")
	v.dashboard("#/admin/events")
	v.until(`location.hash === '#/admin/accounts'`, "an employee to be led away from an administrator's page")
	require.InDelta(t, 30_050, p.Call("GET", "/accounts/"+number, nil, p.Authorization(employee, bankcoretest.PIN)...).Field(t, "balance"), 0)
	v.requireCalm(422)
}

// requirePrinted checks what of the page is on paper.
func (v *person) requirePrinted(shown, hidden []string) {
	v.t.Helper()
	_, err := chromedp.Call(v.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	require.NoError(v.t, err)
	text := v.text()
	for _, one := range shown {
		require.Contains(v.t, text, one)
	}
	for _, one := range hidden {
		require.NotContains(v.t, text, one)
	}
	_, err = chromedp.Call(v.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "screen"})
	require.NoError(v.t, err)
}
