package store_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// TestOrdersAndFunctionsShareAGroup: they wait in one queue and share a commit, and each succeeds or fails on its own, also if the
// database refuses an order after a function has written.
func TestOrdersAndFunctionsShareAGroup(t *testing.T) {
	t.Parallel()
	s, _ := newFile(t)
	background := context.Background()
	release := writing(t, s)
	own := errors.New("changed my mind")
	clashing := move(ada, grace, 100)
	clashing.ID = requireChain(t, s, ada)[0].ID
	leaving, leave := context.WithCancel(background)
	first := queueOrder(background, t, s, orderOf(move(ada, grace, 1)))
	function := queue(background, t, s, func(ctx context.Context, q db.Querier) error { return transfer(ctx, q, ada, grace, 10) })
	failing := queue(background, t, s, func(ctx context.Context, q db.Querier) error {
		return errors.Join(transfer(ctx, q, ada, grace, 20), own)
	})
	refused := queueOrder(background, t, s, orderOf(clashing))
	gone := queueOrder(leaving, t, s, orderOf(move(ada, grace, 200)))
	last := queueOrder(background, t, s, orderOf(move(grace, ada, 300)))
	leave()
	left := <-gone
	require.ErrorIs(t, left.err, store.ErrUnavailable)
	require.ErrorIs(t, left.err, context.Canceled)
	require.Empty(t, left.outcome)
	release()

	require.NoError(t, (<-first).err)
	require.NoError(t, <-function)
	require.ErrorIs(t, <-failing, own)
	require.ErrorContains(t, (<-refused).err, "this transaction exists")
	require.NoError(t, (<-last).err)
	requireBalances(t, s, 1000-11+300, 1000+11-300)
	require.Len(t, rowsOf(t, s, ada), 1+3)
}

// TestAnOrderIsCarriedOutForACallerWhoLeavesTooLate: once the order has been taken from the queue, there is no way back.
func TestAnOrderIsCarriedOutForACallerWhoLeavesTooLate(t *testing.T) {
	t.Parallel()
	s, _ := newFile(t)
	leaving, leave := context.WithCancel(context.Background())
	defer leave()
	outcome, err := s.Post(leaving, admitted(uuid.New(), func(*db.SessionByIDRow) error {
		leave()
		return nil
	}, orderOf(move(ada, grace, 7))))
	require.NoError(t, err)
	require.Equal(t, ledger.Money(993), outcome.Results[0].Entry.BalanceAfter)
	require.ErrorIs(t, leaving.Err(), context.Canceled)
	requireBalances(t, s, 993, 1007)
}

// TestAdmitSeesTheSessionAsTheGroupHasLeftIt: an order that waits behind the end of its session is refused.
func TestAdmitSeesTheSessionAsTheGroupHasLeftIt(t *testing.T) {
	t.Parallel()
	s, _ := newFile(t)
	session := db.InsertSessionParams{ID: uuid.New(), CustomerID: ownerOf(ada), AccountNumber: ada, RefreshJti: uuid.New(), CreatedAt: 1, ExpiresAt: 1 << 50}
	update(t, s, func(ctx context.Context, q db.Querier) { require.NoError(t, q.InsertSession(ctx, session)) })
	ended := errors.New("the session has ended")
	release := writing(t, s)
	ending := queue(context.Background(), t, s, func(ctx context.Context, q db.Querier) error {
		_, err := q.EndSession(ctx, db.EndSessionParams{ID: session.ID, EndedAt: 77})
		return err
	})
	order := queueOrder(context.Background(), t, s, admitted(session.ID, func(row *db.SessionByIDRow) error {
		if row.EndedAt != nil {
			return ended
		}
		return nil
	}, orderOf(move(ada, grace, 7))))
	release()
	require.NoError(t, <-ending)
	require.ErrorIs(t, (<-order).err, ended)
	requireBalances(t, s, 1000, 1000)
}

// No order may be answered with money that a crash could still take back, nor with a refusal that depends on such money.
func TestNoOrderIsAnsweredBeforeTheCommit(t *testing.T) {
	t.Parallel()
	s, path := newFile(t)
	release := writing(t, s)
	var orders []<-chan answer
	for range 11 {
		orders = append(orders, queueOrder(context.Background(), t, s, under("key", 1, orderOf(move(ada, grace, 900)))))
		orders = append(orders, queueOrder(context.Background(), t, s, orderOf(move(ada, grace, 900))))
	}
	release()
	other := open(t, path)
	for i, order := range orders {
		a := <-order
		switch {
		case i%2 == 1:
			requireCode(t, ledger.CodeInsufficientFunds, a.err)
		case i == 0:
			require.NoError(t, a.err)
			require.Len(t, a.outcome.Results, 1)
		default:
			require.NoError(t, a.err)
			require.NotNil(t, a.outcome.Earlier)
		}
		ofAda, ofGrace := balances(t, other)
		require.Equal(t, [2]int64{100, 1900}, [2]int64{ofAda, ofGrace})
	}
}

func TestAReaderCarriesOutNoOrder(t *testing.T) {
	t.Parallel()
	s, path := newFile(t)
	require.NoError(t, s.Close())
	reader, err := store.OpenReadOnly(context.Background(), "sqlite:"+path)
	require.NoError(t, err)
	t.Cleanup(func() { _ = reader.Close() })
	_, err = reader.Post(context.Background(), orderOf(move(ada, grace, 1)))
	require.ErrorContains(t, err, "for reading only")
}
