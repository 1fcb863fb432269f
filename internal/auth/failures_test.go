package auth_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/audit"
	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/testkit/banktest"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// countEvents counts the rows and sums their counts.
func countEvents(t *testing.T, br *branch) (rows, count int64) {
	t.Helper()
	pool := storetest.Raw(t, br.URL)
	defer func() { require.NoError(t, pool.Close()) }()
	require.NoError(t, pool.QueryRow("SELECT COUNT(*), CAST(COALESCE(SUM(count), 0) AS BIGINT) FROM events").Scan(&rows, &count))
	return rows, count
}

// failSignIns makes sign-ins with numbers of no account.
func failSignIns(t *testing.T, br *branch, tries int, address func(i int) string) {
	t.Helper()
	for i := range tries {
		_, err := br.Auth.Login(context.Background(), auth.Caller{Address: address(i), RequestID: fmt.Sprint(i)},
			auth.LoginParams{Account: ledger.AccountNumber(200_000_000_000 + i), Pin: wrongPin})
		requireCode(t, auth.CodeInvalidCredentials, err)
	}
}

// TestAFloodOfFailuresIsTwoEventsAMinute fails 2,000 sign-ins from one network, with made-up account numbers.
func TestAFloodOfFailuresIsTwoEventsAMinute(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	br := newBranch(t)
	const tries = 2_000
	failSignIns(t, br, tries, func(i int) string { return fmt.Sprintf("198.51.100.%d", i%256) })
	rows, _ := countEvents(t, br)
	require.Equal(t, int64(1), rows, "the first one is recorded at once")
	br.Clock.Pass(time.Minute)
	require.NoError(t, br.Auth.FlushRepeats(context.Background()))
	rows, count := countEvents(t, br)
	t.Logf("%d failed sign-ins of one network in a minute are %d events, which count %d", tries, rows, count)
	require.Equal(t, int64(2), rows)
	require.Equal(t, int64(tries), count)
	require.NoError(t, br.Auth.FlushRepeats(context.Background()))
	again, _ := countEvents(t, br)
	require.Equal(t, rows, again, "failures are written only once")

	page, err := br.Bank.AdminListEvents(context.Background(), operator, bank.ListEventsParams{Limit: 1})
	require.NoError(t, err)
	got := page.Events[0]
	require.Equal(t, audit.Event{
		ID: got.ID, Type: auth.EventLoginFailed, Actor: "anonymous", Address: "198.51.100.0/24", Timestamp: got.Timestamp, Count: tries - 1,
		Sequence: 2, Previous: got.Previous, Hash: got.Hash,
	}, got)
	require.Equal(t, int64(tries), br.Auth.Counters.LoginsFailed.Load())
}

// TestAFloodOfManyNetworksIsBounded fails twice from each of 1,000 networks.
func TestAFloodOfManyNetworksIsBounded(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	br := newBranch(t)
	const tries = 2_000
	failSignIns(t, br, tries, func(i int) string { return fmt.Sprintf("20.%d.%d.7", i%1000/256, i%1000%256) })
	require.NoError(t, br.Auth.FlushRepeats(context.Background()))
	rows, count := countEvents(t, br)
	t.Logf("%d failed sign-ins of 1,000 networks in a minute are %d events, which count %d", tries, rows, count)
	require.LessOrEqual(t, rows, int64(2*auth.MaxRepeats+1))
	require.Equal(t, int64(tries), count)
}

// TestEndlessWrongResetCodesAreFewEvents tries codes on an account that has none, which nothing limits.
func TestEndlessWrongResetCodesAreFewEvents(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	br := newBranch(t)
	account := br.open(t, 0)
	for range 500 {
		err := br.Auth.ResetPin(context.Background(), auth.Caller{Address: "203.0.113.9"},
			auth.ResetPinParams{Account: account.Number, Code: "7K3M-Q9TX-2B4C", New: "60413"})
		requireCode(t, auth.CodeInvalidResetCode, err)
	}
	br.Clock.Pass(time.Minute)
	require.NoError(t, br.Auth.FlushRepeats(context.Background()))
	page, err := br.Bank.ListAccountEvents(context.Background(), banktest.OwnerOf(account.Number), bank.ListAccountEventsParams{Account: account.Number})
	require.NoError(t, err)
	require.Len(t, page.Events, 2, "the owner sees them, as two")
	require.Equal(t, int64(499), page.Events[0].Count)
	require.Equal(t, "203.0.113.9", page.Events[0].Address)
}

// TestEachWrongPinOfAnAccountIsAnEvent checks that each wrong PIN is an event of its own; the lock limits their number.
func TestEachWrongPinOfAnAccountIsAnEvent(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	account := br.open(t, 0)
	for range 100 {
		_, err := br.Auth.Login(context.Background(), auth.Caller{}, auth.LoginParams{Account: account.Number, Pin: wrongPin})
		require.Error(t, err)
	}
	rows, count := countEvents(t, br)
	require.Equal(t, int64(4), rows, "three wrong PINs and the lock; a refusal of the locked account is not an event")
	require.Equal(t, rows, count)
}

// TestFailuresThatCannotBeWrittenAreKept checks that they are written once that is possible.
func TestFailuresThatCannotBeWrittenAreKept(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	failSignIns(t, br, 5, func(int) string { return "203.0.113.9" })
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	require.Error(t, br.Auth.FlushRepeats(gone))
	failSignIns(t, br, 2, func(int) string { return "203.0.113.9" })
	require.NoError(t, br.Auth.FlushRepeats(context.Background()))
	_, count := countEvents(t, br)
	require.Equal(t, int64(7), count)
}
