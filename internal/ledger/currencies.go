package ledger

import "slices"

// Currency is a currency of ISO 4217.
type Currency struct {
	Code      string
	Name      string
	Decimals  int    // how many digits of an amount come after the decimal sign: 2 for USD, 0 for JPY
	Withdrawn string // the month, such as "2023-01"; "" for a currency still in use
}

var currencyByCode = func() map[string]Currency {
	byCode := make(map[string]Currency, len(currencies))
	for _, c := range currencies {
		byCode[c.Code] = c
	}
	return byCode
}()

// Currencies returns every currency that accounts are or once could be kept in, ordered by code.
func Currencies() []Currency { return slices.Clone(currencies) }

// CheckCurrency refuses a currency that no account can be opened in: its code, in upper case, must be in ISO 4217 and in use.
func CheckCurrency(code string) error {
	c, known := currencyByCode[code]
	switch {
	case !known:
		return invalid("/currency", "must be the ISO 4217 code of a currency in use, such as USD")
	case c.Withdrawn != "":
		return invalid("/currency", "was withdrawn in "+c.Withdrawn+"; choose a currency in use")
	}
	return nil
}

// Decimals returns how many digits of an amount in a currency come after the decimal sign. It returns 0 for an unknown code,
// so that its amounts are shown in minor units.
func Decimals(code string) int { return currencyByCode[code].Decimals }
