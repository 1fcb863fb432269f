package ledger

import (
	"fmt"
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
	n, err := strconv.ParseUint(text, 10, 63) // unlike ParseInt, it takes no sign
	if len(text) != accountDigits || err != nil {
		return 0, Invalid("/account_number", "must be 12 digits")
	}
	return AccountNumber(n), nil
}

// String returns the 12 digits.
func (n AccountNumber) String() string { return string(n.AppendDigits(nil)) }

// AppendDigits appends the 12 digits.
func (n AccountNumber) AppendDigits(text []byte) []byte {
	if n < firstBase*10 { // no account has such a number, but a request can
		return fmt.Appendf(text, "%0*d", accountDigits, int64(n))
	}
	return strconv.AppendInt(text, int64(n), 10)
}

// LuhnValid reports whether the check digit is right, which reveals most typing errors.
func (n AccountNumber) LuhnValid() bool { return checkDigit(int64(n)/10) == int64(n)%10 }

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

// DrawAccountNumber returns the account number that 64 random bits stand for. It reveals nothing about how many accounts exist.
// It returns false for bits that must be drawn again: those of the incomplete last round would make small numbers more likely.
func DrawAccountNumber(bits uint64) (AccountNumber, bool) {
	if bits >= maxUint64Multiple {
		return 0, false
	}
	base := firstBase + int64(bits%bases)
	return AccountNumber(base*10 + checkDigit(base)), true
}
