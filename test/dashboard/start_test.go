package dashboard

import (
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// answers is what happens to a request that matches a pattern.
type answers func(v *person, id fetch.RequestID)

// instead answers with something that is not from the bank.
func instead(status int64, media, body string, headers ...string) answers {
	entries := []*fetch.HeaderEntry{{Name: "Content-Type", Value: media}}
	for i := 0; i < len(headers); i += 2 {
		entries = append(entries, &fetch.HeaderEntry{Name: headers[i], Value: headers[i+1]})
	}
	return func(v *person, id fetch.RequestID) {
		_, _ = chromedp.Call(v.ctx, fetch.FulfillRequest, fetch.FulfillRequestParams{
			RequestID: id, ResponseCode: status, ResponseHeaders: entries, Body: []byte(body),
		})
	}
}

func lost(v *person, id fetch.RequestID) {
	_, _ = chromedp.Call(v.ctx, fetch.FailRequest, fetch.FailRequestParams{RequestID: id, ErrorReason: network.ErrorReasonConnectionReset})
}

func never(*person, fetch.RequestID) {}

// interfere puts something between the browser and the bank; the function that it returns ends it.
func (v *person) interfere(pattern string, answer answers) (end func()) {
	v.t.Helper()
	var ended atomic.Bool
	require.NoError(v.t, chromedp.Listen(v.ctx, func(event any) {
		if paused, ok := event.(*fetch.EventRequestPaused); ok && !ended.Load() {
			go answer(v, paused.RequestID) // answered here, the handler would wait for itself
		}
	}))
	_, err := chromedp.Call(v.ctx, fetch.Enable, fetch.EnableParams{Patterns: []*fetch.RequestPattern{{URLPattern: pattern}}})
	require.NoError(v.t, err)
	return func() {
		ended.Store(true)
		_, err := chromedp.Call(v.ctx, fetch.Disable, cdp.Empty{})
		require.NoError(v.t, err)
	}
}

// TestAStartThatFailsSaysSo breaks the start in every way that a network, a proxy or an update of the bank can: the page explains
// each in a sentence, and "Try again" leads to the page once the cause is gone.
func TestAStartThatFailsSaysSo(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited)
	const html, session = "<!doctype html><title>Welcome to our hotel</title>", "*/auth/session"
	unavailable := `{"type":"/problems/unavailable","title":"The service is not available right now","status":503,"code":"unavailable","detail":"Try again shortly.","request_id":"r"}`
	limited := `{"type":"/problems/rate_limited","title":"Too many requests","status":429,"code":"rate_limited","detail":"Wait.","request_id":"r"}`
	for name, broken := range map[string]struct {
		pattern string
		answer  answers
		says    string
	}{
		"a module that is lost":                {"*/js/router.js", lost, "A part of this page could not be loaded"},
		"a module of another version":          {"*/js/router.js", instead(404, "application/problem+json", "{}"), "A part of this page could not be loaded"},
		"a module behind a proxy's own page":   {"*/js/main.js", instead(200, "text/html", html), "A part of this page could not be loaded"},
		"a module that fails":                  {"*/js/dom.js", instead(200, "text/javascript", "throw new Error('no good')"), "This page could not start"},
		"a module in a language of the future": {"*/js/dom.js", instead(200, "text/javascript", "await let be = 1"), "This page could not start"},
		"a module that never comes":            {"*/js/dom.js", never, "The bank does not answer"},
		"no script at all":                     {"*/js/*", lost, "This is taking longer than it should."},
		"a bank that never answers":            {session, never, "It may be busy, or your connection may be slow."},
		"a bank that is gone":                  {session, lost, "The bank cannot be reached"},
		"a bank that is stopping":              {session, instead(503, "application/problem+json", unavailable), "The service is not available right now"},
		"a bank that counts requests":          {session, instead(429, "application/problem+json", limited, "Retry-After", "1"), "You can try again now."},
		"a proxy without a bank":               {session, instead(502, "text/html", html), "answered in its place (HTTP 502)"},
		"a network that wants to be paid":      {session, instead(200, "text/html", html), "answered in its place (HTTP 200)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := newPerson(t, p)
			_, err := chromedp.Call(v.ctx, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})
			require.NoError(t, err)
			end := v.interfere(broken.pattern, broken.answer)
			_, err = chromedp.Run(v.ctx, chromedp.Evaluate[bool](`(location.href = `+quote(p.URL+"/app/")+`, true)`))
			require.NoError(t, err)
			v.until(`document.querySelector('main') && document.styleSheets.length > 0`, "the page in its style")
			v.until(`[...document.querySelectorAll('main p')].some(e => e.checkVisibility({ visibilityProperty: true }) && e.innerText.includes(`+quote(broken.says)+`))`, broken.says)
			if name != "no script at all" { // a message from the style sheet, which a screen reader does not announce by itself
				v.axe(name)
				v.fits(name)
				require.NotEmpty(t, read(v.browser, chromedp.Evaluate[string](`document.querySelector('[role=alert]').innerText`)))
			}
			end()
			v.click("main [role=alert] button, main .late a")
			v.until(`document.body?.innerText.includes('New here?')`, "the sign-in page")
		})
	}
}

