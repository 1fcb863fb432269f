package dashboard

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// module returns a promise of an expression's value, with m standing for a module of the page.
func module(name, expression string) string {
	return `import(document.querySelector('script[type=module]').src.replace('main.js', '` + name + `')).then(m => ` + expression + `)`
}

// modules returns a promise of an expression's value, with each name standing for a module of the page.
func modules(names []string, expression string) string {
	variables := strings.NewReplacer(".js", "", "-", "_")
	list, _ := json.Marshal(names)
	return `Promise.all(` + string(list) + `.map(name => import(document.querySelector('script[type=module]').src.replace('main.js', name))))
		.then(async ([` + variables.Replace(strings.Join(names, ", ")) + `]) => ` + expression + `)`
}

// reading is how the page reads an amount: as minor units, as a choice to offer, or not at all.
type reading struct {
	Minor   int64
	Choices []int64
	Fault   string
}

// typed is an amount as a customer types it, in a language.
type typed struct {
	Text, Currency, Locale string
	reading
}

// is, asks and faulty say how the page reads an amount.
func is(minor int64) reading        { return reading{Minor: minor} }
func asks(choices ...int64) reading { return reading{Choices: choices} }

var faulty = reading{}

var typedAmounts = []typed{
	{"1,250.50", "USD", "en", is(125_050)}, {"1250.5", "USD", "en", is(125_050)}, {"$40", "USD", "en", is(4_000)}, {"0.01", "USD", "en", is(1)},
	{"007", "USD", "en", is(700)}, {" 12 ", "USD", "en", is(1_200)}, {"12 usd", "USD", "en", is(1_200)}, {"US$ 12", "USD", "en", is(1_200)},
	{"5.", "USD", "en", is(500)}, {"1.234", "KWD", "en", is(1_234)}, {"1,000", "JPY", "en", is(1_000)}, {"1,00,000", "INR", "en", is(10_000_000)},
	{"1'250.50", "CHF", "en", is(125_050)}, {"1 250.50", "USD", "en", is(125_050)}, {"1\u202f250.50", "USD", "en", is(125_050)},
	{"+$1,250.50", "USD", "en", is(125_050)}, {"0", "USD", "en", is(0)}, {"1.0", "JPY", "en", is(1)}, {"1.5000", "USD", "en", is(150)},
	{"10000000000", "USD", "en", is(1_000_000_000_000)}, {"10,000,000,000.00", "USD", "en", is(1_000_000_000_000)},
	{"1.250,50", "EUR", "de", is(125_050)}, {"1.250,50 €", "EUR", "de", is(125_050)}, {"1.250", "EUR", "de", is(125_000)},
	{"1.250", "KWD", "de", is(1_250_000)}, {"1,250", "KWD", "de", is(1_250)}, {"12.50", "EUR", "fr", is(1_250)}, {"12,50", "CHF", "de-CH", is(1_250)},
	{"1’250.50", "CHF", "de-CH", is(125_050)}, {"1 250,50 kr", "SEK", "sv", is(125_050)}, {"1 250,50 kr.", "DKK", "da", is(125_050)},
	{"1 250,50 Kč", "CZK", "cs", is(125_050)}, {"1 250,50 Kčs", "CZK", "cs", is(125_050)}, {"R$ 1.250,50", "BRL", "pt", is(125_050)},
	{"1,250.50 kr", "SEK", "en", is(125_050)}, {"S/ 40", "PEN", "en", is(4_000)}, {"1,250.50 د.إ.", "AED", "en", is(125_050)},
	{"\u200f١٬٢٥٠٫٥٠\u00a0د.إ.\u200f", "AED", "en", is(125_050)}, {"۱٬۲۵۰٫۵۰", "USD", "fa", is(125_050)}, {"১,২৫,০০০.৫০", "BDT", "bn", is(12_500_050)},
	{"१२५०.५०", "INR", "en", is(125_050)}, {"၁၂၅၀.၅၀", "USD", "my", is(125_050)}, {"๑๒๕๐.๕๐", "THB", "th", is(125_050)},
	{"１，２５０．５０", "JPY", "en", faulty}, {"１，２５０", "JPY", "ja", is(1_250)}, {"\u2066$1,250.50\u2069", "USD", "en", is(125_050)},
	{"١٢", "USD", "en", is(1_200)}, {"\U0001d7cf\U0001d7da.\U0001d7f1", "USD", "en", is(1_250)}, {"一二.五〇", "USD", "zh", is(1_250)},

	{"1.250", "USD", "en", asks(125_000, 125)}, {"1,250", "EUR", "de", asks(125_000, 125)}, {"1.234", "USD", "en", asks(123_400)},
	{"1.250,50", "USD", "en", asks(125_050)}, {"1,250.50", "EUR", "de", asks(125_050)}, {"1,25", "USD", "en", asks(125)}, {"0,500", "USD", "en", asks(50)},
	{"1.250", "EUR", "fr", asks(125_000, 125)}, {"1.234", "EUR", "fr", asks(123_400)}, {"1.250", "KWD", "fr", asks(1_250_000, 1_250)},
	{"1.000", "JPY", "en", asks(1_000, 1)}, {"12.500", "USD", "en", asks(1_250_000, 1_250)}, {"1 250,50", "USD", "en", asks(125_050)},
	{"1,250", "EGP", "ar-EG-u-nu-arab", asks(125_000, 125)}, {"1.250.000", "USD", "en", asks(125_000_000)},

	{"", "USD", "en", faulty}, {"-5", "USD", "en", faulty}, {"−5", "USD", "en", faulty}, {"−$5.00", "USD", "en", faulty}, {"5-", "USD", "en", faulty},
	{"(5)", "USD", "en", faulty}, {"1e3", "USD", "en", faulty}, {"0x10", "USD", "en", faulty}, {"1k", "USD", "en", faulty}, {"5 mio", "USD", "en", faulty},
	{"10%", "USD", "en", faulty}, {"50 ct", "USD", "en", faulty}, {"€40", "USD", "en", faulty}, {"40 SEK", "NOK", "nb", faulty}, {"1²", "USD", "en", faulty},
	{".5", "USD", "en", faulty}, {"5,", "USD", "en", faulty}, {"1.2.3", "USD", "en", faulty}, {"1,2,3", "USD", "en", faulty}, {"12,34.56", "USD", "en", faulty},
	{"1.5", "JPY", "en", faulty}, {"1.2345", "USD", "en", faulty}, {"12 50", "USD", "en", faulty}, {"1,250.50.50", "USD", "en", faulty},
	{"1,250'000", "USD", "en", faulty}, {"10000000000.01", "USD", "en", faulty}, {"90071992547409.93", "USD", "en", faulty}, {"ten", "USD", "en", faulty},
}

