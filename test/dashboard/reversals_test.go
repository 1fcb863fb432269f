package dashboard

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// TestGivingBack gives a part of what was received back as the recipient, and the rest as staff, and finds its way between the entries.
func TestGivingBack(t *testing.T) {
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited)
	ada, bob := p.Open("482913", 100_000), p.Open("730164", 0)
	a := p.Call("POST", "/accounts/"+ada+"/transfer", map[string]any{"to_account": bob, "amount": 12_500, "description": "Five tickets"},
		p.Authorization(ada, "482913")...)
	require.Equal(t, 201, a.Status)

	v := newPerson(t, p)
	v.dashboard("#/transactions")
	v.signIn(bob, "730164")
	v.dashboard("#/transactions")
	v.see("Five tickets")
	v.click("[data-entry]")
	v.see("Give back")
	v.look("entry-received")
	v.fits("entry-received")
	v.press("Give back")
	v.enter("Amount in USD, $125.00 at most", "25")
	v.press("Give back")
	v.see("Enter a reason.")
	v.enter("Reason, which both accounts show", "One returned")
	v.look("entry-give-back")
	v.fits("entry-give-back")
	v.press("Give back")
	v.see("$25.00 given back")
	v.look("entry-given-back")
	v.fits("entry-given-back")
	v.click("[data-reversal]")
	v.see("Show what this reverses")
	v.look("entry-reversal")
	v.press("Show what this reverses")
	v.see("Five tickets")
	balance := func(number, pin string) any {
		return p.Call("GET", "/accounts/"+number, nil, p.Authorization(number, pin)...).Field(t, "balance")
	}
	require.InDelta(t, 10_000, balance(bob, "730164"), 0)
	require.InDelta(t, 90_000, balance(ada, "482913"), 0)
	v.requireCalm()
}

// TestStaffReverse takes back a deposit that was mistyped at the desk.
func TestStaffReverse(t *testing.T) {
	bankcoretest.More(t)
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited)
	employee := createEmployee(t, p)
	ada := p.Open("482913", 100_000)
	v := newPerson(t, p)
	v.dashboard("")
	v.signIn(employee, bankcoretest.PIN)
	v.dashboard("#/admin/accounts/" + ada)
	v.see("Account opened")
	v.click("[data-entry]")
	v.press("Reverse")
	v.enter("Amount in USD, $1,000.00 at most", "900")
	v.enter("Reason, which both accounts show", "Mistyped")
	v.look("desk-reverse")
	v.fits("desk-reverse")
	v.press("Reverse")
	v.see("$900.00 given back")
	require.InDelta(t, 10_000, p.Call("GET", "/accounts/"+ada, nil, p.Authorization(ada, "482913")...).Field(t, "balance"), 0)
	v.requireCalm()
}
