package dashboard

import (
	"strings"
	"testing"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// TestACustomerSetsAForgottenPINInTheBrowser: the customer is locked out, and types the operator's code as heard on the phone.
func TestACustomerSetsAForgottenPINInTheBrowser(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	p := bankcoretest.Serve(t, folder, bankcoretest.Unlimited)
	number := p.Open("482913", 50_000)
	v := newPerson(t, p)
	v.lockOut(number, "482913")
	v.see("If you have forgotten the PIN, ask for a code instead")
	v.press("set a new one")
	v.see("Code from the bank")
	v.look("reset-pin", 401, 423)

	code := oneTimeCode(t, p, "account", "reset-pin", number)
	v.enter("Account number", number)
	v.enter("Code from the bank", "7K3M-Q9TX")
	v.enter("New PIN", "604713")
	v.enter("The new PIN once more", "604713")
	v.press("Set the PIN")
	v.see("A code has 12 letters and digits.")
	v.look("reset-pin-faults", 401, 423)
	v.enter("Code from the bank", "0000-0000-0000")
	v.press("Set the PIN")
	v.see("This code is wrong, used up or expired.")
	v.enter("Code from the bank", strings.ToLower(strings.ReplaceAll(code, "-", " ")))
	v.enter("New PIN", "123456")
	v.enter("The new PIN once more", "123456")
	v.press("Set the PIN")
	v.see("Too easy to guess.")
	v.enter("New PIN", "604713")
	v.enter("The new PIN once more", "604713")
	v.press("Set the PIN")
	v.see("Your new PIN is set, and every session has ended.")
	v.look("reset-pin-done", 401, 422, 423)
	v.signIn(number, "604713")
	v.see("$500.00")
	v.requireCalm(401, 422, 423)
}
