package main

import (
	_ "embed"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
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

// fits holds what the page shows against every width from 320 to 1920 px, at ordinary size and with text twice as large.
func (v *person) fits(name string) {
	v.t.Helper()
	v.settle()
	if !read(v.browser, chromedp.Evaluate[bool](`'faultsAtWidths' in window`)) {
		read(v.browser, chromedp.Evaluate[bool](measureWidths+"\n;true"))
	}
	faults := evaluate[[]string](v, `faultsAtWidths(Array.from({ length: 41 }, (_, i) => 320 + 40 * i))`)
	if len(faults) > 0 {
		v.t.Errorf("%s:\n    %s", name, strings.Join(faults, "\n    "))
	}
}

// tour goes from state to state, and each must fit.
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

// refuse has every request to the bank fail, or succeed again.
func (v *person) refuse(yes bool) {
	v.t.Helper()
	read(v.browser, chromedp.Evaluate[bool](fmt.Sprintf(`(window.refuseAnswers = %t, true)`, yes)))
}

// at opens a place of the dashboard.
func at(place string) func(v *person) {
	return func(v *person) { v.dashboard(place) }
}

// pressing presses what has this name, and waits for a text.
func pressing(name, then string) func(v *person) {
	return func(v *person) {
		v.press(name)
		v.see(then)
	}
}

// withoutAccount are the states of the pages for everybody.
func withoutAccount(p *process) []state {
	return []state{
		{"sign-in", at("#/sign-in")},
		{"sign-in, faults", pressing("Sign in", "Enter the 12 digits of your account number.")},
		{"unlock", at("#/unlock")},
		{"unlock, faults", pressing("Unlock", "Enter the admin key.")},
		{"open", at("#/open")},
		{"open, weak PIN", func(v *person) {
			v.enter("Your name", strings.Repeat("W", 100))
			v.enter("Choose a PIN", "123456")
			v.enter("The PIN once more", "123456")
			v.enter("First deposit (optional)", "9999999999.99")
			v.press("Open the account")
			v.see("The PIN is too easy to guess")
		}},
		{"opened", func(v *person) {
			v.enter("Choose a PIN", "571903")
			v.enter("The PIN once more", "571903")
			v.press("Open the account")
			v.see("Welcome, ")
		}},
		{"problem page", func(v *person) { v.visit(p.url + "/problems/unsupported_media_type") }},
	}
}

// customerStates are those of a customer who is signed in.
func customerStates(number, friend string) []state {
	return []state{
		{"overview", at("#/overview")},
		{"deposit", pressing("Deposit", "What for")},
		{"deposit, faults", func(v *person) {
			v.enter("Amount in KWD", "x")
			v.press("Deposit")
			v.see("Enter an amount")
		}},
		{"deposit, done", func(v *person) {
			v.enter("Amount in KWD", "1,000,000,000.000")
			v.enter("What for (optional)", strings.Repeat("W", 140))
			v.press("Deposit")
			v.see("is in your account.")
		}},
		{"withdraw, done", func(v *person) {
			v.press("Done")
			v.press("Withdraw")
			v.enter("Amount in KWD", "999999999.999")
			v.see("That is")
			v.press("Withdraw")
			v.see("has left your account.")
		}},
		{"transfer", at("#/transfer")},
		{"transfer, faults", pressing("Continue", "Enter the 12 digits of the account number.")},
		{"transfer, recipient", func(v *person) {
			v.enter("To account", friend)
			v.until(`document.querySelector('[data-payee]').innerText !== ''`, "the recipient")
			v.enter("Amount in KWD", "999,999,999.999")
			v.enter("What for (optional)", strings.Repeat("W", 140))
		}},
		{"transfer, check", pressing("Continue", "Balance afterwards")},
		{"transfer, receipt", func(v *person) {
			v.press("Send KWD 999,999,999.999")
			v.see("Receipt")
		}},
		{"transactions", at("#/transactions")},
		{"entry", func(v *person) {
			v.click("[data-entry]")
			v.see("Covers this entry")
		}},
		{"nothing found", func(v *person) {
			v.press("Close")
			v.enter("Search", "nothing of the kind")
			v.see("Nothing found")
		}},
		{"security", func(v *person) {
			require.Equal(v.t, 401, v.p.login(number, "604713").status)
			v.dashboard("#/security")
		}},
		{"security, faults", pressing("Change the PIN", "A PIN has 4 to 12 digits.")},
		{"security, refused", func(v *person) {
			v.refuse(true)
			v.press("Sign out everywhere else")
			v.see("Something went wrong on our side")
		}},
		{"overview, refused", pressing("Overview", "Something went wrong on our side")},
		{"transactions, refused", pressing("Transactions", "Something went wrong on our side")},
		{"sign-out, refused", pressing("Sign out", "You are still signed in")},
		{"overview, locked", func(v *person) {
			v.refuse(false)
			for range 3 {
				v.p.login(number, "604713")
			}
			v.dashboard("#/sign-in")
			v.see("What to do")
		}},
	}
}

// statesWithFormats are those of a customer in which the language matters.
func statesWithFormats(locale, currency, friend string) []state {
	return []state{
		{locale + ": overview", at("#/overview")},
		{locale + ": entry", func(v *person) {
			v.press("All transactions")
			v.settle()
			v.click("[data-entry]")
			v.see("Covers this entry")
		}},
		{locale + ": transfer, check", func(v *person) {
			v.dashboard("#/transfer")
			v.enter("To account", friend)
			v.until(`document.querySelector('[data-payee]').innerText !== ''`, "the recipient")
			v.enter("Amount in "+currency, "1")
			v.press("Continue")
			v.see("Balance afterwards")
		}},
	}
}

// adminStates are those of an administrator.
func adminStates(locked string) []state {
	return []state{
		{"bank", at("#/admin")},
		{"accounts", at("#/admin/accounts")},
		{"account", at("#/admin/accounts/" + locked)},
		{"events", at("#/admin/events")},
	}
}

// TestEveryWidth measures every page, window and state with the longest values: at each width from 320 to 1920 px, and with
// text twice as large, nothing hangs out of its box, is cut, or lies on anything else.
func TestEveryWidth(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), unlimited, "--demo")
	number, pin := demoPerson(t, p, "Ada Lovelace")
	friend, friendPin := demoPerson(t, p, "Katherine Johnson")
	for range 2 {
		p.call("POST", "/accounts/"+number+"/deposit", map[string]any{"amount": 1_000_000_000_000}, p.authorization(number, pin)...)
	}
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
		v.tour(customerStates(number, friend))
	})
	t.Run("administrator", func(t *testing.T) {
		t.Parallel()
		admin, adminPin := demoPerson(t, p, "Grace Hopper")
		locked, _ := demoPerson(t, p, "Srinivasa Ramanujan")
		v := newPerson(t, p)
		v.stretch("XOF")
		v.dashboard("#/sign-in")
		v.signIn(admin, adminPin)
		v.tour(adminStates(locked))
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
