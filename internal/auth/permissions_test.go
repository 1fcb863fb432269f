package auth_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// TestWhoMay: customers may act for their own accounts alone, staff for every account, and clients for those they reach.
func TestWhoMay(t *testing.T) {
	t.Parallel()
	const other ledger.AccountNumber = 200000000006
	br := newBranch(t)
	first := br.open(t, 0)
	own, customer := first.Number, first.Customer
	opened, err := br.Bank.OpenAccount(t.Context(), auth.Caller{Customer: customer, Account: own}, bank.OpenAccountParams{})
	require.NoError(t, err)
	second := opened.Account.Number
	client := func(accounts []ledger.AccountNumber, permissions ...auth.Permission) auth.Caller {
		return auth.Caller{Client: &auth.Client{ID: uuid.New(), Permissions: permissions, Accounts: accounts}}
	}
	everyone := map[string]auth.Caller{
		"stranger": {}, "customer": {Customer: customer, Account: own, Role: auth.RoleCustomer},
		"employee": {Customer: customer, Account: own, Role: auth.RoleEmployee}, "admin": {Customer: customer, Account: own, Role: auth.RoleAdmin},
		"lacking": {Customer: customer, Account: own, Role: auth.RoleCustomer, Lacks: []auth.Requirement{auth.RequiresSecondFactor}},
		"key":     {AdminKey: true}, "operator": {Operator: true},
		"reader": client(nil, auth.AccountsRead), "teller": client([]ledger.AccountNumber{other}, auth.AccountsRead, auth.DepositsWrite),
	}
	owners, staff := []string{"customer", "lacking", "employee", "admin"}, []string{"employee", "admin", "operator"}
	with := func(names []string, more ...string) []string { return append(slices.Clone(names), more...) }
	tests := []struct {
		permissions []auth.Permission
		accounts    []ledger.AccountNumber
		may         []string
	}{
		{[]auth.Permission{auth.TransfersWrite}, []ledger.AccountNumber{own, second}, owners},
		{[]auth.Permission{auth.TransfersWrite}, []ledger.AccountNumber{other, auth.AllAccounts}, nil},
		{[]auth.Permission{auth.WithdrawalsWrite, auth.DepositsWrite}, []ledger.AccountNumber{own, second}, with(owners, "operator")},
		{[]auth.Permission{auth.WithdrawalsWrite}, []ledger.AccountNumber{other, auth.AllAccounts}, staff},
		{[]auth.Permission{auth.DepositsWrite}, []ledger.AccountNumber{other}, with(staff, "teller")},
		{[]auth.Permission{auth.DepositsWrite}, []ledger.AccountNumber{auth.AllAccounts}, staff},
		{[]auth.Permission{auth.SelfManage}, []ledger.AccountNumber{own, second}, with(owners, "operator")},
		{[]auth.Permission{auth.SelfManage}, []ledger.AccountNumber{other}, []string{"operator"}},
		{[]auth.Permission{auth.AccountsRead}, []ledger.AccountNumber{own, second}, with(owners, "key", "operator", "reader")},
		{[]auth.Permission{auth.AccountsRead}, []ledger.AccountNumber{other}, with(staff, "key", "reader", "teller")},
		{[]auth.Permission{auth.AccountsRead}, []ledger.AccountNumber{auth.AllAccounts}, with(staff, "key", "reader")},
		{[]auth.Permission{auth.AccountsManage, auth.CustomersManage}, []ledger.AccountNumber{own, other, auth.AllAccounts}, with(staff, "key")},
		{[]auth.Permission{auth.AccountsOpen, auth.RequestsDecide}, []ledger.AccountNumber{own, other, auth.AllAccounts}, staff},
		{[]auth.Permission{auth.AuditRead, auth.ReportsRead, auth.ClientsManage}, []ledger.AccountNumber{own, other, auth.AllAccounts}, []string{"admin", "key", "operator"}},
		{[]auth.Permission{auth.RolesManage}, []ledger.AccountNumber{own, other, auth.AllAccounts}, []string{"admin", "operator"}},
		{[]auth.Permission{auth.BankOperate}, []ledger.AccountNumber{own, other, auth.AllAccounts}, []string{"operator"}},
	}
	for _, test := range tests {
		for _, p := range test.permissions {
			for _, account := range test.accounts {
				var may []string
				for name, caller := range everyone {
					allowed, err := br.Auth.May(t.Context(), caller, p, account)
					require.NoError(t, err)
					if allowed {
						may = append(may, name)
					}
					require.Equal(t, allowed, br.Auth.Require(t.Context(), caller, p, account) == nil)
				}
				require.ElementsMatch(t, test.may, may, "%s for %d", p, account)
			}
		}
	}
}

// TestRefusalsSayWhoMay checks the texts that clients read.
func TestRefusalsSayWhoMay(t *testing.T) {
	t.Parallel()
	b := newBranch(t).Auth
	stranger, lacking := auth.Caller{Account: 1}, auth.Caller{Account: 1, Lacks: []auth.Requirement{auth.RequiresLongerPin}}
	for _, test := range []struct {
		caller     auth.Caller
		permission auth.Permission
		account    ledger.AccountNumber
		says       string
	}{
		{stranger, auth.TransfersWrite, 2, "This is only for the account's owner."},
		{stranger, auth.AccountsRead, 2, "This is only for the account's owner and for staff."},
		{stranger, auth.AccountsRead, auth.AllAccounts, "This is only for staff."},
		{stranger, auth.CustomersManage, 2, "This is only for staff."},
		{stranger, auth.AuditRead, auth.AllAccounts, "This is only for administrators."},
		{stranger, auth.BankOperate, 2, "This is only for the operator."},
		{lacking, auth.AccountsRead, 2, "role_requires says what is missing"},
		{lacking, auth.AuditRead, auth.AllAccounts, "role_requires says what is missing"},
		{stranger, auth.AccountsRead, 0, "This is only for the account's owner and for staff."}, // a path can name it
	} {
		require.ErrorContains(t, b.Require(t.Context(), test.caller, test.permission, test.account), test.says)
	}
}

// TestTheContractAndTheBankNeedTheSame: a service that needs another permission than the contract says serves no request.
func TestTheContractAndTheBankNeedTheSame(t *testing.T) {
	t.Parallel()
	b := newBranch(t).Auth
	caller := auth.Caller{Account: 1, Operation: "transfer", Permission: auth.DepositsWrite}
	err := b.Require(t.Context(), caller, auth.TransfersWrite, 1)
	require.ErrorContains(t, err, "the contract says deposits:write")
	require.False(t, ledger.IsRefusal(err))
	require.NoError(t, b.Require(t.Context(), caller, auth.DepositsWrite, 1))
}

func TestActorsAreNamedByWhatTheyShowed(t *testing.T) {
	t.Parallel()
	for want, caller := range map[string]auth.Caller{
		"anonymous":    {},
		"100000000008": {Account: 100000000008, Role: auth.RoleAdmin},
		"admin_key":    {Account: 100000000008, AdminKey: true},
		"operator":     {Account: 100000000008, AdminKey: true, Operator: true},
	} {
		require.Equal(t, want, caller.Actor())
	}
}
