package bank

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/history"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/schedule"
	"github.com/bankingcore/bankcore/internal/store"
)

// AccountLimits are the limits on what may leave an account, with what is left of each.
type AccountLimits struct {
	Currency string
	Used     []ledger.UsedLimit // those that there are
}

// GetLimits returns an account's limits, for its owner and staff.
func (b *Bank) GetLimits(ctx context.Context, caller auth.Caller, number ledger.AccountNumber) (AccountLimits, error) {
	if err := b.auth.Require(ctx, caller, auth.AccountsRead, number); err != nil {
		return AccountLimits{}, err
	}
	return store.Read(ctx, b.store, func(ctx context.Context, q db.Querier) (AccountLimits, error) {
		return b.limitsOf(ctx, q, number)
	})
}

func (b *Bank) limitsOf(ctx context.Context, q db.Querier, number ledger.AccountNumber) (AccountLimits, error) {
	account, err := accountByNumber(ctx, q, number)
	if err != nil {
		return AccountLimits{}, err
	}
	return AccountLimits{Currency: account.Currency, Used: account.limits.Used(account.spent, b.periods(b.now()))}, nil
}

// SetLimits replaces an account's limits, for staff. Owners can lower theirs.
func (b *Bank) SetLimits(ctx context.Context, caller auth.Caller, number ledger.AccountNumber, wanted ledger.Limits) (AccountLimits, error) {
	own, err := b.requireToRestrict(ctx, caller, number)
	if err != nil {
		return AccountLimits{}, err
	}
	known, err := b.spentBefore(ctx, caller, number, &wanted)
	if err != nil {
		return AccountLimits{}, err
	}
	return store.Update(ctx, b.store, func(ctx context.Context, q db.Querier) (AccountLimits, error) {
		_, account, err := b.lockOpen(ctx, q, number)
		if err != nil {
			return AccountLimits{}, err
		}
		if own && wanted.Raises(limitsIn(&account)) {
			return AccountLimits{}, refuse(auth.CodeForbidden, "Owners can lower limits. Ask the bank to raise or remove one.")
		}
		if err := b.setLimits(ctx, q, caller, account, wanted, known); err != nil {
			return AccountLimits{}, err
		}
		return b.limitsOf(ctx, q, number)
	})
}

// setLimits replaces the limits of a locked account in the caller's transaction. If they are the first that count, what has left the
// account earlier in the month counts, too; what is known of that is not read again.
func (b *Bank) setLimits(ctx context.Context, q db.Querier, caller auth.Caller, account ledger.Account, wanted ledger.Limits, known spending) error {
	before := limitsIn(&account)
	detail := limitsDetail(before, wanted)
	if detail == "" {
		return nil
	}
	var spent ledger.Spent
	switch {
	case wanted.Counted() && before.Counted():
		spent = account.Rules.Spent
	case wanted.Counted():
		var err error
		if spent, err = b.spentSo(ctx, q, &account, known); err != nil {
			return err
		}
	}
	if err := q.UpdateLimits(ctx, db.UpdateLimitsParams{
		AccountNumber: int64(account.Number), LimitPerTransfer: (*int64)(wanted.PerTransfer), LimitDaily: (*int64)(wanted.Daily),
		LimitMonthly: (*int64)(wanted.Monthly), SpentDay: spent.Day, SpentOnDay: int64(spent.OnDay),
		SpentMonth: spent.Month, SpentInMonth: int64(spent.InMonth),
	}); err != nil {
		return err
	}
	return b.auth.RecordDetail(ctx, q, EventLimitsChanged, account.Number, caller, detail)
}

func limitsIn(account *ledger.Account) ledger.Limits {
	if account.Rules == nil {
		return ledger.Limits{}
	}
	return account.Rules.Limits
}

