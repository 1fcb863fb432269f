package copier

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/testkit/banktest"
)

// life lets random things happen at a bank.
type life struct {
	br       *branch
	accounts []ledger.AccountNumber
}

func (l *life) account(t *rapid.T, label string) ledger.AccountNumber {
	return rapid.SampledFrom(l.accounts).Draw(t, label)
}

func (l *life) locked(t *rapid.T, number ledger.AccountNumber) bool {
	account, err := l.br.Bank.GetAccount(context.Background(), operator, number)
	require.NoError(t, err)
	return account.SignInLocked
}

// unlocked returns an account that its owner can sign in to.
func (l *life) unlocked(t *rapid.T) ledger.AccountNumber {
	number := l.account(t, "account")
	if l.locked(t, number) {
		t.Skip("the account is locked")
	}
	return number
}

func amount(t *rapid.T) ledger.Money { return ledger.Money(rapid.Int64Range(1, 500).Draw(t, "amount")) }

// key returns no key, or one of a few, so that requests are repeated and keys used for other requests.
func key(t *rapid.T) string {
	if rapid.Bool().Draw(t, "without a key") {
		return ""
	}
	return fmt.Sprint("key-", rapid.IntRange(0, 20).Draw(t, "key"))
}

// requireAnswer accepts a refusal.
func requireAnswer(t *rapid.T, err error) {
	if !errors.As(err, new(*ledger.Refusal)) {
		require.NoError(t, err)
	}
}

func (l *life) open(t *rapid.T) {
	opening, err := l.br.Bank.OpenAccount(context.Background(), auth.Caller{}, bank.OpenAccountParams{
		Holder: "Ada", Pin: goodPin, InitialDeposit: amount(t), Currency: rapid.SampledFrom([]string{"USD", "USD", "EUR"}).Draw(t, "currency"),
	})
	require.NoError(t, err)
	l.accounts = append(l.accounts, opening.Account.Number)
}

func (l *life) deposit(t *rapid.T) {
	number := l.account(t, "account")
	_, err := l.br.Bank.Deposit(context.Background(), banktest.OwnerOf(number),
		bank.DepositParams{Account: number, Amount: amount(t), IdempotencyKey: key(t)})
	requireAnswer(t, err)
}

func (l *life) withdraw(t *rapid.T) {
	number := l.account(t, "account")
	_, err := l.br.Bank.Withdraw(context.Background(), banktest.OwnerOf(number),
		bank.WithdrawParams{Account: number, Amount: amount(t), IdempotencyKey: key(t)})
	requireAnswer(t, err)
}

func (l *life) transfer(t *rapid.T) {
	from := l.account(t, "from")
	_, err := l.br.Bank.Transfer(context.Background(), banktest.OwnerOf(from),
		bank.TransferParams{Account: from, To: l.account(t, "to"), Amount: amount(t), IdempotencyKey: key(t)})
	requireAnswer(t, err)
}

// transferMany uses few references, so that many are used already.
func (l *life) transferMany(t *rapid.T) {
	p := bank.TransferManyParams{Account: l.account(t, "from"), Mode: bank.Each, IdempotencyKey: key(t)}
	if rapid.Bool().Draw(t, "all or nothing") {
		p.Mode = bank.AllOrNothing
	}
	for range rapid.IntRange(1, 3).Draw(t, "items") {
		p.Items = append(p.Items, bank.TransferItem{
			To: l.account(t, "to"), Amount: amount(t), Reference: rapid.SampledFrom([]string{"", "1", "2", "3", "4"}).Draw(t, "reference"),
		})
	}
	_, err := l.br.Bank.TransferMany(context.Background(), banktest.OwnerOf(p.Account), p)
	requireAnswer(t, err)
}

func (l *life) wrongPin(t *rapid.T) {
	_, err := l.br.Auth.Login(context.Background(), auth.Caller{}, auth.LoginParams{Account: l.unlocked(t), Pin: wrongPin})
	requireCode(t, auth.CodeInvalidCredentials, err)
}

