package dashboard

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// speaking returns a person whose browser is set to a language.
func speaking(t *testing.T, p *bankcoretest.Process, locale string) *person {
	t.Helper()
	v := newPerson(t, p)
	_, err := chromedp.Call(v.ctx, emulation.SetLocaleOverride, emulation.SetLocaleOverrideParams{Locale: locale})
	require.NoError(t, err)
	return v
}

// openIn opens an account in a currency, with the PIN 482913.
func openIn(p *bankcoretest.Process, currency string, deposit int64) string {
	p.T.Helper()
	r := p.Call("POST", "/accounts", map[string]any{
		"account_holder_name": "Ada Lovelace", "pin": "482913", "initial_deposit": deposit, "currency": currency,
	})
	require.Equal(p.T, 201, r.Status, r.Body)
	return r.Field(p.T, "account_number").(string)
}

// inField returns the value of a labelled field.
func (v *person) inField(label string) string {
	v.t.Helper()
	return with[string](v, named("label", label), "a field named "+label, `return element.value`)
}

// paste pastes a text into a labelled field: no key types wide spaces or direction marks.
func (v *person) paste(label, text string) {
	v.t.Helper()
	v.clickOn(named("label", label), "a field named "+label)
	read(v.browser, chromedp.Evaluate[bool](`(document.activeElement.select(), true)`))
	_, err := chromedp.Call(v.ctx, input.InsertText, input.InsertTextParams{Text: text})
	require.NoError(v.t, err)
	v.until(`document.activeElement.value === `+quote(text), "the text in its field")
}

// TestAnAmountIsTypedAsThePageShowsIt enters an amount, goes back to change it, and forward again, in several languages.
func TestAnAmountIsTypedAsThePageShowsIt(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited)
	for locale, currency := range map[string]string{
		"bn-BD": "BDT", "sv-SE": "SEK", "de-CH": "CHF", "ar-AE-u-nu-arab": "AED", "pt-CV": "CVE", "en-US": "MUR",
	} {
		t.Run(locale, func(t *testing.T) {
			t.Parallel()
			from, to := openIn(p, currency, 12_345_678), openIn(p, currency, 0)
			v := speaking(t, p, locale)
			v.dashboard("")
			v.signIn(from, "482913")
			shown := read(v.browser, chromedp.Evaluate[string](`document.querySelector('[data-balance]').textContent`))
			v.press("Transfer")
			v.settle()
			v.enter("To account", to)
			v.paste("Amount in "+currency, shown)
			v.see("That is " + shown + ".")
			v.press("Continue")
			v.see("Check the transfer")
			v.press("Change")
			require.Equal(t, shown, v.inField("Amount in "+currency), "what was entered")
			v.see("That is " + shown + ".")
			v.press("Continue")
			v.see("Check the transfer")
			v.press("Send " + strings.Join(strings.Fields(shown), " ")) // as the driver reads a button
			v.seeReceipt()
			require.InDelta(t, 12_345_678, p.Call("GET", "/accounts/"+to, nil, p.Authorization(to, "482913")...).Field(t, "balance"), 0)
			v.requireCalm()
		})
	}
}

// TestAnAmbiguousAmountIsAskedAbout types an amount whose sign contradicts the language of the page.
func TestAnAmbiguousAmountIsAskedAbout(t *testing.T) {
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited)
	number := p.Open("482913", 0)
	balance := func() any {
		return p.Call("GET", "/accounts/"+number, nil, p.Authorization(number, "482913")...).Field(t, "balance")
	}
	for _, c := range []struct {
		locale, typed, question, chosen, balance string
		minor                                    float64
	}{
		{"en-US", "1.250", "Do you mean $1,250.00 or $1.25?", "$1.25", "$1.25", 125},
		{"de-DE", "1,250", "Do you mean 1.250,00\u00a0$ or 1,25\u00a0$?", "1.250,00 $", "1.251,25\u00a0$", 125_125},
	} {
		v := speaking(t, p, c.locale)
		v.dashboard("")
		v.signIn(number, "482913")
		before := balance()
		v.press("Deposit")
		v.enter("Amount in USD", c.typed)
		v.see(c.question)
		v.press("Deposit")
		v.see("Choose the amount you mean.")
		require.Equal(t, before, balance(), "nothing is sent before it is clear")
		v.press(c.chosen)
		v.see("That is " + strings.ReplaceAll(c.chosen, " $", "\u00a0$") + ".")
		v.press("Deposit")
		v.see("is in your account.")
		v.press("Done")
		v.see(c.balance)
		require.InDelta(t, c.minor, balance(), 0)
		v.requireCalm()
	}
}

