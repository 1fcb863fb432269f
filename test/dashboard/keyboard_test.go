package dashboard

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// key presses one key, wherever the focus is.
func (v *person) key(keys string) {
	v.t.Helper()
	v.do(chromedp.KeyEvent(keys))
}

// tabTo presses Tab until the focus is on the element with this name, and checks that the focus is visible on every element.
func (v *person) tabTo(name string) {
	v.t.Helper()
	for range 60 {
		v.key(kb.Tab)
		at := read(v.browser, chromedp.Evaluate[string](`(() => {
			const e = document.activeElement;
			const shown = e.matches('.sr-only') ? e.closest('label') ?? e : e;
			if (e !== document.body && getComputedStyle(shown).outlineStyle === 'none') return 'NOTHING SHOWS THE FOCUS: ' + e.outerHTML.slice(0, 200);
			return (e.getAttribute('aria-label') ?? (e.labels?.[0] ?? e).innerText ?? '').trim().replace(/\s+/g, ' ');
		})()`))
		require.NotContains(v.t, at, "NOTHING SHOWS THE FOCUS")
		if at == name {
			return
		}
	}
	require.FailNow(v.t, "the keyboard does not reach "+name, "%s", v.text())
}

// TestKeyboardOnly signs in, sends money and signs out without a pointer.
func TestKeyboardOnly(t *testing.T) {
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited)
	number, friend := p.Open("482913", 50_000), p.Open("730164", 0)
	v := newPerson(t, p)
	v.dashboard("#/sign-in")
	v.tabTo("Skip to the content")
	v.tabTo("Account number")
	v.key(number)
	v.tabTo("PIN")
	v.key("482913" + kb.Enter)
	v.see("$500.00")
	v.settle()

	v.tabTo("Deposit")
	v.key(kb.Enter)
	v.see("Amount in USD")
	v.tabTo("Amount in USD")
	v.key(kb.Escape)
	v.until(`!document.querySelector('dialog')`, "the window to close")
	require.Equal(t, "Deposit", read(v.browser, chromedp.Evaluate[string](`document.activeElement.innerText.trim()`)), "the focus is back where it was")

	v.tabTo("90 days")
	v.key(kb.ArrowLeft)
	v.until(`document.activeElement.value === "30"`, "another span")
	v.tabTo("All transactions")
	v.key(kb.Enter)
	v.settle()
	v.until(`document.activeElement.tagName === 'H1'`, "the focus on the new page's heading")
	read(v.browser, chromedp.Evaluate[bool](`(location.hash = '/transfer', true)`))
	v.see("To account")
	v.tabTo("To account")
	v.key(friend)
	v.see("A••• L•••")
	v.tabTo("Amount in USD")
	v.key("12.34")
	v.tabTo("Continue")
	v.key(kb.Enter)
	v.see("Check the transfer")
	v.until(`document.activeElement.tagName === 'H1'`, "the focus on the next step")
	v.tabTo("Send $12.34")
	v.key(" ")
	v.see("Receipt")
	v.until(`document.getElementById('live').textContent === '$12.34 sent.'`, "to hear of it")
	v.tabTo("Done")
	v.key(kb.Enter)
	v.see("$487.66")
	v.settle()
	v.tabTo("Skip to the content") // after the page's last, the first again
	v.tabTo("Sign out")
	v.key(kb.Enter)
	v.see("You have signed out.")
	v.requireCalm()
}
