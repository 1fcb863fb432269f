package dashboard

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

const halfAnHour = "You were signed out after 30 minutes without activity."

// drift lets time pass without activity on the page.
func (v *person) drift(d time.Duration) {
	v.t.Helper()
	read(v.browser, chromedp.Evaluate[bool](fmt.Sprintf(`(drift(%d), true)`, d.Milliseconds())))
}

// idleLeft returns when the page would end the session, in a script's milliseconds.
func idleLeft(comparison string) string {
	return inSession(`s.idleLeft() ` + comparison)
}

// waitFor waits for an expression to become true, with s standing for the page's session.
func (v *person) waitFor(comparison, what string) {
	v.t.Helper()
	require.Eventually(v.t, func() bool { return evaluate[bool](v, idleLeft(comparison)) }, bankcoretest.Patience, 50*time.Millisecond, what)
}

// liveSessions counts the sessions of an account, without the one that asks.
func liveSessions(p *bankcoretest.Process, number, pin string) int {
	p.T.Helper()
	return len(p.Call("GET", "/auth/sessions", nil, p.Authorization(number, pin)...).Field(p.T, "data").([]any)) - 1
}

// TestAPageThatIsLeftAloneAsksAndSignsOut leaves a page open: it asks a minute before the end, and the customer can stay; after the
// end, the PIN leads back to the same page.
func TestAPageThatIsLeftAloneAsksAndSignsOut(t *testing.T) {
	t.Parallel()
	v, number, token := idler(t)
	v.press("Transactions")
	v.settle()
	v.drift(29 * time.Minute)
	v.see("Are you still there?")
	v.see("You will be signed out in ")
	v.look("idle-warning")
	v.press("Stay signed in")
	v.until(`!document.querySelector('dialog')`, "the question to be gone")
	v.waitFor("> 29 * 60000", "half an hour more")

	v.drift(31 * time.Minute)
	v.see(halfAnHour)
	require.NotContains(t, v.text(), "$500.00")
	require.Equal(t, number[:4]+" "+number[4:8]+" "+number[8:], v.inField("Account number"))
	require.True(t, evaluate[bool](v, inSession(`s.who() === null`)), "the page has forgotten its tokens")
	v.requireNothingStored() // the bank has ended the session too
	require.Equal(t, 401, v.p.Call("GET", "/accounts/"+number, nil, "Authorization", "Bearer "+token).Status)
	require.Zero(t, liveSessions(v.p, number, "482913"))
	v.look("idle-signed-out", 401)
	v.enter("PIN", "482913")
	v.press("Sign in")
	v.see("Statements")
	require.Contains(t, read(v.browser, chromedp.Location()), "#/transactions")
	v.requireCalm()
}

// idler returns a customer on the overview, whom the bank signs out after half an hour, and the access token that the page holds.
func idler(t *testing.T, more ...string) (v *person, number, token string) {
	t.Helper()
	p := bankcoretest.Serve(t, t.TempDir(), append(append([]string{"SESSION_IDLE=30m"}, bankcoretest.Unlimited...), more...))
	number = p.Open("482913", 50_000)
	v = newPerson(t, p)
	v.onNewPages(leapAhead)
	v.dashboard("#/sign-in")
	v.signIn(number, "482913")
	v.see("$500.00")
	return v, number, evaluate[string](v, inSession(`s.who().token`))
}

// TestALaptopThatSleptShowsNothingOnWaking: the page signs out at once, before anything is drawn and without a question.
func TestALaptopThatSleptShowsNothingOnWaking(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	v, number, _ := idler(t)
	v.press("Deposit")
	v.see("Amount in USD")
	shown := read(v.browser, chromedp.Evaluate[string](`(leap(31 * 60000), document.querySelector('main').innerText + [...document.querySelectorAll('dialog[open]')].map(d => d.innerText))`))
	require.NotContains(t, shown, "$500")
	require.NotContains(t, shown, "Amount")
	v.see(halfAnHour)
	v.signIn(number, "482913")
	v.see("$500.00")
	v.requireCalm()
}

// TestASessionThatCouldNotBeEndedDoesNotComeBack locks a page whose bank cannot be reached: neither a reload nor a new tab gets in.
func TestASessionThatCouldNotBeEndedDoesNotComeBack(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	v, number, _ := idler(t)
	end := v.interfere("*/auth/*", lost)
	v.leap(31 * time.Minute)
	v.see(halfAnHour)
	require.JSONEq(t, `[{"bankcore to end":"1"},{}]`, v.stored())
	require.Equal(t, 1, liveSessions(v.p, number, "482913"))
	end()
	v.do(chromedp.Reload())
	v.see("New here?")
	v.requireNothingStored()
	require.Equal(t, 1, liveSessions(v.p, number, "482913"), "the one from the count before")
	v.forget("ERR_CONNECTION_RESET")
	v.requireCalm()
}