// TestTheOpeningPageOffersEveryCurrencyInUse looks through the list, by keyboard too, and opens an account with three decimals.
func TestTheOpeningPageOffersEveryCurrencyInUse(t *testing.T) {
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), append([]string{"CURRENCY=SLE"}, bankcoretest.Unlimited...))
	v := newPerson(t, p)
	v.dashboard("#/open")
	v.aim("label", "Currency")
	options := read(v.browser, chromedp.Evaluate[[]string](`[...document.querySelector('[data-aim]').options].map(o => o.text)`))
	require.Equal(t, "SLE – Leone", options[0], "the bank's own comes first")
	require.Len(t, options, 156)
	require.IsIncreasing(t, options[1:])
	for _, option := range []string{"VES – Bolívar Soberano", "ZWG – Zimbabwe Gold", "XCG – Caribbean Guilder", "EUR – Euro", "UYW – Unidad Previsional"} {
		require.Contains(t, options, option)
	}
	for _, option := range options {
		require.NotRegexp(t, "^(SLL|MRO|CUC|HRK|BGN|ANG|ZWL|XAU|CHW) ", option)
	}
	require.Equal(t, "SLE", v.inField("Currency"))
	v.do(chromedp.Focus(chromedp.CSS("[data-aim]")), chromedp.KeyEvent("KWD"))
	v.until(`document.querySelector('[data-aim]').value === 'KWD'`, "the currency whose code is typed")
	v.enter("First deposit (optional)", "1.234")
	v.see("That is KWD\u00a01.234.")
	v.choose("Currency", "JPY – Yen")
	v.see("Do you mean ¥1,234?")
	v.choose("Currency", "KWD – Kuwaiti Dinar")
	v.see("That is KWD\u00a01.234.")
	v.enter("Your name", "Ada Lovelace")
	v.enter("Choose a PIN", "482913")
	v.enter("The PIN once more", "482913")
	v.press("Open the account")
	v.see("Balance KWD\u00a01.234")
	v.requireCalm()
}

// TestTheQuestionOfAnAmountLooksRight looks at it on the opening page, while the amount is typed and once it was left unanswered.
func TestTheQuestionOfAnAmountLooksRight(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited)
	v := newPerson(t, p)
	v.dashboard("#/open")
	v.enter("First deposit (optional)", "1.250")
	v.see("Do you mean $1,250.00 or $1.25?")
	v.press("Open the account")
	v.see("Choose the amount you mean.")
	v.look("open-amount-asked")
}

// TestThePageAndTheStatementAgree compares the same amount in both, in currencies whose decimals differ from table to table, and
// in one that was withdrawn after the account was opened.
func TestThePageAndTheStatementAgree(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited)
	for currency, c := range map[string]struct{ shown, csv string }{
		"MUR": {"Rs\u00a01,250.50", "1250.50"}, "RSD": {"RSD\u00a01,250.50", "1250.50"}, "IQD": {"IQD\u00a0125.050", "125.050"},
		"COP": {"$1,250.50", "1250.50"}, "JPY": {"¥125,050", "125050"}, "BHD": {"BHD\u00a0125.050", "125.050"}, "UYW": {"UYW\u00a012.5050", "12.5050"},
	} {
		number := openIn(p, currency, 125_050)
		auth := p.Authorization(number, "482913")
		month := p.Call("GET", "/accounts/"+number, nil, auth...).Field(t, "created_at").(string)[:len("2006-01")]
		statement := p.Call("GET", "/accounts/"+number+"/statement?month="+month, nil, auth...).Body
		require.Contains(t, statement, ","+c.csv+",", currency)
		v := newPerson(t, p)
		v.dashboard("")
		v.signIn(number, "482913")
		require.Equal(t, c.shown, read(v.browser, chromedp.Evaluate[string](`document.querySelector('[data-balance]').textContent`)))
		v.requireCalm()
	}
	number := openIn(p, "EUR", 125_050)
	bankcoretest.Edit(t, filepath.Join(p.Folder, "data", "bankcore.db"), `UPDATE accounts SET currency = 'HRK' WHERE account_number = `+number)
	v := newPerson(t, p)
	v.dashboard("")
	v.signIn(number, "482913")
	v.see("kn\u00a01,250.50")
	v.requireCalm()
}

// TestACustomerSignsInWithDigitsOfTheirOwnScript types the number and the PIN on an Arabic keyboard.
func TestACustomerSignsInWithDigitsOfTheirOwnScript(t *testing.T) {
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited)
	number := p.Open("482913", 125_050)
	arabic := func(text string) string {
		signs := []rune{}
		for _, digit := range text {
			signs = append(signs, '٠'+digit-'0')
		}
		return string(signs)
	}
	v := newPerson(t, p)
	v.dashboard("")
	v.paste("Account number", "\u200f"+arabic(number[:4])+" "+arabic(number[4:8])+"\u00a0"+arabic(number[8:]))
	v.paste("PIN", arabic("482913"))
	v.press("Sign in")
	v.see("$1,250.50")
	v.press("All transactions")
	v.settle()
	for _, sought := range []string{"1250.50", "1,250.5", "$1,250", arabic("1250"), "+$1,250.50"} {
		v.enter("Search", sought)
		v.until(`document.querySelectorAll('[data-entry]').length === 1`, "the entry to be found by "+sought)
	}
	v.enter("Search", "1251")
	v.see("Nothing found")
	v.requireCalm()
}
