package bank

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/verify"
)

// TestCopyServesTheSameCustomers checks that with the same secrets customers do not notice that the bank has moved.
func TestCopyServesTheSameCustomers(t *testing.T) {
	t.Parallel()
	for engine, url := range copyTargets() {
		t.Run("to "+engine, func(t *testing.T) {
			t.Parallel()
			source, target := newBranch(t), openStore(t, url(t))
			ctx := context.Background()
			here := source.bank
			opening := OpenAccountParams{Holder: "Zoë Ångström", Pin: goodPin, InitialDeposit: 500, IdempotencyKey: "open"}
			opened, err := here.OpenAccount(ctx, Caller{}, opening)
			require.NoError(t, err)
			ada, bob := opened.Account.Number, source.open(t, 0).Number
			rent := TransferParams{Account: ada, To: bob, Amount: 120, Description: "Miete – März", IdempotencyKey: "rent"}
			paid, err := here.Transfer(ctx, ownerOf(ada), rent)
			require.NoError(t, err)
			first, err := here.Login(ctx, Caller{Address: "192.0.2.9", UserAgent: "Über/1"}, LoginParams{Account: ada, Pin: goodPin})
			require.NoError(t, err)
			second, err := here.RefreshTokens(ctx, Caller{}, first.Refresh)
			require.NoError(t, err)
			require.NoError(t, here.ChangePin(ctx, Caller{Account: bob, Role: RoleCustomer}, ChangePinParams{Account: bob, Current: goodPin, New: "739184"}))
			locked := source.open(t, 7).Number
			for range 3 {
				_, err := here.Login(ctx, Caller{}, LoginParams{Account: locked, Pin: wrongPin})
				requireCode(t, CodeInvalidCredentials, err)
			}
			invited, err := here.IssueInvitation(ctx, operator, IssueInvitationParams{Uses: 1, Lifetime: time.Hour})
			require.NoError(t, err)
			source.clock.pass(time.Second)
			page, err := here.ListTransactions(ctx, ownerOf(ada), ListTransactionsParams{Account: ada, Limit: 1})
			require.NoError(t, err)

			requireCopied(t, source.store, target, defaultCopySizes)
			moved := branchOn(t, target)
			moved.clock.now = source.clock.Now()
			there := moved.bank

			again, err := there.Transfer(ctx, ownerOf(ada), rent)
			require.NoError(t, err)
			require.Equal(t, Receipt{Transaction: paid.Transaction, Replayed: true}, again)
			reopened, err := there.OpenAccount(ctx, Caller{}, opening)
			require.NoError(t, err)
			require.Equal(t, Opening{Account: opened.Account, Replayed: true}, reopened)
			rent.Amount++
			_, err = there.Transfer(ctx, ownerOf(ada), rent)
			requireCode(t, CodeIdempotencyKeyReused, err)

			caller, err := there.Authenticate(ctx, Caller{}, second.Access)
			require.NoError(t, err)
			require.Equal(t, ada, caller.Account)
			graced, err := there.RefreshTokens(ctx, Caller{}, first.Refresh) // as if the answer was lost
			require.NoError(t, err)
			require.Equal(t, second.Refresh, graced.Refresh)
			third, err := there.RefreshTokens(ctx, Caller{}, second.Refresh)
			require.NoError(t, err)
			_, err = there.RefreshTokens(ctx, Caller{}, third.Refresh) // so that the second token's successor is spent, too
			require.NoError(t, err)
			sessions, err := there.ListSessions(ctx, caller)
			require.NoError(t, err)
			require.Len(t, sessions, 1)
			source.clock.pass(time.Minute)
			moved.clock.pass(time.Minute)
			_, err = there.RefreshTokens(ctx, Caller{}, second.Refresh)
			requireCode(t, CodeTokenRevoked, err)
			_, err = there.Authenticate(ctx, Caller{}, third.Access)
			requireCode(t, CodeTokenRevoked, err)

			_, err = there.Login(ctx, Caller{}, LoginParams{Account: bob, Pin: goodPin})
			requireCode(t, CodeInvalidCredentials, err)
			_, err = there.Login(ctx, Caller{}, LoginParams{Account: bob, Pin: "739184"})
			require.NoError(t, err)
			_, err = there.Login(ctx, Caller{}, LoginParams{Account: locked, Pin: goodPin})
			requireCode(t, CodeAccountLocked, err)
			there.openings = OpeningsCode
			invitee := OpenAccountParams{Holder: "Bob", Pin: goodPin, InvitationCode: invited.Code}
			_, err = there.OpenAccount(ctx, Caller{}, invitee)
			require.NoError(t, err)
			_, err = there.OpenAccount(ctx, Caller{}, invitee)
			requireCode(t, CodeInvalidInvitation, err)
			rest, err := there.ListTransactions(ctx, ownerOf(ada), ListTransactionsParams{Account: ada, Limit: 1, Cursor: page.NextCursor})
			require.NoError(t, err)
			require.Equal(t, int64(1), rest.Transactions[0].Sequence)
			_, err = verify.Run(ctx, target, func(verify.Report) {})
			require.NoError(t, err)
		})
	}
}
