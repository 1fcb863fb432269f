package auth_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/credentials"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/testkit/banktest"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

const (
	newSecretKey = "new-secret-key-that-is-long-enough-0123456789"
	newPepper1   = "new-pepper-that-is-long-enough-0123456789abc"
)

func (br *branch) withKeys(t *testing.T, keys ...string) *banktest.Branch {
	t.Helper()
	return br.Reopened(t, func(c *auth.Config) { c.SecretKey = strings.Join(keys, ",") })
}

func (br *branch) withPeppers(t *testing.T, peppers ...string) *banktest.Branch {
	t.Helper()
	return br.Reopened(t, func(c *auth.Config) { c.PinPepper = strings.Join(peppers, ",") })
}

func (br *branch) storedHash(t *testing.T, number ledger.AccountNumber) string {
	t.Helper()
	customer, err := store.Read(context.Background(), br.Store, func(ctx context.Context, q db.Querier) (db.Customer, error) {
		return q.CustomerByAccount(ctx, int64(number))
	})
	require.NoError(t, err)
	return customer.PinHash
}

// unmark turns an account's hash into one from before hashes named their pepper.
func (br *branch) unmark(t *testing.T, number ledger.AccountNumber) {
	t.Helper()
	hash := br.storedHash(t, number)
	before, rest, found := strings.Cut(hash, ",keyid=")
	require.True(t, found)
	require.NoError(t, br.Store.Update(context.Background(), func(ctx context.Context, q db.Querier) error {
		customer, err := store.CustomerOf(ctx, q, number)
		if err != nil {
			return err
		}
		_, err = q.UpdatePin(ctx, db.UpdatePinParams{ID: customer, OldHash: hash, NewHash: before + rest[8:]})
		return err
	}))
}

// TestWhatWasSignedWithTheOldKeyIsGoodWhileItIsListed checks that, with the keys in either order, and that it is not valid
// afterwards.
func TestWhatWasSignedWithTheOldKeyIsGoodWhileItIsListed(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	ctx := context.Background()
	number := br.open(t, 100).Number
	for range 3 {
		_, err := br.Bank.Deposit(ctx, banktest.OwnerOf(number), bank.DepositParams{Account: number, Amount: 1})
		require.NoError(t, err)
	}
	tokens, err := br.Auth.Login(ctx, auth.Caller{}, auth.LoginParams{Account: number, Pin: goodPin})
	require.NoError(t, err)
	listing := bank.ListTransactionsParams{Account: number, Limit: 1}
	page, err := br.Bank.ListTransactions(ctx, banktest.OwnerOf(number), listing)
	require.NoError(t, err)
	listing.Cursor = page.NextCursor

	for name, keys := range map[string][]string{"first": {newSecretKey, testSecretKey}, "second": {testSecretKey, newSecretKey}} {
		b := br.withKeys(t, keys...)
		_, err = b.Auth.Authenticate(ctx, auth.Caller{}, tokens.Access)
		require.NoError(t, err, name)
		_, err = b.Bank.ListTransactions(ctx, banktest.OwnerOf(number), listing)
		require.NoError(t, err, name)
		reset, err := br.Auth.IssuePinReset(ctx, operator, number)
		require.NoError(t, err)
		require.NoError(t, b.Auth.ResetPin(ctx, auth.Caller{}, auth.ResetPinParams{Account: number, Code: reset.Code, New: goodPin}), name)
		tokens, err = br.Auth.Login(ctx, auth.Caller{}, auth.LoginParams{Account: number, Pin: goodPin})
		require.NoError(t, err)
	}
	rotated := br.withKeys(t, newSecretKey, testSecretKey)
	next, err := rotated.Auth.RefreshTokens(ctx, auth.Caller{}, tokens.Refresh)
	require.NoError(t, err)

	old, dropped := br.withKeys(t, testSecretKey), br.withKeys(t, newSecretKey)
	_, err = old.Auth.Authenticate(ctx, auth.Caller{}, next.Access)
	requireCode(t, auth.CodeInvalidToken, err) // signed with the first one
	_, err = dropped.Auth.Authenticate(ctx, auth.Caller{}, next.Access)
	require.NoError(t, err)
	_, err = dropped.Auth.Authenticate(ctx, auth.Caller{}, tokens.Access)
	requireCode(t, auth.CodeInvalidToken, err)
	_, err = dropped.Auth.RefreshTokens(ctx, auth.Caller{}, tokens.Refresh)
	requireCode(t, auth.CodeInvalidToken, err)
	_, err = dropped.Bank.ListTransactions(ctx, banktest.OwnerOf(number), listing)
	requireCode(t, ledger.CodeInvalidRequest, err)
	_, err = dropped.Auth.RefreshTokens(ctx, auth.Caller{}, next.Refresh)
	require.NoError(t, err, "the session went on under the new key")
}

