package bank

import (
	"encoding/binary"
	"fmt"
	"io"
	"strconv"
)

// AccountNumber is a number of 12 digits, the last a Luhn check digit (ISO/IEC 7812-1). Zero is no account.
type AccountNumber int64

const (
	accountDigits     = 12
	firstBase         = 10_000_000_000 // an account number without its check digit, 11 digits
	bases             = 90_000_000_000 // their number
	maxUint64Multiple = (1<<64 - 1) / bases * bases
)

// ParseAccountNumber parses 12 ASCII digits. It does not verify the check digit: a number with a wrong one is well formed but
// belongs to no account.
func ParseAccountNumber(text string) (AccountNumber, error) {
	if len(text) != accountDigits || !allDigits(text) {
		return 0, invalid("/account_number", "must be 12 digits")
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return AccountNumber(n), err
}

// String returns the 12 digits.
func (n AccountNumber) String() string { return fmt.Sprintf("%0*d", accountDigits, int64(n)) }

// luhnValid reports whether the check digit is right, which reveals most typing errors.
func (n AccountNumber) luhnValid() bool { return checkDigit(int64(n)/10) == int64(n)%10 }

// checkDigit returns the Luhn digit of a number that lacks it: from the right, every other digit is doubled, starting with
// the last.
func checkDigit(base int64) int64 {
	sum := int64(0)
	for double := true; base > 0; base, double = base/10, !double {
		digit := base % 10
		if double {
			if digit *= 2; digit > 9 {
				digit -= 9
			}
		}
		sum += digit
	}
	return (10 - sum%10) % 10
}

// drawAccountNumber draws a random number, which reveals nothing about how many accounts exist.
func drawAccountNumber(random io.Reader) (AccountNumber, error) {
	var bits [8]byte
	for {
		if _, err := io.ReadFull(random, bits[:]); err != nil {
			return 0, fmt.Errorf("draw an account number: %w", err)
		}
		// Values from the incomplete last round would make small numbers more likely.
		if drawn := binary.BigEndian.Uint64(bits[:]); drawn < maxUint64Multiple {
			base := firstBase + int64(drawn%bases)
			return AccountNumber(base*10 + checkDigit(base)), nil
		}
	}
}

func allDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return true
}
