package bank

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// poster returns a customer's caller for an operation that posts, as Authenticate makes it, and the session's access token.
func (br *branch) poster(t *testing.T, number ledger.AccountNumber, operation string) (auth.Caller, string) {
	t.Helper()
	tokens, err := br.auth.Login(context.Background(), auth.Caller{Address: "192.0.2.1"}, auth.LoginParams{Account: number, Pin: goodPin})
	require.NoError(t, err)
	caller, err := br.auth.Authenticate(context.Background(), auth.Caller{Operation: operation}, tokens.Access)
	require.NoError(t, err)
	_, err = br.bank.GetAccount(context.Background(), caller, number)
	require.ErrorContains(t, err, "has not been checked")
	return caller, tokens.Access
}

// TestASessionThatHasEndedPostsNothing: the session is checked when the money would move, not before.
func TestASessionThatHasEndedPostsNothing(t *testing.T) {
	t.Parallel()
	br, ctx := newBranch(t), context.Background()
	ada, bob := br.open(t, 1000).Number, br.open(t, 0).Number
	posts := map[string]func(auth.Caller) error{
		"deposit": func(c auth.Caller) error {
			_, err := br.bank.Deposit(ctx, c, DepositParams{Account: ada, Amount: 1, IdempotencyKey: "d"})
			return err
		},
		"withdraw": func(c auth.Caller) error {
			_, err := br.bank.Withdraw(ctx, c, WithdrawParams{Account: ada, Amount: 1, IdempotencyKey: "w"})
			return err
		},
		"transfer": func(c auth.Caller) error {
			_, err := br.bank.Transfer(ctx, c, TransferParams{Account: ada, To: bob, Amount: 1, IdempotencyKey: "t"})
			return err
		},
	}
	for operation, post := range posts {
		caller, access := br.poster(t, ada, operation)
		other, _ := br.poster(t, ada, operation)
		require.NoError(t, br.auth.EndSession(ctx, auth.Caller{Customer: caller.Customer, Account: ada}, caller.Session))
		before := br.state(t)
		requireCode(t, auth.CodeTokenRevoked, post(caller))
		require.Equal(t, before, br.state(t), operation)

		_, err := br.auth.Authenticate(ctx, auth.Caller{Operation: operation}, access)
		requireCode(t, auth.CodeTokenRevoked, err) // it is known by now, before any limit of the account counts the request
		require.NoError(t, post(other))
		requireCode(t, auth.CodeTokenRevoked, post(caller)) // not even a repeat of what another session did
	}
}

func TestASessionThatWasIdlePostsNothing(t *testing.T) {
	t.Parallel()
	br, ctx := newBranch(t), context.Background()
	br.reopen(t, func(who *auth.Config, _ *Config) { who.Idle = auth.IdleLimits{Customers: 5 * time.Minute} })
	ada := br.open(t, 1000).Number
	caller, _ := br.poster(t, ada, "deposit")
	br.clock.pass(5 * time.Minute)
	before := br.state(t)
	_, err := br.bank.Deposit(ctx, caller, DepositParams{Account: ada, Amount: 1})
	requireCode(t, auth.CodeTokenRevoked, err)
	require.Equal(t, before, br.state(t))
}

// TestAnUncheckedCallerCanDoNothingElse: a service that forgets to check the session fails.
func TestAnUncheckedCallerCanDoNothingElse(t *testing.T) {
	t.Parallel()
	br, ctx := newBranch(t), context.Background()
	ada, bob := br.open(t, 1000).Number, br.open(t, 0).Number
	caller, _ := br.poster(t, ada, "transfer")
	for name, call := range map[string]func() error{
		"GetAccount":   func() error { _, err := br.bank.GetAccount(ctx, caller, ada); return err },
		"GetPayee":     func() error { _, err := br.bank.GetPayee(ctx, caller, bob); return err },
		"ListSessions": func() error { _, err := br.auth.ListSessions(ctx, caller); return err },
		"Logout":       func() error { return br.auth.Logout(ctx, caller, "") },
	} {
		err := call()
		require.Error(t, err, name)
		require.False(t, ledger.IsRefusal(err), "%s: it is a fault of ours, not of the caller's", name)
	}
	_, err := br.bank.Transfer(ctx, caller, TransferParams{Account: bob, To: ada, Amount: 1})
	requireCode(t, auth.CodeForbidden, err)
	require.NoError(t, br.auth.EndSession(ctx, auth.Caller{Customer: caller.Customer, Account: ada}, caller.Session))
	_, err = br.bank.Transfer(ctx, caller, TransferParams{Account: bob, To: ada, Amount: 1})
	requireCode(t, auth.CodeTokenRevoked, err)
}