// limitsDetail returns what the audit trail says about a change of limits, "" if there is none.
func limitsDetail(before, after ledger.Limits) string {
	var changes []string
	for _, limit := range []struct {
		kind          ledger.LimitKind
		before, after *ledger.Money
	}{
		{ledger.PerTransfer, before.PerTransfer, after.PerTransfer}, {ledger.Daily, before.Daily, after.Daily},
		{ledger.Monthly, before.Monthly, after.Monthly},
	} {
		if old, wanted := limitText(limit.before), limitText(limit.after); old != wanted {
			changes = append(changes, fmt.Sprintf("%s:%s>%s", limit.kind, old, wanted))
		}
	}
	return strings.Join(changes, " ")
}

func limitText(limit *ledger.Money) string {
	if limit == nil {
		return "none"
	}
	return fmt.Sprint(int64(*limit))
}

// spending is what had left an account in the current day and month when it had a number of entries.
type spending struct {
	ledger.Spent
	entries int64
}

// spentBefore adds up what has left an account this month, if limits are to count it that did not before. A month can have many entries:
// here they are read before the account is locked, so that only the latest remain for then.
func (b *Bank) spentBefore(ctx context.Context, caller auth.Caller, number ledger.AccountNumber, wanted *ledger.Limits) (spending, error) {
	if !wanted.Counted() {
		return spending{}, nil
	}
	account, err := b.readAccount(ctx, number)
	if err != nil || account.limits.Counted() {
		return spending{}, err
	}
	leave, err := b.readers.Enter(ctx, caller)
	if err != nil {
		return spending{}, err
	}
	defer leave()
	now := b.now()
	from, _ := b.calendar.Month(b.calendar.DateOf(now))
	movements, err := account.tail.Movements(ctx, b.store, from.UnixMicro(), account.tail.Entries, history.MovementsStep)
	if err != nil {
		return spending{}, err
	}
	return spending{b.spentIn(b.periods(now), movements), account.tail.Entries}, nil
}

// spentSo returns what has left a locked account in the current day and month.
func (b *Bank) spentSo(ctx context.Context, q db.Querier, account *ledger.Account, known spending) (ledger.Spent, error) {
	at := b.now()
	if account.Time.After(at) {
		at = account.Time
	}
	period := b.periods(at)
	before := known.At(period)
	if account.Sequence == known.entries || account.Last == uuid.Nil {
		return before, nil
	}
	from, _ := b.calendar.Month(b.calendar.DateOf(at))
	movements, err := q.ListQuarterHourMovements(ctx, db.ListQuarterHourMovementsParams{
		NewestID: account.Last, FromTime: from.UnixMicro(), EntryLimit: account.Sequence - known.entries,
	})
	later := b.spentIn(period, movements)
	later.OnDay += before.OnDay
	later.InMonth += before.InMonth
	return later, err
}

// spentIn adds up the movements of a period's day and month.
func (b *Bank) spentIn(period ledger.Period, movements []db.ListQuarterHourMovementsRow) ledger.Spent {
	spent := ledger.Spent{Day: period.Day, Month: period.Month}
	for _, m := range movements {
		at := b.periods(time.Unix(m.QuarterHour*history.QuarterHour, 0))
		if at.Day >= period.Day {
			spent.OnDay += ledger.Money(m.MoneyOut)
		}
		if at.Month >= period.Month {
			spent.InMonth += ledger.Money(m.MoneyOut)
		}
	}
	return spent
}

// periodsIn returns the calendar that gives the day and the month of a moment.
func periodsIn(c schedule.Calendar) ledger.Calendar {
	return func(moment time.Time) ledger.Period {
		date := c.DateOf(moment)
		_, monthEnds := c.Month(date)
		return ledger.Period{
			Day: schedule.DayNumber(date), DayEnds: c.Begin(date.AddDate(0, 0, 1)).UTC(),
			Month: int64(date.Year()-1970)*12 + int64(date.Month()-time.January), MonthEnds: monthEnds.UTC(),
		}
	}
}
