package bank

import (
	"fmt"
	"slices"

	"github.com/bankingcore/bankcore/internal/ledger"
)

// Settlements returns what deposits and withdrawals can be settled against, the default first.
func (b *Bank) Settlements() []string { return slices.Clone(b.settlements) }

// settlementsOf returns the settlement codes of every bank and those of the configuration.
func settlementsOf(own []string) ([]string, error) {
	all := ledger.Settlements()
	for _, code := range own {
		if err := ledger.CheckSettlement(code); err != nil {
			return nil, fmt.Errorf("bank: Config.Settlements: %w", err)
		}
		if !slices.Contains(all, code) {
			all = append(all, code)
		}
	}
	return all, nil
}

// settlement returns the code that a request means.
func (b *Bank) settlement(via string) (string, error) {
	if via == "" {
		return ledger.SettledInCash, nil
	}
	if !slices.Contains(b.settlements, via) {
		return "", invalid("/via", "is not a settlement code of this bank")
	}
	return via, nil
}

// fingerprintedVia returns what a settlement code adds to a fingerprint: nothing for cash, so that requests from before there were codes
// keep theirs.
func fingerprintedVia(via string) []any {
	if via == ledger.SettledInCash {
		return nil
	}
	return []any{"via", via}
}
