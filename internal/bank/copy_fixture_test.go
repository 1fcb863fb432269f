package bank

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/db"
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
var smallCopies = copySizes{page: 3, batch: 2, held: 1}

func unwatched(CopyProgress) {}

// contents is everything in a bank's database except the count that is only ever written.
type contents struct {
	Accounts []db.Account
	Entries  []db.Transaction
	Sessions []db.Session
	Keys     []db.IdempotencyKey
	Tokens   []db.TokenBlacklist
	Events   []db.Event
	Factors  []db.SecondFactor
	Recovery []db.RecoveryCode
	Invited  []db.Invitation
}

func contentsOf(t require.TestingT, s *store.Store) contents {
	all, err := store.View(context.Background(), s, func(ctx context.Context, q db.Querier) (all contents, err error) {
		const rows = math.MaxInt32
		all.Accounts, err = q.ListAccountsByNumber(ctx, db.ListAccountsByNumberParams{RowLimit: rows})
		require.NoError(t, err)
		all.Entries, err = q.ListTransactionsByID(ctx, db.ListTransactionsByIDParams{RowLimit: rows})
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
		all.Events, err = q.ListEventsBySequence(ctx, db.ListEventsBySequenceParams{RowLimit: rows})
		return all, err
	})
	require.NoError(t, err)
	return all
}

// requireCopied copies, and requires the target to equal the source.
func requireCopied(t require.TestingT, source, target *store.Store, sizes copySizes) CopyReport {
	report, err := copyBank(context.Background(), source, target, sizes, unwatched)
	require.NoError(t, err)
	want := contentsOf(t, source)
	require.Equal(t, want, contentsOf(t, target))
	require.EqualValues(t, len(want.Accounts), report.Verified.Accounts)
	require.EqualValues(t, len(want.Entries), report.Verified.Entries)
	return report
}

// deposit deposits money into an account.
func (br *branch) deposit(t require.TestingT, account AccountNumber, amount Money, key string) Receipt {
	receipt, err := br.bank.Deposit(context.Background(), ownerOf(account), DepositParams{Account: account, Amount: amount, IdempotencyKey: key})
	require.NoError(t, err)
	return receipt
}

// busy lets some accounts move money while the clock stands still, so that ids are in no order, and is set back now and then.
func (br *branch) busy(t require.TestingT, accounts, moves int) []AccountNumber {
	var numbers []AccountNumber
	for range accounts {
		numbers = append(numbers, br.open(t, 1000).Number)
	}
	for i := range moves {
		from, to := numbers[i%accounts], numbers[(i+1)%accounts]
		_, err := br.bank.Transfer(context.Background(), ownerOf(from), TransferParams{Account: from, To: to, Amount: 1})
		require.NoError(t, err)
		if i%7 == 6 {
			br.clock.pass(-1500)
		}
	}
	return numbers
}

// startSession starts a session without an event.
func (br *branch) startSession(t require.TestingT, number AccountNumber) {
	require.NoError(t, br.store.Update(context.Background(), func(ctx context.Context, q db.Querier) error {
		_, err := br.bank.startSession(ctx, q, proof{number: number}, false, br.bank.now())
		return err
	}))
}
