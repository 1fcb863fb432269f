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

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/schedule"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

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

// TestADatePaysFromWhatIsAvailable: money that is held is not, and is again once its hold has expired, before any job has noticed.
func TestADatePaysFromWhatIsAvailable(t *testing.T) {
	t.Parallel()
	p := newPair(t, 15)
	order := p.order(t, p.monthly(t, "2026-12-01"))
	p.on(t, "2026-11-30")
	_, err := p.bank.PlaceHold(context.Background(), ownerOf(p.ada), PlaceHoldParams{Account: p.ada, Amount: 10, Lasts: 3 * 24 * time.Hour})
	require.NoError(t, err)
	p.on(t, "2026-12-01")
	require.Equal(t, 1, p.run(t))
	p.on(t, "2027-01-01")
	require.Equal(t, 1, p.run(t))
	require.Equal(t, []string{"2026-12-01 skipped insufficient_funds", "2027-01-01 posted"}, p.runs(t, order))
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
			params.Schedule.First = p.bank.calendar.DateOf(p.clock.Now()).AddDate(0, 0, 1)
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