func (l *life) lock(t *rapid.T) {
	for number := l.account(t, "account"); !l.locked(t, number); {
		_, err := l.br.Auth.Login(context.Background(), auth.Caller{}, auth.LoginParams{Account: number, Pin: wrongPin})
		requireCode(t, auth.CodeInvalidCredentials, err)
	}
}

func (l *life) unlock(t *rapid.T) {
	_, err := l.br.Bank.UnlockAccount(context.Background(), operator, l.account(t, "account"))
	requireAnswer(t, err)
	l.br.Clock.Pass(time.Hour) // past the delay, even if the clock is set back now and then
}

// renew signs in, uses the session for a while, and may end it.
func (l *life) renew(t *rapid.T) {
	ctx := context.Background()
	tokens, err := l.br.Auth.Login(ctx, auth.Caller{Address: "192.0.2.7", UserAgent: "test"}, auth.LoginParams{Account: l.unlocked(t), Pin: goodPin})
	require.NoError(t, err)
	for range rapid.IntRange(0, 3).Draw(t, "renewals") {
		tokens, err = l.br.Auth.RefreshTokens(ctx, auth.Caller{Address: "2001:db8::7"}, tokens.Refresh)
		require.NoError(t, err)
	}
	if rapid.Bool().Draw(t, "sign out") {
		caller, err := l.br.Auth.Authenticate(ctx, auth.Caller{}, tokens.Access)
		require.NoError(t, err)
		require.NoError(t, l.br.Auth.Logout(ctx, caller, ""))
	}
}

// rehash changes a PIN, and changes it back.
func (l *life) rehash(t *rapid.T) {
	number := l.unlocked(t)
	for _, p := range []auth.ChangePinParams{
		{Account: number, Current: goodPin, New: "739184"}, {Account: number, Current: "739184", New: goodPin},
	} {
		require.NoError(t, l.br.Auth.ChangePin(context.Background(), banktest.OwnerOf(number), p))
	}
}

func (l *life) invite(t *rapid.T) {
	hours := rapid.IntRange(1, 9*24).Draw(t, "hours")
	_, err := l.br.Auth.IssueInvitation(context.Background(), operator,
		auth.IssueInvitationParams{Uses: 1, Lifetime: time.Duration(hours) * time.Hour})
	require.NoError(t, err)
}

// employ creates a service client with a key, uses the key, and may revoke or change the client.
func (l *life) employ(t *rapid.T) {
	ctx := context.Background()
	client, err := l.br.Auth.AdminCreateClient(ctx, operator, auth.ClientSettings{
		Name: "Payroll", Permissions: []auth.Permission{auth.AccountsRead}, Accounts: []ledger.AccountNumber{l.account(t, "account")},
	})
	require.NoError(t, err)
	key, err := l.br.Auth.AdminCreateClientKey(ctx, operator, client.ID)
	require.NoError(t, err)
	_, err = l.br.Auth.AuthenticateClient(ctx, auth.Caller{Address: "192.0.2.7"}, key.Text)
	require.NoError(t, err)
	require.NoError(t, l.br.Auth.FlushKeyUses(ctx))
	switch rapid.IntRange(0, 3).Draw(t, "then") {
	case 0:
		require.NoError(t, l.br.Auth.AdminRevokeClientKey(ctx, operator, client.ID, key.ID))
	case 1:
		require.NoError(t, l.br.Auth.AdminRevokeClient(ctx, operator, client.ID))
	case 2:
		expires := l.br.Clock.Now().Add(time.Hour)
		_, err = l.br.Auth.AdminChangeClient(ctx, operator, client.ID, auth.ClientChanges{ExpiresAt: &expires, Accounts: &[]ledger.AccountNumber{}})
		require.NoError(t, err)
	}
}

