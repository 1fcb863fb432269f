package dashboard

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// lockOut enters three wrong PINs on the sign-in page, and then the right one.
func (v *person) lockOut(number, pin string) {
	v.t.Helper()
	v.dashboard("#/sign-in")
	v.enter("Account number", number)
	for range 3 {
		v.enter("PIN", "604713")
		v.press("Sign in")
		v.see("The account number or PIN is wrong")
	}
	v.enter("PIN", pin)
	v.press("Sign in")
	v.see("The account is locked")
	v.see("Ask your bank to unlock the account.")
}

// awaitLogin signs in as soon as the delay after an unlock is over.
func awaitLogin(p *bankcoretest.Process, number, pin string) {
	p.T.Helper()
	require.Eventually(p.T, func() bool { return p.Login(number, pin).Status == 200 }, bankcoretest.Patience, 250*time.Millisecond)
}

// TestLockoutAndUnlockInTheBrowser locks an account and unlocks it twice: with the admin key alone, and as an administrator.
func TestLockoutAndUnlockInTheBrowser(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	key := "the-key-of-a-test-Vk8dQz3mXw7pLr5tNc2y"
	p := bankcoretest.Serve(t, t.TempDir(), append(bankcoretest.Unlimited, "ADMIN_KEY="+key))
	number := p.Open("482913", 50_000)
	v := newPerson(t, p)
	v.lockOut(number, "482913")

	v.press("Unlock an account with the admin key")
	v.enter("Account number", number)
	v.enter("Admin key", "not the key")
	v.press("Unlock")
	v.see("The admin key is wrong")
	v.enter("Admin key", key)
	v.press("Unlock")
	v.see("is unlocked.")
	require.Empty(t, read(v.browser, chromedp.Evaluate[string](`document.querySelector('input[type=password]').value`)), "the key is not left behind")
	v.press("Back to sign-in")
	v.see("New here?")
	awaitLogin(p, number, "482913")
	v.signIn(number, "482913")
	v.see("$500.00")

	// A session that is open while the account is locked says so and continues, even after a renewal.
	for range 3 {
		require.Equal(t, 401, p.Login(number, "604713").Status)
	}
	v.press("Transactions")
	v.settle()
	v.press("Overview")
	v.see("Three wrong PINs have locked this account")
	v.do(chromedp.Reload())
	v.see("Three wrong PINs have locked this account")
	v.press("Deposit")
	v.enter("Amount in USD", "1")
	v.press("Deposit")
	v.see("$501.00")
	v.requireCalm(401, 403, 423)
}

// TestAnAdministratorsDayInTheBrowser goes through the administrators' pages with something to do on each.
func TestAnAdministratorsDayInTheBrowser(t *testing.T) {
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited, "--demo")
	admin, adminPin := demoPerson(t, p, "Grace Hopper")
	locked, lockedPin := demoPerson(t, p, "Srinivasa Ramanujan")
	v := newPerson(t, p)
	v.dashboard("#/sign-in")
	v.signIn(admin, adminPin)
	require.Equal(t, "#/admin", read(v.browser, chromedp.Evaluate[string](`location.hash`)))
	v.see("Held for customers")
	v.until(`/Locked\s+1/.test(document.body.innerText)`, "one locked account")

	v.press("Show them")
	v.settle()
	v.see("Srinivasa Ramanujan")
	require.NotContains(t, v.text(), "Ada Lovelace")
	v.choose("Status", "All accounts")
	v.see("Ada Lovelace")
	v.enter("Search", "lovel")
	v.until(`!document.body.innerText.includes('Srinivasa Ramanujan')`, "only Ada")
	v.enter("Search", locked[:4]+" "+locked[4:8])
	v.until(`document.querySelectorAll('a.row-link').length === 1 && document.body.innerText.includes('Srinivasa Ramanujan')`, "only the account that was sought")
	v.click("a.row-link")
	v.see("Three wrong PINs in a row have locked it.")
	v.settle()
	v.see("Wrong PIN")
	v.press("Load more")
	v.until(`document.querySelectorAll('[data-entry]').length > 25`, "more of the history")
	v.press("Unlock")
	v.see("Account unlocked")
	awaitLogin(p, locked, lockedPin)

	v.press("Events")
	v.settle()
	v.choose("Event", "Account unlocked")
	v.until(`document.querySelectorAll('main li').length === 1`, "one unlocking")
	v.see("by " + admin[:4] + " " + admin[4:8] + " " + admin[8:] + " from 127.0.0.1")
	v.press("Overview")
	v.see("$0.00")

	// A customer who is no administrator is sent to the overview.
	customer := newPerson(t, p)
	number, pin := demoPerson(t, p, "Ada Lovelace")
	customer.dashboard("#/admin/accounts")
	customer.signIn(number, pin)
	require.Equal(t, "#/overview", read(customer.browser, chromedp.Evaluate[string](`location.hash`)))
	v.requireCalm()
	customer.requireCalm()
}
