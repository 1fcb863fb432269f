package copier

import (
	"context"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/testkit/banktest"
)

func (l *life) hold(t *rapid.T) {
	from := l.account(t, "from")
	p := bank.PlaceHoldParams{Account: from, Amount: amount(t), IdempotencyKey: key(t), Lasts: time.Duration(rapid.IntRange(1, 24*30).Draw(t, "hours")) * time.Hour}
	if rapid.Bool().Draw(t, "transfer") {
		p.To = l.account(t, "to")
	}
	_, err := l.br.Bank.PlaceHold(context.Background(), banktest.OwnerOf(from), p)
	requireAnswer(t, err)
}

// useHold captures or voids a hold, or releases those that have expired.
func (l *life) useHold(t *rapid.T) {
	ctx, number := context.Background(), l.account(t, "account")
	owner := banktest.OwnerOf(number)
	page, err := l.br.Bank.ListHolds(ctx, owner, bank.ListHoldsParams{Account: number, Status: ledger.HoldPending})
	require.NoError(t, err)
	if len(page.Holds) == 0 {
		_, err = l.br.Bank.ReleaseHolds(ctx)
		require.NoError(t, err)
		return
	}
	h := rapid.SampledFrom(page.Holds).Draw(t, "hold")
	if rapid.IntRange(0, 3).Draw(t, "void") == 0 {
		_, err = l.br.Bank.VoidHold(ctx, owner, number, h.ID)
	} else {
		_, err = l.br.Bank.CaptureHold(ctx, owner, bank.CaptureHoldParams{
			Account: number, ID: h.ID, Amount: min(h.Left(), amount(t)), Final: rapid.Bool().Draw(t, "final"), IdempotencyKey: key(t),
		})
	}
	requireAnswer(t, err)
}
