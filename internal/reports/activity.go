package reports

import (
	"context"
	"fmt"
	"time"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ids"
	"github.com/bankingcore/bankcore/internal/store"
)

// DailyActivity is what happened at the bank on one day in its time zone.
type DailyActivity struct {
	Date           time.Time // midnight UTC, for the calendar day
	Transactions   int64     // entries; a transfer writes two
	AccountsOpened int64
	FailedSignIns  int64
}

const defaultActivityDays = 30

// AdminActivity returns the activity of the last days, today included, for administrators. Zero days means the default.
func (s *Service) AdminActivity(ctx context.Context, caller auth.Caller, days int) ([]DailyActivity, error) {
	if err := s.auth.Require(ctx, caller, auth.ReportsRead, auth.AllAccounts); err != nil {
		return nil, err
	}
	if days == 0 {
		days = defaultActivityDays
	}
	leave, err := s.readers.Enter(ctx, caller)
	if err != nil {
		return nil, err
	}
	defer leave()
	today := s.calendar.DateOf(s.now())
	dates, begins := s.calendar.Days(today.AddDate(0, 0, 1-days), today)
	asked := ctx
	return store.View(ctx, s.store, func(ctx context.Context, q db.Querier) ([]DailyActivity, error) {
		activity := make([]DailyActivity, days)
		for i := range activity {
			if asked.Err() != nil {
				return nil, fmt.Errorf("%w: count by day: %w", store.ErrUnavailable, asked.Err())
			}
			activity[i].Date = dates[i]
			if err := activity[i].count(ctx, q, begins[i], begins[i+1]); err != nil {
				return nil, err
			}
		}
		return activity, nil
	})
}

// count uses ranges of ids, which decodes no row; grouping by time would read the whole history.
func (a *DailyActivity) count(ctx context.Context, q db.Querier, from, to time.Time) error {
	first, before := ids.FirstAt(from), ids.FirstAt(to)
	var err error
	a.Transactions, err = q.CountTransactionsBetween(ctx, db.CountTransactionsBetweenParams{FirstID: first, BeforeID: before})
	if err != nil {
		return err
	}
	a.FailedSignIns, err = q.CountEventsBetween(ctx, db.CountEventsBetweenParams{
		FirstID: first, BeforeID: before, EventType: string(auth.EventLoginFailed),
	})
	if err != nil {
		return err
	}
	a.AccountsOpened, err = q.CountAccountsOpenedBetween(ctx, db.CountAccountsOpenedBetweenParams{
		FromTime: from.UnixMicro(), ToTime: to.UnixMicro(),
	})
	return err
}
