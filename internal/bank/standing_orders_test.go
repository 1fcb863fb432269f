package bank

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/schedule"
)

func date(t require.TestingT, text string) time.Time {
	day, err := time.Parse(time.DateOnly, text)
	require.NoError(t, err)
	return day
}

// pair is a sender and a recipient of standing orders.
type pair struct {
	*branch
	ada, bob ledger.AccountNumber
}

func newPair(t *testing.T, capital ledger.Money) *pair {
	t.Helper()
	br := newBranch(t)
	return &pair{br, br.open(t, capital).Number, br.open(t, 0).Number}
}

// monthly returns what Ada orders for each month: 10 to Bob.
func (p *pair) monthly(t require.TestingT, first string) StandingOrderParams {
	return StandingOrderParams{
		Account: p.ada, To: p.bob, Amount: 10, Description: "Rent", IfShort: SkipIfShort,
		Schedule: schedule.Schedule{Frequency: schedule.Monthly, First: date(t, first)},
	}
}

func (p *pair) daily(t require.TestingT, first string) StandingOrderParams {
	params := p.monthly(t, first)
	params.Schedule.Frequency = schedule.Daily
	return params
}

func (p *pair) order(t require.TestingT, params StandingOrderParams) StandingOrder {
	p.clock.pass(time.Microsecond) // so that orders have an order
	made, err := p.bank.CreateStandingOrder(context.Background(), ownerOf(p.ada), params)
	require.NoError(t, err)
	return made.Order
}

// on moves the clock to the noon of a day.
func (p *pair) on(t require.TestingT, day string) {
	p.clock.mu.Lock()
	defer p.clock.mu.Unlock()
	p.clock.now = date(t, day).Add(12 * time.Hour)
}

func (p *pair) run(t require.TestingT) int {
	ran, err := p.bank.RunStandingOrders(context.Background())
	require.NoError(t, err)
	return ran
}

// runs returns what became of an order's dates, the first date first.
func (p *pair) runs(t require.TestingT, order StandingOrder) []string {
	page, err := p.bank.ListStandingOrderRuns(context.Background(), operator, ListRunsParams{Account: p.ada, Order: order.ID, Limit: 200})
	require.NoError(t, err)
	texts := make([]string, len(page.Runs))
	for i, run := range page.Runs {
		text := fmt.Sprintf("%s %s", dateText(run.DueOn), run.Status)
		if run.Code != "" {
			text += " " + string(run.Code)
		}
		texts[len(texts)-1-i] = text
	}
	return texts
}

func (p *pair) read(t require.TestingT, order StandingOrder) StandingOrder {
	found, err := p.bank.GetStandingOrder(context.Background(), ownerOf(p.ada), p.ada, order.ID)
	require.NoError(t, err)
	return found
}

func (p *pair) balance(t require.TestingT, number ledger.AccountNumber) ledger.Money {
	account, err := p.bank.GetAccount(context.Background(), operator, number)
	require.NoError(t, err)
	return account.Balance
}

// TestAPauseLeavesItsDatesOut: they are never run, and the day on which the order is resumed is not part of the pause.
func TestAPauseLeavesItsDatesOut(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	p := newPair(t, 1000)
	order := p.order(t, p.daily(t, "2026-11-23"))
	p.on(t, "2026-11-24")
	require.Equal(t, 2, p.run(t))
	for range 2 { // the second time changes nothing
		paused, err := p.bank.PauseStandingOrder(ctx, ownerOf(p.ada), p.ada, order.ID)
		require.NoError(t, err)
		require.Equal(t, OrderPaused, paused.Status)
	}
	p.on(t, "2026-11-27")
	require.Zero(t, p.run(t))
	for range 2 {
		resumed, err := p.bank.ResumeStandingOrder(ctx, ownerOf(p.ada), p.ada, order.ID)
		require.NoError(t, err)
		require.Equal(t, []any{OrderActive, date(t, "2026-11-27")}, []any{resumed.Status, resumed.NextOn})
	}
	require.Equal(t, 1, p.run(t))
	require.Equal(t, []string{"2026-11-23 posted", "2026-11-24 posted", "2026-11-27 posted"}, p.runs(t, order))
	p.verified(t)
}

