package bank

import (
	"fmt"
	"strconv"
)

// Money is an amount in a currency's minor unit, such as cents. Balances are never negative.
type Money int64

const (
	// MaxAmount is the most that one operation can move.
	MaxAmount Money = 1_000_000_000_000
	// MaxBalance is 2^53-1, the largest integer up to which JavaScript's numbers are exact.
	MaxBalance Money = 1<<53 - 1
)

// plus adds to a balance. It cannot overflow: both arguments are at most MaxBalance.
func (m Money) plus(amount Money) (Money, error) {
	if amount < 0 || m > MaxBalance-amount {
		return 0, refuse(CodeBalanceLimitExceeded, "A balance cannot pass %d minor units.", MaxBalance)
	}
	return m + amount, nil
}

// minus subtracts from a balance.
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

// Decimal formats an amount in a currency as a plain decimal number, such as 1250.50.
func (m Money) Decimal(code string) string {
	decimals := Decimals(code)
	if decimals == 0 {
		return strconv.FormatInt(int64(m), 10)
	}
	digits := fmt.Sprintf("%0*d", decimals+1, int64(m))
	point := len(digits) - decimals
	return digits[:point] + "." + digits[point:]
}
