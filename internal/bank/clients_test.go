package bank

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// client creates a service client and signs it in.
func (br *branch) client(t *testing.T, settings auth.ClientSettings) (uuid.UUID, auth.Caller) {
	t.Helper()
	settings.Name = "Card processor"
	client, err := br.auth.AdminCreateClient(t.Context(), operator, settings)
	require.NoError(t, err)
	key, err := br.auth.AdminCreateClientKey(t.Context(), operator, client.ID)
	require.NoError(t, err)
	caller, err := br.auth.AuthenticateClient(t.Context(), auth.Caller{Address: "192.0.2.1"}, key.Text)
	require.NoError(t, err)
	return client.ID, caller
}

// TestAClientOpensAccounts for customers, if it may do that for the bank as a whole, and with money only if it may deposit.
func TestAClientOpensAccounts(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	known := br.open(t, 0).Number
	open := func(settings auth.ClientSettings, deposit ledger.Money, key string) (Opening, error) {
		_, caller := br.client(t, settings)
		return br.bank.OpenAccount(t.Context(), caller, OpenAccountParams{Holder: "Grace Hopper", InitialDeposit: deposit, IdempotencyKey: key})
	}
	for name, refused := range map[string]auth.ClientSettings{
		"without the permission":            {Permissions: []auth.Permission{auth.AccountsRead, auth.DepositsWrite}},
		"restricted to an account":          {Permissions: []auth.Permission{auth.AccountsOpen, auth.DepositsWrite}, Accounts: []ledger.AccountNumber{known}},
		"without the right to let in money": {Permissions: []auth.Permission{auth.AccountsOpen}},
	} {
		_, err := open(refused, 500, "")
		var refusal *ledger.Refusal
		require.ErrorAs(t, err, &refusal, name)
		require.Equal(t, auth.CodeForbidden, refusal.Code, name)
	}
	_, err := open(auth.ClientSettings{Permissions: []auth.Permission{auth.AccountsOpen}}, 0, "")
	require.NoError(t, err)

	_, caller := br.client(t, auth.ClientSettings{Permissions: []auth.Permission{auth.AccountsOpen, auth.DepositsWrite, auth.TransfersWrite}})
	params := OpenAccountParams{Holder: "Grace Hopper", InitialDeposit: 500, IdempotencyKey: "customer-4711"}
	opened, err := br.bank.OpenAccount(t.Context(), caller, params)
	require.NoError(t, err)
	again, err := br.bank.OpenAccount(t.Context(), caller, params)
	require.NoError(t, err)
	require.True(t, again.Replayed)
	require.Equal(t, opened.Account.Number, again.Account.Number)
	other, err := open(auth.ClientSettings{Permissions: []auth.Permission{auth.AccountsOpen, auth.DepositsWrite}}, 500, "customer-4711")
	require.NoError(t, err)
	require.False(t, other.Replayed, "another client's key is another one")

	params = OpenAccountParams{CustomerOf: opened.Account.Number, Currency: "EUR"}
	further, err := br.bank.OpenAccount(t.Context(), caller, params)
	require.NoError(t, err)
	require.Equal(t, opened.Account.Customer, further.Account.Customer)

	_, err = br.bank.Transfer(t.Context(), caller, TransferParams{
		Account: opened.Account.Number, To: known, Amount: 200, IdempotencyKey: "customer-4711",
	})
	require.ErrorIs(t, err, ledger.ErrKeyReused)
	sent, err := br.bank.Transfer(t.Context(), caller, TransferParams{Account: opened.Account.Number, To: known, Amount: 200, IdempotencyKey: "wages"})
	require.NoError(t, err)
	require.Equal(t, ledger.Money(300), sent.Transaction.BalanceAfter)
	_, err = br.bank.Withdraw(t.Context(), caller, WithdrawParams{Account: known, Amount: 1})
	requireCode(t, auth.CodeForbidden, err)
}
