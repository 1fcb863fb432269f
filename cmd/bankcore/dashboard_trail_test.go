package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestACustomerSeesWhoLookedInTheDashboard: an administrator opens the account's page, and its owner sees that under Security,
// beside the sign-ins, but not which administrator it was.
func TestACustomerSeesWhoLookedInTheDashboard(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	p := serve(t, folder, unlimited)
	environ := []string{"DATABASE_URL=sqlite:" + filepath.Join(folder, "data", "bankcore.db")}
	admin := createAccount(t, environ, "--role=admin")
	number := p.open("482913", 50_000)
	require.Equal(t, 401, p.login(number, "604713").status)

	staff := newPerson(t, p)
	staff.dashboard("#/sign-in")
	staff.signIn(admin, testPIN)
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
