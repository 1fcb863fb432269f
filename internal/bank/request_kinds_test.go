package bank

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/verify"
)

// TestLargeMovementsAtTheDeskNeedApproval compares amounts around the bank's, by staff, by owners and by service clients.
func TestLargeMovementsAtTheDeskNeedApproval(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 50_000)
	client := auth.Caller{Client: &auth.Client{ID: uuid.New(), Permissions: []auth.Permission{auth.DepositsWrite}}}
	for name, c := range map[string]struct {
		caller auth.Caller
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
	colleague := d.hire(t, auth.RoleEmployee)
	reset := auth.Caller{Client: &auth.Client{ID: uuid.New(), Permissions: []auth.Permission{auth.CustomersManage}}}
	for _, c := range []struct {
		name   string
		caller auth.Caller
		of     ledger.AccountNumber
		may    bool
	}{
		{"employee, customer", d.teller, d.ada.Number, true}, {"employee, self", d.teller, d.teller.Account, false},
		{"employee, employee", d.teller, colleague.Account, false}, {"employee, administrator", d.teller, d.chief.Account, false},
		{"administrator, employee", d.chief, d.teller.Account, true}, {"administrator, administrator", d.chief, d.ceo.Account, true},
		{"administrator, self", d.chief, d.chief.Account, false}, {"customer, self", d.customer, d.ada.Number, false},
		{"admin key", auth.Caller{AdminKey: true}, d.ada.Number, false}, {"operator", operator, d.chief.Account, true},
		{"client, customer", reset, d.ada.Number, true}, {"client, employee", reset, d.teller.Account, false}, {"stranger", auth.Caller{}, d.ada.Number, false},
	} {
		before := d.state(t)
		issued, err := d.auth.IssuePinReset(t.Context(), c.caller, c.of)
		if c.may {
			require.NoError(t, err, c.name)
			require.NotEmpty(t, issued.Code)
			continue
		}
		require.Error(t, err, c.name)
		requireCode(t, auth.CodeForbidden, err)
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
		require.Equal(t, d.ada.Number, decision.PinReset.Account)
		return decision.Request, decision.PinReset.Code
	}
	reset := func(code string) error {
		return d.auth.ResetPin(t.Context(), auth.Caller{Address: "192.0.2.7"}, auth.ResetPinParams{Account: d.ada.Number, Code: code, New: "604713"})
	}
	request, code := approve()
	require.NotContains(t, d.state(t), strings.ReplaceAll(code, "-", ""))
	require.Contains(t, d.trail(t, "pin_reset_issued"), request.ID.String())
	for range auth.ResetCodeTries {
		requireCode(t, auth.CodeInvalidResetCode, reset("0000-0000-0000"))
	}
	requireCode(t, auth.CodeInvalidResetCode, reset(code))
	_, code = approve()
	d.clock.pass(auth.ResetCodeLifetime)
	requireCode(t, auth.CodeInvalidResetCode, reset(code))
	_, code = approve()
	require.NoError(t, reset(code))
	requireCode(t, auth.CodeInvalidResetCode, reset(code))
	_, err := d.auth.Login(t.Context(), auth.Caller{}, auth.LoginParams{Account: d.ada.Number, Pin: "604713"})
	require.NoError(t, err)
}

// TestACustomerWithoutAPINGetsOne opens an account at the desk, which no PIN opens until its customer has set one with a code.
func TestACustomerWithoutAPINGetsOne(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 0)
	opened, err := d.bank.OpenAccount(t.Context(), d.teller, OpenAccountParams{Holder: "Grace Hopper"})
	require.NoError(t, err)
	number := opened.Account.Number
	_, err = d.auth.Login(t.Context(), auth.Caller{}, auth.LoginParams{Account: number, Pin: "0000"})
	requireCode(t, auth.CodeInvalidCredentials, err)
	issued, err := d.auth.IssuePinReset(t.Context(), d.teller, number)
	require.NoError(t, err)
	require.NoError(t, d.auth.ResetPin(t.Context(), auth.Caller{}, auth.ResetPinParams{Account: number, Code: issued.Code, New: "604713"}))
	_, err = d.auth.Login(t.Context(), auth.Caller{}, auth.LoginParams{Account: number, Pin: "604713"})
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
	requireCode(t, auth.CodeForbidden, err)
	tempting := d.asks(t, RequestCloseAccount, Wanted{SweepTo: d.teller.Account})
	_, err = d.bank.ApproveRequest(t.Context(), d.teller, tempting.ID, "")
	requireCode(t, auth.CodeForbidden, err)
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
