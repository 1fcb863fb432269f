package main

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// module is a promise of what an expression is in which m stands for a module of the page.
func module(name, expression string) string {
	return `import(document.querySelector('script[type=module]').src.replace('main.js', '` + name + `')).then(m => ` + expression + `)`
}

// TestWhatPeopleTypeIsUnderstood runs the page's own rules for money, numbers and keys in the browser that they are for.
func TestWhatPeopleTypeIsUnderstood(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), unlimited)
	v := newPerson(t, p)
	v.dashboard("")
	type typed struct {
		Text, Currency, Point string
		Minor                 int64
	}
	amounts := []typed{
		{"1,250.50", "USD", ".", 125_050}, {"1250.5", "USD", ".", 125_050}, {"1 250,50", "USD", ".", 125_050}, {"$40", "USD", ".", 4_000},
		{"1.250,50", "EUR", ",", 125_050}, {"1.250", "EUR", ",", 125_000}, {"1.250", "EUR", ".", -1}, {"1,250", "USD", ".", 125_000},
		{"1,250", "EUR", ",", -1}, {"1'250.50", "CHF", ".", 125_050}, {"0.01", "USD", ".", 1}, {"007", "USD", ".", 700}, {" 12 ", "USD", ".", 1_200},
		{"12 usd", "USD", ".", 1_200}, {".5", "USD", ".", -1}, {"5.", "USD", ".", 500}, {"1.234", "KWD", ".", 1_234}, {"1,000", "JPY", ".", 1_000},
		{"10000000000", "USD", ".", 1_000_000_000_000}, {"10,000,000,000.00", "USD", ".", 1_000_000_000_000}, {"90071992547409.93", "USD", ".", -1},
		{"", "USD", ".", -1}, {"0", "USD", ".", -1}, {"0.00", "USD", ".", -1}, {"-5", "USD", ".", -1}, {"1e3", "USD", ".", -1}, {"0x10", "USD", ".", -1},
		{"1.2.3", "USD", ".", -1}, {"1,2,3", "USD", ".", -1}, {"12,34.56", "USD", ".", -1}, {"1.005", "USD", ".", -1}, {"1.5", "JPY", ".", -1},
		{"10000000000.01", "USD", ".", -1}, {"1,250.50.50", "USD", ".", -1}, {"١٢", "USD", ".", -1},
	}
	text, err := json.Marshal(amounts)
	require.NoError(t, err)
	read := evaluate[[]int64](v, module("money.js", string(text)+`.map(a => m.parseMoney(a.Text, a.Currency, a.Point).minor ?? -1)`))
	for i, a := range amounts {
		require.Equal(t, a.Minor, read[i], "%q in %s where %q is the point", a.Text, a.Currency, a.Point)
	}
	shown := evaluate[[]string](v, module("money.js", `[[9007199254740991, 'USD'], [5, 'USD'], [-105, 'USD'], [1234, 'JPY'], [1234, 'KWD']].map(a => m.formatMoney(...a))`))
	require.Equal(t, []string{"$90,071,992,547,409.91", "$0.05", "−$1.05", "¥1,234", "KWD\u00a01.234"}, shown)

	faults := evaluate[[]bool](v, module("numbers.js", `['481207359142', '4812 0735 9143', '481207359', '012345678903', '1234567890123', '48120735914x']
		.map(n => m.faultOf(n) !== '')`))
	require.Equal(t, []bool{!luhn("481207359142"), !luhn("481207359143"), false, true, true, true}, faults)

	keys := evaluate[[]string](v, module("intents.js", `Array.from({ length: 100 }, () => m.newKey())`))
	seen := map[string]bool{}
	for i, key := range keys {
		require.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, key)
		require.False(t, seen[key])
		seen[key] = true
		require.LessOrEqual(t, keys[max(i-1, 0)][:13], key[:13], "later keys sort later")
	}
	v.requireCalm()
}

// luhn is the check of an account number, written a second time.
func luhn(number string) bool {
	sum := 0
	for i, digit := range number {
		value := int(digit - '0')
		if (len(number)-i)%2 == 0 {
			value *= 2
		}
		sum += value/10 + value%10
	}
	return sum%10 == 0
}
