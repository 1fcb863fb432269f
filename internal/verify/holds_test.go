package verify_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/testkit/banktest"
	"github.com/bankingcore/bankcore/internal/verify"
)

// TestVerifyProvesHolds: each change to a hold, or to what is held, that the entries do not explain is found.
func TestVerifyProvesHolds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ statement, says string }{
		"less held":            {"UPDATE accounts SET held = held - 1 WHERE held > 0", "its held balance is not the sum"},
		"nothing held":         {"UPDATE accounts SET held = 0", "its held balance is not the sum"},
		"less captured":        {"UPDATE holds SET captured = captured - 1 WHERE status = 'pending'", "its captures are not"},
		"more captured":        {"UPDATE holds SET captured = captured + 1 WHERE status = 'pending'", "its captures are not"},
		"another recipient":    {"UPDATE holds SET to_account = NULL WHERE status = 'pending'", "its captures are not"},
		"captured from nobody": {"UPDATE holds SET captured = 1 WHERE status = 'voided' AND amount = 100", "its captures are not"},
		"of an idle account":   {"UPDATE holds SET captured = 1 WHERE amount = 7", "no entry explains"},
		"captured too often":   {"UPDATE holds SET amount = 1 WHERE status = 'captured'", "more was captured"},
		"no end":               {"UPDATE holds SET closed_at = NULL WHERE status = 'captured'", "do not agree"},
		"ended too late":       {"UPDATE holds SET closed_at = expires_at WHERE status = 'voided'", "has not ended"},
		"expired too early":    {"UPDATE holds SET status = 'expired' WHERE status = 'voided'", "has not ended"},
		"captured by nothing":  {"UPDATE holds SET status = 'captured' WHERE status = 'voided'", "its captures do not agree"},
		"lost":                 {"DELETE FROM holds WHERE status = 'captured'", "does not have"},
		"as it is":             {"UPDATE holds SET description = 'Bicycle'", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, br := context.Background(), banktest.New(t)
			ada, bob := br.Open(t, 1000, ""), br.Open(t, 7, "")
			place := func(from, to ledger.AccountNumber, amount ledger.Money) ledger.Hold {
				br.Clock.Pass(time.Second)
				placed, err := br.Bank.PlaceHold(ctx, banktest.OwnerOf(from), bank.PlaceHoldParams{Account: from, To: to, Amount: amount})
				require.NoError(t, err)
				return placed.Hold
			}
			capture := func(amount ledger.Money, final bool) {
				p := bank.CaptureHoldParams{Account: ada, ID: place(ada, bob, 100).ID, Amount: amount, Final: final}
				_, err := br.Bank.CaptureHold(ctx, banktest.OwnerOf(ada), p)
				require.NoError(t, err)
			}
			capture(50, false)
			capture(70, true)
			for _, h := range []ledger.Hold{place(ada, bob, 100), place(bob, ada, 7)} {
				_, err := br.Bank.VoidHold(ctx, banktest.OwnerOf(h.Account), h.Account, h.ID)
				require.NoError(t, err)
			}
			br.Tamper(t, c.statement)
			report, err := verify.Run(ctx, br.Store, func(verify.Report) {})
			if c.says == "" {
				require.NoError(t, err)
				require.EqualValues(t, 4, report.Holds)
				return
			}
			require.ErrorContains(t, err, c.says)
		})
	}
}
