package bank

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
	"github.com/bankingcore/bankcore/internal/verify"
)

// desk is a bank with a customer and staff, each with an account.
type desk struct {
	*branch

	ada                          Account
	customer, teller, chief, ceo Caller // chief and ceo are administrators
}

func newDesk(t *testing.T, approvalAbove ledger.Money) *desk {
	t.Helper()
	d := &desk{branch: newBranch(t)}
	d.bank.approvalAbove = approvalAbove
	d.ada = d.open(t, 100_000)
	d.customer = signedInTo(d.ada, RoleCustomer)
	d.teller = d.hire(t, RoleEmployee)
	d.chief, d.ceo = d.hire(t, RoleAdmin), d.hire(t, RoleAdmin)
	return d
}

func signedInTo(account Account, role Role) Caller {
	return Caller{Customer: account.Customer, Account: account.Number, Role: role, Session: uuid.New(), Address: "192.0.2.1", RequestID: "test"}
}

// hire opens an account for a new member of staff, who has signed in with both factors.
func (d *desk) hire(t *testing.T, role Role) Caller {
	t.Helper()
	account := d.open(t, 0)
	_, err := d.bank.SetRole(t.Context(), operator, account.Number, role)
	require.NoError(t, err)
	return signedInTo(account, role)
}

// state is everything in the database but the audit trail.
func (d *desk) state(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, table := range []string{"customers", "accounts", "transactions", "requests", "pin_reset_codes", "idempotency_keys", "sessions"} {
		all.WriteString(storetest.Text(t, d.url, "SELECT * FROM "+table+" ORDER BY 1"))
	}
	return all.String()
}

func (d *desk) trail(t *testing.T, kind string) string {
	t.Helper()
	return storetest.Text(t, d.url, "SELECT actor, detail FROM events WHERE event_type = '"+kind+"' ORDER BY sequence")
}

// asks makes a request of the customer's.
func (d *desk) asks(t *testing.T, kind RequestKind, wanted Wanted) Request {
	t.Helper()
	asked, err := d.bank.CreateRequest(t.Context(), d.customer, AskParams{Account: d.ada.Number, Kind: kind, Wanted: wanted})
	require.NoError(t, err)
	return asked.Request
}

func TestAnApprovedNameIsTheCustomers(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 0)
	asked := d.asks(t, RequestChangeName, Wanted{Name: "  Ada   King "})
	require.Equal(t, "Ada King", asked.Wanted.Name)
	require.Equal(t, RequestPending, asked.Status)
	require.Equal(t, AskedByCustomer, asked.AskedBy)

	decision, err := d.bank.ApproveRequest(t.Context(), d.teller, asked.ID, "Certificate seen")
	require.NoError(t, err)
	require.Equal(t, RequestApproved, decision.Request.Status)
	require.Nil(t, decision.PinReset)
	account, err := d.bank.GetAccount(t.Context(), d.customer, d.ada.Number)
	require.NoError(t, err)
	require.Equal(t, "Ada King", account.Holder)
	found, err := d.bank.AdminListAccounts(t.Context(), d.teller, ListAccountsParams{Query: "ada king"})
	require.NoError(t, err)
	require.Len(t, found.Accounts, 1)

	listed, err := d.bank.AdminGetRequest(t.Context(), d.chief, asked.ID)
	require.NoError(t, err)
	require.Equal(t, "Ada King", listed.Requester)
	require.Equal(t, "Ada Lovelace", listed.Decider)
	require.False(t, listed.MayDecide, "it is decided")
	require.Equal(t, "Certificate seen", listed.DecisionNote)
	want := "actor=" + d.teller.Account.String() + " detail=change_name " + asked.ID.String() + " \n"
	require.Equal(t, want, d.trail(t, "request_approved"))
}

