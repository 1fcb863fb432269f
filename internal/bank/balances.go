package bank

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// DailyBalance is an account's movements and balance on one day in the bank's time zone.
type DailyBalance struct {
	Date     time.Time // midnight UTC, for the calendar day
	MoneyIn  ledger.Money
	MoneyOut ledger.Money
	Balance  ledger.Money // at the end of the day, or now
}

// DailyBalances are an account's last days, oldest first, without gaps.
type DailyBalances struct {
	Currency string
	Days     []DailyBalance
}

const defaultBalanceDays = 90

// GetBalances returns an account's last days, today included, for its owner and administrators. Zero days means the default.
// Days before the opening are left out.
func (b *Bank) GetBalances(ctx context.Context, caller auth.Caller, number ledger.AccountNumber, days int) (DailyBalances, error) {
	if err := b.auth.Require(ctx, caller, auth.AccountsRead, number); err != nil {
		return DailyBalances{}, err
	}
	if days == 0 {
		days = defaultBalanceDays
	}
	today := b.calendar.dateOf(b.now())
	first := today.AddDate(0, 0, 1-days)
	leave, err := b.readers.enter(ctx, caller)
	if err != nil {
		return DailyBalances{}, err
	}
	defer leave()
	account, err := b.readAccount(ctx, number)
	if err != nil {
		return DailyBalances{}, err
	}
	movements, err := b.movements(ctx, &account, b.calendar.begin(first).UnixMicro(), b.bounds.balances)
	if err != nil {
		return DailyBalances{}, err
	}
	if opened := b.calendar.dateOf(account.CreatedAt); opened.After(first) {
		first = minTime(opened, today)
	}
	return DailyBalances{Currency: account.Currency, Days: b.dailyBalances(account.Balance, first, today, movements)}, nil
}

// movements adds up an account's entries from a time on, as many as a bound allows, in steps that begin at milestones. Entries never
// change, so the steps fit together.
func (b *Bank) movements(ctx context.Context, account *Account, from, bound int64) ([]db.ListQuarterHourMovementsRow, error) {
	milestones, err := store.Read(ctx, b.store, func(ctx context.Context, q db.Querier) ([]db.ListMilestonesRow, error) {
		return q.ListMilestones(ctx, db.ListMilestonesParams{
			AccountNumber: int64(account.Number), FromTime: from, RowLimit: bound/64 + 2,
		})
	})
	if err != nil {
		return nil, err
	}
	if len(milestones) > 0 && account.entries-milestones[0].Sequence > bound {
		return nil, invalid("query/days", fmt.Sprintf("covers more than %d entries; ask for fewer days", bound))
	}
	var all []db.ListQuarterHourMovementsRow
	step := func(newest uuid.UUID, entries int64) error {
		rows, err := store.Read(ctx, b.store, func(ctx context.Context, q db.Querier) ([]db.ListQuarterHourMovementsRow, error) {
			return q.ListQuarterHourMovements(ctx, db.ListQuarterHourMovementsParams{
				NewestID: newest, FromTime: from, EntryLimit: entries,
			})
		})
		all = append(all, rows...)
		return err
	}
	newest, entries := account.last, account.entries
	for _, milestone := range slices.Backward(milestones) {
		if entries-milestone.Sequence < b.bounds.balancesStep {
			continue
		}
		if err := step(newest, entries-milestone.Sequence); err != nil {
			return nil, err
		}
		newest, entries = milestone.ID, milestone.Sequence
	}
	err = step(newest, entries)
	return all, err
}

// quarterHour is the unit in which the database sums movements, in seconds. Since 1972, every zone's offset has been a
// multiple of it, so no quarter spans two days, and there are few quarters however many entries there are.
const quarterHour = 15 * 60

// dailyBalances works backwards from the current balance: before a day's movements it was lower by what came in and higher by
// what went out.
func (b *Bank) dailyBalances(balance ledger.Money, first, today time.Time, movements []db.ListQuarterHourMovementsRow) []DailyBalance {
	dates, begins := b.calendar.days(first, today)
	days := make([]DailyBalance, len(dates))
	for i, date := range dates {
		days[i].Date = date
	}
	for _, m := range movements {
		// A clock that was set back can leave entries dated in the future; they count as today's.
		at := max(0, min(dayAt(begins, time.Unix(m.QuarterHour*quarterHour, 0)), len(days)-1))
		days[at].MoneyIn += ledger.Money(m.MoneyIn)
		days[at].MoneyOut += ledger.Money(m.MoneyOut)
	}
	for i := len(days) - 1; i >= 0; i-- {
		days[i].Balance = balance
		balance += days[i].MoneyOut - days[i].MoneyIn
	}
	return days
}

func minTime(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// calendar knows when days and months begin in the bank's time zone. A date is a time.Time at midnight UTC that stands for a
// calendar day, not for a moment, since some zones skip a midnight and some even skipped a day.
type calendar struct{ zone *time.Location }

// begin returns the moment from which on it is the date or later, for good. Where clocks are set back over midnight, a date
// begins the last time it is reached; where they skip midnight, it begins with the hour that follows.
func (c calendar) begin(date time.Time) time.Time {
	const beyondOffsets = 16 * time.Hour // more than any zone's offset from UTC
	for t := date.Add(beyondOffsets).In(c.zone); ; {
		since, _ := t.ZoneBounds()
		_, offset := t.Zone()
		midnight := date.Add(-time.Duration(offset) * time.Second)
		if since.IsZero() || midnight.After(since) {
			return midnight.In(c.zone)
		}
		// The offset was different at midnight. If the day before was not over then, midnight was skipped.
		t = since.Add(-time.Microsecond)
		_, offset = t.Zone()
		if t.Add(time.Duration(offset) * time.Second).Before(date) {
			return since
		}
	}
}

// dateOf returns the date at a moment.
func (c calendar) dateOf(moment time.Time) time.Time {
	date := dateFrom(moment.In(c.zone).Date())
	if c.begin(date).After(moment) { // the clocks will yet be set back over this midnight
		return date.AddDate(0, 0, -1)
	}
	return date
}

// month returns when a date's month begins and ends.
func (c calendar) month(date time.Time) (from, to time.Time) {
	first := dateFrom(date.Year(), date.Month(), 1)
	return c.begin(first), c.begin(first.AddDate(0, 1, 0))
}

// period returns the day and the month of a moment.
func (c calendar) period(moment time.Time) ledger.Period {
	date := c.dateOf(moment)
	_, monthEnds := c.month(date)
	return ledger.Period{
		Day: date.Unix() / (24 * 60 * 60), DayEnds: c.begin(date.AddDate(0, 0, 1)).UTC(),
		Month: int64(date.Year()-1970)*12 + int64(date.Month()-time.January), MonthEnds: monthEnds.UTC(),
	}
}

// days returns the dates from first to last and when each begins; one more beginning marks the end of the last.
func (c calendar) days(first, last time.Time) (dates, begins []time.Time) {
	for date := first; !date.After(last); date = date.AddDate(0, 0, 1) {
		dates, begins = append(dates, date), append(begins, c.begin(date))
	}
	return dates, append(begins, c.begin(last.AddDate(0, 0, 1)))
}

// dayAt returns the index of the day that a moment is in: the last one that has begun.
func dayAt(begins []time.Time, moment time.Time) int {
	return sort.Search(len(begins), func(i int) bool { return begins[i].After(moment) }) - 1
}

func dateFrom(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// Zone returns the time zone of the bank's days and months.
func (b *Bank) Zone() *time.Location { return b.calendar.zone }
