package bank

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// change changes a service client's settings, as the operator.
func (d *desk) change(client uuid.UUID, changes auth.ClientChanges) error {
	_, err := d.auth.AdminChangeClient(context.Background(), operator, client, changes)
	return err
}

// TestAClientsRequestFallsWithItsRights: what a service client has asked for is approved only while it could ask for it.
func TestAClientsRequestFallsWithItsRights(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for name, c := range map[string]struct {
		change  func(d *desk, client uuid.UUID) error
		refused bool
	}{
		"as it was": {func(*desk, uuid.UUID) error { return nil }, false},
		"renamed, and with a key fewer": {func(d *desk, client uuid.UUID) error {
			name := "Another"
			keys, err := d.auth.AdminListClientKeys(ctx, operator, client)
			return errors.Join(err, d.change(client, auth.ClientChanges{Name: &name}), d.auth.AdminRevokeClientKey(ctx, operator, client, keys[0].ID))
		}, false},
		"revoked": {func(d *desk, client uuid.UUID) error { return d.auth.AdminRevokeClient(ctx, operator, client) }, true},
		"expired": {func(d *desk, client uuid.UUID) error {
			at := d.clock.Now().Add(time.Minute)
			defer d.clock.pass(time.Minute)
			return d.change(client, auth.ClientChanges{ExpiresAt: &at})
		}, true},
		"about to expire": {func(d *desk, client uuid.UUID) error {
			at := d.clock.Now().Add(time.Minute)
			defer d.clock.pass(time.Minute - time.Microsecond)
			return d.change(client, auth.ClientChanges{ExpiresAt: &at})
		}, false},
		"without the permission": {func(d *desk, client uuid.UUID) error {
			return d.change(client, auth.ClientChanges{Permissions: &[]auth.Permission{auth.AccountsRead, auth.WithdrawalsWrite}})
		}, true},
		"for another account": {func(d *desk, client uuid.UUID) error {
			return d.change(client, auth.ClientChanges{Accounts: &[]ledger.AccountNumber{d.teller.Account}})
		}, true},
		"for this account": {func(d *desk, client uuid.UUID) error {
			return d.change(client, auth.ClientChanges{Accounts: &[]ledger.AccountNumber{d.ada.Number}})
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, 1_000)
			id, caller := d.client(t, auth.ClientSettings{Permissions: []auth.Permission{auth.DepositsWrite}})
			asked, err := d.bank.Deposit(t.Context(), caller, DepositParams{Account: d.ada.Number, Amount: 5_000})
			require.NoError(t, err)
			require.NoError(t, c.change(d, id))
			before := d.state(t)
			_, err = d.bank.ApproveRequest(t.Context(), d.chief, asked.Request.ID, "")
			if !c.refused {
				require.NoError(t, err)
				return
			}
			requireCode(t, auth.CodeForbidden, err)
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
	ctx := context.Background()
	for name, c := range map[string]struct {
		change  func(d *desk) error
		refused bool
	}{
		"as they were": {func(*desk) error { return nil }, false},
		"a customer again": {func(d *desk) error {
			_, err := d.bank.SetRole(ctx, operator, d.teller.Account, auth.RoleCustomer)
			return err
		}, true},
		"without a second factor": {func(d *desk) error {
			return d.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
				_, err := q.DeleteSecondFactor(ctx, d.teller.Customer)
				return err
			})
		}, true},
		"locked": {func(d *desk) error {
			for range 3 {
				_, _ = d.auth.Login(ctx, auth.Caller{}, auth.LoginParams{Account: d.teller.Account, Pin: "000000"})
			}
			account, err := d.bank.GetAccount(ctx, d.chief, d.teller.Account)
			if err == nil && !account.SignInLocked {
				err = errors.New("the sign-in is not locked")
			}
			return err
		}, false},
		"with a closed account": {func(d *desk) error {
			_, err := d.bank.CloseAccount(ctx, d.chief, CloseParams{Account: d.teller.Account, Reason: ReasonOther})
			return err
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, 1_000)
			asked, err := d.bank.Deposit(t.Context(), d.teller, DepositParams{Account: d.ada.Number, Amount: 5_000})
			require.NoError(t, err)
			require.NoError(t, c.change(d))
			before := d.state(t)
			_, err = d.bank.ApproveRequest(t.Context(), d.chief, asked.Request.ID, "")
			if !c.refused {
				require.NoError(t, err)
				return
			}
			requireCode(t, auth.CodeForbidden, err)
			require.Equal(t, before, d.state(t))
		})
	}
}