// TestALostAnswerAcrossANewKey checks that the repeat of a renewal gets a token with the same id, signed with the other key.
func TestALostAnswerAcrossANewKey(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	ctx := context.Background()
	number := br.open(t, 0).Number
	tokens, err := br.Auth.Login(ctx, auth.Caller{}, auth.LoginParams{Account: number, Pin: goodPin})
	require.NoError(t, err)
	lost, err := br.withKeys(t, testSecretKey, newSecretKey).Auth.RefreshTokens(ctx, auth.Caller{}, tokens.Refresh)
	require.NoError(t, err)
	br.Clock.Pass(time.Hour)
	b := br.withKeys(t, newSecretKey, testSecretKey)
	again, err := b.Auth.RefreshTokens(ctx, auth.Caller{}, tokens.Refresh)
	require.NoError(t, err)
	require.NotEqual(t, lost.Refresh, again.Refresh)
	for _, text := range []string{lost.Refresh, again.Refresh} {
		read, err := b.Auth.Tokens().Read(text, credentials.RefreshToken, br.Clock.Now())
		require.NoError(t, err)
		spent, err := b.Auth.Tokens().Read(tokens.Refresh, credentials.RefreshToken, br.Clock.Now())
		require.NoError(t, err)
		require.NotEqual(t, spent.ID, read.ID)
	}
	_, err = b.Auth.RefreshTokens(ctx, auth.Caller{}, lost.Refresh)
	require.NoError(t, err)
	_, err = b.Auth.RefreshTokens(ctx, auth.Caller{}, again.Refresh)
	require.NoError(t, err, "the same token by its id, within its grace")
}

// TestARetryAcrossANewKeyTakesEffectOnce checks that what was fingerprinted with one key is recognized under both orders of
// the keys.
func TestARetryAcrossANewKeyTakesEffectOnce(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	ctx := context.Background()
	from, to := br.open(t, 1000).Number, br.open(t, 0).Number
	steps := [][]string{{testSecretKey}, {testSecretKey, newSecretKey}, {newSecretKey, testSecretKey}}
	for made, keys := range steps {
		first := br.withKeys(t, keys...)
		payment := bank.TransferParams{Account: from, To: to, Amount: 10, IdempotencyKey: fmt.Sprint("rent ", made)}
		paid, err := first.Bank.Transfer(ctx, banktest.OwnerOf(from), payment)
		require.NoError(t, err)
		opening := bank.OpenAccountParams{Holder: "Zoë", Pin: goodPin, InitialDeposit: ledger.Money(made), IdempotencyKey: "opening"}
		opened, err := first.Bank.OpenAccount(ctx, auth.Caller{}, opening)
		require.NoError(t, err)
		for repeated, keys := range steps {
			if made+repeated == 2 && made != repeated {
				continue // servers of the first and the last step never run at the same time
			}
			b := br.withKeys(t, keys...)
			again, err := b.Bank.Transfer(ctx, banktest.OwnerOf(from), payment)
			require.NoError(t, err)
			require.Equal(t, bank.Receipt{Transaction: paid.Transaction, Replayed: true}, again, "%d repeated at %d", made, repeated)
			reopened, err := b.Bank.OpenAccount(ctx, auth.Caller{}, opening)
			require.NoError(t, err)
			require.Equal(t, bank.Opening{Account: opened.Account, Replayed: true}, reopened, "%d repeated at %d", made, repeated)
			other := payment
			other.Amount++
			_, err = b.Bank.Transfer(ctx, banktest.OwnerOf(from), other)
			requireCode(t, ledger.CodeIdempotencyKeyReused, err)
		}
	}
	_, err := br.withKeys(t, newSecretKey).Bank.Transfer(ctx, banktest.OwnerOf(from), bank.TransferParams{Account: from, To: to, Amount: 10, IdempotencyKey: "rent 0"})
	requireCode(t, ledger.CodeIdempotencyKeyReused, err) // without the old key, the request looks like a different one, and moves nothing
	account, err := br.Bank.GetAccount(ctx, operator, to)
	require.NoError(t, err)
	require.Equal(t, ledger.Money(30), account.Balance)
}

