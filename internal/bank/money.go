package bank

import (
	"fmt"
	"strconv"

	"golang.org/x/text/currency"
)

// Money is an amount in a currency's minor unit, such as cents. Balances are never negative.
type Money int64

const (
	// MaxAmount is the most that one operation moves.
	MaxAmount Money = 1_000_000_000_000
	// MaxBalance is the largest integer that JavaScript's numbers hold exactly, 2^53-1.
	MaxBalance Money = 1<<53 - 1
)

// plus adds to a balance. Neither argument is large enough to wrap the sum: both are at most MaxBalance.
func (m Money) plus(amount Money) (Money, error) {
	if amount < 0 || m > MaxBalance-amount {
		return 0, refuse(CodeBalanceLimitExceeded, "A balance cannot pass %d minor units.", MaxBalance)
	}
	return m + amount, nil
}

// minus takes from a balance.
func (m Money) minus(amount Money) (Money, error) {
	if amount < 0 || amount > m {
		return 0, refuse(CodeInsufficientFunds, "The balance does not cover this amount.")
	}
	return m - amount, nil
}

func checkAmount(pointer string, amount, least Money) error {
	if amount < least || amount > MaxAmount {
		return invalid(pointer, "must be an integer in the allowed range")
	}
	return nil
}

// tender are the codes of ISO 4217 that are legal tender somewhere today.
var tender = func() map[string]bool {
	codes := map[string]bool{}
	for units := currency.Query(); units.Next(); {
		codes[units.Unit().String()] = true
	}
	return codes
}()

// ValidCurrency tells whether a code is one of ISO 4217 that is legal tender today, in upper case.
func ValidCurrency(code string) bool { return tender[code] }

func checkCurrency(code string) error {
	if !ValidCurrency(code) {
		return invalid("/currency", "must be the ISO 4217 code of a currency in use, such as USD")
	}
	return nil
}

// Decimals is how many digits of an amount in a currency come after the point, as the Unicode CLDR has it: 2 for USD, 0 for
// JPY. Browsers go by the same table.
func Decimals(code string) int {
	unit, err := currency.ParseISO(code)
	if err != nil {
		return 2
	}
	scale, _ := currency.Standard.Rounding(unit)
	return scale
}

// Decimal writes an amount in a currency as a plain decimal number, such as 1250.50.
func (m Money) Decimal(code string) string {
	decimals := Decimals(code)
	if decimals == 0 {
		return strconv.FormatInt(int64(m), 10)
	}
	digits := fmt.Sprintf("%0*d", decimals+1, int64(m))
	point := len(digits) - decimals
	return digits[:point] + "." + digits[point:]
}