// TestWhoAskedCannotDecide tries every disguise of an employee who has asked, and of the customer whom it is about.
func TestWhoAskedCannotDecide(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 50_000)
	movement, err := d.bank.Deposit(t.Context(), d.teller, DepositParams{Account: d.ada.Number, Amount: 50_001})
	require.NoError(t, err)
	require.NotNil(t, movement.Request)
	second, err := d.bank.OpenAccount(t.Context(), d.teller, OpenAccountParams{})
	require.NoError(t, err)
	otherSession, otherAccount, hired, promoted := d.teller, d.teller, d.hire(t, RoleEmployee), d.teller
	otherSession.Session = uuid.New()
	otherAccount.Account = second.Account.Number
	promoted.Role = RoleAdmin
	about := signedInTo(d.ada, RoleAdmin) // the customer, who has become an administrator
	client := Caller{Client: &Client{ID: uuid.New(), Permissions: Permissions()}}
	demoted := hired
	demoted.Role = RoleCustomer

	before := d.state(t)
	for name, caller := range map[string]Caller{
		"who asked": d.teller, "another session": otherSession, "another account": otherAccount, "another role": promoted,
		"whom it is about": about, "the customer": d.customer, "a client": client, "the admin key": {AdminKey: true}, "the operator": operator,
		"a stranger": {}, "a demoted employee": demoted, "who lacks a factor": {Customer: hired.Customer, Account: hired.Account,
			Role: RoleCustomer, Lacks: []Requirement{RequiresSecondFactor}},
	} {
		_, err := d.bank.ApproveRequest(t.Context(), caller, movement.Request.ID, "")
		require.Error(t, err, name)
		requireCode(t, CodeForbidden, err)
		_, err = d.bank.RejectRequest(t.Context(), caller, movement.Request.ID, "no")
		require.Error(t, err, name)
		requireCode(t, CodeForbidden, err)
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
		caller Caller
		of     ledger.AccountNumber
	}{
		"an employee": {d.teller, d.ada.Number}, "an employee for themselves": {d.teller, d.teller.Account},
		"an administrator for themselves": {d.chief, d.chief.Account}, "a customer": {d.customer, d.ada.Number}, "the admin key": {Caller{AdminKey: true}, d.ada.Number},
	} {
		_, err := d.bank.SetAccountRole(t.Context(), ask.caller, ask.of, RoleAdmin)
		require.Error(t, err, name)
		requireCode(t, CodeForbidden, err)
	}
	_, err := d.bank.CreateRequest(t.Context(), d.customer, AskParams{Account: d.ada.Number, Kind: RequestChangeRole, Wanted: Wanted{Role: RoleAdmin}})
	requireCode(t, ledger.CodeInvalidRequest, err)
	_, err = d.bank.AdminCreateRequest(t.Context(), d.teller, AskParams{Account: d.ada.Number, Kind: RequestChangeRole, Wanted: Wanted{Role: RoleAdmin}})
	requireCode(t, ledger.CodeInvalidRequest, err)
	_, err = d.bank.SetAccountRole(t.Context(), d.chief, d.ada.Number, RoleCustomer)
	requireCode(t, CodeNothingToChange, err)
	require.Equal(t, before, d.state(t))

	asked, err := d.bank.SetAccountRole(t.Context(), d.chief, d.ada.Number, RoleEmployee)
	require.NoError(t, err)
	before = d.state(t)
	_, err = d.bank.SetAccountRole(t.Context(), d.ceo, d.ada.Number, RoleAdmin)
	requireCode(t, CodeRequestPending, err)
	for _, caller := range []Caller{d.teller, d.chief, signedInTo(d.ada, RoleAdmin)} {
		_, err = d.bank.ApproveRequest(t.Context(), caller, asked.ID, "")
		requireCode(t, CodeForbidden, err)
	}
	require.Equal(t, before, d.state(t))

	_, err = d.bank.ApproveRequest(t.Context(), d.ceo, asked.ID, "")
	require.NoError(t, err)
	account, err := d.bank.GetAccount(t.Context(), d.customer, d.ada.Number)
	require.NoError(t, err)
	require.Equal(t, RoleEmployee, account.Role)
	require.Contains(t, d.trail(t, "role_changed"), "actor="+d.ceo.Account.String()+" detail=customer>employee \n")
}

