package bank

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/ledger"
)

// TestWhoMay: customers may act for their own accounts alone, staff for every account, and clients for those they reach.
func TestWhoMay(t *testing.T) {
	t.Parallel()
	const own, other ledger.AccountNumber = 100000000008, 200000000006
	br := newBranch(t)
	customer, second := uuid.New(), ledger.AccountNumber(3)
	br.bank.owned.Add(customer, []ledger.AccountNumber{own, second})
	client := func(accounts []ledger.AccountNumber, permissions ...Permission) Caller {
		return Caller{Client: &Client{ID: uuid.New(), Permissions: permissions, Accounts: accounts}}
	}
	everyone := map[string]Caller{
		"stranger": {}, "customer": {Customer: customer, Account: own, Role: RoleCustomer},
		"employee": {Customer: customer, Account: own, Role: RoleEmployee}, "admin": {Customer: customer, Account: own, Role: RoleAdmin},
		"lacking": {Customer: customer, Account: own, Role: RoleCustomer, Lacks: []Requirement{RequiresSecondFactor}},
		"key":     {AdminKey: true}, "operator": {Operator: true},
		"reader": client(nil, AccountsRead), "teller": client([]ledger.AccountNumber{other}, AccountsRead, DepositsWrite),
	}
	owners, staff := []string{"customer", "lacking", "employee", "admin"}, []string{"employee", "admin", "operator"}
	with := func(names []string, more ...string) []string { return append(slices.Clone(names), more...) }
	tests := []struct {
		permissions []Permission
		accounts    []ledger.AccountNumber
		may         []string
	}{
		{[]Permission{TransfersWrite}, []ledger.AccountNumber{own, second}, owners},
		{[]Permission{TransfersWrite}, []ledger.AccountNumber{other, allAccounts}, nil},
		{[]Permission{WithdrawalsWrite, DepositsWrite}, []ledger.AccountNumber{own, second}, with(owners, "operator")},
		{[]Permission{WithdrawalsWrite}, []ledger.AccountNumber{other, allAccounts}, staff},
		{[]Permission{DepositsWrite}, []ledger.AccountNumber{other}, with(staff, "teller")},
		{[]Permission{DepositsWrite}, []ledger.AccountNumber{allAccounts}, staff},
		{[]Permission{SelfManage}, []ledger.AccountNumber{own, second}, with(owners, "operator")},
		{[]Permission{SelfManage}, []ledger.AccountNumber{other}, []string{"operator"}},
		{[]Permission{AccountsRead}, []ledger.AccountNumber{own, second}, with(owners, "key", "operator", "reader")},
		{[]Permission{AccountsRead}, []ledger.AccountNumber{other}, with(staff, "key", "reader", "teller")},
		{[]Permission{AccountsRead}, []ledger.AccountNumber{allAccounts}, with(staff, "key", "reader")},
		{[]Permission{AccountsManage, CustomersManage}, []ledger.AccountNumber{own, other, allAccounts}, with(staff, "key")},
		{[]Permission{AccountsOpen, RequestsDecide}, []ledger.AccountNumber{own, other, allAccounts}, staff},
		{[]Permission{AuditRead, ReportsRead, ClientsManage}, []ledger.AccountNumber{own, other, allAccounts}, []string{"admin", "key", "operator"}},
		{[]Permission{RolesManage}, []ledger.AccountNumber{own, other, allAccounts}, []string{"admin", "operator"}},
		{[]Permission{bankOperate}, []ledger.AccountNumber{own, other, allAccounts}, []string{"operator"}},
	}
	for _, test := range tests {
		for _, p := range test.permissions {
			for _, account := range test.accounts {
				var may []string
				for name, caller := range everyone {
					allowed, err := br.bank.may(t.Context(), caller, p, account)
					require.NoError(t, err)
					if allowed {
						may = append(may, name)
					}
					require.Equal(t, allowed, br.bank.require(t.Context(), caller, p, account) == nil)
				}
				require.ElementsMatch(t, test.may, may, "%s for %d", p, account)
			}
		}
	}
}

// TestRefusalsSayWhoMay checks the texts that clients read.
func TestRefusalsSayWhoMay(t *testing.T) {
	t.Parallel()
	b := newBranch(t).bank
	stranger, lacking := Caller{Account: 1}, Caller{Account: 1, Lacks: []Requirement{RequiresLongerPin}}
	for _, test := range []struct {
		caller     Caller
		permission Permission
		account    ledger.AccountNumber
		says       string
	}{
		{stranger, TransfersWrite, 2, "This is only for the account's owner."},
		{stranger, AccountsRead, 2, "This is only for the account's owner and for staff."},
		{stranger, AccountsRead, allAccounts, "This is only for staff."},
		{stranger, CustomersManage, 2, "This is only for staff."},
		{stranger, AuditRead, allAccounts, "This is only for administrators."},
		{stranger, bankOperate, 2, "This is only for the operator."},
		{lacking, AccountsRead, 2, "role_requires says what is missing"},
		{lacking, AuditRead, allAccounts, "role_requires says what is missing"},
		{stranger, AccountsRead, 0, "This is only for the account's owner and for staff."}, // a path can name it
	} {
		require.ErrorContains(t, b.require(t.Context(), test.caller, test.permission, test.account), test.says)
	}
}

// TestTheContractAndTheBankNeedTheSame: a service that needs another permission than the contract says serves no request.
func TestTheContractAndTheBankNeedTheSame(t *testing.T) {
	t.Parallel()
	b := newBranch(t).bank
	caller := Caller{Account: 1, Operation: "transfer", Permission: DepositsWrite}
	err := b.require(t.Context(), caller, TransfersWrite, 1)
	require.ErrorContains(t, err, "the contract says deposits:write")
	require.False(t, isRefusal(err))
	require.NoError(t, b.require(t.Context(), caller, DepositsWrite, 1))
}
