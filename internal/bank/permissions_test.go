package bank

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/ledger"
)

// TestWhoMay: owners may act for their own account alone, and staff may do none of what is the owner's.
func TestWhoMay(t *testing.T) {
	t.Parallel()
	const own, other ledger.AccountNumber = 100000000008, 200000000006
	everyone := map[string]Caller{
		"stranger": {}, "customer": {Account: own, Role: RoleCustomer}, "admin": {Account: own, Role: RoleAdmin},
		"lacking": {Account: own, Role: RoleCustomer, Lacks: []Requirement{RequiresSecondFactor}}, "key": {AdminKey: true}, "operator": {Operator: true},
	}
	tests := []struct {
		permissions []Permission
		account     ledger.AccountNumber
		may         []string
	}{
		{[]Permission{DepositsWrite, WithdrawalsWrite, TransfersWrite}, own, []string{"customer", "lacking", "admin"}},
		{[]Permission{DepositsWrite, WithdrawalsWrite, TransfersWrite}, other, nil},
		{[]Permission{DepositsWrite, WithdrawalsWrite, TransfersWrite}, allAccounts, nil},
		{[]Permission{SelfManage}, own, []string{"customer", "lacking", "admin", "operator"}},
		{[]Permission{SelfManage}, other, []string{"operator"}},
		{[]Permission{AccountsRead}, own, []string{"customer", "lacking", "admin", "key", "operator"}},
		{[]Permission{AccountsRead}, other, []string{"admin", "key", "operator"}},
		{[]Permission{AccountsRead, AuditRead, ReportsRead, CustomersManage}, allAccounts, []string{"admin", "key", "operator"}},
		{[]Permission{AuditRead, ReportsRead, CustomersManage}, own, []string{"admin", "key", "operator"}},
		{[]Permission{bankOperate}, own, []string{"operator"}},
	}
	for _, test := range tests {
		for _, p := range test.permissions {
			var may []string
			for name, caller := range everyone {
				if caller.may(p, test.account) {
					may = append(may, name)
				}
				require.Equal(t, caller.may(p, test.account), caller.require(p, test.account) == nil)
			}
			require.ElementsMatch(t, test.may, may, "%s for %d", p, test.account)
		}
	}
}

// TestRefusalsSayWhoMay checks the texts that clients read.
func TestRefusalsSayWhoMay(t *testing.T) {
	t.Parallel()
	stranger, lacking := Caller{Account: 1}, Caller{Account: 1, Lacks: []Requirement{RequiresLongerPin}}
	for _, test := range []struct {
		caller     Caller
		permission Permission
		account    ledger.AccountNumber
		says       string
	}{
		{stranger, TransfersWrite, 2, "This is only for the account's owner."},
		{stranger, AccountsRead, 2, "This is only for the account's owner and for administrators."},
		{stranger, AccountsRead, allAccounts, "This is only for administrators."},
		{stranger, CustomersManage, 2, "This is only for administrators."},
		{stranger, bankOperate, 2, "This is only for the operator."},
		{lacking, AccountsRead, 2, "This is only for the account's owner and for administrators."},
		{lacking, AuditRead, allAccounts, "role_requires says what is missing"},
		{stranger, AccountsRead, 0, "This is only for the account's owner and for administrators."}, // a path can name it
	} {
		require.ErrorContains(t, test.caller.require(test.permission, test.account), test.says)
	}
}

// TestTheContractAndTheBankNeedTheSame: a service that needs another permission than the contract says serves no request.
func TestTheContractAndTheBankNeedTheSame(t *testing.T) {
	t.Parallel()
	caller := Caller{Account: 1, Operation: "transfer", Permission: DepositsWrite}
	err := caller.require(TransfersWrite, 1)
	require.ErrorContains(t, err, "the contract says deposits:write")
	require.False(t, isRefusal(err))
	require.NoError(t, caller.require(DepositsWrite, 1))
}
