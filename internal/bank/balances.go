package bank

import (
	"context"
	"time"

	"github.com/bankingcore/bankcore/internal/db"
)

// DailyBalance is an account on one day of UTC.
type DailyBalance struct {
	Day      time.Time // its beginning
	MoneyIn  Money
	MoneyOut Money
	Balance  Money // at its end, or now
}

// DailyBalances are an account's last days, oldest first, without a gap.
type DailyBalances struct {
	Currency string
	Days     []DailyBalance
}

const (
	defaultBalanceDays = 90
	day                = 24 * time.Hour
)

// GetBalances tells an account's last days, today included, for its owner and administrators; 0 days stand for the default.
// Days before the opening are left out.
func (b *Bank) GetBalances(ctx context.Context, caller Caller, number AccountNumber, days int) (DailyBalances, error) {
	if err := caller.mustOwnOrAdmin(number); err != nil {
		return DailyBalances{}, err
	}
	if days == 0 {
		days = defaultBalanceDays
	}
	today := b.now().Truncate(day)
	first := today.AddDate(0, 0, 1-days)
	var account Account
	var movements []db.ListDailyMovementsRow
	err := b.store.View(ctx, func(ctx context.Context, q db.Querier) error {
		var err error
		if account, err = accountByNumber(ctx, q, number); err != nil {
			return err
		}
		movements, err = q.ListDailyMovements(ctx, db.ListDailyMovementsParams{
			NewestID: account.last, FromTime: first.UnixMicro(),
		})
		return err
	})
	if err != nil {
		return DailyBalances{}, err
	}
	if opened := account.CreatedAt.Truncate(day); opened.After(first) {
		first = minTime(opened, today)
	}
	return DailyBalances{Currency: account.Currency, Days: dailyBalances(account.Balance, first, today, movements)}, nil
}

// dailyBalances goes back from the balance as it is now: before a day's movements it was lower by what came in and higher by
// what went out.
func dailyBalances(balance Money, first, today time.Time, movements []db.ListDailyMovementsRow) []DailyBalance {
	days := make([]DailyBalance, int(today.Sub(first)/day)+1)
	for i := range days {
		days[i].Day = first.Add(time.Duration(i) * day)
	}
	for _, m := range movements {
		// A clock that was set back can leave entries of a day that is still to come; they count as today's.
		at := min(int(m.Day-first.Unix()/86_400), len(days)-1)
		days[at].MoneyIn += Money(m.MoneyIn)
		days[at].MoneyOut += Money(m.MoneyOut)
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
