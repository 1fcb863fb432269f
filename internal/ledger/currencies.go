package ledger

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Currency is a currency of ISO 4217, or one that a bank has added.
type Currency struct {
	Code      string
	Name      string
	Decimals  int    // how many digits of an amount come after the decimal sign: 2 for USD, 0 for JPY
	Withdrawn string // the month, such as "2023-01"; "" for a currency still in use
}

// CurrencyTable holds the currencies that accounts are or once could be kept in. A table never changes.
type CurrencyTable struct {
	all    []Currency // ordered by code
	byCode map[string]Currency
}

var iso4217 = newCurrencyTable(currencies)

func newCurrencyTable(all []Currency) *CurrencyTable {
	table := &CurrencyTable{all: all, byCode: make(map[string]Currency, len(all))}
	for _, c := range all {
		table.byCode[c.Code] = c
	}
	return table
}

// ISO4217 returns the table of ISO 4217.
func ISO4217() *CurrencyTable { return iso4217 }

// otherCodes are those of ISO 4217 that the table leaves out: funds, metals, bond units, and codes for testing and for no currency.
const otherCodes = "BOV CHE CHW CLF COU MXV USN USS UYI XAD XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX"

// isOwnCode reports whether a code has 3 to 8 capital letters.
func isOwnCode(code string) bool {
	return len(code) >= 3 && len(code) <= 8 && !strings.ContainsFunc(code, func(r rune) bool { return r < 'A' || r > 'Z' })
}

// maxOwnDecimals is how many decimals a bank's own currency can have.
const maxOwnDecimals = 6

// With returns the table with a bank's own currencies added, under codes that ISO 4217 does not have.
func (t *CurrencyTable) With(own ...Currency) (*CurrencyTable, error) {
	all := t.All()
	for _, c := range own {
		switch _, known := t.byCode[c.Code]; {
		case !isOwnCode(c.Code):
			return nil, errors.New("a code has 3 to 8 capital letters")
		case known || slices.Contains(strings.Fields(otherCodes), c.Code):
			return nil, fmt.Errorf("%s is a code of ISO 4217", c.Code)
		case c.Decimals < 0 || c.Decimals > maxOwnDecimals:
			return nil, fmt.Errorf("a currency has 0 to %d decimals", maxOwnDecimals)
		}
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b Currency) int { return strings.Compare(a.Code, b.Code) })
	if table := newCurrencyTable(all); len(table.byCode) == len(all) {
		return table, nil
	}
	return nil, errors.New("a code is listed twice")
}

// All returns every currency, ordered by code.
func (t *CurrencyTable) All() []Currency { return slices.Clone(t.all) }

// Check refuses a currency that no account can be opened in: its code, in upper case, must be in the table and in use.
func (t *CurrencyTable) Check(code string) error {
	c, known := t.byCode[code]
	switch {
	case !known:
		return Invalid("/currency", "must be the ISO 4217 code of a currency in use, such as USD")
	case c.Withdrawn != "":
		return Invalid("/currency", "was withdrawn in "+c.Withdrawn+"; choose a currency in use")
	}
	return nil
}

// Decimals returns how many digits of an amount in a currency come after the decimal sign. It returns 0 for an unknown code,
// so that its amounts are shown in minor units.
func (t *CurrencyTable) Decimals(code string) int { return t.byCode[code].Decimals }
