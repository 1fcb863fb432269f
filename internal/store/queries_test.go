package store_test

import (
	"bytes"
	"context"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// Every argument of these queries has a different value, so that two swapped arguments show.

// update lends the querier of a transaction to the test's own goroutine, where require may end the test. The transaction is
// committed when body returns.
func update(t *testing.T, s *store.Store, body func(ctx context.Context, q db.Querier)) {
	t.Helper()
	type loan struct {
		ctx context.Context
		q   db.Querier
	}
	lent, back, result := make(chan loan), make(chan struct{}), make(chan error, 1)
	giveBack := sync.OnceFunc(func() { close(back) })
	defer giveBack()
	go func() {
		result <- s.Update(context.Background(), func(ctx context.Context, q db.Querier) error {
			lent <- loan{ctx, q}
			<-back
			return nil
		})
	}()
	l := <-lent
	body(l.ctx, l.q)
	giveBack()
	require.NoError(t, <-result)
}

// TestEveryQueryIsUnderstood: SQLite prepares all queries whenever a store is opened; this test prepares them on PostgreSQL.
func TestEveryQueryIsUnderstood(t *testing.T) {
	t.Parallel()
	s, url := newStore(t)
	require.NoError(t, s.Ping(context.Background()))
	if storetest.OnSQLite() {
		return
	}
	queries, err := db.Prepare(context.Background(), storetest.Raw(t, url))
	require.NoError(t, err)
	require.NoError(t, queries.Close())
}

func TestAnEntryMovesItsAccount(t *testing.T) {
	t.Parallel()
	s, _ := newStore(t)
	hash := bytes.Repeat([]byte{0xab}, 32)
	entry := db.InsertTransactionParams{
		ID: uuid.New(), AccountNumber: ada, Sequence: 2, TransactionType: deposit, Amount: 71, Currency: "USD",
		BalanceAfter: 1071, Timestamp: 173, Hash: hash,
	}
	var other db.AccountByNumberRow
	update(t, s, func(ctx context.Context, q db.Querier) {
		var err error
		other, err = q.AccountByNumber(ctx, grace)
		require.NoError(t, err)
		row, err := q.AccountByNumber(ctx, ada)
		require.NoError(t, err)
		entry.PreviousID = row.Account.LastID
		require.NoError(t, q.InsertTransaction(ctx, entry))
		now := &row.Account
		now.Balance, now.LastSequence, now.LastID, now.LastHash, now.LastTimestamp = 1071, 2, &entry.ID, hash, 173
		moved, err := q.AccountByNumber(ctx, ada)
		require.NoError(t, err)
		require.Equal(t, row, moved)
		untouched, err := q.AccountByNumber(ctx, grace)
		require.NoError(t, err)
		require.Equal(t, other, untouched)
	})
	for name, change := range map[string]func(e *db.InsertTransactionParams){
		"the same sequence again": func(e *db.InsertTransactionParams) { e.Sequence = 2 },
		"a gap":                   func(e *db.InsertTransactionParams) { e.Sequence = 4 },
		"not after the last one":  func(e *db.InsertTransactionParams) { e.PreviousID = other.Account.LastID },
		"an unknown account":      func(e *db.InsertTransactionParams) { e.AccountNumber = 300000000003 },
	} {
		next := entry
		next.ID, next.Sequence, next.PreviousID = uuid.New(), 3, &entry.ID
		change(&next)
		err := s.Update(context.Background(), func(ctx context.Context, q db.Querier) error { return q.InsertTransaction(ctx, next) })
		require.ErrorContains(t, err, "does not follow", name)
	}
}

func TestCountPinAttemptBinds(t *testing.T) {
	t.Parallel()
	s, _ := newStore(t)
	update(t, s, func(ctx context.Context, q db.Querier) {
		for count := int64(1); count <= 2; count++ {
			row, err := q.CountPinAttempt(ctx, db.CountPinAttemptParams{Most: 2, AccountNumber: ada})
			require.NoError(t, err)
			require.Equal(t, db.CountPinAttemptRow{ID: ownerOf(ada), PinHash: "hash", FailedAttempts: count}, row)
			account, err := q.AccountByNumber(ctx, ada)
			require.NoError(t, err)
			require.Equal(t, count == 2, account.Customer.SignInLocked)
		}
		_, err := q.CountPinAttempt(ctx, db.CountPinAttemptParams{Most: 2, AccountNumber: ada})
		require.ErrorIs(t, err, store.ErrNotFound)
		other, err := q.AccountByNumber(ctx, grace)
		require.NoError(t, err)
		require.Zero(t, other.Customer.FailedAttempts)
	})
}

func TestListTransactionsBinds(t *testing.T) {
	t.Parallel()
	s, _ := newStore(t)
	var ids []uuid.UUID
	update(t, s, func(ctx context.Context, q db.Querier) { // entries 2 to 130 of ada, at the times 101 to 229
		for sequence := int64(1); sequence <= 130; sequence++ {
			row, err := q.LockAccount(ctx, ada)
			require.NoError(t, err)
			if ids = append(ids, *row.LastID); sequence == 130 {
				return
			}
			p := posting{kind: deposit, amount: 10}
			if sequence%2 == 0 {
				p = posting{kind: withdrawal, amount: -1}
			}
			require.NoError(t, post(ctx, q, row, p))
		}
	})
	all := db.ListTransactionsParams{NewestID: ids[8], FromTime: 0, ToTime: 1000, RowLimit: 50}
	for _, c := range []struct {
		name   string
		change func(p *db.ListTransactionsParams)
		want   []int64
	}{
		{"all", func(*db.ListTransactionsParams) {}, []int64{9, 8, 7, 6, 5, 4, 3, 2, 1}},
		{"newest", func(p *db.ListTransactionsParams) { p.NewestID = ids[2] }, []int64{3, 2, 1}},
		{"from", func(p *db.ListTransactionsParams) { p.FromTime = 106 }, []int64{9, 8, 7}},
		{"to", func(p *db.ListTransactionsParams) { p.ToTime = 103 }, []int64{3, 2, 1}},
		{"limit", func(p *db.ListTransactionsParams) { p.RowLimit = 2 }, []int64{9, 8}},
		{"nobody", func(p *db.ListTransactionsParams) { p.NewestID = uuid.New() }, nil},
		{"everything at once", func(p *db.ListTransactionsParams) {
			*p = db.ListTransactionsParams{
				NewestID: ids[7], FromTime: 102, ToTime: 108, RowLimit: 2,
			}
		}, []int64{8, 7}},
	} {
		p := all
		c.change(&p)
		require.NoError(t, s.View(context.Background(), func(ctx context.Context, q db.Querier) error {
			rows, err := q.ListTransactions(ctx, p)
			var got []int64
			for _, row := range rows {
				got = append(got, row.Sequence)
			}
			require.Equal(t, c.want, got, c.name)
			return err
		}))
	}
	for _, c := range []struct {
		params db.ListMilestonesParams
		want   []int64
	}{
		{db.ListMilestonesParams{AccountNumber: ada, RowLimit: 9}, []int64{64, 128}},
		{db.ListMilestonesParams{AccountNumber: ada, RowLimit: 1}, []int64{64}},
		{db.ListMilestonesParams{AccountNumber: ada, FromTime: 163, RowLimit: 9}, []int64{64, 128}},
		{db.ListMilestonesParams{AccountNumber: ada, FromTime: 164, RowLimit: 9}, []int64{128}},
		{db.ListMilestonesParams{AccountNumber: ada, AfterSequence: 64, RowLimit: 9}, []int64{128}},
		{db.ListMilestonesParams{AccountNumber: grace, RowLimit: 9}, nil},
	} {
		require.NoError(t, s.Read(context.Background(), func(ctx context.Context, q db.Querier) error {
			rows, err := q.ListMilestones(ctx, c.params)
			var got []int64
			for _, row := range rows {
				require.Equal(t, ids[row.Sequence-1], row.ID)
				require.Equal(t, 99+row.Sequence, row.Timestamp)
				got = append(got, row.Sequence)
			}
			require.Equal(t, c.want, got)
			return err
		}))
	}
}

func TestOtherQueriesBind(t *testing.T) {
	t.Parallel()
	s, _ := newStore(t)
	session, first, second := uuid.New(), uuid.New(), uuid.New()
	update(t, s, func(ctx context.Context, q db.Querier) {
		changed, err := q.UpdatePin(ctx, db.UpdatePinParams{NewHash: "new", ID: ownerOf(ada), OldHash: "hash"})
		require.NoError(t, err)
		require.Equal(t, int64(1), changed)
		row, err := q.AccountByNumber(ctx, ada)
		require.NoError(t, err)
		require.Equal(t, "new", row.Customer.PinHash)

		require.NoError(t, q.InsertSession(ctx, db.InsertSessionParams{
			ID: session, CustomerID: ownerOf(ada), AccountNumber: ada, RefreshJti: first, CreatedAt: 1, ExpiresAt: 2,
		}))
		spend := db.UpdateSessionRefreshParams{SuccessorJti: second, ID: session, RefreshJti: first}
		for _, want := range []int64{1, 0} {
			spent, err := q.UpdateSessionRefresh(ctx, spend)
			require.NoError(t, err)
			require.Equal(t, want, spent)
		}
		got, err := q.SessionByID(ctx, session)
		require.NoError(t, err)
		require.Equal(t, second, got.RefreshJti)
		require.Equal(t, int64(2), got.ExpiresAt)
		ended, err := q.EndOtherSessions(ctx, db.EndOtherSessionsParams{EndedAt: 9, CustomerID: ownerOf(ada), ID: session})
		require.NoError(t, err)
		require.Zero(t, ended)
	})
}
