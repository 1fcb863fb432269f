package reports

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
func (s *Service) AdminGetPolicies(ctx context.Context, caller auth.Caller) (Policies, error) {
	if err := s.auth.Require(ctx, caller, auth.ReportsRead, auth.AllAccounts); err != nil {
		return Policies{}, err
	}
	return Policies{
		Policies: s.auth.Policies(), Settlements: s.settlements, ApprovalAbove: s.approvalAbove, OwnCurrencies: s.ownCurrencies,
	}, nil
}
