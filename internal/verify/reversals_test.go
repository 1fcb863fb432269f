package verify_test

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/testkit/banktest"
	"github.com/bankingcore/bankcore/internal/verify"
)

// newReversals is newHistories with more entries: bob gives 100 and then 150 of 300 back to ada (her entries 8 and 9, his 5 and 6), and
// ada 10 of 40 to bob (her entry 10, his 7).
func newReversals(t *testing.T) *histories {
	t.Helper()
	l := newHistories(t)
	for _, r := range []struct {
		account  ledger.AccountNumber
		sequence int64
		amount   ledger.Money
	}{{l.bob, 2, 100}, {l.bob, 2, 150}, {l.ada, 5, 10}} {
		_, err := l.Bank.Reverse(context.Background(), banktest.OwnerOf(r.account), bank.ReverseParams{
			Account: r.account, Transaction: l.entries(t, r.account)[r.sequence-1].ID, Amount: r.amount, Reason: "Returned",
		})
		require.NoError(t, err)
	}
	return l
}

func TestVerifyProvesReversals(t *testing.T) {
	t.Parallel()
	sound := newReversals(t)
	report, err := sound.verify()
	require.NoError(t, err)
	require.EqualValues(t, 6, report.Reversals)
	for name, c := range map[string]struct {
		change func(l *histories)
		reason string
	}{
		"more than there was": {func(l *histories) {
			l.edit(t, l.bob, 6, "amount", 250)
			l.edit(t, l.ada, 9, "amount", 250)
		}, "more is given back than was received"},
		"of nothing": {func(l *histories) { l.edit(t, l.bob, 6, "reverses_id", uuid.NewString()) },
			"reversals of entries that do not exist"},
		"of another account's entry": {func(l *histories) { l.edit(t, l.bob, 6, "reverses_id", l.entries(t, l.ada)[3].ID.String()) },
			"it reverses no earlier entry of its account"},
		"of what was sent": {func(l *histories) { l.edit(t, l.bob, 6, "reverses_id", l.entries(t, l.bob)[2].ID.String()) },
			"its type does not fit what it reverses"},
		"of a reversal": {func(l *histories) { l.edit(t, l.bob, 6, "reverses_id", l.entries(t, l.bob)[4].ID.String()) },
			"its type does not fit what it reverses"},
		"of another transfer on one side": {func(l *histories) {
			_, err := l.Bank.Transfer(context.Background(), banktest.OwnerOf(l.ada), bank.TransferParams{Account: l.ada, To: l.bob, Amount: 300})
			require.NoError(t, err)
			entries := l.entries(t, l.bob)
			_, err = l.Bank.Reverse(context.Background(), banktest.OwnerOf(l.bob), bank.ReverseParams{
				Account: l.bob, Transaction: entries[len(entries)-1].ID, Amount: 1, Reason: "Returned",
			})
			require.NoError(t, err)
			l.edit(t, l.bob, 9, "reverses_id", entries[1].ID.String())
		}, "do not reverse the legs of one transfer"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newReversals(t)
			c.change(l)
			l.rechain(t, l.ada)
			l.rechain(t, l.bob)
			_, err := verify.Run(context.Background(), l.Store, func(verify.Report) {})
			require.ErrorContains(t, err, c.reason)
		})
	}
}