// TestADemotedAskersRequestIsNotApproved asks as an administrator who is one no longer when it is decided.
func TestADemotedAskersRequestIsNotApproved(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 0)
	asked, err := d.bank.SetAccountRole(t.Context(), d.chief, d.ada.Number, RoleAdmin)
	require.NoError(t, err)
	_, err = d.bank.SetRole(t.Context(), operator, d.chief.Account, RoleEmployee)
	require.NoError(t, err)
	before := d.state(t)
	_, err = d.bank.ApproveRequest(t.Context(), d.ceo, asked.ID, "")
	requireCode(t, CodeForbidden, err)
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
	deciders := []Caller{d.chief, d.ceo, d.hire(t, RoleEmployee), d.hire(t, RoleEmployee)}
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

// TestManyAskForOneThing lets requests of one kind meet: one of them is made.
func TestManyAskForOneThing(t *testing.T) {
	storetest.Concurrent(t)
	t.Parallel()
	d := newDesk(t, 0)
	var made atomic.Int64
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			err := patiently(func() error {
				_, err := d.bank.CreateRequest(context.Background(), d.customer, AskParams{Account: d.ada.Number, Kind: RequestResetPin})
				return err
			})
			if err == nil {
				made.Add(1)
			} else {
				requireCode(t, CodeRequestPending, err)
			}
		})
	}
	all.Wait()
	require.Equal(t, int64(1), made.Load())
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

// TestRequestsExpire decides at the last moment, and after it, before and after the job has run.
func TestRequestsExpire(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 0)
	asked := d.asks(t, RequestChangeName, Wanted{Name: "Ada King"})
	d.clock.pass(RequestLifetime)
	before := d.state(t)
	overdue := func() {
		_, err := d.bank.ApproveRequest(t.Context(), d.teller, asked.ID, "")
		requireCode(t, CodeRequestNotPending, err)
		_, err = d.bank.WithdrawRequest(t.Context(), d.customer, d.ada.Number, asked.ID)
		requireCode(t, CodeRequestNotPending, err)
		page, err := d.bank.AdminListRequests(t.Context(), d.teller, ListRequestsParams{Status: RequestPending})
		require.NoError(t, err)
		require.Empty(t, page.Requests)
		page, err = d.bank.AdminListRequests(t.Context(), d.teller, ListRequestsParams{Status: RequestExpired})
		require.NoError(t, err)
		require.Len(t, page.Requests, 1)
		require.Equal(t, asked.ExpiresAt, page.Requests[0].DecidedAt)
	}
	overdue()
	require.Equal(t, before, d.state(t))
	expired, err := d.bank.ExpireRequests(t.Context())
	require.NoError(t, err)
	require.Equal(t, int64(1), expired)
	overdue()

	again := d.asks(t, RequestChangeName, Wanted{Name: "Ada King"})
	d.clock.pass(RequestLifetime - time.Microsecond)
	expired, err = d.bank.ExpireRequests(t.Context())
	require.NoError(t, err)
	require.Zero(t, expired)
	_, err = d.bank.ApproveRequest(t.Context(), d.teller, again.ID, "")
	require.NoError(t, err)
}

