package reports

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/history"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/schedule"
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
func (s *Service) GetBalances(ctx context.Context, caller auth.Caller, number ledger.AccountNumber, days int) (DailyBalances, error) {
	if err := s.auth.Require(ctx, caller, auth.AccountsRead, number); err != nil {
		return DailyBalances{}, err
	}
	if days == 0 {
		days = defaultBalanceDays
	}
	today := s.calendar.DateOf(s.now())
	first := today.AddDate(0, 0, 1-days)
	leave, err := s.readers.Enter(ctx, caller)
	if err != nil {
		return DailyBalances{}, err
	}
	defer leave()
	account, err := store.Read(ctx, s.store, func(ctx context.Context, q db.Querier) (Account, error) {
		return accountByNumber(ctx, q, number)
	})
	if err != nil {
		return DailyBalances{}, err
	}
	movements, err := account.tail.Movements(ctx, s.store, s.calendar.Begin(first).UnixMicro(), s.bounds.balances, s.bounds.balancesStep)
	if errors.Is(err, history.ErrTooMany) {
		return DailyBalances{}, ledger.Invalid("query/days", fmt.Sprintf("covers more than %d entries; ask for fewer days", s.bounds.balances))
	}
	if err != nil {
		return DailyBalances{}, err
	}
	if opened := s.calendar.DateOf(account.opened); opened.After(first) {
		first = minTime(opened, today)
	}
	return DailyBalances{Currency: account.Currency, Days: s.dailyBalances(account.balance, first, today, movements)}, nil
}

// dailyBalances works backwards from the current balance: before a day's movements it was lower by what came in and higher by
// what went out.
func (s *Service) dailyBalances(balance ledger.Money, first, today time.Time, movements []db.ListQuarterHourMovementsRow) []DailyBalance {
	dates, begins := s.calendar.Days(first, today)
	days := make([]DailyBalance, len(dates))
	for i, date := range dates {
		days[i].Date = date
	}
	for _, m := range movements {
		// A clock that was set back can leave entries dated in the future; they count as today's.
		at := max(0, min(schedule.DayAt(begins, time.Unix(m.QuarterHour*history.QuarterHour, 0)), len(days)-1))
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
