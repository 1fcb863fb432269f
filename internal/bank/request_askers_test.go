package bank

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// change changes a service client's settings, as the operator.
func (d *desk) change(t *testing.T, client uuid.UUID, changes ClientChanges) {
	t.Helper()
	_, err := d.bank.AdminChangeClient(t.Context(), operator, client, changes)
	require.NoError(t, err)
}

// TestAClientsRequestFallsWithItsRights: what a service client has asked for is approved only while it could ask for it.
func TestAClientsRequestFallsWithItsRights(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change  func(t *testing.T, d *desk, client uuid.UUID)
		refused bool
	}{
		"as it was": {func(*testing.T, *desk, uuid.UUID) {}, false},
		"renamed, and with a key fewer": {func(t *testing.T, d *desk, client uuid.UUID) {
			name := "Another"
			d.change(t, client, ClientChanges{Name: &name})
			keys, err := d.bank.AdminListClientKeys(t.Context(), operator, client)
			require.NoError(t, err)
			require.NoError(t, d.bank.AdminRevokeClientKey(t.Context(), operator, client, keys[0].ID))
		}, false},
		"revoked": {func(t *testing.T, d *desk, client uuid.UUID) {
			require.NoError(t, d.bank.AdminRevokeClient(t.Context(), operator, client))
		}, true},
		"expired": {func(t *testing.T, d *desk, client uuid.UUID) {
			at := d.clock.Now().Add(time.Minute)
			d.change(t, client, ClientChanges{ExpiresAt: &at})
			d.clock.pass(time.Minute)
		}, true},
		"about to expire": {func(t *testing.T, d *desk, client uuid.UUID) {
			at := d.clock.Now().Add(time.Minute)
			d.change(t, client, ClientChanges{ExpiresAt: &at})
			d.clock.pass(time.Minute - time.Microsecond)
		}, false},
		"without the permission": {func(t *testing.T, d *desk, client uuid.UUID) {
			d.change(t, client, ClientChanges{Permissions: &[]Permission{AccountsRead, WithdrawalsWrite}})
		}, true},
		"for another account": {func(t *testing.T, d *desk, client uuid.UUID) {
			d.change(t, client, ClientChanges{Accounts: &[]ledger.AccountNumber{d.teller.Account}})
		}, true},
		"for this account": {func(t *testing.T, d *desk, client uuid.UUID) {
			d.change(t, client, ClientChanges{Accounts: &[]ledger.AccountNumber{d.ada.Number}})
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, 1_000)
			id, caller := d.client(t, ClientSettings{Permissions: []Permission{DepositsWrite}})
			asked, err := d.bank.Deposit(t.Context(), caller, DepositParams{Account: d.ada.Number, Amount: 5_000})
			require.NoError(t, err)
			c.change(t, d, id)
			before := d.state(t)
			_, err = d.bank.ApproveRequest(t.Context(), d.chief, asked.Request.ID, "")
			if !c.refused {
				require.NoError(t, err)
				return
			}
			requireCode(t, CodeForbidden, err)
			require.Equal(t, before, d.state(t))
			_, err = d.bank.RejectRequest(t.Context(), d.chief, asked.Request.ID, "No")
			require.NoError(t, err)
		})
	}
}

// TestAnEmployeesRequestFallsWithTheirRights: a member of staff who has lost the role, or the second factor that it takes, has asked in
// vain. A locked sign-in and closed accounts take no rights away.
func TestAnEmployeesRequestFallsWithTheirRights(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change  func(t *testing.T, d *desk)
		refused bool
	}{
		"as they were": {func(*testing.T, *desk) {}, false},
		"a customer again": {func(t *testing.T, d *desk) {
			_, err := d.bank.SetRole(t.Context(), operator, d.teller.Account, RoleCustomer)
			require.NoError(t, err)
		}, true},
		"without a second factor": {func(t *testing.T, d *desk) {
			require.NoError(t, d.store.Update(t.Context(), func(ctx context.Context, q db.Querier) error {
				_, err := q.DeleteSecondFactor(ctx, d.teller.Customer)
				return err
			}))
		}, true},
		"locked": {func(t *testing.T, d *desk) {
			for range 3 {
				_, err := d.bank.Login(t.Context(), Caller{}, LoginParams{Account: d.teller.Account, Pin: "000000"})
				require.Error(t, err)
			}
			account, err := d.bank.GetAccount(t.Context(), d.chief, d.teller.Account)
			require.NoError(t, err)
			require.True(t, account.SignInLocked)
		}, false},
		"with a closed account": {func(t *testing.T, d *desk) {
			_, err := d.bank.CloseAccount(t.Context(), d.chief, CloseParams{Account: d.teller.Account, Reason: ReasonOther})
			require.NoError(t, err)
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, 1_000)
			asked, err := d.bank.Deposit(t.Context(), d.teller, DepositParams{Account: d.ada.Number, Amount: 5_000})
			require.NoError(t, err)
			c.change(t, d)
			before := d.state(t)
			_, err = d.bank.ApproveRequest(t.Context(), d.chief, asked.Request.ID, "")
			if !c.refused {
				require.NoError(t, err)
				return
			}
			requireCode(t, CodeForbidden, err)
			require.Equal(t, before, d.state(t))
		})
	}
}

