package bank

import "slices"

// Currency is a currency of ISO 4217.
type Currency struct {
	Code      string
	Name      string
	Decimals  int    // how many digits of an amount come after the decimal sign: 2 for USD, 0 for JPY
	Withdrawn string // the month, such as "2023-01"; "" for a currency in use
}

var currencyByCode = func() map[string]Currency {
	byCode := make(map[string]Currency, len(currencies))
	for _, c := range currencies {
		byCode[c.Code] = c
	}
	return byCode
}()

// Currencies returns every currency that an account can be or could once be in, in the order of the codes.
func Currencies() []Currency { return slices.Clone(currencies) }

// DefaultCurrency returns the code of the currency of accounts that name none.
func (b *Bank) DefaultCurrency() string { return b.currency }

// ValidCurrency reports whether accounts can be opened in a currency: its code, in upper case, is one of ISO 4217 and in use.
func ValidCurrency(code string) bool { return checkCurrency(code) == nil }

func checkCurrency(code string) error {
	c, known := currencyByCode[code]
	switch {
	case !known:
		return invalid("/currency", "must be the ISO 4217 code of a currency in use, such as USD")
	case c.Withdrawn != "":
		return invalid("/currency", "was withdrawn in "+c.Withdrawn+"; choose a currency in use")
	}
	return nil
}

// Decimals returns how many digits of an amount in a currency come after the decimal sign. A code that is not in the table
// has none, so that its amounts show as the minor units that they are.
func Decimals(code string) int { return currencyByCode[code].Decimals }
