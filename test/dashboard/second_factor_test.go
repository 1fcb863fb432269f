package dashboard

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// turnOn turns two-step sign-in on and returns the key and the recovery codes that the Security page shows.
func (v *person) turnOn(pin string) (secret string, codes []string) {
	v.t.Helper()
	v.press("Turn on")
	v.enter("PIN", pin)
	v.press("Continue")
	secret = v.shownSecret()
	v.enter("Code from the app", bankcoretest.AppCode(v.t, secret, 0))
	v.press("Turn on")
	codes = v.shownCodes()
	v.press("I have saved them")
	v.see("10 of 10 recovery codes are left.")
	return secret, codes
}

func (v *person) shownSecret() string {
	v.t.Helper()
	v.until(`document.querySelector('[data-secret]')`, "the key")
	return strings.ReplaceAll(read(v.browser, chromedp.Evaluate[string](`document.querySelector('[data-secret]').innerText`)), " ", "")
}

func (v *person) shownCodes() []string {
	v.t.Helper()
	v.until(`document.querySelectorAll('[data-codes] code').length === 10`, "ten recovery codes")
	return read(v.browser, chromedp.Evaluate[[]string](`[...document.querySelectorAll('[data-codes] code')].map(e => e.innerText)`))
}

// giveCode goes through both steps of a sign-in.
func (v *person) giveCode(number, pin, code string) {
	v.t.Helper()
	v.enter("Account number", number)
	v.enter("PIN", pin)
	v.press("Sign in")
	v.see("Your PIN is right.")
	v.enter("Code", code)
	v.press("Sign in")
	v.until(`!location.hash.includes('sign-in')`, "to be signed in")
	v.settle()
}

// atSecurity returns a customer on the Security page.
func atSecurity(t *testing.T) (v *person, number string) {
	t.Helper()
	p := bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited)
	number = p.Open("482913", 50_000)
	v = newPerson(t, p)
	v.dashboard("#/sign-in")
	v.signIn(number, "482913")
	v.press("Security")
	v.settle()
	return v, number
}

// securedCustomer returns a customer on the Security page, with two-step sign-in.
func securedCustomer(t *testing.T) (v *person, number, secret string, codes []string) {
	t.Helper()
	v, number = atSecurity(t)
	secret, codes = v.turnOn("482913")
	return v, number, secret, codes
}

// TestACustomerTurnsTwoStepSignInOnAndOff makes a slip at each step in the browser.
func TestACustomerTurnsTwoStepSignInOnAndOff(t *testing.T) {
	t.Parallel()
	v, number := atSecurity(t)
	v.press("Turn on")
	v.enter("PIN", "604713")
	v.press("Continue")
	v.see("This is not your PIN.")
	v.enter("PIN", "482913")
	v.press("Continue")
	secret := v.shownSecret()
	v.until(`document.querySelector('svg[role=img] path').getAttribute('d').length > 1000`, "the QR code")
	v.enter("Code from the app", "12345")
	v.press("Turn on")
	v.see("A code has 6 digits.")
	v.enter("Code from the app", bankcoretest.AppCode(t, secret, -10))
	v.press("Turn on")
	v.see("Enter the one that the app shows now.")
	v.look("second-factor-key", 401)
	now := bankcoretest.AppCode(t, secret, 0)
	v.enter("Code from the app", now[:3]+" "+now[3:])
	v.press("Turn on")
	codes := v.shownCodes()
	v.look("second-factor-codes", 401)
	require.Equal(t, codes, v.savedCodes(number))
	v.press("I have saved them")
	v.see("10 of 10 recovery codes are left.")
	v.look("second-factor-on", 401)

	v.enter("Current PIN", "482913")
	v.enter("New PIN", "730164")
	v.enter("The new PIN once more", "730164")
	v.enter("Code", now)
	v.press("Change the PIN")
	v.see("This code is wrong, or was used before.")
	v.enter("Code", bankcoretest.AppCode(t, secret, 1))
	v.press("Change the PIN")
	v.see("Your PIN is changed.")

	v.press("New recovery codes")
	v.prove("730164", codes[0], "Get new codes")
	fresh := v.shownCodes()
	require.NotContains(t, fresh, codes[1])
	v.press("I have saved them")
	v.press("Turn off")
	v.prove("730164", codes[1], "Turn off")
	v.see("This code is wrong, or was used before.")
	v.look("second-factor-off", 401)
	v.prove("730164", strings.ToLower(strings.ReplaceAll(fresh[0], "-", " ")), "Turn off")
	v.until(`document.querySelector('section h2') && document.body.innerText.includes('Off. When it is on,')`, "it to be off")
	v.press("Sign out")
	v.see("You have signed out.")
	v.signIn(number, "730164")
	v.see("$500.00")
	v.requireCalm(401)
}

