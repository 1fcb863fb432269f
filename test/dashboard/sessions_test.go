package dashboard

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// TestAnAdministratorEndsTheSessionsOfAnAccount and confirms it: the customer is signed out at once.
func TestAnAdministratorEndsTheSessionsOfAnAccount(t *testing.T) {
	bankcoretest.More(t)
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited, "--demo")
	admin, adminPin := demoPerson(t, p, "Grace Hopper")
	number, pin := demoPerson(t, p, "Ada Lovelace")
	customer := p.Authorization(number, pin)
	v := newPerson(t, p)
	v.dashboard("#/sign-in")
	v.signIn(admin, adminPin)
	v.dashboard("#/admin/accounts/" + number)
	v.press("End all sessions")
	v.see("is signed out everywhere at once.")
	v.press("Cancel")
	v.until(`!document.querySelector('dialog')`, "the window to close")
	require.Equal(t, 200, p.Call("GET", "/accounts/"+number, nil, customer...).Status)
	v.press("End all sessions")
	v.look("admin-end-sessions")
	v.press("End all sessions")
	v.see("1 session has ended.")
	require.Equal(t, 401, p.Call("GET", "/accounts/"+number, nil, customer...).Status)
	v.press("Done")
	v.see("All sessions ended by the bank")
	v.requireCalm()
}
