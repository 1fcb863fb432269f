package ledger

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
		return 0, errBalanceLimit
	}
	return m + amount, nil
}

// minus subtracts from a balance.
func (m Money) minus(amount Money) (Money, error) {
	if amount < 0 || amount > m {
		return 0, errInsufficientFunds
	}
	return m - amount, nil
}

// after returns a balance after an entry.
func (m Money) after(t EntryType, amount Money) (Money, error) {
	if t.Takes() {
		return m.minus(amount)
	}
	return m.plus(amount)
}

// CheckAmount refuses an amount that no entry of the type can have.
func CheckAmount(t EntryType, amount Money) error {
	pointer, least := "/amount", Money(1)
	if t == TypeAccountOpened {
		pointer, least = "/initial_deposit", 0
	}
	if amount < least || amount > MaxAmount {
		return Invalid(pointer, "must be an integer in the allowed range")
	}
	return nil
}

// Decimal formats an amount in a currency with so many decimals as a plain decimal number, such as 1250.50.
func (m Money) Decimal(decimals int) string {
	if decimals == 0 {
		return strconv.FormatInt(int64(m), 10)
	}
	digits := fmt.Sprintf("%0*d", decimals+1, int64(m))
	point := len(digits) - decimals
	return digits[:point] + "." + digits[point:]
}
