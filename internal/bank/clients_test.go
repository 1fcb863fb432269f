package bank

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// client creates a service client and signs it in.
func (br *branch) client(t *testing.T, settings ClientSettings) (uuid.UUID, Caller) {
	t.Helper()
	settings.Name = "Card processor"
	client, err := br.bank.AdminCreateClient(t.Context(), operator, settings)
	require.NoError(t, err)
	key, err := br.bank.AdminCreateClientKey(t.Context(), operator, client.ID)
	require.NoError(t, err)
	caller, err := br.bank.AuthenticateClient(t.Context(), Caller{Address: "192.0.2.1"}, key.Text)
	require.NoError(t, err)
	return client.ID, caller
}

// TestManyKeysAtOnceAreTwo asks for ten keys of one client at the same time.
func TestManyKeysAtOnceAreTwo(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	br := newBranch(t)
	client, err := br.bank.AdminCreateClient(t.Context(), operator, ClientSettings{Name: "Payroll", Permissions: []Permission{ReportsRead}})
	require.NoError(t, err)
	errs := make([]error, 10)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() {
			errs[i] = patiently(func() error {
				_, err := br.bank.AdminCreateClientKey(context.Background(), operator, client.ID)
				return err
			})
		})
	}
	all.Wait()
	made := 0
	for _, err := range errs {
		if err == nil {
			made++
			continue
		}
		requireCode(t, CodeTooManyKeys, err)
	}
	require.Equal(t, maxClientKeys, made)
}

// TestChangesAtOnceKeepEachOther: whoever changes one setting does not undo what another has changed at the same time.
func TestChangesAtOnceKeepEachOther(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	br := newBranch(t)
	client, err := br.bank.AdminCreateClient(t.Context(), operator, ClientSettings{Name: "Payroll", Permissions: []Permission{ReportsRead}})
	require.NoError(t, err)
	limit, name, permissions, accounts := 7, "Wages", []Permission{AuditRead}, []ledger.AccountNumber{br.open(t, 0).Number}
	changes := []ClientChanges{{RateLimit: &limit}, {Name: &name}, {Permissions: &permissions}, {Accounts: &accounts}}
	errs := make([]error, len(changes))
	var all sync.WaitGroup
	for i, change := range changes {
		all.Go(func() {
			errs[i] = patiently(func() error {
				_, err := br.bank.AdminChangeClient(context.Background(), operator, client.ID, change)
				return err
			})
		})
	}
	all.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
	got, err := br.bank.AdminGetClient(t.Context(), operator, client.ID)
	require.NoError(t, err)
	require.Equal(t, ClientSettings{Name: name, Permissions: permissions, Accounts: accounts, RateLimit: limit}, got.ClientSettings)
}

// TestAClientOpensAccounts for customers, if it may do that for the bank as a whole, and with money only if it may deposit.
func TestAClientOpensAccounts(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	known := br.open(t, 0).Number
	open := func(settings ClientSettings, deposit ledger.Money, key string) (Opening, error) {
		_, caller := br.client(t, settings)
		return br.bank.OpenAccount(t.Context(), caller, OpenAccountParams{Holder: "Grace Hopper", InitialDeposit: deposit, IdempotencyKey: key})
	}
	for name, refused := range map[string]ClientSettings{
		"without the permission":            {Permissions: []Permission{AccountsRead, DepositsWrite}},
		"restricted to an account":          {Permissions: []Permission{AccountsOpen, DepositsWrite}, Accounts: []ledger.AccountNumber{known}},
		"without the right to let in money": {Permissions: []Permission{AccountsOpen}},
	} {
		_, err := open(refused, 500, "")
		var refusal *ledger.Refusal
		require.ErrorAs(t, err, &refusal, name)
		require.Equal(t, CodeForbidden, refusal.Code, name)
	}
	_, err := open(ClientSettings{Permissions: []Permission{AccountsOpen}}, 0, "")
	require.NoError(t, err)

	_, caller := br.client(t, ClientSettings{Permissions: []Permission{AccountsOpen, DepositsWrite, TransfersWrite}})
	params := OpenAccountParams{Holder: "Grace Hopper", InitialDeposit: 500, IdempotencyKey: "customer-4711"}
	opened, err := br.bank.OpenAccount(t.Context(), caller, params)
	require.NoError(t, err)
	again, err := br.bank.OpenAccount(t.Context(), caller, params)
	require.NoError(t, err)
	require.True(t, again.Replayed)
	require.Equal(t, opened.Account.Number, again.Account.Number)
	other, err := open(ClientSettings{Permissions: []Permission{AccountsOpen, DepositsWrite}}, 500, "customer-4711")
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
	requireCode(t, CodeForbidden, err)
}

// TestUsesOfManyKeysAreWritten in parts, and again after a failure.
func TestUsesOfManyKeysAreWritten(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	const clients = 3
	for range clients {
		br.client(t, ClientSettings{Permissions: []Permission{ReportsRead}})
	}
	for i := range useBatch { // keys that are gone since, in a restored database
		br.bank.keyUses.note(fmt.Sprintf("%08d", i), br.clock.Now())
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	require.Error(t, br.bank.FlushKeyUses(gone))
	require.NoError(t, br.bank.FlushKeyUses(t.Context()))
	written := storetest.Text(t, br.url, "SELECT COUNT(*) AS used FROM client_keys WHERE last_used_at IS NOT NULL")
	require.Equal(t, fmt.Sprintf("used=%d \n", clients), written)
	require.Empty(t, br.bank.keyUses.take())
}