// TestStaffAndClientsTakeTheirRequestsBack: each only their own, even if they no longer have the right to ask.
func TestStaffAndClientsTakeTheirRequestsBack(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 1_000)
	id, client := d.client(t, auth.ClientSettings{Permissions: []auth.Permission{auth.DepositsWrite, auth.AccountsRead}})
	_, another := d.client(t, auth.ClientSettings{Permissions: []auth.Permission{auth.DepositsWrite, auth.AccountsRead}})
	askedBy := func(caller auth.Caller) uuid.UUID {
		asked, err := d.bank.Deposit(t.Context(), caller, DepositParams{Account: d.ada.Number, Amount: 5_000})
		require.NoError(t, err)
		return asked.Request.ID
	}
	tellers, clients := askedBy(d.teller), askedBy(client)
	for staff, may := range map[*auth.Caller]bool{&d.teller: true, &d.chief: false} {
		listed, err := d.bank.AdminGetRequest(t.Context(), *staff, tellers)
		require.NoError(t, err)
		require.Equal(t, may, listed.MayWithdraw)
		listed, err = d.bank.AdminGetRequest(t.Context(), *staff, clients)
		require.NoError(t, err)
		require.False(t, listed.MayWithdraw)
	}
	before := d.state(t)
	for name, c := range map[string]struct {
		caller  auth.Caller
		account ledger.AccountNumber
		id      uuid.UUID
		code    ledger.Code
	}{
		"a colleague":              {d.chief, d.ada.Number, tellers, CodeRequestNotFound},
		"the customer":             {d.customer, d.ada.Number, tellers, CodeRequestNotFound},
		"the admin key":            {auth.Caller{AdminKey: true}, d.ada.Number, clients, CodeRequestNotFound},
		"another client":           {another, d.ada.Number, clients, CodeRequestNotFound},
		"staff, a client's":        {d.teller, d.ada.Number, clients, CodeRequestNotFound},
		"a client, staff's":        {client, d.ada.Number, tellers, CodeRequestNotFound},
		"under another account":    {d.teller, d.chief.Account, tellers, CodeRequestNotFound},
		"a client for another":     {auth.Caller{Client: &auth.Client{ID: id, Permissions: client.Client.Permissions, Accounts: []ledger.AccountNumber{d.chief.Account}}}, d.ada.Number, clients, auth.CodeForbidden},
		"a client that reads none": {auth.Caller{Client: &auth.Client{ID: id, Permissions: []auth.Permission{auth.DepositsWrite}}}, d.ada.Number, clients, auth.CodeForbidden},
	} {
		_, err := d.bank.WithdrawRequest(t.Context(), c.caller, c.account, c.id)
		requireCode(t, c.code, err)
		require.Equal(t, before, d.state(t), name)
	}

	require.NoError(t, d.change(id, auth.ClientChanges{Permissions: &[]auth.Permission{auth.AccountsRead}}))
	client.Client.Permissions = []auth.Permission{auth.AccountsRead}
	for _, c := range []struct {
		caller auth.Caller
		id     uuid.UUID
	}{{d.teller, tellers}, {client, clients}} {
		withdrawn, err := d.bank.WithdrawRequest(t.Context(), c.caller, d.ada.Number, c.id)
		require.NoError(t, err)
		require.Equal(t, RequestWithdrawn, withdrawn.Status)
		_, err = d.bank.WithdrawRequest(t.Context(), c.caller, d.ada.Number, c.id)
		requireCode(t, CodeRequestNotPending, err)
		listed, err := d.bank.AdminGetRequest(t.Context(), d.teller, c.id)
		require.NoError(t, err)
		require.False(t, listed.MayWithdraw, "it is withdrawn")
		_, err = d.bank.ApproveRequest(t.Context(), d.ceo, c.id, "")
		requireCode(t, CodeRequestNotPending, err)
		require.Contains(t, d.trail(t, "request_withdrawn"), c.caller.Actor()+" detail=deposit "+c.id.String())
	}
}

