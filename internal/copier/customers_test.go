package copier

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/testkit/banktest"
	"github.com/bankingcore/bankcore/internal/verify"
)

// TestCopyServesTheSameCustomers checks that with the same secrets customers do not notice that the bank has moved.
func TestCopyServesTheSameCustomers(t *testing.T) {
	t.Parallel()
	for engine, url := range copyTargets() {
		t.Run("to "+engine, func(t *testing.T) {
			t.Parallel()
			source, target := newBranch(t), banktest.OpenStore(t, url(t))
			ctx := context.Background()
			here := source.Bank
			opening := bank.OpenAccountParams{Holder: "Zoë Ångström", Pin: goodPin, InitialDeposit: 500, IdempotencyKey: "open"}
			opened, err := here.OpenAccount(ctx, auth.Caller{}, opening)
			require.NoError(t, err)
			ada, bob := opened.Account.Number, source.open(t, 0).Number
			rent := bank.TransferParams{Account: ada, To: bob, Amount: 120, Description: "Miete – März", IdempotencyKey: "rent"}
			paid, err := here.Transfer(ctx, banktest.OwnerOf(ada), rent)
			require.NoError(t, err)
			first, err := source.Auth.Login(ctx, auth.Caller{Address: "192.0.2.9", UserAgent: "Über/1"}, auth.LoginParams{Account: ada, Pin: goodPin})
			require.NoError(t, err)
			second, err := source.Auth.RefreshTokens(ctx, auth.Caller{}, first.Refresh)
			require.NoError(t, err)
			require.NoError(t, source.Auth.ChangePin(ctx, auth.Caller{Account: bob, Role: auth.RoleCustomer}, auth.ChangePinParams{Account: bob, Current: goodPin, New: "739184"}))
			locked := source.open(t, 7).Number
			for range 3 {
				_, err := source.Auth.Login(ctx, auth.Caller{}, auth.LoginParams{Account: locked, Pin: wrongPin})
				requireCode(t, auth.CodeInvalidCredentials, err)
			}
			invited, err := source.Auth.IssueInvitation(ctx, operator, auth.IssueInvitationParams{Uses: 1, Lifetime: time.Hour})
			require.NoError(t, err)
			source.Clock.Pass(time.Second)
			page, err := here.ListTransactions(ctx, banktest.OwnerOf(ada), bank.ListTransactionsParams{Account: ada, Limit: 1})
			require.NoError(t, err)

			requireCopied(t, source.Store, target, defaultSizes)
			moved := branchOn(t, target)
			moved.Clock.Set(source.Clock.Now())
			there := moved.Bank

			again, err := there.Transfer(ctx, banktest.OwnerOf(ada), rent)
			require.NoError(t, err)
			require.Equal(t, bank.Receipt{Transaction: paid.Transaction, Replayed: true}, again)
			reopened, err := there.OpenAccount(ctx, auth.Caller{}, opening)
			require.NoError(t, err)
			require.Equal(t, bank.Opening{Account: opened.Account, Replayed: true}, reopened)
			rent.Amount++
			_, err = there.Transfer(ctx, banktest.OwnerOf(ada), rent)
			requireCode(t, ledger.CodeIdempotencyKeyReused, err)

			caller, err := moved.Auth.Authenticate(ctx, auth.Caller{}, second.Access)
			require.NoError(t, err)
			require.Equal(t, ada, caller.Account)
			graced, err := moved.Auth.RefreshTokens(ctx, auth.Caller{}, first.Refresh) // as if the answer was lost
			require.NoError(t, err)
			require.Equal(t, second.Refresh, graced.Refresh)
			third, err := moved.Auth.RefreshTokens(ctx, auth.Caller{}, second.Refresh)
			require.NoError(t, err)
			_, err = moved.Auth.RefreshTokens(ctx, auth.Caller{}, third.Refresh) // so that the second token's successor is spent, too
			require.NoError(t, err)
			sessions, err := moved.Auth.ListSessions(ctx, caller)
			require.NoError(t, err)
			require.Len(t, sessions, 1)
			source.Clock.Pass(time.Minute)
			moved.Clock.Pass(time.Minute)
			_, err = moved.Auth.RefreshTokens(ctx, auth.Caller{}, second.Refresh)
			requireCode(t, auth.CodeTokenRevoked, err)
			_, err = moved.Auth.Authenticate(ctx, auth.Caller{}, third.Access)
			requireCode(t, auth.CodeTokenRevoked, err)

			_, err = moved.Auth.Login(ctx, auth.Caller{}, auth.LoginParams{Account: bob, Pin: goodPin})
			requireCode(t, auth.CodeInvalidCredentials, err)
			_, err = moved.Auth.Login(ctx, auth.Caller{}, auth.LoginParams{Account: bob, Pin: "739184"})
			require.NoError(t, err)
			_, err = moved.Auth.Login(ctx, auth.Caller{}, auth.LoginParams{Account: locked, Pin: goodPin})
			requireCode(t, auth.CodeAccountLocked, err)
			there = moved.Reopened(t, func(c *auth.Config) { c.Openings = auth.OpeningsCode }).Bank
			invitee := bank.OpenAccountParams{Holder: "Bob", Pin: goodPin, InvitationCode: invited.Code}
			_, err = there.OpenAccount(ctx, auth.Caller{}, invitee)
			require.NoError(t, err)
			_, err = there.OpenAccount(ctx, auth.Caller{}, invitee)
			requireCode(t, auth.CodeInvalidInvitation, err)
			rest, err := there.ListTransactions(ctx, banktest.OwnerOf(ada), bank.ListTransactionsParams{Account: ada, Limit: 1, Cursor: page.NextCursor})
			require.NoError(t, err)
			require.Equal(t, int64(1), rest.Transactions[0].Sequence)
			_, err = verify.Run(ctx, target, func(verify.Report) {})
			require.NoError(t, err)
		})
	}
}

