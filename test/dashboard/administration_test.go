package dashboard

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// administrator signs an administrator in, and returns the number too.
func administrator(t *testing.T, p *bankcoretest.Process) (*person, string) {
	t.Helper()
	number := createAdministrator(t, p)
	v := newPerson(t, p)
	v.dashboard("")
	v.signIn(number, bankcoretest.PIN)
	return v, number
}

// TestTheTrialBalanceInTheBrowser reads it now and on a day before there was money, and takes it away as a file.
func TestTheTrialBalanceInTheBrowser(t *testing.T) {
	bankcoretest.More(t)
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited)
	number := p.Open("482913", 50_000)
	as := p.Authorization(number, "482913")
	require.Equal(t, 201, p.Call("POST", "/accounts/"+number+"/deposit", map[string]any{"amount": 2_525, "via": "card"}, as...).Status)
	require.Equal(t, 201, p.Call("POST", "/accounts/"+number+"/withdraw", map[string]any{"amount": 10_000}, as...).Status)
	require.Equal(t, 201, p.Call("POST", "/accounts", map[string]any{"account_holder_name": "Ada", "pin": "482913", "currency": "JPY", "initial_deposit": 900}).Status)
	v, _ := administrator(t, p)
	v.press("Trial balance")
	v.see("Debits equal credits in every currency")
	lines := func(currency string) []string {
		return read(v.browser, chromedp.Evaluate[[]string](`[...document.querySelectorAll('[data-currency=`+currency+`] tbody tr')]
			.map(line => [...line.children].map(c => (c.querySelector('.money') ?? c).textContent).join(' '))`))
	}
	require.Equal(t, []string{
		"Card $25.25 $0.00 $25.25", "Cash $500.00 $100.00 $400.00", "Customers’ accounts $100.00 $525.25 −$425.25", "Total $625.25 $625.25 $0.00",
	}, lines("USD"))
	require.Equal(t, []string{"Cash ¥900 ¥0 ¥900", "Customers’ accounts ¥0 ¥900 −¥900", "Total ¥900 ¥900 ¥0"}, lines("JPY"))
	v.look("trial-balance")
	v.fits("trial-balance")

	folder := t.TempDir()
	_, err := chromedp.CallBrowser(v.ctx, cdpbrowser.SetDownloadBehavior, cdpbrowser.SetDownloadBehaviorParams{
		Behavior: cdpbrowser.SetDownloadBehaviorBehaviorAllow, DownloadPath: folder, BrowserContextID: chromedp.FromContext(v.ctx).BrowserContextID,
	})
	require.NoError(t, err)
	v.press("Download as CSV")
	file := v.downloaded(filepath.Join(folder, "trial-balance-"+time.Now().UTC().Format(time.DateOnly)+".csv"))
	require.Contains(t, file, "USD,customers,,100.00,525.25,-425.25")

	v.setDate("At the end of", "2020-02-29")
	v.see("Nothing has been posted")
	v.setDate("At the end of", "2999-01-01")
	v.see("This day is in the future.")
	v.look("trial-balance-none")
	v.fits("trial-balance-none")
	v.requireCalm()
}

// TestPoliciesInTheBrowser: they are those of the server, in words.
func TestPoliciesInTheBrowser(t *testing.T) {
	bankcoretest.More(t)
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), []string{"OPENINGS=code", "CASH=staff", "APPROVAL_ABOVE=1000000", "SETTLEMENTS=wire", bankcoretest.WithoutSecondFactor})
	v, _ := administrator(t, p)
	v.press("Policies")
	v.see("Only staff")
	for setting, want := range map[string]string{
		"OPENINGS": "With an invitation code", "CASH": "Only staff", "APPROVAL_ABOVE": "Above $10,000.00", "STAFF_SECOND_FACTOR": "Not required",
		"SESSION_IDLE_STAFF": "After 30 minutes without activity", "RATE_LIMIT_TRANSFER": "5 in a minute", "CURRENCIES": "None",
		"SETTLEMENTS": "Cash, Bank, Card, Fees, Interest, Suspense, Wire",
	} {
		require.Contains(t, read(v.browser, chromedp.Evaluate[string](`document.querySelector('[data-policy=`+setting+`]').innerText`)), want, setting)
	}
	require.Zero(t, read(v.browser, chromedp.Evaluate[int](`document.querySelectorAll('main input, main select, main button').length`)), "nothing can be changed")
	v.look("policies")
	v.fits("policies")
	v.requireCalm()
}