// TestOnlyWhoAskedTakesBack tries to withdraw the requests of others.
func TestOnlyWhoAskedTakesBack(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 0)
	byStaff, err := d.bank.AdminCreateRequest(t.Context(), d.teller,
		AskParams{Account: d.ada.Number, Kind: RequestChangeName, Wanted: Wanted{Name: "Ada King"}})
	require.NoError(t, err)
	require.Equal(t, AskedByStaff, byStaff.Request.AskedBy)
	d.clock.pass(time.Second)
	own := d.asks(t, RequestResetPin, Wanted{})
	eve := signedInTo(d.open(t, 0), RoleCustomer)
	before := d.state(t)
	_, err = d.bank.WithdrawRequest(t.Context(), d.customer, d.ada.Number, byStaff.Request.ID)
	requireCode(t, CodeRequestNotFound, err)
	_, err = d.bank.WithdrawRequest(t.Context(), eve, d.ada.Number, own.ID)
	requireCode(t, CodeForbidden, err)
	for _, id := range []uuid.UUID{own.ID, uuid.New()} { // another's is answered like one that does not exist
		_, err = d.bank.WithdrawRequest(t.Context(), eve, eve.Account, id)
		requireCode(t, CodeRequestNotFound, err)
		_, err = d.bank.GetRequest(t.Context(), eve, eve.Account, id)
		requireCode(t, CodeRequestNotFound, err)
	}
	require.Equal(t, before, d.state(t))
	withdrawn, err := d.bank.WithdrawRequest(t.Context(), d.customer, d.ada.Number, own.ID)
	require.NoError(t, err)
	require.Equal(t, RequestWithdrawn, withdrawn.Status)
	_, err = d.bank.ApproveRequest(t.Context(), d.chief, own.ID, "")
	requireCode(t, CodeRequestNotPending, err)

	page, err := d.bank.ListAccountRequests(t.Context(), d.customer, ListAccountRequestsParams{Account: d.ada.Number, Limit: 1})
	require.NoError(t, err)
	require.Equal(t, own.ID, page.Requests[0].ID)
	page, err = d.bank.ListAccountRequests(t.Context(), d.customer, ListAccountRequestsParams{Account: d.ada.Number, Cursor: page.NextCursor})
	require.NoError(t, err)
	require.Len(t, page.Requests, 1)
	require.Equal(t, byStaff.Request.ID, page.Requests[0].ID)
}

// TestRequestsAreMadeOnceUnderTheirKey repeats requests, also after they were decided and after the bank has changed its amount.
func TestRequestsAreMadeOnceUnderTheirKey(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 50_000)
	params := AskParams{Account: d.ada.Number, Kind: RequestChangeName, Wanted: Wanted{Name: "Ada King"}, IdempotencyKey: "k"}
	first, err := d.bank.CreateRequest(t.Context(), d.customer, params)
	require.NoError(t, err)
	require.False(t, first.Replayed)
	_, err = d.bank.ApproveRequest(t.Context(), d.teller, first.Request.ID, "seen")
	require.NoError(t, err)
	again, err := d.bank.CreateRequest(t.Context(), d.customer, params)
	require.NoError(t, err)
	require.True(t, again.Replayed)
	again.Request.decidedBy = ""
	require.Equal(t, first.Request, again.Request, "as it was made")
	params.Note = "please"
	_, err = d.bank.CreateRequest(t.Context(), d.customer, params)
	requireCode(t, ledger.CodeIdempotencyKeyReused, err)
	keyed, err := d.bank.GetIdempotencyKey(t.Context(), d.customer, d.ada.Number, "k")
	require.NoError(t, err)
	require.Equal(t, first.Request.ID, keyed.Request)

	large := DepositParams{Account: d.ada.Number, Amount: 60_000, IdempotencyKey: "large"}
	small := DepositParams{Account: d.ada.Number, Amount: 40_000, IdempotencyKey: "small"}
	asked, err := d.bank.Deposit(t.Context(), d.teller, large)
	require.NoError(t, err)
	posted, err := d.bank.Deposit(t.Context(), d.teller, small)
	require.NoError(t, err)
	require.Nil(t, posted.Request)
	before := d.state(t)
	for _, above := range []ledger.Money{0, 1_000} {
		d.bank.approvalAbove = above
		repeated, err := d.bank.Deposit(t.Context(), d.teller, large)
		require.NoError(t, err)
		require.True(t, repeated.Replayed)
		require.Equal(t, asked.Request, repeated.Request)
		repeated, err = d.bank.Deposit(t.Context(), d.teller, small)
		require.NoError(t, err)
		require.True(t, repeated.Replayed)
		require.Equal(t, posted.Transaction, repeated.Transaction)
	}
	require.Equal(t, before, d.state(t))
}

