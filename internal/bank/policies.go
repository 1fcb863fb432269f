package bank

import (
	"context"

	"github.com/bankingcore/bankcore/internal/ledger"
)

// Policies are the settings that decide who may do what.
type Policies struct {
	Openings          Openings
	Cash              Cash
	Settlements       []string // the default first
	ApprovalAbove     ledger.Money
	StaffSecondFactor bool
	OwnCurrencies     []ledger.Currency
	Idle              IdleLimits
}

// AdminGetPolicies returns the bank's policies, for administrators.
func (b *Bank) AdminGetPolicies(ctx context.Context, caller Caller) (Policies, error) {
	if err := b.require(ctx, caller, ReportsRead, allAccounts); err != nil {
		return Policies{}, err
	}
	return Policies{
		Openings: b.openings, Cash: b.cash, Settlements: b.Settlements(), ApprovalAbove: b.approvalAbove,
		StaffSecondFactor: b.staffSecondFactor, OwnCurrencies: b.ownCurrencies, Idle: b.idle,
	}, nil
}