// ask makes a request, and leaves it pending, takes it back or has it decided.
func (l *life) ask(t *rapid.T) {
	ctx, number := context.Background(), l.account(t, "account")
	account, err := l.br.Bank.GetAccount(ctx, operator, number)
	require.NoError(t, err)
	owner := auth.Caller{Customer: account.Customer, Account: number, Role: auth.RoleCustomer}
	staff := auth.Caller{Customer: uuid.New(), Role: auth.RoleAdmin}
	asked, err := l.br.Bank.CreateRequest(ctx, owner, bank.AskParams{
		Account: number, Kind: bank.RequestChangeName, IdempotencyKey: uuid.NewString(),
		Wanted: bank.Wanted{Name: rapid.SampledFrom([]string{"Ada King", "Grace Hopper"}).Draw(t, "name")},
	})
	if err != nil { // one is pending, or the name is the same
		var refusal *ledger.Refusal
		require.ErrorAs(t, err, &refusal)
		return
	}
	switch rapid.IntRange(0, 3).Draw(t, "decision") {
	case 1:
		_, err = l.br.Bank.WithdrawRequest(ctx, owner, number, asked.Request.ID)
	case 2:
		_, err = l.br.Bank.ApproveRequest(ctx, staff, asked.Request.ID, "seen")
	case 3:
		_, err = l.br.Bank.RejectRequest(ctx, staff, asked.Request.ID, "no")
	}
	require.NoError(t, err)
}

func (l *life) promote(t *rapid.T) {
	role := rapid.SampledFrom([]auth.Role{auth.RoleCustomer, auth.RoleAdmin}).Draw(t, "role")
	_, err := l.br.Bank.SetRole(context.Background(), operator, l.account(t, "account"), role)
	require.NoError(t, err)
}

func (l *life) live(t *rapid.T) {
	t.Repeat(map[string]func(*rapid.T){
		"open":      l.open,
		"deposit":   l.deposit,
		"withdraw":  l.withdraw,
		"transfer":  l.transfer,
		"transfer2": l.transfer, // twice as often as the others
		"batch":     l.transferMany,
		"wrong PIN": l.wrongPin,
		"lock":      l.lock,
		"unlock":    l.unlock,
		"session":   l.renew,
		"invite":    l.invite,
		"ask":       l.ask,
		"PIN":       l.rehash,
		"role":      l.promote,
		"client":    l.employ,
		"clock": func(t *rapid.T) {
			l.br.Clock.Pass(time.Duration(rapid.Int64Range(-5_000_000, 5_000_000).Draw(t, "microseconds")) * time.Microsecond)
		},
	})
}

// runsPerBank limits how large a bank grows, since each copy verifies all of it.
const runsPerBank = 5

// TestCopyFollowsItsSource copies after each random stretch of a bank's life, sometimes into the same target as before. Banks
// are copied to this engine and to the other one in turn.
func TestCopyFollowsItsSource(t *testing.T) {
	t.Parallel()
	urls := slices.Collect(maps.Values(copyTargets()))
	runs := 0
	var br *branch
	var copied *store.Store
	rapid.Check(t, func(rt *rapid.T) {
		if runs%runsPerBank == 0 {
			url := urls[runs/runsPerBank%len(urls)]
			br, copied = newBranch(t), banktest.OpenStore(t, url(t))
		}
		runs++
		liveAndCopy(rt, br, copied)
	})
}

func liveAndCopy(t *rapid.T, br *branch, copied *store.Store) {
	br.Clock.Pass(time.Duration(rapid.IntRange(0, 9*24).Draw(t, "hours")) * time.Hour)
	br.Purge(t)
	l := &life{br: br}
	for len(l.accounts) < 2 {
		l.open(t)
	}
	for range 2 { // so that the source changes after the first copy
		l.live(t)
		size := rapid.IntRange(1, 9)
		requireCopied(t, br.Store, copied, sizes{
			page: size.Draw(t, "page"), batch: size.Draw(t, "batch"), held: rapid.IntRange(0, 3).Draw(t, "held"),
		})
	}
}