// TestLargeMovementsAtTheDeskNeedApproval compares amounts around the bank's, by staff, by owners and by service clients.
func TestLargeMovementsAtTheDeskNeedApproval(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 50_000)
	client := Caller{Client: &Client{ID: uuid.New(), Permissions: []Permission{DepositsWrite}}}
	for name, c := range map[string]struct {
		caller Caller
		amount ledger.Money
		asks   bool
	}{
		"employee, at the amount": {d.teller, 50_000, false}, "employee, above it": {d.teller, 50_001, true},
		"administrator": {d.chief, 50_001, true}, "client": {client, 50_001, true}, "owner": {d.customer, 90_000, false},
	} {
		receipt, err := d.bank.Deposit(t.Context(), c.caller, DepositParams{Account: d.ada.Number, Amount: c.amount})
		require.NoError(t, err, name)
		require.Equal(t, c.asks, receipt.Request != nil, name)
	}
	account, err := d.bank.GetAccount(t.Context(), d.customer, d.ada.Number)
	require.NoError(t, err)
	require.Equal(t, ledger.Money(100_000+50_000+90_000), account.Balance)
	page, err := d.bank.AdminListRequests(t.Context(), d.teller, ListRequestsParams{Status: RequestPending, Kind: RequestDeposit})
	require.NoError(t, err)
	require.Len(t, page.Requests, 3)
	mine := 0
	for _, r := range page.Requests {
		require.Equal(t, r.Requester == "", r.AskedBy == AskedByClient)
		if !r.MayDecide {
			mine++
		}
	}
	require.Equal(t, 1, mine, "only the caller's own cannot be decided by the caller")
	before := d.state(t)
	_, err = d.bank.Withdraw(t.Context(), d.teller, WithdrawParams{Account: d.ada.Number, Amount: 250_000})
	requireCode(t, ledger.CodeInsufficientFunds, err)
	require.Equal(t, before, d.state(t), "what is not possible now is not asked for")
}

// TestResetCodesAreForOthers issues reset codes as each kind of caller, for each kind of account.
func TestResetCodesAreForOthers(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 0)
	colleague := d.hire(t, RoleEmployee)
	reset := Caller{Client: &Client{ID: uuid.New(), Permissions: []Permission{CustomersManage}}}
	for _, c := range []struct {
		name   string
		caller Caller
		of     ledger.AccountNumber
		may    bool
	}{
		{"employee, customer", d.teller, d.ada.Number, true}, {"employee, self", d.teller, d.teller.Account, false},
		{"employee, employee", d.teller, colleague.Account, false}, {"employee, administrator", d.teller, d.chief.Account, false},
		{"administrator, employee", d.chief, d.teller.Account, true}, {"administrator, administrator", d.chief, d.ceo.Account, true},
		{"administrator, self", d.chief, d.chief.Account, false}, {"customer, self", d.customer, d.ada.Number, false},
		{"admin key", Caller{AdminKey: true}, d.ada.Number, false}, {"operator", operator, d.chief.Account, true},
		{"client, customer", reset, d.ada.Number, true}, {"client, employee", reset, d.teller.Account, false}, {"stranger", Caller{}, d.ada.Number, false},
	} {
		before := d.state(t)
		issued, err := d.bank.IssuePinReset(t.Context(), c.caller, c.of)
		if c.may {
			require.NoError(t, err, c.name)
			require.NotEmpty(t, issued.Code)
			continue
		}
		require.Error(t, err, c.name)
		requireCode(t, CodeForbidden, err)
		require.Equal(t, before, d.state(t), c.name)
	}
	require.Contains(t, d.trail(t, "pin_reset_issued"), "actor="+d.teller.Account.String()+" ")
}

