package bank

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/schedule"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
	"github.com/bankingcore/bankcore/internal/verify"
)

func amount(money ledger.Money) *ledger.Money { return &money }

func (br *branch) verified(t *testing.T) {
	t.Helper()
	_, err := verify.Run(context.Background(), br.store, func(verify.Report) {})
	require.NoError(t, err)
}

// TestLimits: what left the account earlier today counts, also what left it before there was a limit.
func TestLimits(t *testing.T) {
	t.Parallel()
	br, ctx := newBranch(t), context.Background()
	ada, bob := br.open(t, 1000).Number, br.open(t, 0).Number
	require.NoError(t, br.withdraw(ada, 10))
	br.clock.pass(24 * time.Hour)
	require.NoError(t, br.transfer(ada, bob, 20))
	limits, err := br.bank.SetLimits(ctx, employee, ada,
		ledger.Limits{PerTransfer: amount(50), Daily: amount(100), Monthly: amount(150)})
	require.NoError(t, err)
	tomorrow, december := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC), time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	require.Equal(t, AccountLimits{Currency: "USD", Used: []ledger.UsedLimit{
		{Limit: 50, LimitExceeded: ledger.LimitExceeded{Kind: ledger.PerTransfer, Remaining: 50}},
		{Limit: 100, Spent: 20, LimitExceeded: ledger.LimitExceeded{Kind: ledger.Daily, Remaining: 80, ResetsAt: tomorrow}},
		{Limit: 150, Spent: 30, LimitExceeded: ledger.LimitExceeded{Kind: ledger.Monthly, Remaining: 120, ResetsAt: december}},
	}}, limits)
	br.verified(t)

	requireCode(t, ledger.CodeLimitExceeded, br.transfer(ada, bob, 51))
	require.NoError(t, br.transfer(ada, bob, 50))
	requireCode(t, ledger.CodeLimitExceeded, br.withdraw(ada, 31))
	require.NoError(t, br.withdraw(ada, 30))
	requireCode(t, ledger.CodeLimitExceeded, br.withdraw(ada, 1))
	require.NoError(t, br.deposit(ada, 500), "credits are not limited")
	require.NoError(t, br.transfer(bob, ada, 1))
	br.clock.pass(24 * time.Hour)
	requireCode(t, ledger.CodeLimitExceeded, br.withdraw(ada, 41)) // of the month
	require.NoError(t, br.withdraw(ada, 40))
	br.verified(t)
	br.clock.pass(8 * 24 * time.Hour)
	require.NoError(t, br.withdraw(ada, 50))
	br.verified(t)
	limits, err = br.bank.GetLimits(ctx, ownerOf(ada), ada)
	require.NoError(t, err)
	require.Equal(t, ledger.Money(50), limits.Used[2].Spent)
}

// TestOwnersLowerTheirLimits and staff raise them, but not their own.
func TestOwnersLowerTheirLimits(t *testing.T) {
	t.Parallel()
	br, ctx := newBranch(t), context.Background()
	ada, bob := br.open(t, 1000).Number, br.open(t, 0).Number
	set := func(caller auth.Caller, daily *ledger.Money) error {
		br.clock.pass(time.Second) // so that events have an order
		_, err := br.bank.SetLimits(ctx, caller, ada, ledger.Limits{Daily: daily})
		return err
	}
	require.NoError(t, set(ownerOf(ada), amount(100)))
	require.NoError(t, set(ownerOf(ada), amount(50)))
	before := br.rules(t)
	require.NoError(t, set(ownerOf(ada), amount(50)))
	require.Equal(t, before, br.rules(t), "no change is no event")
	for _, own := range []auth.Caller{ownerOf(ada), staffOwnerOf(ada)} {
		requireCode(t, auth.CodeForbidden, set(own, amount(51)))
		requireCode(t, auth.CodeForbidden, set(own, nil))
	}
	requireCode(t, auth.CodeForbidden, set(ownerOf(bob), amount(1)))
	require.Equal(t, before, br.rules(t))
	require.NoError(t, set(employee, amount(60)))
	require.NoError(t, set(employee, nil))
	trail, err := br.bank.ListAccountEvents(ctx, ownerOf(ada), ListAccountEventsParams{Account: ada, Type: EventLimitsChanged})
	require.NoError(t, err)
	var details []string
	for _, e := range trail.Events {
		details = append(details, e.Detail)
	}
	require.Equal(t, []string{"daily:60>none", "daily:50>60", "daily:100>50", "daily:none>100"}, details)
	_, err = br.bank.SetLimits(ctx, employee, 999999999991, ledger.Limits{Daily: amount(1)})
	requireCode(t, ledger.CodeAccountNotFound, err)
}

