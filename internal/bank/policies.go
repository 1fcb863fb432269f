package bank

import (
	"context"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// Policies are the settings that decide who may do what.
type Policies struct {
	auth.Policies

	Settlements   []string // the default first
	ApprovalAbove ledger.Money
	OwnCurrencies []ledger.Currency
}

// AdminGetPolicies returns the bank's policies, for administrators.
func (b *Bank) AdminGetPolicies(ctx context.Context, caller auth.Caller) (Policies, error) {
	if err := b.auth.Require(ctx, caller, auth.ReportsRead, auth.AllAccounts); err != nil {
		return Policies{}, err
	}
	return Policies{
		Policies: b.auth.Policies(), Settlements: b.Settlements(), ApprovalAbove: b.approvalAbove, OwnCurrencies: b.ownCurrencies,
	}, nil
}
