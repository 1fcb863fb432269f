package bank

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/schedule"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
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

// TestTheEndOfEachMonth: 31 January is the last day of February, and 31 March again.
func TestTheEndOfEachMonth(t *testing.T) {
	t.Parallel()
	for year, february := range map[int]string{2027: "2027-02-28", 2028: "2028-02-29"} {
		p := newPair(t, 1000)
		first := fmt.Sprintf("%d-01-31", year)
		order := p.order(t, p.monthly(t, first))
		require.Zero(t, p.run(t), "its time has not come")
		want := []string{}
		for _, day := range []string{first, february, fmt.Sprintf("%d-03-31", year)} {
			require.Equal(t, date(t, day), p.read(t, order).NextOn)
			p.on(t, date(t, day).AddDate(0, 0, -1).Format(time.DateOnly))
			require.Zero(t, p.run(t))
			p.on(t, day)
			require.Equal(t, 1, p.run(t))
			require.Zero(t, p.run(t), "once")
			want = append(want, day+" posted")
		}
		require.Equal(t, want, p.runs(t, order))
		require.Equal(t, ledger.Money(30), p.balance(t, p.bob))
		p.verified(t)
	}
}

// TestAWeekWithoutAServer: each date that was missed runs once, the oldest of all orders first.
func TestAWeekWithoutAServer(t *testing.T) {
	t.Parallel()
	p := newPair(t, 1000)
	every := p.order(t, p.daily(t, "2026-11-23"))
	third := p.daily(t, "2026-11-24")
	third.Schedule.Every, third.Description = 3, "Bread"
	bread := p.order(t, third)
	p.on(t, "2026-11-29")
	require.Equal(t, 7+2, p.run(t))
	require.Zero(t, p.run(t))
	require.Equal(t, []string{
		"2026-11-23 posted", "2026-11-24 posted", "2026-11-25 posted", "2026-11-26 posted", "2026-11-27 posted", "2026-11-28 posted", "2026-11-29 posted",
	}, p.runs(t, every))
	require.Equal(t, []string{"2026-11-24 posted", "2026-11-27 posted"}, p.runs(t, bread))
	history, err := p.bank.ListTransactions(context.Background(), operator, ListTransactionsParams{Account: p.ada})
	require.NoError(t, err)
	var described []string
	for _, entry := range history.Transactions { // the newest first
		described = append(described, entry.Description)
	}
	require.Equal(t, []string{"Rent", "Rent", "Bread", "Rent", "Rent", "Rent", "Bread", "Rent", "Rent", ""}, described)
	p.verified(t)
}

func TestStandingOrdersCompleteAfterTheirLastDate(t *testing.T) {
	t.Parallel()
	p := newPair(t, 1000)
	until, times, once := p.daily(t, "2026-11-23"), p.daily(t, "2026-11-23"), p.daily(t, "2026-11-23")
	until.Schedule.Until = date(t, "2026-11-24")
	times.Schedule.Times = 3
	once.Schedule.Frequency = schedule.Once
	orders := []StandingOrder{p.order(t, until), p.order(t, times), p.order(t, once)}
	p.on(t, "2026-12-10")
	require.Equal(t, 2+3+1, p.run(t))
	for _, order := range orders {
		order = p.read(t, order)
		require.Equal(t, OrderCompleted, order.Status)
		require.Zero(t, order.NextOn)
		_, err := p.bank.ResumeStandingOrder(context.Background(), ownerOf(p.ada), p.ada, order.ID)
		requireCode(t, CodeStandingOrderOver, err)
	}
	p.verified(t)
}

// TestABalanceThatIsShort is skipped, or tried again for three days.
func TestABalanceThatIsShort(t *testing.T) {
	t.Parallel()
	p := newPair(t, 5)
	skipped, retried := p.monthly(t, "2026-12-01"), p.monthly(t, "2026-12-01")
	retried.IfShort = RetryIfShort
	skip, retry := p.order(t, skipped), p.order(t, retried)
	p.on(t, "2026-12-01")
	require.Equal(t, 1, p.run(t))
	require.Equal(t, []string{"2026-12-01 skipped insufficient_funds"}, p.runs(t, skip))
	for _, day := range []string{"2026-12-02", "2026-12-03", "2026-12-04"} {
		waiting := p.read(t, retry)
		require.Equal(t, []time.Time{date(t, "2026-12-01"), date(t, day)}, []time.Time{waiting.NextOn, waiting.RetryOn})
		require.Empty(t, p.runs(t, retry))
		p.verified(t)
		p.on(t, day)
		p.run(t)
	}
	require.Equal(t, []string{"2026-12-01 failed insufficient_funds"}, p.runs(t, retry))
	require.Zero(t, p.read(t, retry).RetryOn)

	require.NoError(t, p.deposit(p.ada, 10)) // enough for one
	p.on(t, "2027-01-01")
	require.Equal(t, 1, p.run(t), "the other one waits")
	require.NoError(t, p.deposit(p.ada, 10))
	p.on(t, "2027-01-03")
	require.Equal(t, 1, p.run(t))
	require.Equal(t, "2027-01-01 posted", p.runs(t, skip)[1])
	require.Equal(t, "2027-01-01 posted", p.runs(t, retry)[1])
	require.Equal(t, date(t, "2027-02-01"), p.read(t, retry).NextOn)
	p.verified(t)
}