// TestAskingTakesWhatTheDeedTakes: a client that may help customers, but not close accounts, cannot request a closing.
func TestAskingTakesWhatTheDeedTakes(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 0)
	_, client := d.client(t, auth.ClientSettings{Permissions: []auth.Permission{auth.CustomersManage}})
	before := d.state(t)
	_, err := d.bank.AdminCreateRequest(t.Context(), client, AskParams{Account: d.ada.Number, Kind: RequestCloseAccount})
	requireCode(t, auth.CodeForbidden, err)
	require.Equal(t, before, d.state(t))
	_, err = d.bank.AdminCreateRequest(t.Context(), client, AskParams{Account: d.ada.Number, Kind: RequestChangeName, Wanted: Wanted{Name: "Ada King"}})
	require.NoError(t, err)
}

// TestWhoMadeAKeyCannotDecideForItsClient: an administrator makes a key, asks with it, revokes it, and signs in with another account.
func TestWhoMadeAKeyCannotDecideForItsClient(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 1_000)
	ctx := t.Context()
	client, err := d.auth.AdminCreateClient(ctx, d.chief, auth.ClientSettings{Name: "Payroll", Permissions: []auth.Permission{auth.DepositsWrite}})
	require.NoError(t, err)
	key, err := d.auth.AdminCreateClientKey(ctx, d.chief, client.ID)
	require.NoError(t, err)
	caller, err := d.auth.AuthenticateClient(ctx, auth.Caller{Address: "192.0.2.1"}, key.Text)
	require.NoError(t, err)
	asked, err := d.bank.Deposit(ctx, caller, DepositParams{Account: d.ada.Number, Amount: 5_000})
	require.NoError(t, err)
	other, err := d.auth.AdminCreateClient(ctx, d.ceo, auth.ClientSettings{Name: "Payroll", Permissions: []auth.Permission{auth.DepositsWrite}})
	require.NoError(t, err)
	_, err = d.auth.AdminCreateClientKey(ctx, d.ceo, other.ID) // of another client
	require.NoError(t, err)
	_, err = d.auth.AdminCreateClientKey(ctx, operator, client.ID)
	require.NoError(t, err)
	require.NoError(t, d.auth.AdminRevokeClientKey(ctx, d.chief, client.ID, key.ID))
	second, err := d.bank.OpenAccount(ctx, d.chief, OpenAccountParams{})
	require.NoError(t, err)
	otherAccount := d.chief
	otherAccount.Account = second.Account.Number

	before := d.state(t)
	for _, maker := range []auth.Caller{d.chief, otherAccount} {
		listed, err := d.bank.AdminGetRequest(ctx, maker, asked.Request.ID)
		require.NoError(t, err)
		require.False(t, listed.MayDecide)
		_, err = d.bank.ApproveRequest(ctx, maker, asked.Request.ID, "")
		requireCode(t, auth.CodeForbidden, err)
		_, err = d.bank.RejectRequest(ctx, maker, asked.Request.ID, "No")
		requireCode(t, auth.CodeForbidden, err)
	}
	require.Equal(t, before, d.state(t))
	page, err := d.bank.AdminListRequests(ctx, d.ceo, ListRequestsParams{})
	require.NoError(t, err)
	require.True(t, page.Requests[0].MayDecide)
	_, err = d.bank.ApproveRequest(ctx, d.ceo, asked.Request.ID, "")
	require.NoError(t, err)
}