// TestWhatPeopleTypeIsUnderstood runs the page's own rules for amounts in a browser.
func TestWhatPeopleTypeIsUnderstood(t *testing.T) {
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited)
	v := newPerson(t, p)
	v.dashboard("")
	text, err := json.Marshal(typedAmounts)
	require.NoError(t, err)
	read := evaluate[[]reading](v, modules([]string{"amounts.js"}, string(text)+`.map(a => {
		const { minor = 0, choices = null, fault = '' } = amounts.parseMoney(a.Text, a.Currency, a.Locale);
		return { Minor: minor, Choices: choices, Fault: fault };
	})`))
	for i, a := range typedAmounts {
		require.Equal(t, a.Minor == 0 && a.Choices == nil && a.Text != "0", read[i].Fault != "", "%q in %s, %s: %+v", a.Text, a.Currency, a.Locale, read[i])
		read[i].Fault = ""
		require.Equal(t, a.reading, read[i], "%q in %s, %s", a.Text, a.Currency, a.Locale)
	}
	shown := evaluate[[]string](v, modules([]string{"money.js"}, `[[9007199254740991, 'USD'], [5, 'USD'], [-105, 'USD'], [1234, 'JPY'], [1234, 'KWD'],
		[125050, 'MUR'], [125050, 'IQD'], [125050, 'HRK']].map(a => money.formatMoney(...a))`))
	require.Equal(t, []string{
		"$90,071,992,547,409.91", "$0.05", "−$1.05", "¥1,234", "KWD\u00a01.234", "Rs\u00a01,250.50", "IQD\u00a0125.050", "kn\u00a01,250.50",
	}, shown)
	v.requireCalm()
}

// TestWhatThePageWritesItReads formats amounts in every language that the browser knows, with every system of digits, and reads
// them back: as they are shown, with a sign, and as they appear in a field.
func TestWhatThePageWritesItReads(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited)
	v := newPerson(t, p)
	v.dashboard("")
	script, err := os.ReadFile(filepath.Join("testdata", "locales.js"))
	require.NoError(t, err)
	locales := evaluate[[]string](v, `(`+string(script)+`)()`)
	require.Greater(t, len(locales), 300, "the browser knows hardly any language")
	digits := evaluate[[]string](v, `Intl.supportedValuesOf('numberingSystem')`)
	require.Greater(t, len(digits), 50)
	for _, system := range digits {
		for _, base := range []string{"en", "de", "ar", "fr-CH", "hi"} {
			locales = append(locales, base+"-u-nu-"+system)
		}
	}
	t.Logf("%d locales", len(locales))
	const chunk = 50
	for at := 0; at < len(locales); at += chunk {
		list, err := json.Marshal(locales[at:min(at+chunk, len(locales))])
		require.NoError(t, err)
		wrong := evaluate[[]string](v, modules([]string{"amounts.js", "money.js"}, `{
			const wrong = [];
			for (const locale of `+string(list)+`) {
				for (const currency of ['USD', 'EUR', 'JPY', 'SEK', 'CZK', 'BRL', 'AED', 'KWD', 'UYW', 'CVE', 'CHF', 'INR']) {
					for (const minor of [1, 10, 99, 999, 1000, 1250, 12345, 100000, 125050, 1234567, 987654321, 1e12]) {
						for (const text of [money.formatMoney(minor, currency, { locale }), money.formatMoney(minor, currency, { locale, sign: true }),
							money.formatInput(minor, currency, locale)]) {
							const read = amounts.parseMoney(text, currency, locale);
							if (read.minor !== minor) wrong.push([locale, currency, minor, text, JSON.stringify(read)].join(' | '));
						}
					}
				}
			}
			return wrong.slice(0, 20);
		}`))
		require.Empty(t, wrong)
	}
	v.requireCalm()
}