// TestAnApprovedResetShowsACodeOnce approves a customer's request, guesses the code until it is dead, and uses another one.
func TestAnApprovedResetShowsACodeOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 0)
	approve := func() (Request, string) {
		asked := d.asks(t, RequestResetPin, Wanted{})
		decision, err := d.bank.ApproveRequest(t.Context(), d.teller, asked.ID, "")
		require.NoError(t, err)
		require.Equal(t, d.ada.Number, decision.PinReset.Account.Number)
		return decision.Request, decision.PinReset.Code
	}
	reset := func(code string) error {
		return d.bank.ResetPin(t.Context(), Caller{Address: "192.0.2.7"}, ResetPinParams{Account: d.ada.Number, Code: code, New: "604713"})
	}
	request, code := approve()
	require.NotContains(t, d.state(t), strings.ReplaceAll(code, "-", ""))
	require.Contains(t, d.trail(t, "pin_reset_issued"), request.ID.String())
	for range ResetCodeTries {
		requireCode(t, CodeInvalidResetCode, reset("0000-0000-0000"))
	}
	requireCode(t, CodeInvalidResetCode, reset(code))
	_, code = approve()
	d.clock.pass(ResetCodeLifetime)
	requireCode(t, CodeInvalidResetCode, reset(code))
	_, code = approve()
	require.NoError(t, reset(code))
	requireCode(t, CodeInvalidResetCode, reset(code))
	_, err := d.bank.Login(t.Context(), Caller{}, LoginParams{Account: d.ada.Number, Pin: "604713"})
	require.NoError(t, err)
}

// TestACustomerWithoutAPINGetsOne opens an account at the desk, which no PIN opens until its customer has set one with a code.
func TestACustomerWithoutAPINGetsOne(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 0)
	opened, err := d.bank.OpenAccount(t.Context(), d.teller, OpenAccountParams{Holder: "Grace Hopper"})
	require.NoError(t, err)
	number := opened.Account.Number
	_, err = d.bank.Login(t.Context(), Caller{}, LoginParams{Account: number, Pin: "0000"})
	requireCode(t, CodeInvalidCredentials, err)
	issued, err := d.bank.IssuePinReset(t.Context(), d.teller, number)
	require.NoError(t, err)
	require.NoError(t, d.bank.ResetPin(t.Context(), Caller{}, ResetPinParams{Account: number, Code: issued.Code, New: "604713"}))
	_, err = d.bank.Login(t.Context(), Caller{}, LoginParams{Account: number, Pin: "604713"})
	require.NoError(t, err)
}

// TestWhatIsAskedForIsWhatItsKindTakes sends details of other kinds, and none.
func TestWhatIsAskedForIsWhatItsKindTakes(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 0)
	before := d.state(t)
	for _, p := range []AskParams{
		{Kind: RequestChangeName}, {Kind: RequestChangeName, Wanted: Wanted{Name: "<b>"}}, {Kind: RequestChangeName, Wanted: Wanted{Name: "Ada King", Amount: 1}},
		{Kind: RequestResetPin, Wanted: Wanted{Name: "Ada King"}}, {Kind: RequestDeposit, Wanted: Wanted{Amount: 5}}, {Kind: "loan"}, {},
		{Kind: RequestResetPin, Note: "a\nb"},
	} {
		p.Account = d.ada.Number
		_, err := d.bank.CreateRequest(t.Context(), d.customer, p)
		requireCode(t, ledger.CodeInvalidRequest, err)
	}
	_, err := d.bank.CreateRequest(t.Context(), d.customer,
		AskParams{Account: d.ada.Number, Kind: RequestChangeName, Wanted: Wanted{Name: "Ada Lovelace"}})
	requireCode(t, CodeNothingToChange, err)
	require.Equal(t, before, d.state(t))
}