// TestRolesInTheBrowser finds a person and asks for a role, which another administrator gives.
func TestRolesInTheBrowser(t *testing.T) {
	bankcoretest.More(t)
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), append([]string{bankcoretest.WithoutSecondFactor}, bankcoretest.Unlimited...))
	number := p.Call("POST", "/accounts", map[string]any{"account_holder_name": "Zoë O’Neill", "pin": "482913"}).Field(t, "account_number").(string)
	v, own := administrator(t, p)
	v.press("Staff and roles")
	v.see("Nothing is waiting")
	v.until(`document.querySelector('[data-person="`+own+`"]').innerText.includes('You: another person asks for your role')`, "no button at one's own role")
	v.enter("Find a person", "oneill")
	v.see("Zoë O’Neill")
	v.look("roles")
	v.fits("roles")
	v.click(`[data-person="` + number + `"] button`)
	v.choose("New role", "Employee")
	v.see("Serves customers at the desk")
	v.look("roles-ask")
	v.fits("roles-ask")
	v.press("Ask for it")
	v.see("The request waits for another administrator")
	v.press("Done")
	v.until(`document.querySelector('[data-waiting="`+number+`"]')?.innerText.includes('Another administrator decides')`, "the request in the list")
	v.look("roles-asked")
	v.click(`[data-person="` + number + `"] button`)
	v.press("Ask for it")
	v.see("There is such a request already")
	v.look("roles-refused", 409)

	other := p.Authorization(createAdministrator(t, p), bankcoretest.PIN)
	page := p.Call("GET", "/admin/requests?status=pending", nil, other...).Field(t, "data").([]any)
	require.Len(t, page, 1)
	id := page[0].(map[string]any)["id"].(string)
	require.Equal(t, 200, p.Call("POST", "/admin/requests/"+id+"/approve", map[string]any{}, other...).Status)
	v.dashboard("#/admin/roles")
	v.until(`document.querySelector('[data-person="`+number+`"]')?.innerText.includes('Employee')`, "the new employee among the staff")
	v.see("Nothing is waiting")
	v.requireCalm(409)
}

