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
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

func TestPostMovesMoney(t *testing.T) {
	t.Parallel()
	s, url := newStore(t)
	p := referring("invoice 7", move(ada, grace, 300))
	p.Description = "rent"
	outcome, err := s.Post(context.Background(), orderOf(p))
	require.NoError(t, err)
	require.Nil(t, outcome.Earlier)
	require.Len(t, outcome.Results, 1)
	require.Nil(t, outcome.Results[0].Refusal)
	require.NoError(t, s.Close())

	s = openURL(t, url)
	requireBalances(t, s, 700, 1300)
	entries := requireChain(t, s, ada)
	require.Equal(t, outcome.Results[0].Entry, entries[len(entries)-1])
	received := requireChain(t, s, grace)
	require.Equal(t, "invoice 7", received[len(received)-1].Reference)
	require.Equal(t, p.ToID, received[len(received)-1].ID)
}

// TestOrdersAreDecidedEachForItself: those that are posted together may share a commit, and nothing else.
func TestOrdersAreDecidedEachForItself(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	s, _ := newStore(t)
	taken := requireChain(t, s, ada)[0].ID
	clashing := move(ada, grace, 40)
	clashing.ID = taken
	panicking := under("key", 1, orderOf(referring("invoice", move(ada, grace, 50)))) // after it is decided
	panicking.Keep = func(ledger.Outcome) db.InsertTransferBatchParams { panic("crash") }
	own := errors.New("not you")
	answers := postTogether(t, s,
		orderOf(move(ada, grace, 1)),
		orderOf(move(ada, grace, 5000)),
		orderOf(move(ada, 100000000016, 10)),
		admitted(uuid.New(), func(*db.SessionByIDRow) error { return own }, orderOf(move(ada, grace, 20))),
		admitted(uuid.New(), func(*db.SessionByIDRow) error { panic("boom") }, orderOf(move(ada, grace, 30))),
		orderOf(clashing),
		panicking,
		under("key", 1, orderOf(referring("invoice", move(grace, ada, 200)))),
		orderOf(move(ada, grace, 3), move(ada, grace, 4)),
	)
	require.NoError(t, answers[0].err)
	requireCode(t, ledger.CodeInsufficientFunds, answers[1].err)
	requireCode(t, ledger.CodeAccountNotFound, answers[2].err)
	require.ErrorIs(t, answers[3].err, own)
	require.ErrorContains(t, answers[4].err, "panic: boom")
	require.Error(t, answers[5].err, "the database has an entry with this id")
	require.NotErrorIs(t, answers[5].err, store.ErrUnavailable)
	require.Empty(t, answers[5].outcome)
	require.ErrorContains(t, answers[6].err, "panic: crash")
	require.NoError(t, answers[7].err)
	require.Nil(t, answers[7].outcome.Earlier, "the key of the order that panicked is free")
	require.NoError(t, answers[8].err)
	require.Len(t, answers[8].outcome.Results, 2)
	requireBalances(t, s, 1000-1+200-7, 1000+1-200+7)
	require.Len(t, requireChain(t, s, ada), 1+4)
	require.Len(t, requireChain(t, s, grace), 1+4)
}

// TestOrdersOfOneAccountMeetEachOther: each sees the balance that those before it have left.
func TestOrdersOfOneAccountMeetEachOther(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	s, _ := newStore(t)
	var orders []*store.Order
	for range 10 {
		orders = append(orders, orderOf(move(ada, grace, 300)))
	}
	posted := 0
	for _, a := range postTogether(t, s, orders...) {
		if a.err == nil {
			posted++
			continue
		}
		requireCode(t, ledger.CodeInsufficientFunds, a.err)
	}
	require.Equal(t, 3, posted)
	requireBalances(t, s, 100, 1900)
	require.Len(t, requireChain(t, s, ada), 1+3)
}

func TestAKeyIsCarriedOutOnce(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	s, _ := newStore(t)
	var orders []*store.Order
	for range 5 {
		orders = append(orders, under("key", 1, orderOf(move(ada, grace, 100))))
	}
	posted := 0
	var entry ledger.Entry
	answers := postTogether(t, s, orders...)
	for _, a := range answers {
		require.NoError(t, a.err)
		if a.outcome.Earlier == nil {
			posted++
			entry = a.outcome.Results[0].Entry
		}
	}
	require.Equal(t, 1, posted)
	answers = append(answers, postSafely(context.Background(), s, under("key", 1, orderOf(move(ada, grace, 100)))))
	for _, a := range answers {
		require.NoError(t, a.err)
		if a.outcome.Earlier != nil {
			require.Equal(t, entry.ID, a.outcome.Earlier.ID)
			require.Equal(t, ledger.KindEntry, a.outcome.Earlier.Kind)
			require.Empty(t, a.outcome.Results)
		}
	}
	requireBalances(t, s, 900, 1100)

	_, err := s.Post(context.Background(), under("key", 2, orderOf(move(ada, grace, 100))))
	require.ErrorIs(t, err, ledger.ErrKeyReused)
	elsewhere := under("key", 2, orderOf(move(ada, grace, 100)))
	elsewhere.Key.Scope = "900000000000"
	_, err = s.Post(context.Background(), elsewhere)
	require.NoError(t, err, "the same text in another scope is another key")
	requireBalances(t, s, 800, 1200)
	require.NoError(t, s.Read(context.Background(), func(ctx context.Context, q db.Querier) error {
		rows, err := q.ListIdempotencyKeysByAge(ctx, db.ListIdempotencyKeysByAgeParams{RowLimit: 10})
		require.Len(t, rows, 2)
		require.Equal(t, int64(1_000_000), rows[0].CreatedAt, "a key is as old as its order")
		return err
	}))
}