// TestStaffAndClientsTakeTheirRequestsBack: each their own alone, also when they may not ask for it any more.
func TestStaffAndClientsTakeTheirRequestsBack(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 1_000)
	id, client := d.client(t, ClientSettings{Permissions: []Permission{DepositsWrite, AccountsRead}})
	_, another := d.client(t, ClientSettings{Permissions: []Permission{DepositsWrite, AccountsRead}})
	askedBy := func(caller Caller) uuid.UUID {
		asked, err := d.bank.Deposit(t.Context(), caller, DepositParams{Account: d.ada.Number, Amount: 5_000})
		require.NoError(t, err)
		return asked.Request.ID
	}
	tellers, clients := askedBy(d.teller), askedBy(client)
	before := d.state(t)
	for name, c := range map[string]struct {
		caller  Caller
		account ledger.AccountNumber
		id      uuid.UUID
		code    ledger.Code
	}{
		"a colleague":              {d.chief, d.ada.Number, tellers, CodeRequestNotFound},
		"the customer":             {d.customer, d.ada.Number, tellers, CodeRequestNotFound},
		"the admin key":            {Caller{AdminKey: true}, d.ada.Number, clients, CodeRequestNotFound},
		"another client":           {another, d.ada.Number, clients, CodeRequestNotFound},
		"staff, a client's":        {d.teller, d.ada.Number, clients, CodeRequestNotFound},
		"a client, staff's":        {client, d.ada.Number, tellers, CodeRequestNotFound},
		"under another account":    {d.teller, d.chief.Account, tellers, CodeRequestNotFound},
		"a client for another":     {Caller{Client: &Client{ID: id, Permissions: client.Client.Permissions, Accounts: []ledger.AccountNumber{d.chief.Account}}}, d.ada.Number, clients, CodeForbidden},
		"a client that reads none": {Caller{Client: &Client{ID: id, Permissions: []Permission{DepositsWrite}}}, d.ada.Number, clients, CodeForbidden},
	} {
		_, err := d.bank.WithdrawRequest(t.Context(), c.caller, c.account, c.id)
		requireCode(t, c.code, err)
		require.Equal(t, before, d.state(t), name)
	}

	d.change(t, id, ClientChanges{Permissions: &[]Permission{AccountsRead}})
	client.Client.Permissions = []Permission{AccountsRead}
	for _, c := range []struct {
		caller Caller
		id     uuid.UUID
	}{{d.teller, tellers}, {client, clients}} {
		withdrawn, err := d.bank.WithdrawRequest(t.Context(), c.caller, d.ada.Number, c.id)
		require.NoError(t, err)
		require.Equal(t, RequestWithdrawn, withdrawn.Status)
		_, err = d.bank.WithdrawRequest(t.Context(), c.caller, d.ada.Number, c.id)
		requireCode(t, CodeRequestNotPending, err)
		_, err = d.bank.ApproveRequest(t.Context(), d.ceo, c.id, "")
		requireCode(t, CodeRequestNotPending, err)
		require.Contains(t, d.trail(t, "request_withdrawn"), c.caller.actor()+" detail=deposit "+c.id.String())
	}
}

// TestAskingTakesWhatTheDeedTakes: a client that may help customers, but not close accounts, cannot ask for a closing.
func TestAskingTakesWhatTheDeedTakes(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 0)
	_, client := d.client(t, ClientSettings{Permissions: []Permission{CustomersManage}})
	before := d.state(t)
	_, err := d.bank.AdminCreateRequest(t.Context(), client, AskParams{Account: d.ada.Number, Kind: RequestCloseAccount})
	requireCode(t, CodeForbidden, err)
	require.Equal(t, before, d.state(t))
	_, err = d.bank.AdminCreateRequest(t.Context(), client, AskParams{Account: d.ada.Number, Kind: RequestChangeName, Wanted: Wanted{Name: "Ada King"}})
	require.NoError(t, err)
}