// TestRetriesDoNotPileUp: a daily order whose account stays empty is never more than three days late.
func TestRetriesDoNotPileUp(t *testing.T) {
	t.Parallel()
	p := newPair(t, 0)
	params := p.daily(t, "2026-11-23")
	params.IfShort = RetryIfShort
	order := p.order(t, params)
	for day := date(t, "2026-11-23"); day.Before(date(t, "2026-12-05")); day = day.AddDate(0, 0, 1) {
		p.on(t, day.Format(time.DateOnly))
		p.run(t)
		require.False(t, p.read(t, order).NextOn.Before(day.AddDate(0, 0, -retryDays+1)), day)
	}
	require.NoError(t, p.deposit(p.ada, 1000))
	p.on(t, "2026-12-05")
	require.Equal(t, 4, p.run(t))
	require.Equal(t, ledger.Money(40), p.balance(t, p.bob))
	p.verified(t)
}

// TestOtherRefusals are recorded with their codes. A closing ends the order.
func TestOtherRefusals(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for name, c := range map[string]struct {
		stop   func(p *pair) error
		code   ledger.Code
		reason EndReason
	}{
		"frozen": {func(p *pair) error {
			_, err := p.bank.FreezeAccount(ctx, employee, FreezeParams{Account: p.ada, Debits: true, Reason: ReasonFraud})
			return err
		}, ledger.CodeAccountFrozen, ""},
		"limited": {func(p *pair) error {
			_, err := p.bank.SetLimits(ctx, employee, p.ada, ledger.Limits{Daily: amount(9)})
			return err
		}, ledger.CodeLimitExceeded, ""},
		"closed": {func(p *pair) error {
			_, err := p.bank.CloseAccount(ctx, employee, CloseParams{Account: p.ada, Reason: ReasonCustomer, SweepTo: p.bob})
			return err
		}, ledger.CodeAccountClosed, EndedAccountClosed},
		"the recipient closed": {func(p *pair) error {
			_, err := p.bank.CloseAccount(ctx, employee, CloseParams{Account: p.bob, Reason: ReasonCustomer})
			return err
		}, ledger.CodeAccountClosed, EndedRecipientClosed},
	} {
		p := newPair(t, 1000)
		order := p.order(t, p.monthly(t, "2026-12-01"))
		require.NoError(t, c.stop(p), name)
		p.on(t, "2026-12-01")
		require.Equal(t, 1, p.run(t), name)
		require.Equal(t, []string{"2026-12-01 failed " + string(c.code)}, p.runs(t, order), name)
		order = p.read(t, order)
		require.Equal(t, c.reason, order.EndReason, name)
		require.Equal(t, c.reason != "", order.Status == OrderEnded, name)
		p.verified(t)
	}
}

// TestAPauseLeavesItsDatesOut: they are not made up, and the day of the resumption is not part of the pause.
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
	p.verified(t)
}

// TestTheZoneSaysWhatDayItIs: a day that lacks an hour, and a date that the zone skips, lose no run and run nothing twice.
func TestTheZoneSaysWhatDayItIs(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		now  string // before the first date
		runs map[string]int
	}{
		"America/Sao_Paulo": {"2018-11-02T12:00:00Z", map[string]int{ // 4 November begins at one o'clock
			"2018-11-04T02:59:59Z": 1, "2018-11-04T03:00:00Z": 1, "2018-11-05T01:59:59Z": 0, "2018-11-05T02:00:00Z": 1,
		}},
		"Pacific/Apia": {"2011-12-28T12:00:00Z", map[string]int{ // 30 December was skipped
			"2011-12-29T10:00:00Z": 1, "2011-12-30T09:59:59Z": 0, "2011-12-30T10:00:00Z": 2, "2011-12-31T10:00:00Z": 1,
		}},
		"America/St_Johns": {"2026-03-06T12:00:00Z", map[string]int{ // 8 March has 23 hours
			"2026-03-07T03:30:00Z": 1, "2026-03-08T03:30:00Z": 1, "2026-03-09T02:29:59Z": 0, "2026-03-09T02:30:00Z": 1,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPair(t, 1000)
			p.bank.calendar = zone(t, name)
			at := func(text string) {
				moment, err := time.Parse(time.RFC3339, text)
				require.NoError(t, err)
				p.clock.mu.Lock()
				defer p.clock.mu.Unlock()
				p.clock.now = moment
			}
			at(c.now)
			params := p.daily(t, "2026-11-23")
			params.Schedule.First = p.bank.calendar.dateOf(p.clock.Now()).AddDate(0, 0, 1)
			order := p.order(t, params)
			want := 0
			for _, moment := range slices.Sorted(maps.Keys(c.runs)) {
				at(moment)
				require.Equal(t, c.runs[moment], p.run(t), moment)
				want += c.runs[moment]
			}
			require.Len(t, p.runs(t, order), want)
			p.verified(t)
		})
	}
}