// TestAnApprovedClosingSweepsTheAccount asks for a closing with and without somewhere for the money to go.
func TestAnApprovedClosingSweepsTheAccount(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 0)
	bare := d.asks(t, RequestCloseAccount, Wanted{})
	before := d.state(t)
	_, err := d.bank.ApproveRequest(t.Context(), d.teller, bare.ID, "")
	requireCode(t, CodeRequestImpossible, err)
	require.Equal(t, before, d.state(t))
	_, err = d.bank.WithdrawRequest(t.Context(), d.customer, d.ada.Number, bare.ID)
	require.NoError(t, err)

	_, err = d.bank.AdminCreateRequest(t.Context(), d.teller,
		AskParams{Account: d.ada.Number, Kind: RequestCloseAccount, Wanted: Wanted{SweepTo: d.teller.Account}})
	requireCode(t, CodeForbidden, err)
	tempting := d.asks(t, RequestCloseAccount, Wanted{SweepTo: d.teller.Account})
	_, err = d.bank.ApproveRequest(t.Context(), d.teller, tempting.ID, "")
	requireCode(t, CodeForbidden, err)
	_, err = d.bank.WithdrawRequest(t.Context(), d.customer, d.ada.Number, tempting.ID)
	require.NoError(t, err)

	heir := d.open(t, 0)
	asked := d.asks(t, RequestCloseAccount, Wanted{SweepTo: heir.Number})
	_, err = d.bank.ApproveRequest(t.Context(), d.teller, asked.ID, "")
	require.NoError(t, err)
	closed, err := d.bank.GetAccount(t.Context(), d.customer, d.ada.Number)
	require.NoError(t, err)
	require.Equal(t, StatusClosed, closed.Status)
	swept, err := d.bank.GetAccount(t.Context(), d.chief, heir.Number)
	require.NoError(t, err)
	require.Equal(t, ledger.Money(100_000), swept.Balance)
	_, err = d.bank.CreateRequest(t.Context(), d.customer, AskParams{Account: d.ada.Number, Kind: RequestCloseAccount})
	requireCode(t, ledger.CodeAccountClosed, err)
}

// TestAnApprovedLimitHolds raises a limit, and counts an approved withdrawal against it.
func TestAnApprovedLimitHolds(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 20_000)
	money := func(m ledger.Money) *ledger.Money { return &m }
	_, err := d.bank.SetLimits(t.Context(), d.customer, d.ada.Number, ledger.Limits{Daily: money(10_000)})
	require.NoError(t, err)
	_, err = d.bank.CreateRequest(t.Context(), d.customer,
		AskParams{Account: d.ada.Number, Kind: RequestRaiseLimit, Wanted: Wanted{Daily: money(10_000)}})
	requireCode(t, CodeNothingToChange, err)
	asked := d.asks(t, RequestRaiseLimit, Wanted{Daily: money(40_000)})
	_, err = d.bank.ApproveRequest(t.Context(), d.teller, asked.ID, "")
	require.NoError(t, err)

	desk, err := d.bank.Withdraw(t.Context(), d.teller, WithdrawParams{Account: d.ada.Number, Amount: 30_000})
	require.NoError(t, err)
	_, err = d.bank.ApproveRequest(t.Context(), d.chief, desk.Request.ID, "")
	require.NoError(t, err)
	_, err = d.bank.Withdraw(t.Context(), d.customer, WithdrawParams{Account: d.ada.Number, Amount: 10_001})
	requireCode(t, ledger.CodeLimitExceeded, err)
	_, err = d.bank.Withdraw(t.Context(), d.customer, WithdrawParams{Account: d.ada.Number, Amount: 10_000})
	require.NoError(t, err)
	_, err = verify.Run(t.Context(), d.store, func(verify.Report) {})
	require.NoError(t, err)
}