// TestARefusalSaysWhatIsLeft, and one of many transfers does, whenever its results are read.
func TestARefusalSaysWhatIsLeft(t *testing.T) {
	t.Parallel()
	br, ctx := newBranch(t), context.Background()
	ada, bob := br.open(t, 1000).Number, br.open(t, 0).Number
	_, err := br.bank.SetLimits(ctx, employee, ada, ledger.Limits{Daily: amount(100)})
	require.NoError(t, err)
	want := &ledger.LimitExceeded{Kind: ledger.Daily, Remaining: 40, ResetsAt: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)}
	many := TransferManyParams{Account: ada, Mode: Each, Items: []TransferItem{{To: bob, Amount: 60}, {To: bob, Amount: 41}, {To: bob, Amount: 40}}}
	batch, err := br.bank.TransferMany(ctx, ownerOf(ada), many)
	require.NoError(t, err)
	require.Equal(t, 2, batch.Posted)
	require.Equal(t, want, batch.Results[1].Refusal.Limit)
	again, err := br.bank.GetTransferBatch(ctx, ownerOf(ada), ada, batch.ID)
	require.NoError(t, err)
	require.Equal(t, batch.Results, again.Results)

	want.Remaining = 0
	var refusal *ledger.Refusal
	require.ErrorAs(t, br.transfer(ada, bob, 1), &refusal)
	require.Equal(t, want, refusal.Limit)
	var refused *BatchRefused
	for _, items := range [][]TransferItem{{{To: bob, Amount: 1}}, {{To: bob, Amount: 1}, {To: bob, Amount: 1}}} {
		_, err = br.bank.TransferMany(ctx, ownerOf(ada), TransferManyParams{Account: ada, Mode: AllOrNothing, Items: items})
		require.ErrorAs(t, err, &refused)
		require.Equal(t, "/items/0/amount", refused.Items[0].Pointer)
	}
	require.NoError(t, br.freeze(employee, ada, true, false, ReasonFraud))
	_, err = br.bank.TransferMany(ctx, ownerOf(ada), TransferManyParams{Account: ada, Mode: AllOrNothing, Items: many.Items})
	require.ErrorAs(t, err, &refused)
	require.Equal(t, "/items/2", refused.Items[2].Pointer)
	require.NoError(t, br.freeze(employee, bob, false, true, ReasonFraud))
	require.NoError(t, br.unfreeze(employee, ada))
	br.clock.pass(24 * time.Hour)
	_, err = br.bank.TransferMany(ctx, ownerOf(ada), TransferManyParams{Account: ada, Mode: AllOrNothing, Items: many.Items[:1]})
	require.ErrorAs(t, err, &refused)
	require.Equal(t, "/items/0/to_account", refused.Items[0].Pointer)
	br.verified(t)
}

// TestLimitsUnderLoad: of 50 parallel movements exactly as many pass as the limit says, and setting it meanwhile misses none of them.
func TestLimitsUnderLoad(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	for _, setFirst := range []bool{true, false} {
		t.Run(fmt.Sprint("set first: ", setFirst), func(t *testing.T) {
			t.Parallel()
			br, ctx := newBranch(t), context.Background()
			ada, bob := br.open(t, 10_000).Number, br.open(t, 0).Number
			set := func() error {
				return patiently(func() error {
					_, err := br.bank.SetLimits(ctx, employee, ada, ledger.Limits{Daily: amount(70), Monthly: amount(1000)})
					return err
				})
			}
			if setFirst {
				require.NoError(t, set())
			}
			var tellers sync.WaitGroup
			var mu sync.Mutex
			moved, refused := ledger.Money(0), 0
			for i := range 50 {
				tellers.Go(func() {
					each := ledger.Money(3 + i%2)
					err := patiently(func() error {
						if i%5 == 0 {
							return br.withdraw(ada, each)
						}
						return br.transfer(ada, bob, each)
					})
					mu.Lock()
					defer mu.Unlock()
					var refusal *ledger.Refusal
					switch {
					case err == nil:
						moved += each
					case errors.As(err, &refusal) && refusal.Code == ledger.CodeLimitExceeded:
						refused++
					default:
						t.Error(err)
					}
				})
			}
			if !setFirst {
				require.NoError(t, set())
			}
			tellers.Wait()
			limits, err := br.bank.GetLimits(ctx, ownerOf(ada), ada)
			require.NoError(t, err)
			account, err := br.bank.readAccount(ctx, ada)
			require.NoError(t, err)
			require.Equal(t, moved, 10_000-account.Balance)
			require.Equal(t, moved, limits.Used[0].Spent)
			if setFirst {
				require.Positive(t, refused)
				require.LessOrEqual(t, moved, ledger.Money(70))
				require.Greater(t, moved, ledger.Money(70-4), "what would have fitted was let through")
			}
			br.verified(t)
		})
	}
}

