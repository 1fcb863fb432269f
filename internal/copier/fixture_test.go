package copier

import (
	"context"
	"math"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// copyTargets maps each engine to a function that returns the URL of a new bank's database: the engine under test, from which
// each copy is made, and the other one.
func copyTargets() map[string]func(tb testing.TB) string {
	targets := map[string]func(tb testing.TB) string{"its own engine": storetest.URL}
	if storetest.OnSQLite() {
		targets["postgres"] = storetest.PostgreSQL
	} else {
		targets["sqlite"] = storetest.SQLite
	}
	return targets
}

// smallCopies makes a copy of a few rows use several pages and batches, and hold back fewer entries than come too early.
var smallCopies = sizes{page: 3, batch: 2, held: 1}

func unwatched(Progress) {}

// contents is everything in a bank's database except the count that is only ever written.
type contents struct {
	Accounts []db.Account
	Entries  []db.Transaction
	Batches  []db.TransferBatch
	Sessions []db.Session
	Keys     []db.IdempotencyKey
	Tokens   []db.TokenBlacklist
	Events   []db.Event
	Factors  []db.SecondFactor
	Recovery []db.RecoveryCode
	Invited  []db.Invitation
	Requests []db.Request
}

func contentsOf(t require.TestingT, s *store.Store) contents {
	all, err := store.View(context.Background(), s, func(ctx context.Context, q db.Querier) (all contents, err error) {
		const rows = math.MaxInt32
		all.Accounts, err = q.ListAccountsByNumber(ctx, db.ListAccountsByNumberParams{RowLimit: rows})
		require.NoError(t, err)
		all.Entries, err = q.ListTransactionsByID(ctx, db.ListTransactionsByIDParams{RowLimit: rows})
		require.NoError(t, err)
		all.Batches, err = q.ListTransferBatchesByID(ctx, db.ListTransferBatchesByIDParams{RowLimit: rows})
		require.NoError(t, err)
		all.Sessions, err = q.ListSessionsByID(ctx, db.ListSessionsByIDParams{RowLimit: rows})
		require.NoError(t, err)
		all.Keys, err = q.ListIdempotencyKeysByAge(ctx, db.ListIdempotencyKeysByAgeParams{RowLimit: rows})
		require.NoError(t, err)
		all.Tokens, err = q.ListBlacklistedTokensByJti(ctx, db.ListBlacklistedTokensByJtiParams{RowLimit: rows})
		require.NoError(t, err)
		all.Factors, err = q.ListSecondFactors(ctx, db.ListSecondFactorsParams{RowLimit: rows})
		require.NoError(t, err)
		all.Recovery, err = q.ListRecoveryCodes(ctx, db.ListRecoveryCodesParams{AfterHash: []byte{}, RowLimit: rows})
		require.NoError(t, err)
		all.Invited, err = q.ListInvitationsByID(ctx, db.ListInvitationsByIDParams{RowLimit: rows})
		require.NoError(t, err)
		all.Requests, err = q.ListRequestsByID(ctx, db.ListRequestsByIDParams{RowLimit: rows})
		require.NoError(t, err)
		all.Events, err = q.ListEventsBySequence(ctx, db.ListEventsBySequenceParams{RowLimit: rows})
		return all, err
	})
	require.NoError(t, err)
	return all
}

// requireCopied copies, and requires the target to equal the source.
func requireCopied(t require.TestingT, source, target *store.Store, size sizes) Report {
	report, err := copyBank(context.Background(), source, target, size, unwatched)
	require.NoError(t, err)
	want := contentsOf(t, source)
	require.Equal(t, want, contentsOf(t, target))
	require.EqualValues(t, len(want.Accounts), report.Verified.Accounts)
	require.EqualValues(t, len(want.Entries), report.Verified.Entries)
	return report
}

// startSession starts a session without an event.
func (br *branch) startSession(t require.TestingT, number ledger.AccountNumber) {
	now := br.Clock.Now()
	customer, err := store.Read(context.Background(), br.Store, func(ctx context.Context, q db.Querier) (uuid.UUID, error) {
		return q.CustomerOfAccount(ctx, int64(number))
	})
	require.NoError(t, err)
	session := db.InsertSessionParams{
		ID: uuid.New(), CustomerID: customer, AccountNumber: int64(number), RefreshJti: uuid.New(), CreatedAt: now.UnixMicro(),
		ExpiresAt: now.Add(auth.SessionLifetime).UnixMicro(),
	}
	require.NoError(t, br.Store.Update(context.Background(), func(ctx context.Context, q db.Querier) error { return q.InsertSession(ctx, session) }))
}
