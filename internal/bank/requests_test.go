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

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// desk is a bank with a customer and staff, each with an account.
type desk struct {
	*branch

	ada                          Account
	customer, teller, chief, ceo auth.Caller // chief and ceo are administrators
}

func newDesk(t *testing.T, approvalAbove ledger.Money) *desk {
	t.Helper()
	d := &desk{branch: newBranch(t)}
	d.bank.approvalAbove = approvalAbove
	d.ada = d.open(t, 100_000)
	d.customer = signedInTo(d.ada, auth.RoleCustomer)
	d.teller = d.hire(t, auth.RoleEmployee)
	d.chief, d.ceo = d.hire(t, auth.RoleAdmin), d.hire(t, auth.RoleAdmin)
	return d
}

func signedInTo(account Account, role auth.Role) auth.Caller {
	return auth.Caller{Customer: account.Customer, Account: account.Number, Role: role, Address: "192.0.2.1", RequestID: "test"}
}

// hire opens an account for a new member of staff, who has signed in with both factors.
func (d *desk) hire(t *testing.T, role auth.Role) auth.Caller {
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
	eve := signedInTo(d.open(t, 0), auth.RoleCustomer)
	before := d.state(t)
	_, err = d.bank.WithdrawRequest(t.Context(), d.customer, d.ada.Number, byStaff.Request.ID)
	requireCode(t, CodeRequestNotFound, err)
	_, err = d.bank.WithdrawRequest(t.Context(), eve, d.ada.Number, own.ID)
	requireCode(t, auth.CodeForbidden, err)
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
