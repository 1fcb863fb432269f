package dashboard

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// TestACustomerSeesWhoLookedInTheDashboard: an administrator opens the account's page, and its owner sees that under Security,
// beside the sign-ins, but not which administrator it was.
func TestACustomerSeesWhoLookedInTheDashboard(t *testing.T) {
	bankcoretest.More(t)
	t.Parallel()
	folder := t.TempDir()
	p := bankcoretest.Serve(t, folder, bankcoretest.Unlimited)
	admin := createAdministrator(t, p)
	number := p.Open("482913", 50_000)
	require.Equal(t, 401, p.Login(number, "604713").Status)

	staff := newPerson(t, p)
	staff.dashboard("#/sign-in")
	staff.signIn(admin, bankcoretest.PIN)
	staff.dashboard("#/admin/accounts/" + number)
	staff.settle()
	staff.see("Wrong PIN")
	staff.press("Events")
	staff.choose("Event", "Read by the bank")
	staff.see("account, events, history")
	staff.look("admin-events-reads")
	staff.choose("Event", "Role changed")
	staff.see("customer → admin")
	staff.requireCalm()

	owner := newPerson(t, p)
	owner.dashboard("#/sign-in")
	owner.signIn(number, "482913")
	owner.press("Security")
	owner.settle()
	owner.see("What happened")
	owner.see("Read by the bank: ")
	owner.see("Signed in from 127.0.0.1")
	owner.see("Wrong PIN or code from 127.0.0.1")
	require.NotContains(t, owner.text(), admin)
	owner.look("security-happened")
	owner.requireCalm(401)
}