// TestServiceClientsInTheBrowser creates a client, changes it, replaces its key without downtime, and revokes it. No key is left behind.
func TestServiceClientsInTheBrowser(t *testing.T) {
	bankcoretest.More(t)
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), append([]string{bankcoretest.WithoutSecondFactor}, bankcoretest.Unlimited...))
	number, other := p.Open("482913", 50_000), p.Open("730164", 0)
	v, _ := administrator(t, p)
	v.press("Service clients")
	v.see("No service client")
	v.look("clients-none")
	v.press("Create a client")
	v.settle()
	v.press("Create the client")
	v.see("Choose what the client may do.")
	v.look("client-form-faults")
	v.enter("Name", "Payroll “Müller & Söhne”")
	v.tick("accounts:read")
	v.tick("customers:manage")
	v.enter("Only these accounts (optional)", number[:4]+" "+number[4:8]+" "+number[8:])
	v.press("Create the client")
	v.see("it cannot be restricted to some")
	v.tick("customers:manage")
	v.enter("Only from these networks (optional)", "127.0.0.1, 300.0.0.1")
	v.press("Create the client")
	v.see("300.0.0.1 is not an address")
	v.enter("Only from these networks (optional)", "127.0.0.0/8")
	v.enter("Requests a minute (optional)", "120")
	v.setDate("Works until the end of (optional)", time.Now().AddDate(1, 0, 0).Format(time.DateOnly))
	v.look("client-form")
	v.fits("client-form")
	v.press("Create the client")
	v.see("This client has no key")
	v.see("120 requests a minute for each key")
	v.look("client-without-key")
	v.fits("client-without-key")

	first := v.newKey()
	require.Equal(t, 200, p.Call("GET", "/accounts/"+number, nil, "Authorization", "Bearer "+first).Status)
	require.Equal(t, 403, p.Call("GET", "/accounts/"+other, nil, "Authorization", "Bearer "+first).Status)
	v.press("I have saved it")
	v.until(`!document.documentElement.outerHTML.includes(`+quote(first)+`)`, "the key to be gone")
	read(v.browser, chromedp.Evaluate[bool](`(history.forward(), true)`))
	v.see("The key is not shown again.")
	v.press("Close")
	second := v.newKey()
	v.press("I have saved it")
	v.until(`[...document.querySelectorAll('main button')].find(b => b.innerText === 'Create a key')?.disabled`, "no third key")
	require.NotContains(t, read(v.browser, chromedp.Evaluate[string](`location.href + JSON.stringify({ ...localStorage, ...sessionStorage })`)), first[16:])
	v.look("client-two-keys")
	v.fits("client-two-keys")
	v.press("Revoke the key " + first[8:16])
	v.look("client-revoke-key")
	v.press("Revoke the key")
	v.until(`document.querySelectorAll('[data-key-id]').length === 1`, "one key")
	require.Equal(t, 401, p.Call("GET", "/accounts/"+number, nil, "Authorization", "Bearer "+first).Status)

	v.press("Change")
	v.settle()
	v.enter("Name", "Payroll")
	v.clear("Only these accounts (optional)")
	v.press("Save the changes")
	v.see("Every account")
	require.Equal(t, 200, p.Call("GET", "/accounts/"+other, nil, "Authorization", "Bearer "+second).Status)
	v.press("Revoke the client")
	v.see("refused from the next request on, for ever")
	v.press("Revoke the client")
	v.see("This client and its keys are revoked for good.")
	require.Equal(t, 401, p.Call("GET", "/accounts/"+number, nil, "Authorization", "Bearer "+second).Status)
	v.look("client-revoked")
	v.dashboard("#/admin/clients")
	v.until(`document.querySelector('[data-client]').innerText.includes('Revoked')`, "the revoked client in the list")
	v.look("clients")
	v.fits("clients")
	v.requireCalm(404)
}

// TestAdministrationByKeyboard creates a client and shows its key without a pointer; the focus is visible on every checkbox.
func TestAdministrationByKeyboard(t *testing.T) {
	bankcoretest.More(t)
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), append([]string{bankcoretest.WithoutSecondFactor}, bankcoretest.Unlimited...))
	v, _ := administrator(t, p)
	v.dashboard("#/admin/clients/new")
	v.tabTo("Name")
	v.key("Payroll")
	v.tabTo("See accounts, their history and statements accounts:read")
	v.key(" ")
	v.tabTo("Create the client")
	v.key(kb.Enter)
	v.see("This client has no key")
	v.settle()
	v.tabTo("Create a key")
	v.key(kb.Enter)
	v.see("The key is shown once, here.")
	v.tabTo("Create the key")
	v.key(kb.Enter)
	v.see("Copy it now")
	v.tabTo("I have saved it")
	v.key(kb.Enter)
	v.until(`!document.querySelector('dialog') && document.querySelectorAll('[data-key-id]').length === 1`, "the key in the list")
	v.requireCalm()
}

// tick presses the checkbox of a permission.
func (v *person) tick(permission string) {
	v.t.Helper()
	v.clickOn(`document.querySelector('input[type=checkbox][value="`+permission+`"]').closest('label')`, "the checkbox of "+permission)
}

// clear empties a labelled field.
func (v *person) clear(label string) {
	v.t.Helper()
	v.clickOn(named("label", label), "a field named "+label)
	read(v.browser, chromedp.Evaluate[bool](`(document.activeElement.select(), true)`))
	v.key(kb.Backspace)
	v.until(`document.activeElement.value === ''`, "an empty field")
}

// newKey creates a key of the client on the page, and returns it.
func (v *person) newKey() string {
	v.t.Helper()
	v.press("Create a key")
	v.see("The key is shown once, here.")
	v.press("Create the key")
	v.see("Copy it now")
	v.look("client-key")
	key := read(v.browser, chromedp.Evaluate[string](`document.querySelector('[data-key]').textContent`))
	require.True(v.t, strings.HasPrefix(key, "bc_live_"), key)
	return key
}

