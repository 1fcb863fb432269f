package bank

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
	"github.com/bankingcore/bankcore/internal/verify"
)

// TestWhoAskedCannotDecide tries every disguise of an employee who has asked, and of the customer whom it is about.
func TestWhoAskedCannotDecide(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 50_000)
	movement, err := d.bank.Deposit(t.Context(), d.teller, DepositParams{Account: d.ada.Number, Amount: 50_001})
	require.NoError(t, err)
	require.NotNil(t, movement.Request)
	second, err := d.bank.OpenAccount(t.Context(), d.teller, OpenAccountParams{})
	require.NoError(t, err)
	otherSession, otherAccount, hired, promoted := d.teller, d.teller, d.hire(t, auth.RoleEmployee), d.teller
	otherSession.Session = uuid.New()
	otherAccount.Account = second.Account.Number
	promoted.Role = auth.RoleAdmin
	about := signedInTo(d.ada, auth.RoleAdmin) // the customer, who has become an administrator
	client := auth.Caller{Client: &auth.Client{ID: uuid.New(), Permissions: auth.Permissions()}}
	demoted := hired
	demoted.Role = auth.RoleCustomer

	before := d.state(t)
	for name, caller := range map[string]auth.Caller{
		"who asked": d.teller, "another session": otherSession, "another account": otherAccount, "another role": promoted,
		"whom it is about": about, "the customer": d.customer, "a client": client, "the admin key": {AdminKey: true}, "the operator": operator,
		"a stranger": {}, "a demoted employee": demoted, "who lacks a factor": {Customer: hired.Customer, Account: hired.Account,
			Role: auth.RoleCustomer, Lacks: []auth.Requirement{auth.RequiresSecondFactor}},
	} {
		_, err := d.bank.ApproveRequest(t.Context(), caller, movement.Request.ID, "")
		require.Error(t, err, name)
		requireCode(t, auth.CodeForbidden, err)
		_, err = d.bank.RejectRequest(t.Context(), caller, movement.Request.ID, "no")
		require.Error(t, err, name)
		requireCode(t, auth.CodeForbidden, err)
	}
	require.Equal(t, before, d.state(t))
	_, err = storetest.Raw(t, d.url).Exec("UPDATE requests SET status = 'approved', decided_by = requested_by, decided_at = 1")
	require.Error(t, err, "the table refuses it, too")

	_, err = d.bank.ApproveRequest(t.Context(), hired, movement.Request.ID, "")
	require.NoError(t, err)
}

// TestRolesTakeTwoAdministrators tries what an employee, an administrator alone and the customer could do to get another role.
func TestRolesTakeTwoAdministrators(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 0)
	before := d.state(t)
	for name, ask := range map[string]struct {
		caller auth.Caller
		of     ledger.AccountNumber
	}{
		"an employee": {d.teller, d.ada.Number}, "an employee for themselves": {d.teller, d.teller.Account},
		"an administrator for themselves": {d.chief, d.chief.Account}, "a customer": {d.customer, d.ada.Number}, "the admin key": {auth.Caller{AdminKey: true}, d.ada.Number},
	} {
		_, err := d.bank.SetAccountRole(t.Context(), ask.caller, ask.of, auth.RoleAdmin)
		require.Error(t, err, name)
		requireCode(t, auth.CodeForbidden, err)
	}
	_, err := d.bank.CreateRequest(t.Context(), d.customer, AskParams{Account: d.ada.Number, Kind: RequestChangeRole, Wanted: Wanted{Role: auth.RoleAdmin}})
	requireCode(t, ledger.CodeInvalidRequest, err)
	_, err = d.bank.AdminCreateRequest(t.Context(), d.teller, AskParams{Account: d.ada.Number, Kind: RequestChangeRole, Wanted: Wanted{Role: auth.RoleAdmin}})
	requireCode(t, ledger.CodeInvalidRequest, err)
	_, err = d.bank.SetAccountRole(t.Context(), d.chief, d.ada.Number, auth.RoleCustomer)
	requireCode(t, CodeNothingToChange, err)
	require.Equal(t, before, d.state(t))

	asked, err := d.bank.SetAccountRole(t.Context(), d.chief, d.ada.Number, auth.RoleEmployee)
	require.NoError(t, err)
	before = d.state(t)
	_, err = d.bank.SetAccountRole(t.Context(), d.ceo, d.ada.Number, auth.RoleAdmin)
	requireCode(t, CodeRequestPending, err)
	for _, caller := range []auth.Caller{d.teller, d.chief, signedInTo(d.ada, auth.RoleAdmin)} {
		_, err = d.bank.ApproveRequest(t.Context(), caller, asked.ID, "")
		requireCode(t, auth.CodeForbidden, err)
	}
	require.Equal(t, before, d.state(t))

	_, err = d.bank.ApproveRequest(t.Context(), d.ceo, asked.ID, "")
	require.NoError(t, err)
	account, err := d.bank.GetAccount(t.Context(), d.customer, d.ada.Number)
	require.NoError(t, err)
	require.Equal(t, auth.RoleEmployee, account.Role)
	require.Contains(t, d.trail(t, "role_changed"), "actor="+d.ceo.Account.String()+" detail=customer>employee \n")
}