// TestWhatIsDoneInOneTabCountsForAll: all tabs are signed out together, and in again.
func TestWhatIsDoneInOneTabCountsForAll(t *testing.T) {
	t.Parallel()
	first, number, _ := idler(t)
	second := first.tab()
	second.onNewPages(leapAhead)
	second.dashboard("#/security")
	second.see("Where you are signed in")
	for _, tab := range []*person{first, second} {
		tab.drift(20 * time.Minute)
	}
	first.press("Transactions")
	for _, tab := range []*person{first, second} {
		tab.waitFor("> 29 * 60000", "the activity of the first tab")
	}
	for _, tab := range []*person{first, second} {
		tab.drift(29 * time.Minute)
	}
	second.see("Are you still there?")
	first.see("Are you still there?")
	first.press("Stay signed in")
	second.until(`!document.querySelector('dialog')`, "the other tab to be asked no more")

	first.leap(31 * time.Minute)
	first.see(halfAnHour)
	second.see(halfAnHour)
	second.drift(31 * time.Minute) // as late as the first
	first.enter("PIN", "482913")
	first.press("Sign in")
	first.see("Statements")
	second.see("Where you are signed in")
	require.Equal(t, 1, liveSessions(first.p, number, "482913"), "both tabs have the same")
	first.requireCalm()
	second.requireCalm()
}

// TestAPaymentThatIsUnderWayOutlivesTheLock sends money and is signed out before the answer: after the PIN, the page tells the outcome.
func TestAPaymentThatIsUnderWayOutlivesTheLock(t *testing.T) {
	t.Parallel()
	v, w, number, friend := traveller(t, "SESSION_IDLE=30m")
	v.checkTransfer(friend, "12.50")
	w.next("POST /transfer", swallow)
	v.press("Send $12.50")
	w.awaitRequest("POST /transfer", 1)
	v.leap(31 * time.Minute)
	v.see(halfAnHour)
	require.Contains(t, v.stored(), `bankcore pending `+number+` transfer`)
	v.enter("PIN", "482913")
	v.press("Sign in")
	v.see("Your transfer of $12.50")
	v.see("was sent.")
	v.press("OK")
	v.requireNothingStored()
	require.Equal(t, []int64{1250}, transfersOf(v.p, number, "482913"))
	v.calm(401)
}

// TestARenewalThatHangsDoesNotUndoTheLock: neither its answer nor its refusal changes what the page says.
func TestARenewalThatHangsDoesNotUndoTheLock(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	v, w, number, _ := traveller(t, "SESSION_IDLE=30m")
	before := len(w.times("POST /auth/refresh"))
	w.next("POST /auth/refresh", stall)
	v.leap(15 * time.Minute)
	w.awaitRequest("POST /auth/refresh", before+1)
	v.leap(31 * time.Minute)
	v.see(halfAnHour)
	w.awaitRequest("POST /auth/refresh", before+3) // to end the session, and the earlier one again
	v.requireNothingStored()
	evaluate[bool](v, `new Promise(done => setTimeout(() => done(true), 1000))`)
	require.Contains(t, v.text(), halfAnHour)
	require.Zero(t, liveSessions(v.p, number, "482913"))
	v.calm(400, 401)
}

// TestTokensAreNotRenewedWithoutActivity: a renewal counts as use for the bank.
func TestTokensAreNotRenewedWithoutActivity(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	v, _, _ := idler(t)
	v.drift(15 * time.Minute)
	before := renewals(v.p)
	// A message from another tab makes the page look at its clock: the renewal is due.
	evaluate[bool](v, inSession(`(new BroadcastChannel('bankcore').postMessage({ type: 'renewed', session: s.who() }), new Promise(done => setTimeout(() => done(true), 3000)))`))
	require.Equal(t, before, renewals(v.p))
	v.click("main")
	require.Eventually(t, func() bool { return renewals(v.p) == before+1 }, bankcoretest.Patience, 50*time.Millisecond, "after activity")
	v.requireCalm()
}

// TestABankWithoutALimitDoesNotSignOut leaves the page alone for a day.
func TestABankWithoutALimitDoesNotSignOut(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	v, _, _ := idler(t, "SESSION_IDLE=off")
	before := renewals(v.p)
	v.leap(24 * time.Hour)
	require.Eventually(t, func() bool { return renewals(v.p) == before+1 }, bankcoretest.Patience, 50*time.Millisecond)
	v.press("Security")
	v.see("Change the PIN")
	v.requireCalm()
}
