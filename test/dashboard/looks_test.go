package dashboard

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// With -pictures DIR, the tour of the dashboard saves a picture of every page there, in both themes and two widths.
var pictures = flag.String("pictures", "", "the folder for pictures of the dashboard's pages")

// widths are those of a phone, of a desk at twice the size, and of a desk.
var widths = []int64{360, 640, 1280}

// themes are those of the next look: both, or in the quick part of the tests each in its turn.
func (v *person) themes() []string {
	both := []string{"light", "dark"}
	if testing.Short() && *pictures == "" {
		v.looks++
		return both[v.looks%2:][:1]
	}
	return both
}

// look checks that a page is accessible in either theme, no wider than the window, and quiet, as every page must be.
func (v *person) look(name string, refusals ...int) {
	v.t.Helper()
	for _, theme := range v.themes() {
		for _, width := range widths {
			v.show(width, theme)
			what := fmt.Sprintf("%s, %s, %d px", name, theme, width)
			require.LessOrEqual(v.t, read(v.browser, chromedp.Evaluate[int64](`document.documentElement.scrollWidth`)), width, what)
			v.requireTargets(what)
			if *pictures != "" {
				v.picture(filepath.Join(*pictures, fmt.Sprintf("%s-%s-%d", name, theme, width)))
			}
		}
		v.axe(fmt.Sprintf("%s, %s", name, theme))
	}
	v.requireCalm(refusals...)
}

// requireTargets checks that everything that can be pressed is 44 px high, except links within a text.
func (v *person) requireTargets(what string) {
	v.t.Helper()
	small := read(v.browser, chromedp.Evaluate[[]string](`[...document.querySelectorAll('button, input, select, nav a, a.button, a.row-link, header a')]
		.filter(e => e.checkVisibility() && !e.matches('.sr-only') && e.getBoundingClientRect().height < 44)
		.map(e => e.outerHTML.slice(0, 120) + ' is ' + e.getBoundingClientRect().height + ' px high')`))
	require.Empty(v.t, small, what)
}

func (v *person) picture(path string) {
	v.t.Helper()
	require.NoError(v.t, os.MkdirAll(filepath.Dir(path), 0o755))
	for name, shot := range map[string]chromedp.Action[[]byte]{".png": chromedp.FullScreenshot(100), "-window.png": chromedp.CaptureScreenshot()} {
		require.NoError(v.t, os.WriteFile(path+name, read(v.browser, shot), 0o644))
	}
}

// demoCustomer finds a customer of a demo by the note in its list.
func demoPerson(t *testing.T, p *bankcoretest.Process, name string) (number, pin string) {
	t.Helper()
	for _, line := range bankcoretest.DemoLine.FindAllStringSubmatch(p.Stdout.String(), -1) {
		if line[3] == name {
			return line[1], line[2]
		}
	}
	require.FailNow(t, "the demo has no "+name)
	return "", ""
}

// TestCustomerPagesLookRight visits every page that a customer can see, in every state that the test can bring about.
func TestCustomerPagesLookRight(t *testing.T) {
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited, "--demo")
	v := newPerson(t, p)
	number, pin := demoPerson(t, p, "Ada Lovelace")
	friend, _ := demoPerson(t, p, "Katherine Johnson")
	v.dashboard("")
	v.look("sign-in")
	v.press("Sign in")
	v.see("Enter the 12 digits of your account number.")
	v.look("sign-in-faults")
	v.press("Open an account")
	v.see("Choose a PIN")
	v.look("open")
	v.enter("Your name", "Emmy Noether")
	v.enter("Choose a PIN", "578143")
	v.enter("The PIN once more", "578143")
	v.press("Open the account")
	v.see("Welcome, Emmy Noether")
	v.look("opened")
	v.dashboard("#/sign-in")
	v.press("Unlock an account with the admin key")
	v.see("Admin key")
	v.look("unlock")

	v.dashboard("#/sign-in")
	v.signIn(number, pin)
	v.look("overview")
	v.press("Deposit")
	v.enter("Amount in USD", "1,250.50")
	v.see("That is $1,250.50.")
	v.look("deposit")
	v.press("Close")

	v.press("Transfer")
	v.see("To account")
	v.enter("To account", friend)
	v.see("K••• J•••")
	v.enter("Amount in USD", "25")
	v.enter("Description (optional)", "Dinner")
	v.look("transfer")
	v.press("Continue")
	v.see("Balance afterwards")
	v.look("transfer-check")
	v.press("Send $25.00")
	v.see("Receipt")
	v.look("transfer-receipt")

	v.press("Transactions")
	v.settle()
	v.look("transactions")
	v.enter("Search", "dinner, thanks")
	v.until(`document.getElementById('live').textContent.endsWith(' found.')`, "the search to end")
	v.until(`document.activeElement.type === 'search'`, "the field to keep the focus while the search reads older entries")
	v.until(`document.querySelectorAll('[data-entry]').length > 0 && [...document.querySelectorAll('[data-entry]')].every(e => e.innerText.includes('Dinner, thanks'))`, "only dinners")
	v.click("[data-entry]")
	v.see("Covers this entry")
	v.look("transaction")
	v.press("Close")
	v.enter("Search", "nothing of the kind")
	v.see("Nothing found")
	v.look("transactions-none")

	require.Equal(t, 401, p.Login(number, "604713").Status)
	require.Equal(t, 200, p.Login(number, pin).Status)
	v.press("Security")
	v.settle()
	v.look("security")

	for range 3 {
		p.Login(number, "604713")
	}
	v.press("Overview")
	v.see("Three wrong PINs have locked this account")
	v.look("overview-locked")
	v.press("Security")
	v.settle()
	v.enter("Current PIN", pin)
	v.enter("New PIN", "730164")
	v.enter("The new PIN once more", "730164")
	v.press("Change the PIN")
	v.see("The account is locked")
	v.look("security-locked", 423)
}

// TestAdministratorPagesLookRight does the same for administrators.
func TestAdministratorPagesLookRight(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited, "--demo")
	v := newPerson(t, p)
	number, pin := demoPerson(t, p, "Grace Hopper")
	locked, lockedPin := demoPerson(t, p, "Srinivasa Ramanujan")
	v.dashboard("#/sign-in")
	v.enter("Account number", locked)
	v.enter("PIN", lockedPin)
	v.press("Sign in")
	v.see("What to do")
	v.look("sign-in-locked", 423)
	v.signIn(number, pin)
	v.look("admin")
	v.press("Customers")
	v.settle()
	v.look("admin-accounts")
	v.dashboard("#/admin/accounts/" + locked)
	v.look("admin-account")
	v.press("Events")
	v.settle()
	v.look("admin-events")
}
