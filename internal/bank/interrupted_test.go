package bank

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
	"github.com/bankingcore/bankcore/internal/verify"
)

var errInterrupted = errors.New("interrupted")

// interrupted calls strike before the k-th statement of a transfer. If strike returns an error, it replaces the statement.
type interrupted struct {
	db.Querier
	strike func() error
	k      int
	calls  int
}

func (i *interrupted) next() error {
	if i.calls++; i.calls == i.k {
		return i.strike()
	}
	return nil
}

func (i *interrupted) InsertIdempotencyKey(ctx context.Context, p db.InsertIdempotencyKeyParams) error {
	if err := i.next(); err != nil {
		return err
	}
	return i.Querier.InsertIdempotencyKey(ctx, p)
}

func (i *interrupted) LockAccounts(ctx context.Context, p db.LockAccountsParams) ([]db.LockAccountsRow, error) {
	if err := i.next(); err != nil {
		return nil, err
	}
	return i.Querier.LockAccounts(ctx, p)
}

func (i *interrupted) InsertTransfer(ctx context.Context, p db.InsertTransferParams) error {
	if err := i.next(); err != nil {
		return err
	}
	return i.Querier.InsertTransfer(ctx, p)
}

// statements is the number of statements of a transfer under an idempotency key.
const statements = 3

// transferStruck makes a transfer under its own key, as Bank.write does, and calls strike at its k-th statement.
func transferStruck(ctx context.Context, br *branch, p TransferParams, k int, strike func() error) error {
	key := br.bank.customerKey(p.Account, p.IdempotencyKey, "transfer", p.Account, p.To, p.Amount, p.Description)
	return br.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
		struck := &interrupted{Querier: q, strike: strike, k: k}
		now := br.bank.now()
		id, err := br.bank.newID(now)
		if err != nil {
			return err
		}
		if _, err := br.bank.postTransfer(ctx, struck, id, now, p); err != nil {
			return err
		}
		if err := key.claim(ctx, struck, id, now); err != nil {
			return err
		}
		if struck.calls != statements {
			return fmt.Errorf("a transfer has %d statements", struck.calls)
		}
		return nil
	})
}

func TestTransferIsDoneWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	br := newBranch(t)
	from, to := br.open(t, 1000), br.open(t, 0)
	moved := ledger.Money(0)
	requireState := func(key string, done bool) {
		for number, want := range map[ledger.AccountNumber]ledger.Money{from.Number: 1000 - moved, to.Number: moved} {
			got, err := br.bank.GetAccount(context.Background(), operator, number)
			require.NoError(t, err)
			require.Equal(t, want, got.Balance)
		}
		_, err := verify.Run(context.Background(), br.store, func(verify.Report) {})
		require.NoError(t, err)
		require.NoError(t, br.store.Update(context.Background(), func(ctx context.Context, q db.Querier) error {
			_, err := q.TouchIdempotencyKey(ctx, db.TouchIdempotencyKeyParams{Scope: from.Number.String(), IdempotencyKey: key})
			require.Equal(t, done, err == nil, "the key is used if and only if the money has moved")
			return nil
		}))
	}
	for k := 1; k <= statements; k++ {
		p := TransferParams{Account: from.Number, To: to.Number, Amount: 10, IdempotencyKey: fmt.Sprint("fails at ", k)}
		require.ErrorIs(t, transferStruck(context.Background(), br, p, k, func() error { return errInterrupted }), errInterrupted)
		requireState(p.IdempotencyKey, false)

		p.IdempotencyKey = fmt.Sprint("panics at ", k)
		require.Panics(t, func() { _ = transferStruck(context.Background(), br, p, k, func() error { panic("struck") }) })
		requireState(p.IdempotencyKey, false)

		p.IdempotencyKey = fmt.Sprint("caller leaves at ", k)
		ctx, leave := context.WithCancel(context.Background())
		require.NoError(t, transferStruck(ctx, br, p, k, func() error { leave(); return nil }))
		require.ErrorIs(t, ctx.Err(), context.Canceled)
		moved += p.Amount
		requireState(p.IdempotencyKey, true)
	}
}
