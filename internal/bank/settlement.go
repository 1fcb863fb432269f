package bank

import (
	"fmt"
	"slices"

	"github.com/bankingcore/bankcore/internal/ledger"
)

// Cash is who may deposit and withdraw. Staff and service clients with the permission always may.
type Cash string

// The values of Cash.
const (
	CashOwner Cash = "owner" // owners, at their own accounts
	CashStaff Cash = "staff" // no others, and none at an account of their own
)

var errCashClosed = refuse(CodeCashClosed, "Money comes in and goes out through the bank's staff alone. Transfers are not affected.")

// Cash returns who may deposit and withdraw at this bank.
func (b *Bank) Cash() Cash { return b.cash }

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

// checkSettlement refuses a code that the bank does not have.
func (b *Bank) checkSettlement(via string) error {
	if !slices.Contains(b.settlements, via) {
		return invalid("/via", "is not a settlement code of this bank")
	}
	return nil
}

// fingerprintedVia returns what a settlement code adds to a fingerprint: nothing for cash, so that requests from before there were codes
// keep theirs.
func fingerprintedVia(via string) []any {
	if via == ledger.SettledInCash {
		return nil
	}
	return []any{"via", via}
}

// ownerPermissionsUnder returns what owners may do with their own accounts.
func ownerPermissionsUnder(cash Cash) []Permission {
	if cash != CashStaff {
		return ownerPermissions
	}
	return slices.DeleteFunc(slices.Clone(ownerPermissions), func(p Permission) bool { return p == DepositsWrite || p == WithdrawalsWrite })
}