// TestAnOldBrowserIsToldSo takes away what browsers of some years ago lacked.
func TestAnOldBrowserIsToldSo(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited)
	number := p.Open("482913", 50_000)
	v := newPerson(t, p)
	for script, lacks := range map[string]string{
		"delete window.HTMLDialogElement":             "dialog windows",
		"delete window.BroadcastChannel":              "BroadcastChannel",
		"delete window.ResizeObserver":                "ResizeObserver",
		"delete Element.prototype.replaceChildren":    "replaceChildren",
		"delete Intl.RelativeTimeFormat":              "formats for numbers and times",
		"delete HTMLScriptElement.prototype.noModule": "JavaScript modules",
	} {
		added, err := chromedp.Call(v.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
		require.NoError(t, err)
		v.do(chromedp.Navigate("about:blank"))
		v.visit(p.URL + "/app/")
		v.see("This browser is too old for this page")
		v.see("It lacks: " + lacks + ".")
		v.axe(lacks)
		_, err = chromedp.Call(v.ctx, page.RemoveScriptToEvaluateOnNewDocument, page.RemoveScriptToEvaluateOnNewDocumentParams(added))
		require.NoError(t, err)
	}
	v.forget("^exception: Uncaught") // of modules that need what is missing
	// The page works without these.
	v.onNewPages(`delete Navigator.prototype.locks; delete Navigator.prototype.clipboard; delete URLSearchParams.prototype.size; delete Crypto.prototype.randomUUID;`)
	v.dashboard("#/sign-in")
	v.signIn(number, "482913")
	v.press("Transactions")
	v.choose("Type", "Deposit")
	v.see("Nothing found")
	v.requireCalm()
}

// TestTheDashboardByNameWithoutHTTPS opens it as people do in a local network, where browsers withhold locks and the clipboard.
func TestTheDashboardByNameWithoutHTTPS(t *testing.T) {
	bankcoretest.More(t)
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited)
	number, friend := p.Open("482913", 50_000), p.Open("730164", 0)
	byName := *p
	byName.URL = strings.Replace(p.URL, "127.0.0.1", "bank.lan", 1)
	v := &person{browser: newBrowser(t, chromedp.Flag("host-resolver-rules", "MAP bank.lan 127.0.0.1")), p: &byName}
	v.dashboard("#/sign-in")
	require.False(t, read(v.browser, chromedp.Evaluate[bool](`isSecureContext || 'locks' in navigator || 'clipboard' in navigator`)))
	v.signIn(number, "482913")
	v.see("$500.00")

	v.press("Copy the account number")
	v.until(`document.getElementById('live').textContent === 'Copied: account number.'`, "the number to be copied")
	read(v.browser, chromedp.Evaluate[bool](`(document.execCommand = () => false, true)`))
	v.press("Copy the account number")
	v.see("The text is selected: copy it with the keyboard or the menu.")
	require.Equal(t, number, read(v.browser, chromedp.Evaluate[string](`getSelection().toString()`)))
	v.axe("copying by hand")
	v.fits("copying by hand")

	v.press("Transfer")
	v.enter("To account", friend)
	v.see("A••• L•••")
	v.enter("Amount in USD", "20")
	v.press("Continue")
	v.press("Send $20.00")
	v.seeReceipt()
	v.do(chromedp.Reload())
	v.settle()
	second := v.tab()
	second.dashboard("#/overview")
	second.see("$480.00")
	v.press("Sign out")
	v.see("You have signed out.")
	second.see("You have signed out in another tab.")
	for _, tab := range []*person{v, second} {
		tab.forget("^error: The Cross-Origin-Opener-Policy header has been ignored") // as over plain http it always is
		tab.requireCalm()
	}
	require.Equal(t, "2", strconv.Itoa(len(p.History(number, p.Authorization(number, "482913")))))
}
