package dashboard

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// inSession returns a promise of an expression's value, with s standing for the page's own session module.
func inSession(expression string) string {
	return `import(document.querySelector('script[type=module]').src.replace('main.js', 'session.js')).then(async s => ` + expression + `)`
}

var counts atomic.Int64

// renewals counts the renewals that a server has answered. Once it has logged a later request, it has logged them all.
func renewals(p *bankcoretest.Process) int {
	p.T.Helper()
	id := fmt.Sprint("count-", counts.Add(1))
	p.Call("GET", "/healthz", nil, "X-Request-Id", id)
	p.Await(p.Stderr, regexp.MustCompile("request_id="+id+`\b`))
	return strings.Count(p.Stderr.String(), "route=/auth/refresh ")
}

// TestTabsShareTheirSession renews in two tabs at once, reloads, and signs out in one.
func TestTabsShareTheirSession(t *testing.T) {
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited)
	number := p.Open("482913", 50_000)
	first := newPerson(t, p)
	first.dashboard("#/sign-in")
	first.signIn(number, "482913")
	second := first.tab()
	second.dashboard("#/overview")
	second.see("$500.00")
	require.LessOrEqual(t, renewals(p), 1, "a second tab is let in")

	before := renewals(p)
	var both sync.WaitGroup
	for _, tab := range []*person{first, second} {
		both.Go(func() { evaluate[bool](tab, inSession(`(await s.renew(s.who().token), true)`)) })
	}
	both.Wait()
	require.Equal(t, before+1, renewals(p), "two tabs, one renewal")
	token := inSession(`s.who().token`)
	require.Equal(t, evaluate[string](first, token), evaluate[string](second, token))
	for _, tab := range []*person{first, second} {
		tab.press("Security")
		tab.see("Chrome on")
	}

	first.do(chromedp.Reload())
	first.see("Change the PIN")
	first.settle() // or an answer to the first tab would say that the session is over
	second.press("Sign out")
	second.see("You have signed out.")
	first.see("You have signed out in another tab.")
	first.do(chromedp.Reload())
	first.see("New here?")
	first.requireCalm()
	second.requireCalm()
}

// leapAhead lets a test put the page's clock forward; the bank's own is not affected.
const leapAhead = `{
	const now = Date.now;
	let ahead = 0;
	Date.now = () => now() + ahead;
	window.leap = milliseconds => { ahead += milliseconds; document.dispatchEvent(new Event('visibilitychange')); };
	window.drift = milliseconds => { ahead += milliseconds; }; // no event tells the page
}`

// TestTokensRenewSilently lets almost all of a token's life pass: the page renews it before the customer notices.
func TestTokensRenewSilently(t *testing.T) {
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited)
	number := p.Open("482913", 50_000)
	v := newPerson(t, p)
	_, err := chromedp.Call(v.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: leapAhead})
	require.NoError(t, err)
	v.dashboard("#/sign-in")
	v.signIn(number, "482913")
	for _, minutes := range []string{"14.5", "14.5", "60"} { // the last as if the laptop had slept
		before, token := renewals(p), evaluate[string](v, inSession(`s.who().token`))
		read(v.browser, chromedp.Evaluate[bool](`(leap(`+minutes+` * 60000), true)`))
		require.Eventually(t, func() bool { return token != evaluate[string](v, inSession(`s.who().token`)) }, bankcoretest.Patience, bankcoretest.Patience/1000)
		require.Equal(t, before+1, renewals(p))
	}
	v.requireCalm()
}

// TestTheSessionEndsElsewhere ends a session without the page: it says so, and continues where it was after the sign-in.
func TestTheSessionEndsElsewhere(t *testing.T) {
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited)
	number := p.Open("482913", 50_000)
	v := newPerson(t, p)
	v.dashboard("#/sign-in")
	v.signIn(number, "482913")
	auth := p.Authorization(number, "482913")
	require.Equal(t, 204, p.Call("DELETE", "/auth/sessions", nil, auth...).Status)
	v.press("Transactions")
	v.see("Your session has ended. Sign in again to continue.")
	v.signIn(number, "482913")
	v.see("Statements")

	v.press("Security")
	v.settle()
	v.press("Sign out everywhere else")
	v.see("Nowhere else.")
	require.Equal(t, 401, p.Call("GET", "/accounts/"+number, nil, auth...).Status)
	v.requireCalm(401)
}