// TestADemotedAskersRequestIsNotApproved asks as an administrator who is one no longer when it is decided.
func TestADemotedAskersRequestIsNotApproved(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 0)
	asked, err := d.bank.SetAccountRole(t.Context(), d.chief, d.ada.Number, auth.RoleAdmin)
	require.NoError(t, err)
	_, err = d.bank.SetRole(t.Context(), operator, d.chief.Account, auth.RoleEmployee)
	require.NoError(t, err)
	before := d.state(t)
	_, err = d.bank.ApproveRequest(t.Context(), d.ceo, asked.ID, "")
	requireCode(t, auth.CodeForbidden, err)
	require.Equal(t, before, d.state(t))
	_, err = d.bank.RejectRequest(t.Context(), d.ceo, asked.ID, "No")
	require.NoError(t, err)
}

// TestManyApproveOneRequest lets 100 members of staff decide about one deposit at once: it is carried out once.
func TestManyApproveOneRequest(t *testing.T) {
	storetest.Concurrent(t)
	t.Parallel()
	d := newDesk(t, 1_000)
	asked, err := d.bank.Deposit(t.Context(), d.teller, DepositParams{Account: d.ada.Number, Amount: 25_000})
	require.NoError(t, err)
	deciders := []auth.Caller{d.chief, d.ceo, d.hire(t, auth.RoleEmployee), d.hire(t, auth.RoleEmployee)}
	var approved, rejected, late atomic.Int64
	var all sync.WaitGroup
	for i := range 100 {
		all.Go(func() {
			err := patiently(func() error {
				if i%10 == 9 {
					_, err := d.bank.RejectRequest(context.Background(), deciders[i%4], asked.Request.ID, "no")
					return err
				}
				_, err := d.bank.ApproveRequest(context.Background(), deciders[i%4], asked.Request.ID, "")
				return err
			})
			switch {
			case err == nil && i%10 == 9:
				rejected.Add(1)
			case err == nil:
				approved.Add(1)
			default:
				requireCode(t, CodeRequestNotPending, err)
				late.Add(1)
			}
		})
	}
	all.Wait()
	require.Equal(t, int64(1), approved.Load()+rejected.Load())
	require.Equal(t, int64(99), late.Load())
	account, err := d.bank.GetAccount(t.Context(), d.customer, d.ada.Number)
	require.NoError(t, err)
	require.Equal(t, ledger.Money(100_000+25_000*approved.Load()), account.Balance)
	_, err = verify.Run(t.Context(), d.store, func(verify.Report) {})
	require.NoError(t, err)
}

// TestTheRulesAreCheckedAgainAtTheDecision changes what a request relies on before it is decided.
func TestTheRulesAreCheckedAgainAtTheDecision(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 50_000)
	asked, err := d.bank.Withdraw(t.Context(), d.teller, WithdrawParams{Account: d.ada.Number, Amount: 60_000, Description: "Car"})
	require.NoError(t, err)
	require.Equal(t, RequestWithdrawal, asked.Request.Kind)
	_, err = d.bank.Withdraw(t.Context(), d.customer, WithdrawParams{Account: d.ada.Number, Amount: 60_000})
	require.NoError(t, err)
	before := d.state(t)
	_, err = d.bank.ApproveRequest(t.Context(), d.chief, asked.Request.ID, "")
	requireCode(t, CodeRequestImpossible, err)
	require.Equal(t, before, d.state(t), "it stays pending")

	_, err = d.bank.Deposit(t.Context(), d.customer, DepositParams{Account: d.ada.Number, Amount: 20_000})
	require.NoError(t, err)
	decision, err := d.bank.ApproveRequest(t.Context(), d.chief, asked.Request.ID, "")
	require.NoError(t, err)
	entry, err := d.bank.GetTransaction(t.Context(), d.customer, d.ada.Number, decision.Request.Transaction)
	require.NoError(t, err)
	require.Equal(t, ledger.TypeWithdrawal, entry.Type)
	require.Equal(t, "Car", entry.Description)
	require.Zero(t, entry.BalanceAfter)
	require.Contains(t, d.trail(t, "request_approved"), entry.ID.String())

	name := d.asks(t, RequestChangeName, Wanted{Name: "Ada King"})
	require.NoError(t, d.store.Update(t.Context(), func(ctx context.Context, q db.Querier) error {
		return q.UpdateCustomerName(ctx, db.UpdateCustomerNameParams{Name: "Ada King", NameFolded: "adaking", ID: d.ada.Customer})
	}))
	_, err = d.bank.ApproveRequest(t.Context(), d.chief, name.ID, "")
	requireCode(t, CodeNothingToChange, err)
}