// TestAnotherTimeZone: a bank that moves to the west, where it is still yesterday, runs nothing twice.
func TestAnotherTimeZone(t *testing.T) {
	t.Parallel()
	p := newPair(t, 1000)
	p.bank.calendar = zone(t, "Pacific/Kiritimati")
	p.on(t, "2026-11-22")
	order := p.order(t, p.daily(t, "2026-11-23"))
	require.Equal(t, 1, p.run(t))
	p.bank.calendar = zone(t, "Etc/GMT+12")
	require.Zero(t, p.run(t))
	p.on(t, "2026-11-24") // the 24th begins there at noon
	require.Equal(t, 1, p.run(t))
	require.Equal(t, []string{"2026-11-23 posted", "2026-11-24 posted"}, p.runs(t, order))
	p.verified(t)
}

// TestServersRunEachDateOnce: several servers run the same orders at once, while their owner pauses, resumes and pays.
func TestServersRunEachDateOnce(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	ctx := context.Background()
	p := newPair(t, 1000)
	orders := []StandingOrder{p.order(t, p.daily(t, "2026-11-23")), p.order(t, p.daily(t, "2026-11-23")), p.order(t, p.daily(t, "2026-11-25"))}
	p.on(t, "2026-11-29")
	servers := []*branch{p.branch}
	for range 2 {
		other := branchOn(t, openStore(t, p.url))
		other.clock = p.clock
		other.bank.now = p.bank.now
		servers = append(servers, other)
	}
	var working sync.WaitGroup
	for _, server := range servers {
		working.Go(func() {
			err := patiently(func() error {
				_, err := server.bank.RunStandingOrders(ctx)
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	working.Go(func() {
		for range 5 {
			if err := patiently(func() error { return p.transfer(p.bob, p.ada, 1) }); err != nil {
				requireCode(t, ledger.CodeInsufficientFunds, err)
			}
		}
	})
	working.Wait()
	p.run(t)
	for i, want := range []int{7, 7, 5} {
		require.Len(t, p.runs(t, orders[i]), want)
	}
	moved := ledger.Money(0)
	rows, err := p.bank.ListTransactions(ctx, operator, ListTransactionsParams{Account: p.ada, Limit: 200})
	require.NoError(t, err)
	for _, entry := range rows.Transactions {
		if entry.Type == ledger.TypeTransferOut {
			moved += entry.Amount
		}
	}
	require.Equal(t, ledger.Money((7+7+5)*10), moved)
	p.verified(t)
}

// TestARunIsOneTransaction: if its row cannot be written, no money has moved, and another try moves it once.
func TestARunIsOneTransaction(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	p := newPair(t, 1000)
	order, other := p.order(t, p.daily(t, "2026-11-23")), p.order(t, p.daily(t, "2026-11-23"))
	require.NoError(t, p.store.Update(ctx, func(ctx context.Context, q db.Querier) error { // as if the date had run
		return q.InsertStandingOrderRun(ctx, db.InsertStandingOrderRunParams{
			OrderID: order.ID, DueOn: schedule.DayNumber(order.NextOn), Status: string(RunSkipped), Code: "insufficient_funds",
		})
	}))
	p.on(t, "2026-11-23")
	ran, err := p.bank.RunStandingOrders(ctx)
	require.ErrorContains(t, err, order.ID.String())
	require.Equal(t, 1, ran, "one order's trouble is not another's")
	require.Equal(t, ledger.Money(990), p.balance(t, p.ada))
	require.Equal(t, []string{"2026-11-23 posted"}, p.runs(t, other))
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

// TestEventsOfStandingOrders: who has made, paused and ended them, and what they have done by themselves.
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
