package bank

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// TestFingerprintsAreKeyed: an attacker who can read the table must not be able to try PINs against an opening's fingerprint.
func TestFingerprintsAreKeyed(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	key := func(b *Bank) idempotencyKey {
		return b.anonymousKey("key", "open_account", "Ada Lovelace", ledger.Money(0), "USD")
	}
	ours, again := key(br.bank), key(br.bank)
	br.reopen(t, func(who *auth.Config, _ *Config) { who.SecretKey = "another-secret-key-that-is-long-enough-0123456789" })
	theirs := key(br.bank)
	require.Equal(t, ours, again)
	require.NotEqual(t, ours.claims[0].fingerprint, theirs.claims[0].fingerprint)
	require.NotEqual(t, ours.claims[0].scope, theirs.claims[0].scope)
}

// TestFingerprintsKeepValuesApart, also if a text looks like two.
func TestFingerprintsKeepValuesApart(t *testing.T) {
	t.Parallel()
	keys := newBranch(t).bank.keys[0]
	seen := map[string]bool{}
	for _, values := range [][]any{{"ab", "c"}, {"a", "bc"}, {"abc"}, {"ab", "c", ""}, {"ab\n1:c"}, {"2:ab\n1:c"}, {ledger.Money(1), "1"}, {"11"}, {ledger.Money(11), ""}} {
		fingerprint := string(fingerprintOf(keys, "transfer", values))
		require.False(t, seen[fingerprint], "%v", values)
		seen[fingerprint] = true
	}
}

// TestARequestWithoutAKeyIsAlwaysNew checks that nothing is stored of it.
func TestARequestWithoutAKeyIsAlwaysNew(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	account := br.open(t, 100)
	for range 2 {
		receipt, err := br.bank.Deposit(context.Background(), ownerOf(account.Number), DepositParams{Account: account.Number, Amount: 5})
		require.NoError(t, err)
		require.False(t, receipt.Replayed)
	}
	require.NoError(t, br.store.View(context.Background(), func(ctx context.Context, q db.Querier) error {
		row, err := q.AccountByNumber(ctx, int64(account.Number))
		require.Equal(t, int64(110), row.Account.Balance)
		return err
	}))
}