// TestLimitsGoByTheBanksDays, not by UTC's, and by the time of the entry.
func TestLimitsGoByTheBanksDays(t *testing.T) {
	t.Parallel()
	auckland, err := time.LoadLocation("Pacific/Auckland")
	require.NoError(t, err)
	period := periodsIn(schedule.Calendar{Zone: auckland})(time.Date(2026, 11, 30, 11, 30, 0, 0, time.UTC)) // half past midnight
	require.Equal(t, ledger.Period{
		Day: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC).Unix() / 86400, DayEnds: time.Date(2026, 12, 1, 11, 0, 0, 0, time.UTC),
		Month: 56*12 + 11, MonthEnds: time.Date(2026, 12, 31, 11, 0, 0, 0, time.UTC),
	}, period)

	br, ctx := newBranch(t), context.Background()
	br.bank.calendar.Zone = auckland
	br.bank.periods = periodsIn(br.bank.calendar)
	ada := br.open(t, 1000).Number
	_, err = br.bank.SetLimits(ctx, employee, ada, ledger.Limits{Daily: amount(100)})
	require.NoError(t, err)
	require.NoError(t, br.withdraw(ada, 100))
	br.clock.pass(3 * time.Hour) // to half past ten in UTC, half an hour before midnight in Auckland
	requireCode(t, ledger.CodeLimitExceeded, br.withdraw(ada, 1))
	br.clock.pass(30 * time.Minute)
	require.NoError(t, br.withdraw(ada, 100))
	br.verified(t)
	br.clock.pass(-time.Hour) // the entry will be dated like the last one, and so it is counted
	requireCode(t, ledger.CodeLimitExceeded, br.withdraw(ada, 1))
	br.verified(t)
}

// TestCountersAroundMidnight: what is counted before and after the midnight at which a month ends, in zones far apart, is what the entries
// say, and a counter that no midnight explains is found.
func TestCountersAroundMidnight(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"UTC", "Pacific/Kiritimati", "Etc/GMT+12", "Asia/Kathmandu", "America/St_Johns", "Europe/Madrid"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			br, ctx := newBranch(t), context.Background()
			br.bank.calendar = zone(t, name)
			br.bank.periods = periodsIn(br.bank.calendar)
			ada := br.open(t, 1000).Number
			_, err := br.bank.SetLimits(ctx, employee, ada, ledger.Limits{Daily: amount(100), Monthly: amount(150)})
			require.NoError(t, err)
			left := func(day, month ledger.Money) {
				t.Helper()
				limits, err := br.bank.GetLimits(ctx, employee, ada)
				require.NoError(t, err)
				require.Equal(t, [2]ledger.Money{day, month}, [2]ledger.Money{limits.Used[0].Remaining, limits.Used[1].Remaining})
				br.verified(t)
			}
			require.NoError(t, br.withdraw(ada, 64)) // in the month, and on another day
			midnight := br.bank.periods(br.clock.Now()).MonthEnds
			br.clock.pass(midnight.Sub(br.clock.Now()) - time.Microsecond)
			require.NoError(t, br.withdraw(ada, 1))
			left(99, 85)
			requireCode(t, ledger.CodeLimitExceeded, br.withdraw(ada, 86))
			br.clock.pass(time.Microsecond)
			left(100, 150)
			require.NoError(t, br.withdraw(ada, 2))
			left(98, 148)
			br.clock.pass(24*time.Hour - time.Microsecond)
			require.NoError(t, br.withdraw(ada, 4))
			left(94, 144)
			requireCode(t, ledger.CodeLimitExceeded, br.withdraw(ada, 95))
			br.clock.pass(time.Microsecond)
			require.NoError(t, br.withdraw(ada, 8))
			left(92, 136)

			for _, wrong := range []string{
				"spent_on_day = 9", "spent_on_day = 79", "spent_day = spent_day + 2, spent_on_day = 8", "spent_in_month = 6", "spent_in_month = 80",
				"spent_month = spent_month - 1",
			} {
				_, err := storetest.Raw(t, br.url).Exec("UPDATE accounts SET "+wrong+" WHERE account_number = $1", int64(ada))
				require.NoError(t, err)
				_, err = verify.Run(ctx, br.store, func(verify.Report) {})
				require.ErrorContains(t, err, "what it has spent in a", wrong)
				period := br.bank.periods(br.clock.Now())
				_, err = storetest.Raw(t, br.url).Exec(`UPDATE accounts SET spent_day = $1, spent_on_day = 8, spent_month = $2, spent_in_month = 14
					WHERE account_number = $3`, period.Day, period.Month, int64(ada))
				require.NoError(t, err)
			}
			br.verified(t)
		})
	}
}
