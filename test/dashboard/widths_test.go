package dashboard

import (
	_ "embed"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

//go:embed testdata/widths.js
var measureWidths string

//go:embed testdata/stretch.js
var stretchAnswers string

// state is something that the dashboard can show, and how a person gets there from the state before.
type state struct {
	name  string
	reach func(v *person)
}

// fits checks what the page shows at every width from 320 to 1920 px, at ordinary size and with text twice as large. The quick part
// of the tests leaves out most widths.
func (v *person) fits(name string) {
	v.t.Helper()
	v.settle()
	if !read(v.browser, chromedp.Evaluate[bool](`'faultsAtWidths' in window`)) {
		read(v.browser, chromedp.Evaluate[bool](measureWidths+"\n;true"))
	}
	apart := 40
	if testing.Short() {
		apart = 400
	}
	faults := evaluate[[]string](v, fmt.Sprintf(`faultsAtWidths(Array.from({ length: 1600 / %[1]d + 1 }, (_, i) => 320 + %[1]d * i))`, apart))
	if len(faults) > 0 {
		v.t.Errorf("%s:\n    %s", name, strings.Join(faults, "\n    "))
	}
}

// tour goes from state to state and checks that each fits.
func (v *person) tour(states []state) {
	v.t.Helper()
	for _, s := range states {
		s.reach(v)
		v.fits(s.name)
	}
}

// stretch puts the longest values into every answer, with amounts in a currency.
func (v *person) stretch(currency string) {
	v.t.Helper()
	v.onNewPages(stretchAnswers)
	v.onNewPages("window.stretchCurrency = " + quote(currency))
}

// speak sets the language in which the page formats, and its currency, from the next page on.
func (v *person) speak(locale, currency string) {
	v.t.Helper()
	_, err := chromedp.Call(v.ctx, emulation.SetLocaleOverride, emulation.SetLocaleOverrideParams{Locale: locale})
	require.NoError(v.t, err)
	v.onNewPages("window.stretchCurrency = " + quote(currency))
}

// What happens to requests to the bank: see stretch.js.
const (
	succeed = `{ holdAnswers: false, refuseAnswers: null }`
	fail    = `{ holdAnswers: false, refuseAnswers: { status: 500, code: 'internal', title: 'Something went wrong on our side' } }`
	deny    = `{ holdAnswers: false, refuseAnswers: { status: 422, code: 'insufficient_funds', title: 'The balance is too low' } }`
	hold    = `{ holdAnswers: true }`
)

// requests makes every request to the bank succeed, fail, be denied or stay unanswered from now on.
func (v *person) requests(outcome string) {
	v.t.Helper()
	read(v.browser, chromedp.Evaluate[bool](`(Object.assign(window, `+outcome+`), true)`))
}

// at opens a page of the dashboard.
func at(place string) func(v *person) {
	return func(v *person) { v.dashboard(place) }
}

// pressing presses the element with this name, and waits for a text.
func pressing(name, then string) func(v *person) {
	return func(v *person) {
		v.press(name)
		v.see(then)
	}
}

// TestEveryWidth measures every page, window and state with the longest values: at each width from 320 to 1920 px, and with
// text twice as large, nothing overflows its box, is cut off, or overlaps anything else.
func TestEveryWidth(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), append([]string{"BANK_TIMEZONE=America/Argentina/ComodRivadavia"}, bankcoretest.Unlimited...), "--demo")
	number, pin := demoPerson(t, p, "Ada Lovelace")
	friend, friendPin := demoPerson(t, p, "Katherine Johnson")
	for range 2 {
		p.Call("POST", "/accounts/"+number+"/deposit", map[string]any{"amount": 1_000_000_000_000}, p.Authorization(number, pin)...)
	}
	asking := p.Authorization(friend, friendPin)
	for kind, wanted := range map[string]map[string]any{
		"change_name": {"name": "Emmy Noether"}, "raise_limit": {"per_transfer": 1, "daily": 2, "monthly": 3}, "close_account": {"sweep_to": number},
	} {
		require.Equal(t, 201, p.Call("POST", "/accounts/"+friend+"/requests", map[string]any{"kind": kind, "wanted": wanted, "note": "Note"}, asking...).Status)
	}
	auth := p.Authorization(number, pin)
	placeHold(t, p, number, map[string]any{"amount": 100, "to_account": friend, "description": "Tickets", "reference": strings.Repeat("W", 64)}, auth...)
	placeHold(t, p, friend, map[string]any{"amount": 100, "to_account": number, "description": "Tickets"}, asking...)
	require.Equal(t, 200, p.Call("PUT", "/accounts/"+number+"/limits", map[string]any{"per_transfer": 1e12, "daily": 1e13, "monthly": 1e14}, auth...).Status)
	t.Run("everybody", func(t *testing.T) {
		t.Parallel()
		v := newPerson(t, p)
		v.stretch("KWD")
		v.tour(withoutAccount(p))
	})
	t.Run("customer", func(t *testing.T) {
		t.Parallel()
		v := newPerson(t, p)
		v.stretch("KWD")
		v.dashboard("#/sign-in")
		v.signIn(number, pin)
		v.tour(customerStates(number, pin, friend))
	})
	t.Run("customer without an answer", func(t *testing.T) {
		t.Parallel()
		v := newPerson(t, p)
		v.stretch("KWD")
		v.onNewPages(leapAhead)
		v.dashboard("#/sign-in")
		v.signIn(p.Open("482913", 1_000_000_000_000), "482913")
		v.tour(unansweredStates(friend))
		v.tour(idleStates())
	})
	t.Run("administrator", func(t *testing.T) {
		t.Parallel()
		admin, adminPin := demoPerson(t, p, "Grace Hopper")
		locked, _ := demoPerson(t, p, "Srinivasa Ramanujan")
		v := newPerson(t, p)
		v.stretch("XOF")
		v.dashboard("#/sign-in")
		v.signIn(admin, adminPin)
		v.tour(adminStates(locked, friend))
	})
	t.Run("languages", func(t *testing.T) {
		t.Parallel()
		v := newPerson(t, p)
		v.stretch("USD")
		v.dashboard("#/sign-in")
		v.signIn(friend, friendPin)
		for _, language := range []struct{ locale, currency string }{
			{"de-DE", "KWD"}, {"fr-FR", "XPF"}, {"ar-EG", "BHD"}, {"bn-BD", "XOF"}, {"th-TH", "UYW"},
		} {
			v.speak(language.locale, language.currency)
			v.tour(statesWithFormats(language.locale, language.currency, number))
		}
	})
}
