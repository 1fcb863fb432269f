package dashboard

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// TestAmountsBreakBetweenTheirGroups checks where the page lets an amount break: beside a currency's letters and between groups
// of digits, and never at the decimal point.
func TestAmountsBreakBetweenTheirGroups(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited)
	v := newPerson(t, p)
	const broken = `[[9007199254740991, 'KWD'], [9007199254740991, 'JPY'], [-105, 'USD'], [123456, 'USD'], [1234, 'KWD'], [123456789, 'XOF']]
		.map(a => [...m.amountOf(...a).childNodes].map(n => n.nodeType === Node.TEXT_NODE ? n.data.replace(/\s/g, '_') : '|').join(''))`
	for locale, want := range map[string][]string{
		"en-US": {"KWD_|9,|007,|199,|254,|740.991", "¥9,|007,|199,|254,|740,|991", "−$1.05", "$1,|234.56", "KWD_|1.234", "F_CFA_|123,|456,|789"},
		"de-DE": {"9.|007.|199.|254.|740,991_|KWD", "9.|007.|199.|254.|740.|991_¥", "−1,05_$", "1.|234,56_$", "1,234_|KWD", "123.|456.|789_|F_CFA"},
		"fr-FR": {"9_|007_|199_|254_|740,991_|KWD", "9_|007_|199_|254_|740_|991_¥", "−1,05_$", "1_|234,56_$", "1,234_|KWD", "123_|456_|789_|F_CFA"},
	} {
		v.speak(locale, "USD")
		v.do(chromedp.Navigate("about:blank"))
		v.dashboard("")
		require.Equal(t, want, evaluate[[]string](v, module("amount-text.js", broken)), locale)
	}
}