// TestCopyCarriesSecondFactors includes second factors that are used, replaced or removed between two copies.
func TestCopyCarriesSecondFactors(t *testing.T) {
	t.Parallel()
	for engine, url := range copyTargets() {
		t.Run("to "+engine, func(t *testing.T) {
			t.Parallel()
			source, target := newBranch(t), banktest.OpenStore(t, url(t))
			ctx := context.Background()
			numbers := []ledger.AccountNumber{source.open(t, 0).Number, source.open(t, 0).Number, source.open(t, 0).Number}
			secrets, recovery := make([]string, len(numbers)), make([][]string, len(numbers))
			for i, number := range numbers {
				secrets[i], recovery[i] = source.protect(t, number)
			}
			requireCopied(t, source.Store, target, smallCopies)

			signIn := func(a *auth.Service, i int, code string) error {
				_, err := a.Login(ctx, auth.Caller{}, auth.LoginParams{Account: numbers[i], Pin: goodPin, Code: code})
				return err
			}
			source.Clock.Pass(time.Minute)
			require.NoError(t, signIn(source.Auth, 0, recovery[0][0]))
			_, err := source.Auth.ReplaceRecoveryCodes(ctx, banktest.OwnerOf(numbers[1]),
				auth.SecondFactorParams{Account: numbers[1], Pin: goodPin, Code: recovery[1][0]})
			require.NoError(t, err)
			require.NoError(t, source.Auth.RemoveSecondFactor(ctx, banktest.OwnerOf(numbers[2]),
				auth.SecondFactorParams{Account: numbers[2], Pin: goodPin, Code: source.appCode(t, secrets[2])}))
			requireCopied(t, source.Store, target, smallCopies)

			moved := branchOn(t, target)
			moved.Clock.Set(source.Clock.Now())
			requireCode(t, auth.CodeInvalidSecondFactor, signIn(moved.Auth, 0, recovery[0][0]))
			require.NoError(t, signIn(moved.Auth, 0, moved.appCode(t, secrets[0])))
			requireCode(t, auth.CodeInvalidSecondFactor, signIn(moved.Auth, 1, recovery[1][1]))
			require.NoError(t, signIn(moved.Auth, 2, ""))
		})
	}
}