// prove fills in the PIN and the code in the section about two-step sign-in.
func (v *person) prove(pin, code, action string) {
	v.t.Helper()
	v.enter("PIN", pin)
	section := `[...document.querySelectorAll('section')].find(s => s.querySelector('h2')?.innerText === 'Two-step sign-in')`
	v.clickOn(section+`.querySelector('[autocomplete=one-time-code]')`, "the code's field")
	read(v.browser, chromedp.Evaluate[bool](`(document.activeElement.select(), true)`))
	v.key(code)
	v.press(action)
}

// savedCodes returns the recovery codes in the file that the page offers.
func (v *person) savedCodes(number string) []string {
	v.t.Helper()
	folder, err := os.MkdirTemp("", "bankcore-test-")
	require.NoError(v.t, err)
	v.t.Cleanup(func() { _ = os.RemoveAll(folder) })
	_, err = chromedp.CallBrowser(v.ctx, cdpbrowser.SetDownloadBehavior, cdpbrowser.SetDownloadBehaviorParams{
		Behavior: cdpbrowser.SetDownloadBehaviorBehaviorAllow, DownloadPath: folder, BrowserContextID: chromedp.FromContext(v.ctx).BrowserContextID,
	})
	require.NoError(v.t, err)
	v.press("Download")
	_, list, found := strings.Cut(v.downloaded(filepath.Join(folder, "recovery-codes-"+number+".txt")), "\n\n")
	require.True(v.t, found)
	return strings.Fields(list)
}

// TestACustomerSignsInWithACode: Back leaves the second step, which forgets the PIN; afterwards, the page before the sign-in is one
// step back.
func TestACustomerSignsInWithACode(t *testing.T) {
	t.Parallel()
	v, number, secret, codes := securedCustomer(t)
	v.press("Sign out")
	v.see("You have signed out.")
	v.press("Set a new one with a code")
	v.see("Code from the bank")
	v.press("Back to sign-in")
	v.enter("Account number", number)
	v.enter("PIN", "482913")
	v.press("Sign in")
	v.see("Your PIN is right.")
	require.Equal(t, "one-time-code", v.focused("autocomplete"), "the customer can type at once")
	v.look("sign-in-code", 401)
	v.press("Use a recovery code")
	v.see("Each works once.")
	require.Equal(t, "text", v.focused("inputMode"))

	v.through(-1)
	v.see("New here?")
	require.Equal(t, number, v.inField("Account number"))
	require.Empty(t, v.inField("PIN"))
	v.through(1)
	v.see("New here?") // the page no longer has the PIN
	v.enter("PIN", "482913")
	v.press("Sign in")
	v.see("Your PIN is right.")
	v.do(chromedp.Reload())
	v.see("New here?")

	v.enter("Account number", number)
	v.enter("PIN", "482913")
	v.press("Sign in")
	v.enter("Code", bankcoretest.AppCode(t, secret, -10))
	v.press("Sign in")
	v.see("This code is wrong, or was used before.")
	v.enter("Code", bankcoretest.AppCode(t, secret, 1))
	v.press("Sign in")
	v.see("$500.00")
	v.settle()

	v.press("Sign out")
	v.see("You have signed out.")
	v.giveCode(number, "482913", codes[3])
	v.press("Security")
	v.see("9 of 10 recovery codes are left.")
	v.see("Wrong PIN or code from")
	v.requireCalm(401)
}

// TestBackFromASignInWithACodeLeavesIt: no step of it stays in the browser's history.
func TestBackFromASignInWithACodeLeavesIt(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	v, number, secret, _ := securedCustomer(t)
	v.press("Sign out")
	v.see("You have signed out.")
	v.press("Set a new one with a code")
	v.see("Code from the bank")
	v.press("Back to sign-in")
	v.giveCode(number, "482913", bankcoretest.AppCode(t, secret, 1))
	v.see("$500.00")
	v.through(-1)
	v.see("Code from the bank")
	v.requireCalm(401)
}

