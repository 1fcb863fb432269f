package dashboard

import (
	"testing"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// TestARestoreIsSeenInTheDashboard looks for it among the events of all accounts.
func TestARestoreIsSeenInTheDashboard(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	folder := t.TempDir()
	p := bankcoretest.Serve(t, folder, bankcoretest.Unlimited)
	number := createAdministrator(t, p)
	operate(t, p, "", "restore", "--in-place")
	oneTimeCode(t, p, "account", "reset-pin", number)
	v := newPerson(t, p)
	v.dashboard("#/sign-in")
	v.signIn(number, bankcoretest.PIN)
	v.press("Events")
	v.see("Bank restored from a backup")
	v.see("All accounts by the operator")
	v.see("Code for a new PIN issued")
	v.look("admin-events-restored")
	v.choose("Event", "Bank restored from a backup")
	v.until(`document.querySelectorAll('main li').length === 1`, "one restore")
	v.requireCalm()
}