// TestTwoServersInDifferentStepsOpenOneAccount sends the same opening to servers that list the keys in different orders, at
// the same time.
func TestTwoServersInDifferentStepsOpenOneAccount(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	br := newBranch(t)
	servers := []*banktest.Branch{
		br.withKeys(t, testSecretKey), br.withKeys(t, testSecretKey, newSecretKey), br.withKeys(t, newSecretKey, testSecretKey),
	}
	for _, pair := range [][]*banktest.Branch{servers[:2], servers[1:]} {
		for round := range 20 {
			p := bank.OpenAccountParams{Holder: "Zoë", Pin: goodPin, IdempotencyKey: fmt.Sprint("round ", round, pair[0] == servers[0])}
			var opened [2]bank.Opening
			var failed [2]error
			var both sync.WaitGroup
			for i, b := range pair {
				both.Go(func() { opened[i], failed[i] = b.Bank.OpenAccount(context.Background(), auth.Caller{}, p) })
			}
			both.Wait()
			require.NoError(t, failed[0])
			require.NoError(t, failed[1])
			require.Equal(t, opened[0].Account.Number, opened[1].Account.Number)
			require.NotEqual(t, opened[0].Replayed, opened[1].Replayed)
		}
	}
}

// TestAPinMovesToTheNewPepperAtItsNextRightUse, and only then. After the old pepper is dropped, a PIN that has not moved is
// wrong like any wrong PIN.
func TestAPinMovesToTheNewPepperAtItsNextRightUse(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	ctx := context.Background()
	moved, dormant, unmarked, unmarkedDormant := br.open(t, 0).Number, br.open(t, 0).Number, br.open(t, 0).Number, br.open(t, 0).Number
	br.unmark(t, unmarked)
	br.unmark(t, unmarkedDormant)
	login := func(b *banktest.Branch, number ledger.AccountNumber, pin string) error {
		_, err := b.Auth.Login(ctx, auth.Caller{}, auth.LoginParams{Account: number, Pin: pin})
		return err
	}
	announced := br.withPeppers(t, testPepper, newPepper1) // some servers do not know the new one yet
	require.NoError(t, login(announced, unmarked, goodPin))
	require.NoError(t, login(br.Branch, unmarked, goodPin), "still under the pepper that every server knows")
	br.unmark(t, unmarked)

	rotating := br.withPeppers(t, newPepper1, testPepper)
	use, err := rotating.Auth.CountPeppers(ctx)
	require.NoError(t, err)
	require.Equal(t, credentials.PepperUse{Older: 2, Unmarked: 2}, use)
	before := br.storedHash(t, moved)
	requireCode(t, auth.CodeInvalidCredentials, login(rotating, moved, wrongPin))
	require.Equal(t, before, br.storedHash(t, moved), "a wrong PIN moves nothing")
	for _, number := range []ledger.AccountNumber{moved, unmarked} {
		require.NoError(t, login(rotating, number, goodPin))
		after := br.storedHash(t, number)
		require.NotEqual(t, before, after)
		require.NoError(t, login(rotating, number, goodPin))
		require.Equal(t, after, br.storedHash(t, number), "it moves once")
	}
	use, err = rotating.Auth.CountPeppers(ctx)
	require.NoError(t, err)
	require.Equal(t, credentials.PepperUse{Newest: 2, Older: 1, Unmarked: 1}, use)

	done := br.withPeppers(t, newPepper1)
	use, err = done.Auth.CountPeppers(ctx)
	require.NoError(t, err)
	require.Equal(t, credentials.PepperUse{Newest: 2, Unmarked: 1, Missing: 1}, use)
	require.NoError(t, login(done, moved, goodPin))
	require.NoError(t, login(done, unmarked, goodPin))
	for _, number := range []ledger.AccountNumber{dormant, unmarkedDormant} {
		requireCode(t, auth.CodeInvalidCredentials, login(done, number, goodPin))
	}
	require.NoError(t, br.Auth.ChangePin(ctx, banktest.OwnerOf(dormant), auth.ChangePinParams{Account: dormant, Current: goodPin, New: "739184"}))
}