func TestARefusedOrderLeavesItsKeyAndReferenceFree(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	s, _ := newStore(t)
	answers := postTogether(t, s,
		under("key", 1, orderOf(referring("invoice", move(ada, grace, 5000)))),
		under("key", 2, orderOf(referring("invoice", move(ada, grace, 100)))),
	)
	requireCode(t, ledger.CodeInsufficientFunds, answers[0].err)
	require.NoError(t, answers[1].err)
	require.Nil(t, answers[1].outcome.Earlier)
	requireBalances(t, s, 900, 1100)
}

func TestAReferenceIsTakenOnce(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	s, _ := newStore(t)
	answers := postTogether(t, s,
		orderOf(referring("invoice", move(ada, grace, 100))),
		orderOf(referring("invoice", move(ada, grace, 100))),
		orderOf(referring("invoice", move(grace, ada, 7))), // another sender's
	)
	require.NoError(t, answers[2].err)
	if answers[0].err != nil {
		answers[0], answers[1] = answers[1], answers[0]
	}
	require.NoError(t, answers[0].err)
	requireCode(t, ledger.CodeReferenceUsed, answers[1].err)
	_, err := s.Post(context.Background(), orderOf(referring("invoice", move(ada, grace, 1))))
	requireCode(t, ledger.CodeReferenceUsed, err)
	_, err = s.Post(context.Background(), orderOf(referring("invoice 2", move(ada, grace, 1))))
	require.NoError(t, err)
	requireBalances(t, s, 1000-100+7-1, 1000+100-7+1)
}

func TestOrdersOfManyTransfers(t *testing.T) {
	t.Parallel()
	s, _ := newStore(t)
	ctx := context.Background()
	many := func() *store.Order {
		return orderOf(move(ada, grace, 100), move(ada, grace, 5000), move(ada, grace, 200))
	}
	outcome, err := s.Post(ctx, many())
	require.ErrorIs(t, err, ledger.ErrBatchRefused)
	require.Equal(t, 1, outcome.Refused())
	requireBalances(t, s, 1000, 1000)

	trial := many()
	trial.Trial = true
	outcome, err = s.Post(ctx, trial)
	require.NoError(t, err)
	require.Equal(t, 1, outcome.Refused())
	requireBalances(t, s, 1000, 1000)

	each := under("key", 1, many())
	each.Each = true
	kept := db.InsertTransferBatchParams{
		ID: uuid.Must(uuid.NewV7()), AccountNumber: ada, Mode: "each", CreatedAt: 5, TotalAmount: 300, Results: "one\ntwo\nthree",
	}
	each.Key.Claim.Kind, each.Key.Claim.ID = ledger.KindBatch, kept.ID
	each.Keep = func(o ledger.Outcome) db.InsertTransferBatchParams {
		require.Equal(t, 1, o.Refused())
		return kept
	}
	outcome, err = s.Post(ctx, each)
	require.NoError(t, err)
	require.NotNil(t, outcome.Results[1].Refusal)
	requireBalances(t, s, 700, 1300)
	require.NoError(t, s.Read(ctx, func(ctx context.Context, q db.Querier) error {
		row, err := q.TransferBatchByID(ctx, kept.ID)
		require.Equal(t, db.TransferBatch(kept), row)
		return err
	}))
	outcome, err = s.Post(ctx, each)
	require.NoError(t, err)
	require.Equal(t, kept.ID, outcome.Earlier.ID)
	require.Equal(t, ledger.KindBatch, outcome.Earlier.Kind)
	requireBalances(t, s, 700, 1300)
}

func TestAdmitGetsTheSession(t *testing.T) {
	t.Parallel()
	s, _ := newStore(t)
	ctx := context.Background()
	session := db.InsertSessionParams{
		ID: uuid.New(), CustomerID: ownerOf(ada), AccountNumber: ada, RefreshJti: uuid.New(), CreatedAt: 1, ExpiresAt: 1 << 50, SecondFactor: true,
	}
	update(t, s, func(ctx context.Context, q db.Querier) { require.NoError(t, q.InsertSession(ctx, session)) })
	admit := func(id uuid.UUID) *db.SessionByIDRow {
		var got *db.SessionByIDRow
		_, err := s.Post(ctx, admitted(id, func(row *db.SessionByIDRow) error {
			got = row
			return nil
		}, orderOf(move(ada, grace, 1))))
		require.NoError(t, err)
		return got
	}
	for range 2 {
		want, err := store.Read(ctx, s, func(ctx context.Context, q db.Querier) (db.SessionByIDRow, error) {
			return q.SessionByID(ctx, session.ID)
		})
		require.NoError(t, err)
		require.Equal(t, &want, admit(session.ID))
		update(t, s, func(ctx context.Context, q db.Querier) {
			_, err := q.EndSession(ctx, db.EndSessionParams{ID: session.ID, EndedAt: 77})
			require.True(t, err == nil || errors.Is(err, store.ErrNotFound))
		})
	}
	require.Nil(t, admit(uuid.New()))
}

func TestPostForACallerWhoHasLeftDoesNothing(t *testing.T) {
	t.Parallel()
	s, _ := newStore(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := s.Post(ctx, orderOf(move(ada, grace, 1)))
	require.ErrorIs(t, err, store.ErrUnavailable)
	require.ErrorIs(t, err, context.Canceled)
	requireBalances(t, s, 1000, 1000)
}

func TestPostInsideUpdateIsRefused(t *testing.T) {
	t.Parallel()
	s, _ := newStore(t)
	require.ErrorContains(t, s.Update(context.Background(), func(ctx context.Context, _ db.Querier) error {
		_, err := s.Post(ctx, orderOf(move(ada, grace, 1)))
		return err
	}), "inside Update")
}
