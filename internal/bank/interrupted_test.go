package bank

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
	"github.com/bankingcore/bankcore/internal/verify"
)

var errInterrupted = errors.New("interrupted")

// transferStruck makes a transfer under its own key, as Bank.post does, and calls strike before the order is decided or, if late, after.
func transferStruck(ctx context.Context, br *branch, p TransferParams, late bool, strike func() error) error {
	key := br.bank.accountKey(p.Account, p.IdempotencyKey, "transfer", p.fingerprinted()...)
	posting := ledger.Posting{Type: ledger.TypeTransferOut, Account: p.Account, To: p.To, Amount: p.Amount}
	if err := br.bank.identify(&posting, br.bank.now()); err != nil {
		return err
	}
	order := store.Order{Order: ledger.Order{Postings: []ledger.Posting{posting}, Key: key.order(ledger.KindEntry, posting.ID)}}
	if late {
		order.Keep = func(ledger.Outcome) db.InsertTransferBatchParams {
			if err := strike(); err != nil {
				panic(err)
			}
			return db.InsertTransferBatchParams{ID: posting.Transfer, AccountNumber: int64(p.Account), Mode: "each", Results: posting.ID.String()}
		}
	} else {
		order.Session, order.Admit = posting.ID, func(*db.SessionByIDRow) error { return strike() }
	}
	_, err := br.store.Post(ctx, &order)
	return err
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
	for _, late := range []bool{false, true} {
		p := TransferParams{Account: from.Number, To: to.Number, Amount: 10}
		if !late {
			p.IdempotencyKey = "fails"
			require.ErrorIs(t, transferStruck(context.Background(), br, p, late, func() error { return errInterrupted }), errInterrupted)
			requireState(p.IdempotencyKey, false)
		}

		p.IdempotencyKey = fmt.Sprint("panics, late: ", late)
		require.Panics(t, func() { _ = transferStruck(context.Background(), br, p, late, func() error { panic("struck") }) })
		requireState(p.IdempotencyKey, false)

		p.IdempotencyKey = fmt.Sprint("caller leaves, late: ", late)
		ctx, leave := context.WithCancel(context.Background())
		require.NoError(t, transferStruck(ctx, br, p, late, func() error { leave(); return nil }))
		require.ErrorIs(t, ctx.Err(), context.Canceled)
		moved += p.Amount
		requireState(p.IdempotencyKey, true)
	}
}