// TestTheTrailsFiltersInTheBrowser filters by who acted and when, and follows an event to the client that it is about.
func TestTheTrailsFiltersInTheBrowser(t *testing.T) {
	bankcoretest.More(t)
	t.Parallel()
	key := "the-key-of-a-test-Vk8dQz3mXw7pLr5tNc2y"
	p := bankcoretest.Serve(t, t.TempDir(), append([]string{bankcoretest.WithoutSecondFactor, "ADMIN_KEY=" + key}, bankcoretest.Unlimited...))
	number := p.Open("482913", 50_000)
	require.Equal(t, 401, p.Login(number, "604713").Status)
	created := p.Call("POST", "/admin/clients", map[string]any{"name": "Auditors", "permissions": []string{"audit:read"}}, "X-Admin-Key", key)
	require.Equal(t, 201, created.Status, created.Body)
	client := created.Field(t, "id").(string)
	secret := p.Call("POST", "/admin/clients/"+client+"/keys", nil, "X-Admin-Key", key).Field(t, "key").(string)
	require.Equal(t, 200, p.Call("GET", "/admin/events", nil, "Authorization", "Bearer "+secret).Status)
	v, own := administrator(t, p)
	v.press("Events")
	v.settle()
	only := func(words, what string) {
		v.settle()
		v.until(`document.querySelectorAll('main li').length > 0 && [...document.querySelectorAll('main li')].every(e => e.innerText.includes(`+quote(words)+`))`, what)
	}
	v.choose("Done by", "The admin key")
	only("by the admin key", "what the admin key did")
	v.choose("Done by", "Unknown callers")
	only("by an unknown caller", "what strangers did")
	v.choose("Done by", "A person")
	v.enter("Their account number", own)
	only(own[:4]+" "+own[4:8]+" "+own[8:], "what the administrator did")
	v.look("trail-person")
	v.fits("trail-person")
	v.choose("Done by", "A service client")
	v.choose("Service client", "Auditors")
	only("by the service client", "what the client did")
	v.look("trail-client")
	v.choose("Done by", "Anybody")
	v.setDate("To", "2020-02-29")
	v.see("Nothing found")
	v.setDate("To", "")
	v.setDate("From", "2020-02-29")
	v.choose("Event", "Service client created")
	only("Service client created", "one kind")
	v.press("A service client")
	v.see("Auditors")
	v.requireCalm()
}

// administrationStates lists those of the pages for administrators alone.
func administrationStates() []state {
	long := strings.Repeat("W", 100)
	return []state{
		{"trial balance", at("#/admin/trial-balance")},
		{"policies", at("#/admin/policies")},
		{"roles", at("#/admin/roles")},
		{"roles, found", func(v *person) {
			v.enter("Find a person", "katherine")
			v.until(`[...document.querySelectorAll('section')].at(-2).querySelector('[data-person]')`, "the person")
		}},
		{"roles, question", func(v *person) {
			v.clickOn(`[...document.querySelectorAll('section')].at(-2).querySelector('[data-person] button')`, "the button")
			v.see("New role")
		}},
		{"roles, waiting", pressing("Ask for it", "who has 14 days")},
		{"client, form", at("#/admin/clients/new")},
		{"client, faults", pressing("Create the client", "Choose what the client may do.")},
		{"client", func(v *person) {
			v.enter("Name", long)
			for _, permission := range []string{"accounts:read", "transfers:write", "reports:read"} {
				v.tick(permission)
			}
			v.enter("Only from these networks (optional)", "2001:db8:85a3:1234:5678:8a2e:370:7334, 2001:db8:85a3:1234:5678:8a2e:370:7335")
			v.press("Create the client")
			v.see("This client has no key")
		}},
		{"client, key", func(v *person) {
			v.press("Create a key")
			v.press("Create the key")
			v.see("Copy it now")
		}},
		{"client, with a key", pressing("I have saved it", "never used")},
		{"client, revoke", pressing("Revoke the client", "It stays in the list.")},
		{"client, revoked", pressing("Revoke the client", "are revoked for good")},
		{"clients", at("#/admin/clients")},
		{"trail, filters", func(v *person) {
			v.dashboard("#/admin/events")
			v.choose("Done by", "A service client")
			v.until(`document.body.innerText.includes('Choose one')`, "the clients")
		}},
	}
}
