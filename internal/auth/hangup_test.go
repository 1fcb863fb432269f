package auth_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/testkit/banktest"
)

// TestARightPinCountsAfterAHangUp checks that a caller who leaves while the PIN is hashed has still given the right one:
// three such callers must not lock the account.
func TestARightPinCountsAfterAHangUp(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	number := br.open(t, 0).Number
	var hangUp context.CancelFunc
	b := br.Reopened(t, func(c *auth.Config) {
		c.KDF = func(password, salt []byte, time, memory uint32, threads uint8, keyLen uint32) []byte {
			hangUp()
			return banktest.QuickKDF(password, salt, time, memory, threads, keyLen)
		}
	})
	for range 4 {
		var ctx context.Context
		ctx, hangUp = context.WithCancel(context.Background())
		_, err := b.Auth.Login(ctx, auth.Caller{}, auth.LoginParams{Account: number, Pin: goodPin})
		hangUp()
		require.NoError(t, err)
	}
	require.NoError(t, br.Store.View(context.Background(), func(ctx context.Context, q db.Querier) error {
		row, err := q.AccountByNumber(ctx, int64(number))
		require.NoError(t, err)
		require.Zero(t, row.Customer.FailedAttempts)
		require.False(t, row.Customer.SignInLocked)
		return nil
	}))
}