// TestAPauseEndsRetries, and an end does, too.
func TestAPauseEndsRetries(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	p := newPair(t, 0)
	params := p.daily(t, "2026-11-23")
	params.IfShort = RetryIfShort
	paused, ended := p.order(t, params), p.order(t, params)
	params.Schedule.Times = 1
	last := p.order(t, params)
	p.on(t, "2026-11-23")
	require.Zero(t, p.run(t))
	for _, order := range []StandingOrder{paused, last} {
		_, err := p.bank.PauseStandingOrder(ctx, ownerOf(p.ada), p.ada, order.ID)
		require.NoError(t, err)
	}
	for range 2 {
		order, err := p.bank.EndStandingOrder(ctx, ownerOf(p.ada), p.ada, ended.ID)
		require.NoError(t, err)
		require.Equal(t, EndedByRequest, order.EndReason)
	}
	for _, order := range []StandingOrder{paused, ended, last} {
		require.Equal(t, []string{"2026-11-23 failed insufficient_funds"}, p.runs(t, order))
	}
	require.Equal(t, date(t, "2026-11-24"), p.read(t, paused).NextOn)
	require.Equal(t, OrderCompleted, p.read(t, last).Status)
	trail, err := p.bank.AdminListEvents(ctx, operator, ListEventsParams{Account: &p.ada, Type: EventStandingOrderFailed})
	require.NoError(t, err)
	require.Len(t, trail.Events, 3, "a date that was given up is in the trail")
	p.verified(t)
}

func TestStandingOrdersAreChecked(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	p := newPair(t, 1000)
	euros, err := p.bank.OpenAccount(ctx, auth.Caller{}, OpenAccountParams{Holder: "Eve", Pin: goodPin, Currency: "EUR"})
	require.NoError(t, err)
	closed := p.open(t, 0).Number
	_, err = p.bank.CloseAccount(ctx, employee, CloseParams{Account: closed, Reason: ReasonCustomer})
	require.NoError(t, err)
	for name, c := range map[string]struct {
		change  func(o *StandingOrderParams)
		code    ledger.Code
		pointer string
	}{
		"in the past":           {func(o *StandingOrderParams) { o.Schedule.First = date(t, "2026-11-21") }, ledger.CodeInvalidRequest, "/first_on"},
		"in a far future":       {func(o *StandingOrderParams) { o.Schedule.First = date(t, "2036-11-23") }, ledger.CodeInvalidRequest, "/first_on"},
		"another day":           {func(o *StandingOrderParams) { o.Schedule.Day = 2 }, ledger.CodeInvalidRequest, "/day"},
		"a day of a week":       {func(o *StandingOrderParams) { o.Schedule.Frequency, o.Schedule.Day = schedule.Weekly, 1 }, ledger.CodeInvalidRequest, "/day"},
		"once, every second":    {func(o *StandingOrderParams) { o.Schedule.Frequency, o.Schedule.Every = schedule.Once, 2 }, ledger.CodeInvalidRequest, "/frequency"},
		"once, twice":           {func(o *StandingOrderParams) { o.Schedule.Frequency, o.Schedule.Times = schedule.Once, 2 }, ledger.CodeInvalidRequest, "/frequency"},
		"until and times":       {func(o *StandingOrderParams) { o.Schedule.Until, o.Schedule.Times = o.Schedule.First, 2 }, ledger.CodeInvalidRequest, "/times"},
		"until before":          {func(o *StandingOrderParams) { o.Schedule.Until = date(t, "2026-11-30") }, ledger.CodeInvalidRequest, "/until"},
		"nothing":               {func(o *StandingOrderParams) { o.Amount = 0 }, ledger.CodeInvalidRequest, "/amount"},
		"an odd text":           {func(o *StandingOrderParams) { o.Description = "\u202e" }, ledger.CodeInvalidRequest, "/description"},
		"to oneself":            {func(o *StandingOrderParams) { o.To = o.Account }, ledger.CodeSameAccount, ""},
		"to a stranger":         {func(o *StandingOrderParams) { o.To = 100000000008 }, ledger.CodeAccountNotFound, ""},
		"in another currency":   {func(o *StandingOrderParams) { o.To = euros.Account.Number }, ledger.CodeCurrencyMismatch, ""},
		"to a closed account":   {func(o *StandingOrderParams) { o.To = closed }, ledger.CodeAccountClosed, "/to_account"},
		"from a closed account": {func(o *StandingOrderParams) { o.Account = closed }, ledger.CodeAccountClosed, ""},
	} {
		params := p.monthly(t, "2026-12-01")
		c.change(&params)
		_, previewed := p.bank.PreviewStandingOrder(ctx, ownerOf(params.Account), params)
		_, made := p.bank.CreateStandingOrder(ctx, ownerOf(params.Account), params)
		for _, err := range []error{previewed, made} {
			requireCode(t, c.code, err)
			var refusal *ledger.Refusal
			require.ErrorAs(t, err, &refusal)
			require.Equal(t, c.pointer, refusal.Pointer, name)
		}
	}
	page, err := p.bank.ListStandingOrders(ctx, ownerOf(p.ada), ListStandingOrdersParams{Account: p.ada})
	require.NoError(t, err)
	require.Empty(t, page.Orders)
}

