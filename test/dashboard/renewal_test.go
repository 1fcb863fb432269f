package dashboard

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// One renewal is never answered: neither the tab that sent it nor the one that was opened meanwhile waits for ever.
func TestASecondTabDoesNotWaitForARenewalThatHangs(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	v, w, _, _ := traveller(t)
	v.do(chromedp.Navigate("about:blank"))
	w.next("POST /auth/refresh", stall)
	v.do(chromedp.Navigate(v.p.URL + "/app/#/overview"))
	w.awaitRequest("POST /auth/refresh", 1)
	other := v.tab()
	other.dashboard("#/overview")
	other.see("$500.00")
	v.see("$500.00")
	v.calm()
}

// The answer to a renewal is lost: the page repeats it within the grace period, and the customer stays signed in.
func TestALostRenewalIsRepeatedWithinTheGrace(t *testing.T) {
	t.Parallel()
	v, w, _, _ := traveller(t)
	for name, loss := range map[string]mood{"silence": swallow, "an answer that breaks off": sever} {
		before := len(w.times("POST /auth/refresh"))
		w.next("POST /auth/refresh", loss)
		v.do(chromedp.Reload())
		v.see("$500.00")
		times := w.times("POST /auth/refresh")
		require.Len(t, times, before+2, name)
		require.Less(t, times[before+1].Sub(times[before]), 10*time.Second, name)
	}
	v.calm()
}

// A tab that sleeps holds the lock for renewals: other tabs continue without it.
func TestATabThatHoldsItsTurnHoldsNoOtherUp(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	v, _, _, _ := traveller(t)
	evaluate[bool](v, `new Promise(done => navigator.locks.request('bankcore renewal', () => { done(true); return new Promise(() => {}); }))`)
	evaluate[bool](v, inSession(`(await s.renew(s.who().token), true)`))
	other := v.tab()
	other.dashboard("#/overview")
	other.see("$500.00")
	v.calm()
}

// heldTimers keeps the page's timers of a second and more from running until the test lets their time pass.
const heldTimers = `{
	const { setTimeout, clearTimeout } = window, held = new Map();
	let now = 0, next = 1e9;
	window.setTimeout = (what, milliseconds = 0, ...values) => {
		if (milliseconds < 1000) return setTimeout(what, milliseconds, ...values);
		held.set(next, { at: now + milliseconds, run: () => what(...values) });
		return next++;
	};
	window.clearTimeout = id => { if (!held.delete(id)) clearTimeout(id); };
	window.elapse = milliseconds => {
		now += milliseconds;
		for (const [id, { at, run }] of [...held]) if (at <= now && held.delete(id)) run();
	};
}`

// wait lets second after second pass on a page with heldTimers, until it shows a text.
func (v *person) wait(text string) {
	v.t.Helper()
	v.until(`(elapse(1000), document.body?.innerText.includes(`+quote(text)+`))`, "to see "+text)
}

// The bank does not answer when the page is opened: the page soon says so, and offers to try again.
func TestAPageThatWaitsSaysSo(t *testing.T) {
	t.Parallel()
	v, w, _, _ := traveller(t)
	v.onNewPages(heldTimers)
	w.next("GET /auth/session", stall)
	v.do(chromedp.Reload())
	w.awaitRequest("GET /auth/session", 1)
	v.wait("This is taking longer than usual.")
	v.wait("The bank does not answer")
	v.axe("a bank that does not answer")
	v.press("Try again")
	v.see("$500.00")
	w.next("POST /auth/refresh", stall, stall, stall)
	v.do(chromedp.Reload())
	v.wait("The bank does not answer")
	v.press("Try again")
	v.see("$500.00")
	v.calm()
}

// Over plain http on a name of the local network, browsers have no locks.
func TestABrowserWithoutLocksStaysSignedIn(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	v, _, number, friend := traveller(t)
	v.onNewPages(`delete Navigator.prototype.locks`)
	v.do(chromedp.Reload())
	v.see("$500.00")
	require.True(t, read(v.browser, chromedp.Evaluate[bool](`navigator.locks === undefined`)))
	evaluate[bool](v, inSession(`(await s.renew(s.who().token), true)`))
	v.checkTransfer(friend, "12.50")
	v.press("Send $12.50")
	v.seeReceipt()
	require.Equal(t, []int64{1250}, transfersOf(v.p, number, "482913"))
	v.calm()
}
