package reports

import (
	"context"
	"time"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ids"
	"github.com/bankingcore/bankcore/internal/store"
)

// Stats are the bank's figures at one moment.
type Stats struct {
	Accounts           int64
	LockedAccounts     int64
	TotalBalances      []CurrencyTotal // in the order of the currencies' codes
	TransactionsLast24 int64           // entries written in the last 24 hours
}

// CurrencyTotal is the sum of all balances in a currency.
type CurrencyTotal struct {
	Currency string
	Balance  int64 // minor units; unlike a single balance, it may exceed MaxBalance
}

// AdminStats returns the bank's figures, for administrators.
func (s *Service) AdminStats(ctx context.Context, caller auth.Caller) (Stats, error) {
	if err := s.auth.Require(ctx, caller, auth.ReportsRead, auth.AllAccounts); err != nil {
		return Stats{}, err
	}
	return store.View(ctx, s.store, func(ctx context.Context, q db.Querier) (Stats, error) {
		accounts, err := q.CountAccounts(ctx)
		if err != nil {
			return Stats{}, err
		}
		locked, err := q.CountLockedAccounts(ctx)
		if err != nil {
			return Stats{}, err
		}
		totals, err := q.ListTotalBalances(ctx)
		if err != nil {
			return Stats{}, err
		}
		recent, err := q.CountTransactionsSince(ctx, ids.FirstAt(s.now().Add(-24*time.Hour)))
		if err != nil {
			return Stats{}, err
		}
		stats := Stats{Accounts: accounts, LockedAccounts: locked, TransactionsLast24: recent}
		for _, total := range totals {
			stats.TotalBalances = append(stats.TotalBalances, CurrencyTotal(total))
		}
		return stats, nil
	})
}
