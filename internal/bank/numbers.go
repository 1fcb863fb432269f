package bank

import (
	"encoding/binary"
	"fmt"
	"io"

	"github.com/bankingcore/bankcore/internal/ledger"
)

func drawAccountNumber(random io.Reader) (ledger.AccountNumber, error) {
	var bits [8]byte
	for {
		if _, err := io.ReadFull(random, bits[:]); err != nil {
			return 0, fmt.Errorf("draw an account number: %w", err)
		}
		if number, fair := ledger.DrawAccountNumber(binary.BigEndian.Uint64(bits[:])); fair {
			return number, nil
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
