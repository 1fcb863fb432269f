package bank

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/ledger"
)

func TestAccountsOfStaffAreListed(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	customer, employee, admin := br.open(t, 0), br.open(t, 0), br.open(t, 0)
	for number, role := range map[ledger.AccountNumber]auth.Role{employee.Number: auth.RoleEmployee, admin.Number: auth.RoleAdmin} {
		_, err := br.bank.SetRole(t.Context(), operator, number, role)
		require.NoError(t, err)
	}
	yes, no := true, false
	for name, c := range map[string]struct {
		staff *bool
		want  []ledger.AccountNumber
	}{
		"all":       {nil, []ledger.AccountNumber{customer.Number, employee.Number, admin.Number}},
		"staff":     {&yes, []ledger.AccountNumber{employee.Number, admin.Number}},
		"customers": {&no, []ledger.AccountNumber{customer.Number}},
	} {
		page, err := br.bank.AdminListAccounts(t.Context(), operator, ListAccountsParams{Staff: c.staff})
		require.NoError(t, err)
		var got []ledger.AccountNumber
		for _, account := range page.Accounts {
			got = append(got, account.Number)
		}
		require.ElementsMatch(t, c.want, got, name)
	}
}
