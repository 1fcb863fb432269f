package verify_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/testkit/banktest"
	"github.com/bankingcore/bankcore/internal/verify"
)

// TestVerifyChecksRules: each change to an account's status or counters that its entries do not explain is found.
func TestVerifyChecksRules(t *testing.T) {
	t.Parallel()
	ctx, staff := context.Background(), auth.Caller{Operator: true}
	for name, c := range map[string]struct{ statement, says string }{
		"less spent today":      {"UPDATE accounts SET spent_on_day = 6 WHERE account_number = $1", "spent in a day"},
		"more spent today":      {"UPDATE accounts SET spent_on_day = 8 WHERE account_number = $1", "spent in a day"},
		"another day":           {"UPDATE accounts SET spent_day = spent_day - 2, spent_on_day = 5 WHERE account_number = $1", "spent in a day"},
		"less spent this month": {"UPDATE accounts SET spent_in_month = 0 WHERE account_number = $1", "spent in a month"},
		"closed with money":     {"UPDATE accounts SET status = 'closed' WHERE account_number = $1", "there is money in it"},
		"half frozen":           {"UPDATE accounts SET status = 'frozen' WHERE account_number = $1", "do not agree"},
		"frozen in secret":      {"UPDATE accounts SET credits_frozen = TRUE WHERE account_number = $1", "do not agree"},
		"as it is":              {"UPDATE accounts SET nickname = 'Rent' WHERE account_number = $1", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			br := banktest.New(t)
			ada := br.Open(t, 100, "")
			withdraw := func(amount ledger.Money) {
				_, err := br.Bank.Withdraw(ctx, banktest.OwnerOf(ada), bank.WithdrawParams{Account: ada, Amount: amount})
				require.NoError(t, err)
			}
			withdraw(1)
			br.Clock.Pass(48 * time.Hour)
			most := ledger.Money(50)
			_, err := br.Bank.SetLimits(ctx, staff, ada, ledger.Limits{Daily: &most, Monthly: &most})
			require.NoError(t, err)
			withdraw(3)
			br.Clock.Pass(time.Hour)
			withdraw(4)
			br.Tamper(t, c.statement, int64(ada))
			_, err = verify.Run(ctx, br.Store, func(verify.Report) {})
			if c.says == "" {
				require.NoError(t, err)
				return
			}
			var broken *verify.BrokenEntry
			require.ErrorAs(t, err, &broken)
			require.Equal(t, ada, broken.Account)
			require.Contains(t, broken.Reason, c.says)
		})
	}
}
