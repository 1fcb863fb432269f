package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAnAdministratorEndsTheSessionsOfAnAccount and confirms it: the customer is signed out at once.
func TestAnAdministratorEndsTheSessionsOfAnAccount(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), unlimited, "--demo")
	admin, adminPin := demoPerson(t, p, "Grace Hopper")
	number, pin := demoPerson(t, p, "Ada Lovelace")
	customer := p.authorization(number, pin)
	v := newPerson(t, p)
	v.dashboard("#/sign-in")
	v.signIn(admin, adminPin)
	v.dashboard("#/admin/accounts/" + number)
	v.press("End all sessions")
	v.see("is signed out everywhere at once.")
	v.press("Cancel")
	v.until(`!document.querySelector('dialog')`, "the window to close")
	require.Equal(t, 200, p.call("GET", "/accounts/"+number, nil, customer...).status)
	v.press("End all sessions")
	v.look("admin-end-sessions")
	v.press("End all sessions")
	v.see("1 session has ended.")
	require.Equal(t, 401, p.call("GET", "/accounts/"+number, nil, customer...).status)
	v.press("Done")
	v.see("All sessions ended by the bank")
	v.requireCalm()
}
