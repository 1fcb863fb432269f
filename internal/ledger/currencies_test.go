package ledger

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheTableOfCurrenciesIsWellFormed(t *testing.T) {
	t.Parallel()
	code, month := regexp.MustCompile(`^[A-Z]{3}$`), regexp.MustCompile(`^(1999|20[0-9]{2})-(0[1-9]|1[0-2])$`)
	inUse := 0
	for _, c := range ISO4217().All() {
		require.Regexp(t, code, c.Code)
		require.NotEmpty(t, c.Name, c.Code)
		require.Equal(t, strings.TrimSpace(c.Name), c.Name, c.Code)
		require.True(t, c.Decimals >= 0 && c.Decimals <= 4, c.Code)
		if c.Withdrawn == "" {
			inUse++
		} else {
			require.Regexp(t, month, c.Withdrawn, c.Code)
		}
	}
	require.Equal(t, 156, inUse, "an amendment changes this number")
	require.Len(t, slices.CompactFunc(ISO4217().All(), func(a, b Currency) bool { return a.Code == b.Code }), len(ISO4217().All()))
	require.True(t, slices.IsSortedFunc(ISO4217().All(), func(a, b Currency) int { return cmp.Compare(a.Code, b.Code) }))
}

// TestDecimalsAreThoseOfISO4217 checks the table against a second, independent list of the decimals of currencies in use.
func TestDecimalsAreThoseOfISO4217(t *testing.T) {
	t.Parallel()
	other := map[string]int{"UYW": 4}
	for code := range strings.FieldsSeq("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF") {
		other[code] = 0
	}
	for code := range strings.FieldsSeq("BHD IQD JOD KWD LYD OMR TND") {
		other[code] = 3
	}
	for _, c := range ISO4217().All() {
		if c.Withdrawn != "" {
			continue
		}
		want, isOther := other[c.Code]
		if !isOther {
			want = 2
		}
		require.Equal(t, want, ISO4217().Decimals(c.Code), c.Code)
		delete(other, c.Code)
	}
	require.Empty(t, other, "not in the table")
}

func TestAmountsAreWrittenWithTheDecimalsOfTheirCurrency(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"MUR": "1250.50", "RSD": "1250.50", "COP": "1250.50", "IQD": "125.050", "BHD": "125.050", "JPY": "125050", "UGX": "125050",
		"UYW": "12.5050", "HRK": "1250.50", "TRL": "125050", "ABC": "125050",
	} {
		require.Equal(t, want, Money(125_050).Decimal(ISO4217().Decimals(code)), code)
	}
	require.Equal(t, "0.05", Money(5).Decimal(2))
	require.Equal(t, "0.000", Money(0).Decimal(3))
}

// TestOwnCurrencies adds some to the table, which stays as it is.
func TestOwnCurrencies(t *testing.T) {
	t.Parallel()
	gem, meal := Currency{Code: "GEM", Name: "GEM"}, Currency{Code: "MEAL", Name: "MEAL", Decimals: 2}
	table, err := ISO4217().With(meal, gem)
	require.NoError(t, err)
	require.Len(t, table.All(), len(ISO4217().All())+2)
	require.True(t, slices.IsSortedFunc(table.All(), func(a, b Currency) int { return cmp.Compare(a.Code, b.Code) }))
	for _, own := range []Currency{gem, meal} {
		require.NoError(t, table.Check(own.Code))
		require.Equal(t, own.Decimals, table.Decimals(own.Code))
		require.Error(t, ISO4217().Check(own.Code))
		_, err = table.With(own)
		require.Error(t, err, "twice")
	}
	require.Equal(t, "0.000001", Money(1).Decimal(6))
	for _, bad := range []Currency{{Code: "GE"}, {Code: "gem"}, {Code: "GEMSTONES"}, {Code: "G3M"}, {Code: ""}, {Code: "USD"}, {Code: "HRK"},
		{Code: "XAU"}, {Code: "XXX"}, {Code: "GEM", Decimals: 7}, {Code: "GEM", Decimals: -1}} {
		_, err := ISO4217().With(bad)
		require.Error(t, err, bad)
	}
}

func TestCurrenciesInUse(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"USD", "EUR", "JPY", "KWD"} {
		require.NoError(t, ISO4217().Check(code))
	}
	for _, code := range []string{"", "usd", "Usd", "US", "USDX", "ZZZ", "U$D", "USD ", "840"} {
		requireCode(t, CodeInvalidRequest, ISO4217().Check(code))
	}
}
