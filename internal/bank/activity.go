package bank

import (
	"context"
	"time"

	"github.com/bankingcore/bankcore/internal/db"
)

// DailyActivity is what happened in the bank on one day of UTC.
type DailyActivity struct {
	Day            time.Time // its beginning
	Transactions   int64     // entries; a transfer writes two
	AccountsOpened int64
	FailedSignIns  int64
}

const defaultActivityDays = 30

// AdminActivity counts the last days, today included, for administrators; 0 days stand for the default.
func (b *Bank) AdminActivity(ctx context.Context, caller Caller, days int) ([]DailyActivity, error) {
	if err := caller.mustBeAdmin(); err != nil {
		return nil, err
	}
	if days == 0 {
		days = defaultActivityDays
	}
	first := b.now().Truncate(day).AddDate(0, 0, 1-days)
	activity := make([]DailyActivity, days)
	err := b.store.View(ctx, func(ctx context.Context, q db.Querier) error {
		for i := range activity {
			activity[i] = DailyActivity{Day: first.AddDate(0, 0, i)}
			if err := activity[i].count(ctx, q); err != nil {
				return err
			}
		}
		return nil
	})
	return activity, err
}

// count asks for ranges of ids, for which no row is decoded; grouping by time would read the whole history.
func (a *DailyActivity) count(ctx context.Context, q db.Querier) error {
	end := a.Day.Add(day)
	first, before := firstIDAt(a.Day), firstIDAt(end)
	var err error
	a.Transactions, err = q.CountTransactionsBetween(ctx, db.CountTransactionsBetweenParams{FirstID: first, BeforeID: before})
	if err != nil {
		return err
	}
	a.FailedSignIns, err = q.CountEventsBetween(ctx, db.CountEventsBetweenParams{
		FirstID: first, BeforeID: before, EventType: string(EventLoginFailed),
	})
	if err != nil {
		return err
	}
	a.AccountsOpened, err = q.CountAccountsOpenedBetween(ctx, db.CountAccountsOpenedBetweenParams{
		FromTime: a.Day.UnixMicro(), ToTime: end.UnixMicro(),
	})
	return err
}