func TestAnAccountHasABoundedNumberOfStandingOrders(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	p := newPair(t, 1000)
	for range MaxStandingOrders {
		p.order(t, p.monthly(t, "2026-12-01"))
	}
	_, err := p.bank.CreateStandingOrder(ctx, ownerOf(p.ada), p.monthly(t, "2026-12-01"))
	requireCode(t, CodeTooManyStandingOrders, err)
	page, err := p.bank.ListStandingOrders(ctx, ownerOf(p.ada), ListStandingOrdersParams{Account: p.ada, Limit: 60})
	require.NoError(t, err)
	require.Len(t, page.Orders, 60)
	_, err = p.bank.EndStandingOrder(ctx, employee, p.ada, page.Orders[0].ID)
	require.NoError(t, err, "staff help, too")
	p.order(t, p.monthly(t, "2026-12-01"))
	page, err = p.bank.ListStandingOrders(ctx, ownerOf(p.ada), ListStandingOrdersParams{Account: p.ada, Limit: 60, Cursor: page.NextCursor})
	require.NoError(t, err)
	require.Len(t, page.Orders, 40)
}

// TestAStandingOrderIsMadeOnceUnderItsKey, and the answer stays what it was.
func TestAStandingOrderIsMadeOnceUnderItsKey(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	p := newPair(t, 1000)
	params := p.monthly(t, "2026-12-01")
	params.IdempotencyKey = "rent"
	order := p.order(t, params)
	p.on(t, "2026-12-01")
	require.Equal(t, 1, p.run(t))
	p.on(t, "2026-12-02") // when the first date of a new order could not be the first any more
	again, err := p.bank.CreateStandingOrder(ctx, ownerOf(p.ada), params)
	require.NoError(t, err)
	require.True(t, again.Replayed)
	order.Schedule, again.Order.Schedule = schedule.Schedule{}, schedule.Schedule{}
	order.next, again.Order.next = 0, 0
	require.Equal(t, order, again.Order)
	params.Amount++
	_, err = p.bank.CreateStandingOrder(ctx, ownerOf(p.ada), params)
	requireCode(t, ledger.CodeIdempotencyKeyReused, err)
}

// TestEventsOfStandingOrders: who made, paused and ended them, and what they did by themselves.
func TestEventsOfStandingOrders(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	p := newPair(t, 15)
	order := p.order(t, p.daily(t, "2026-11-23"))
	id := order.ID.String()
	p.on(t, "2026-11-24")
	require.Equal(t, 2, p.run(t))
	_, err := p.bank.PauseStandingOrder(ctx, employee, p.ada, order.ID)
	require.NoError(t, err)
	_, err = p.bank.ResumeStandingOrder(ctx, employee, p.ada, order.ID)
	requireCode(t, auth.CodeForbidden, err)
	_, err = p.bank.ResumeStandingOrder(ctx, ownerOf(p.ada), p.ada, order.ID)
	require.NoError(t, err)
	_, err = p.bank.CloseAccount(ctx, employee, CloseParams{Account: p.bob, Reason: ReasonCustomer, SweepTo: p.ada})
	require.NoError(t, err)
	p.on(t, "2026-11-25")
	require.Equal(t, 1, p.run(t))
	paid := p.newestTransfer(t)
	page, err := p.bank.AdminListEvents(ctx, operator, ListEventsParams{Account: &p.ada})
	require.NoError(t, err)
	var texts []string
	for _, e := range page.Events {
		texts = append(texts, fmt.Sprintf("%s by %s: %s", e.Type, e.Actor, e.Detail))
	}
	own := "standing_order:" + id
	require.ElementsMatch(t, []string{
		"standing_order_ended by " + own + ": " + id + " recipient_closed",
		"standing_order_failed by " + own + ": " + id + " 2026-11-25 account_closed",
		"standing_order_resumed by " + p.ada.String() + ": " + id,
		"standing_order_paused by " + employee.Actor() + ": " + id,
		"standing_order_failed by " + own + ": " + id + " 2026-11-24 insufficient_funds",
		"money_moved by " + own + ": " + paid,
		"standing_order_created by " + p.ada.String() + ": " + id,
	}, texts)
	p.verified(t)
}

// newestTransfer returns the id of the newest transfer that has left Ada's account.
func (p *pair) newestTransfer(t *testing.T) string {
	t.Helper()
	page, err := p.bank.ListTransactions(context.Background(), operator, ListTransactionsParams{Account: p.ada})
	require.NoError(t, err)
	for _, entry := range page.Transactions {
		if entry.Type == ledger.TypeTransferOut {
			return entry.ID.String()
		}
	}
	require.FailNow(t, "there is no transfer")
	return ""
}
