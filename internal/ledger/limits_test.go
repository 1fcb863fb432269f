package ledger

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// utc is the calendar of a bank without a time zone of its own.
func utc(moment time.Time) Period {
	day := moment.UTC().Truncate(24 * time.Hour)
	month := time.Date(day.Year(), day.Month(), 1, 0, 0, 0, 0, time.UTC)
	return Period{
		Day: day.Unix() / 86400, DayEnds: day.AddDate(0, 0, 1),
		Month: int64(day.Year()-1970)*12 + int64(day.Month()) - 1, MonthEnds: month.AddDate(0, 1, 0),
	}
}

func limit(amount Money) *Money { return &amount }

// taking returns a withdrawal at a time.
func taking(amount Money, at time.Time) Posting {
	p := deposit(amount)
	p.Type, p.Time, p.Calendar = TypeWithdrawal, at, utc
	return p
}

// TestLimits: each withdrawal meets what those before it have left, and a new day or month begins at nothing.
func TestLimits(t *testing.T) {
	t.Parallel()
	account := opened(t, 1, 10_000)
	account.Rules = &Rules{Limits: Limits{PerTransfer: limit(100), Daily: limit(150), Monthly: limit(300)}}
	b := NewBatch(1)
	b.Accounts[1] = account
	day := func(n int) time.Time { return time.Date(2026, 11, n, 12, 0, 0, 0, time.UTC) }
	december := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	for i, step := range []struct {
		amount Money
		at     time.Time
		want   *LimitExceeded
	}{
		{101, day(28), &LimitExceeded{PerTransfer, 100, time.Time{}}},
		{100, day(28), nil},
		{51, day(28), &LimitExceeded{Daily, 50, day(29).Add(-12 * time.Hour)}},
		{50, day(28), nil},
		{1, day(28), &LimitExceeded{Daily, 0, day(29).Add(-12 * time.Hour)}},
		{100, day(29), nil},
		{51, day(29), &LimitExceeded{Monthly, 50, december}}, // the day leaves as much, and ends sooner
		{50, day(29), nil},
		{1, day(30), &LimitExceeded{Monthly, 0, december}},
		{100, december, nil},
		{51, december, &LimitExceeded{Daily, 50, december.AddDate(0, 0, 1)}},
	} {
		order := Order{Postings: []Posting{taking(step.amount, step.at)}}
		before := b.Accounts[1]
		_, err := b.Decide(&order)
		if step.want == nil {
			require.NoError(t, err, i)
			require.True(t, b.Accounts[1].Rules.SpentChanged())
			continue
		}
		var refusal *Refusal
		require.ErrorAs(t, err, &refusal, i)
		require.Equal(t, CodeLimitExceeded, refusal.Code)
		require.Equal(t, step.want, refusal.Limit, i)
		require.Equal(t, before, b.Accounts[1], "a refusal counts nothing")
	}
	require.Equal(t, Spent{Day: utc(december).Day, OnDay: 100, Month: utc(december).Month, InMonth: 100}, b.Accounts[1].Rules.Spent)
	require.Zero(t, account.Rules.Spent, "rules are never changed in place")
}

// TestCreditsAreNotLimited, and a sweep is not, either.
func TestCreditsAreNotLimited(t *testing.T) {
	t.Parallel()
	account, payer := opened(t, 1, 10), opened(t, 2, 10)
	account.Rules = &Rules{Limits: Limits{PerTransfer: limit(0), Daily: limit(0), Monthly: limit(0)}}
	b := NewBatch(1)
	b.Accounts[1], b.Accounts[2] = account, payer
	sweep := transfer(1, 2, 20)
	sweep.Sweep = true
	for _, posting := range []Posting{deposit(5), transfer(2, 1, 5), sweep} {
		posting.Calendar = utc
		_, err := b.Decide(&Order{Postings: []Posting{posting}})
		require.NoError(t, err)
	}
	require.Equal(t, account.Rules, b.Accounts[1].Rules)
	require.Zero(t, b.Accounts[1].Balance)
}

// TestARefusedOrderCountsNothing: of several transfers, those before the refused one are taken back, counters included; a trial counts
// nothing, and with Each the others count.
func TestARefusedOrderCountsNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		order Order
		spent Money
	}{
		"all or none": {Order{}, 0},
		"each":        {Order{Each: true}, 90},
		"a trial":     {Order{Each: true, Trial: true}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			account := opened(t, 1, 1000)
			account.Rules = &Rules{Limits: Limits{Daily: limit(100)}}
			b := NewBatch(1)
			b.Accounts[1], b.Accounts[2] = account, opened(t, 2, 0)
			for _, amount := range []Money{60, 50, 30} {
				p := transfer(1, 2, amount)
				p.Calendar = utc
				c.order.Postings = append(c.order.Postings, p)
			}
			outcome, err := b.Decide(&c.order)
			if c.order.Each {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, ErrBatchRefused)
			}
			require.Equal(t, 1, outcome.Refused())
			require.Equal(t, LimitExceeded{Daily, 40, utc(morning).DayEnds}, *outcome.Results[1].Refusal.Limit)
			require.Equal(t, c.spent, b.Accounts[1].Rules.Spent.OnDay)
		})
	}
}

// TestKeptRefusalsOfLimits: what is kept of a batch tells the same again.
func TestKeptRefusalsOfLimits(t *testing.T) {
	t.Parallel()
	refusals := []*Refusal{
		LimitExceeded{Daily, 40, morning}.refusal(), LimitExceeded{PerTransfer, 7, time.Time{}}.refusal(),
		ErrAccountClosed, errDebitsFrozen, errRecipientClosed, errRecipientFrozen, ErrAccountNotFound, errNoRecipient,
	}
	results := make([]Kept, len(refusals))
	for i := range refusals {
		results[i] = Kept{From: AccountNumber(i), Refusal: refusals[i]}
	}
	kept, err := ParseKept(KeptText(results))
	require.NoError(t, err)
	require.Equal(t, results, kept)
	for _, text := range []string{"refused limit_exceeded weekly 1 0", "refused limit_exceeded daily", "refused limit_exceeded daily x 0", "from 12 refused same_account", "from 000000000012"} {
		_, err := ParseKept(text)
		require.Error(t, err, text)
	}
}

func TestRaises(t *testing.T) {
	t.Parallel()
	before := Limits{PerTransfer: limit(10), Daily: limit(100)}
	for name, c := range map[string]struct {
		wanted Limits
		raises bool
	}{
		"the same":  {before, false},
		"lower":     {Limits{PerTransfer: limit(0), Daily: limit(99)}, false},
		"a new one": {Limits{PerTransfer: limit(10), Daily: limit(100), Monthly: limit(1)}, false},
		"higher":    {Limits{PerTransfer: limit(11), Daily: limit(1)}, true},
		"removed":   {Limits{PerTransfer: limit(10)}, true},
		"all gone":  {Limits{}, true},
	} {
		require.Equal(t, c.raises, c.wanted.Raises(before), name)
	}
}