// TestTwoStepSignInByKeyboardOnly turns it on, signs out, and signs in with a recovery code, without a pointer.
func TestTwoStepSignInByKeyboardOnly(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	v, number := atSecurity(t)
	v.tabTo("Turn on")
	v.key(kb.Enter)
	v.see("You need an authenticator app")
	require.Equal(t, "current-password", v.focused("autocomplete"))
	v.key("482913" + kb.Enter)
	secret := v.shownSecret()
	require.Equal(t, "H3", v.focused("tagName"), "a screen reader reads what comes next")
	v.tabTo("Copy the key")
	v.tabTo("Code from the app")
	v.key(bankcoretest.AppCode(t, secret, 0) + kb.Enter)
	codes := v.shownCodes()
	require.Equal(t, "H3", v.focused("tagName"))
	v.tabTo("I have saved them")
	v.key(kb.Enter)
	v.see("10 of 10 recovery codes are left.")
	v.tabTo("Skip to the content")
	v.tabTo("Sign out")
	v.key(kb.Enter)
	v.see("You have signed out.")
	v.tabTo("Account number")
	v.key(number)
	v.tabTo("PIN")
	v.key("482913" + kb.Enter)
	v.see("Your PIN is right.")
	v.tabTo("Use a recovery code")
	v.key(kb.Enter)
	require.Equal(t, "one-time-code", v.focused("autocomplete"))
	v.key(codes[0] + kb.Enter)
	v.see("$500.00")
	v.requireCalm(401)
}

// focused returns a property of the element that has the focus.
func (v *person) focused(property string) string {
	v.t.Helper()
	return read(v.browser, chromedp.Evaluate[string](`String(document.activeElement.`+property+`)`))
}

// TestWrongCodesLockTheAccount: the page says what to do where the codes were entered.
func TestWrongCodesLockTheAccount(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	v, number, secret, _ := securedCustomer(t)
	v.press("Sign out")
	v.see("You have signed out.")
	v.enter("Account number", number)
	v.enter("PIN", "482913")
	v.press("Sign in")
	for range 3 {
		v.enter("Code", bankcoretest.AppCode(t, secret, -10))
		v.press("Sign in")
		v.see("This code is wrong, or was used before.")
	}
	v.enter("Code", bankcoretest.AppCode(t, secret, 1))
	v.press("Sign in")
	v.see("The account is locked")
	v.see("Ask your bank to unlock the account.")
	v.look("sign-in-code-locked", 401, 423)
}

// TestAnAdministratorEnrolsInTheDashboard promotes a customer with a short PIN and no second factor, who does not sign in again.
func TestAnAdministratorEnrolsInTheDashboard(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	folder := t.TempDir()
	p := bankcoretest.Serve(t, folder, append([]string{"STAFF_SECOND_FACTOR=on"}, bankcoretest.Unlimited...))
	number := p.Open("482913", 50_000)
	environ := []string{"DATABASE_URL=sqlite:" + filepath.Join(folder, "data", "bankcore.db"), "STAFF_SECOND_FACTOR=off"}
	o := bankcoretest.Command(t, environ, "", "account", "role", number, "admin")
	require.Equal(t, 0, o.Code, o.Err)

	v := newPerson(t, p)
	v.dashboard("#/sign-in")
	v.signIn(number, "482913")
	v.see("The pages for the bank’s staff are not open to you yet.")
	v.see("$500.00")
	v.look("overview-role")
	v.press("Go to Security")
	v.settle()
	v.see("its staff need it")
	v.see("8 to 12 digits, since you are an administrator.")
	v.look("security-role")
	secret, _ := v.turnOn("482913")
	require.NotContains(t, v.text(), "Turn off")
	require.False(t, read(v.browser, chromedp.Evaluate[bool](`Boolean(document.querySelector('a[href="#/admin"]'))`)), "the PIN is still short")

	v.enter("Current PIN", "482913")
	v.enter("New PIN", "730164")
	v.enter("The new PIN once more", "730164")
	v.press("Change the PIN")
	v.see("A PIN has 8 to 12 digits.")
	v.enter("New PIN", "73016492")
	v.enter("The new PIN once more", "73016492")
	v.enter("Code", bankcoretest.AppCode(t, secret, 1))
	v.press("Change the PIN")
	v.see("Your PIN is changed.")
	v.press("Bank")
	v.see("Held for customers")
	require.Equal(t, 1, strings.Count(p.Stderr.String(), "route=/auth/login "), "signed in once")
	v.press("Events")
	v.see("Two-step sign-in turned on")
	v.press("Overview")
	v.settle()
	require.NotContains(t, v.text(), "not open to you yet")
	v.requireCalm()
}