// TestEverySignInCostsTheSameWhilePeppersRotate checks that the number of hashes is the same for a known account, one whose
// pepper is missing, and an unknown one.
func TestEverySignInCostsTheSameWhilePeppersRotate(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	ctx := context.Background()
	accounts := map[string]ledger.AccountNumber{"older": br.open(t, 0).Number, "not named": br.open(t, 0).Number, "unknown": 100000000008}
	br.unmark(t, accounts["not named"])
	opening, err := br.withPeppers(t, "a-pepper-that-was-lost-0123456789-0123456789").Bank.OpenAccount(ctx, auth.Caller{}, bank.OpenAccountParams{Holder: "Ada", Pin: goodPin})
	require.NoError(t, err)
	accounts["missing"] = opening.Account.Number

	var hashes atomic.Int64
	counting := func(password, salt []byte, time, memory uint32, threads uint8, keyLen uint32) []byte {
		hashes.Add(1)
		return banktest.QuickKDF(password, salt, time, memory, threads, keyLen)
	}
	b := br.Reopened(t, func(c *auth.Config) { c.PinPepper, c.KDF = newPepper1+","+testPepper, counting })
	cost := func(number ledger.AccountNumber, pin string) int64 {
		hashes.Store(0)
		_, err := b.Auth.Login(ctx, auth.Caller{}, auth.LoginParams{Account: number, Pin: pin})
		if pin == wrongPin {
			requireCode(t, auth.CodeInvalidCredentials, err)
		}
		return hashes.Load()
	}
	for name, number := range accounts {
		require.Equal(t, int64(2), cost(number, wrongPin), "%s: both peppers, since some hash does not name its own", name)
	}
	require.Equal(t, int64(3), cost(accounts["not named"], goodPin), "and once for its new hash")
	_, err = b.Auth.CountPeppers(ctx)
	require.NoError(t, err)
	for name, number := range accounts {
		require.Equal(t, int64(1), cost(number, wrongPin), "%s: all hashes name their pepper", name)
	}
}

// TestConcurrentSignInsWhileAPinMoves checks that sign-ins that compared the PIN with its old hash succeed, too.
func TestConcurrentSignInsWhileAPinMoves(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	account := br.open(t, 0)
	number, customer := account.Number, account.Customer
	hash, moving := br.storedHash(t, number), "" // the hash that is replaced during the next comparison, if any
	b := br.Reopened(t, func(c *auth.Config) {
		c.PinPepper = newPepper1 + "," + testPepper
		c.KDF = func(password, salt []byte, time, memory uint32, threads uint8, keyLen uint32) []byte {
			if moving != "" {
				require.NoError(t, br.Store.Update(context.Background(), func(ctx context.Context, q db.Querier) error {
					_, err := q.UpdatePin(ctx, db.UpdatePinParams{ID: customer, OldHash: moving, NewHash: hash})
					moving = ""
					return err
				}))
			}
			return banktest.QuickKDF(password, salt, time, memory, threads, keyLen)
		}
	})
	taken := 0
	require.NoError(t, b.Auth.ProvePin(context.Background(), number, goodPin, func() { taken++ }))
	require.Equal(t, 1, taken)
	require.NotEqual(t, hash, br.storedHash(t, number))

	// Another sign-in has read the hash earlier, and finds it replaced.
	require.ErrorIs(t, br.Store.Update(context.Background(), func(ctx context.Context, q db.Querier) error {
		return auth.ResetCount(ctx, q, customer, hash)
	}), auth.ErrHashReplaced)
	moving = br.storedHash(t, number)
	_, err := b.Auth.Login(context.Background(), auth.Caller{}, auth.LoginParams{Account: number, Pin: goodPin})
	require.NoError(t, err)
	account, err = br.Bank.GetAccount(context.Background(), operator, number)
	require.NoError(t, err)
	require.False(t, account.SignInLocked)
}

// TestTwoAdminKeysOpenWhileBothAreListed checks that both keys are accepted until one is dropped.
func TestTwoAdminKeysOpenWhileBothAreListed(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	const replacement = "new-admin-key-that-is-long-enough-0123456789"
	both := br.Reopened(t, func(c *auth.Config) { c.AdminKey = replacement + "," + testAdminKey })
	for _, key := range []string{replacement, testAdminKey} {
		caller, err := both.Auth.CheckAdminKey(auth.Caller{}, key)
		require.NoError(t, err)
		require.True(t, caller.AdminKey)
	}
	for _, key := range []string{"", ",", replacement + "," + testAdminKey, replacement[1:]} {
		_, err := both.Auth.CheckAdminKey(auth.Caller{}, key)
		requireCode(t, auth.CodeInvalidAdminKey, err)
	}
	_, err := br.Reopened(t, func(c *auth.Config) { c.AdminKey = replacement }).Auth.CheckAdminKey(auth.Caller{}, testAdminKey)
	requireCode(t, auth.CodeInvalidAdminKey, err)
	_, err = auth.New(br.Store, auth.Config{
		SecretKey: testSecretKey + ",short", AdminKey: testAdminKey, PinPepper: testPepper, Now: br.Clock.Now, Random: rand.Reader,
	})
	require.ErrorContains(t, err, "SecretKey")
}
