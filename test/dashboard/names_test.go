package dashboard

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// TestNamesOfAllScriptsInTheBrowser opens accounts under real names, looks at them, and finds them by what people type.
func TestNamesOfAllScriptsInTheBrowser(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited, "--demo")
	v := newPerson(t, p)
	v.dashboard("")
	wide := strings.Repeat("\U00020bb7", 100) // a hundred characters, which a browser counts as two hundred
	v.enterName(wide + "\U00020bb7")
	v.see("At most 100 characters, please.")
	v.dashboard("")
	v.openAccount("Ada בן־גוריון", "482913", "1,000")
	v.requireIsolated("Ada בן־גוריון")
	number := openAs(p, "علی\u200cرضا رضایی") // whose joiner no key of this browser types
	v.dashboard("#/sign-in")
	v.signIn(number, "482913")
	v.requireIsolated("علی\u200cرضا رضایی")

	payee := openAs(p, "ג׳ורג׳ כהן")
	transfer(p, number, "482913", payee, "اجاره (۳) March")
	v.press("Transactions")
	v.settle()
	v.requireIsolated("اجاره (۳) March")
	v.enter("Search", "اجارە ٣ MARCH") // typed with another heh and other digits
	v.until(`document.querySelectorAll('[data-entry]').length === 1`, "the transfer alone")
	v.press("Transfer")
	v.settle()
	v.enter("To account", payee)
	v.see("ג••• כ•••")
	v.requireIsolated("ג••• כ•••")
	v.see("Transfer")

	for _, name := range []string{wide, "İbrahim Çelik", "Gal·la Puig", "Lind & Sons, Ltd.", "木村　太郎", "Søren Ångström"} {
		openAs(p, name)
	}
	boss := newPerson(t, p)
	admin, adminPin := demoPerson(t, p, "Grace Hopper")
	boss.dashboard("#/sign-in")
	boss.signIn(admin, adminPin)
	boss.press("Customers")
	boss.settle()
	boss.requireIsolated("ג׳ורג׳ כהן")
	for typed, name := range map[string]string{
		"ibrahım": "İbrahim Çelik", "GALLA": "Gal·la Puig", "lind sons": "Lind & Sons, Ltd.", "木村太": "木村 太郎", "soren": "Søren Ångström",
		"عليرضا": "علی\u200cرضا رضایی", payee[:4] + " " + payee[4:8] + " " + payee[8:]: "ג׳ורג׳ כהן",
	} {
		boss.enter("Search", typed)
		boss.until(`document.querySelectorAll('a.row-link').length === 1 && document.querySelector('a.row-link bdi').textContent === `+quote(name), typed)
	}
	boss.press("Bank")
	boss.settle()
	boss.press("Customers")
	boss.settle()
	boss.see("Lind & Sons, Ltd.")
	for _, theme := range []string{"light", "dark"} {
		for _, width := range []int64{360, 1280} {
			boss.show(width, theme)
			require.LessOrEqual(t, read(boss.browser, chromedp.Evaluate[int64](`document.documentElement.scrollWidth`)), width)
			if *pictures != "" {
				boss.picture(filepath.Join(*pictures, "names-"+theme+"-"+map[int64]string{360: "360", 1280: "1280"}[width]))
			}
		}
	}
	boss.axe("accounts under names of all scripts")
	boss.requireCalm()
	v.requireCalm(400, 422)
}

// enterName opens the opening page and types a name into it.
func (v *person) enterName(name string) {
	v.t.Helper()
	v.press("Open an account")
	v.enter("Your name", name)
	v.press("Open the account")
}

// requireIsolated checks that another customer's text is in an element that isolates its direction.
func (v *person) requireIsolated(text string) {
	v.t.Helper()
	v.until(`(() => {
		const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		const found = [];
		while (walker.nextNode()) if (walker.currentNode.data.includes(`+quote(text)+`)) found.push(walker.currentNode);
		return found.length > 0 && found.every(node => node.parentElement.closest('bdi, input, textarea, .sr-only'));
	})()`, text+" by itself")
}

// openAs opens an account under a name, with one unit of money.
func openAs(p *bankcoretest.Process, name string) string {
	p.T.Helper()
	r := p.Call("POST", "/accounts", map[string]any{"account_holder_name": name, "pin": "482913", "initial_deposit": 100})
	require.Equal(p.T, 201, r.Status, r.Body)
	return r.Field(p.T, "account_number").(string)
}

// transfer sends a cent.
func transfer(p *bankcoretest.Process, from, pin, to, description string) {
	p.T.Helper()
	r := p.Call("POST", "/accounts/"+from+"/transfer", map[string]any{"to_account": to, "amount": 1, "description": description}, p.Authorization(from, pin)...)
	require.Equal(p.T, 201, r.Status, r.Body)
}
