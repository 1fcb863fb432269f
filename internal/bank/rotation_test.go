package bank

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

	"github.com/bankingcore/bankcore/internal/credentials"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

const (
	newSecretKey = "new-secret-key-that-is-long-enough-0123456789"
	newPepper1   = "new-pepper-that-is-long-enough-0123456789abc"
)

// restarted returns the same bank with other secrets.
func (br *branch) restarted(t *testing.T, change func(*Config)) *Bank {
	t.Helper()
	config := Config{
		SecretKey: testSecretKey, AdminKey: testAdminKey, PinPepper: testPepper, Currency: "USD",
		Now: br.clock.Now, Random: rand.Reader, KDF: quickKDF,
	}
	change(&config)
	b, err := New(br.store, config)
	require.NoError(t, err)
	return b
}

func (br *branch) withKeys(t *testing.T, keys ...string) *Bank {
	t.Helper()
	return br.restarted(t, func(c *Config) { c.SecretKey = strings.Join(keys, ",") })
}

func (br *branch) withPeppers(t *testing.T, peppers ...string) *Bank {
	t.Helper()
	return br.restarted(t, func(c *Config) { c.PinPepper = strings.Join(peppers, ",") })
}

func (br *branch) storedHash(t *testing.T, number ledger.AccountNumber) string {
	t.Helper()
	customer, err := store.Read(context.Background(), br.store, func(ctx context.Context, q db.Querier) (db.Customer, error) {
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
	require.NoError(t, br.store.Update(context.Background(), func(ctx context.Context, q db.Querier) error {
		customer, err := customerOf(ctx, q, number)
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
		_, err := br.bank.Deposit(ctx, ownerOf(number), DepositParams{Account: number, Amount: 1})
		require.NoError(t, err)
	}
	tokens, err := br.bank.Login(ctx, Caller{}, LoginParams{Account: number, Pin: goodPin})
	require.NoError(t, err)
	listing := ListTransactionsParams{Account: number, Limit: 1}
	page, err := br.bank.ListTransactions(ctx, ownerOf(number), listing)
	require.NoError(t, err)
	listing.Cursor = page.NextCursor

	for name, keys := range map[string][]string{"first": {newSecretKey, testSecretKey}, "second": {testSecretKey, newSecretKey}} {
		b := br.withKeys(t, keys...)
		_, err = b.Authenticate(ctx, Caller{}, tokens.Access)
		require.NoError(t, err, name)
		_, err = b.ListTransactions(ctx, ownerOf(number), listing)
		require.NoError(t, err, name)
		reset, err := br.bank.IssuePinReset(ctx, operator, number)
		require.NoError(t, err)
		require.NoError(t, b.ResetPin(ctx, Caller{}, ResetPinParams{Account: number, Code: reset.Code, New: goodPin}), name)
		tokens, err = br.bank.Login(ctx, Caller{}, LoginParams{Account: number, Pin: goodPin})
		require.NoError(t, err)
	}
	rotated := br.withKeys(t, newSecretKey, testSecretKey)
	next, err := rotated.RefreshTokens(ctx, Caller{}, tokens.Refresh)
	require.NoError(t, err)

	old, dropped := br.withKeys(t, testSecretKey), br.withKeys(t, newSecretKey)
	_, err = old.Authenticate(ctx, Caller{}, next.Access)
	requireCode(t, CodeInvalidToken, err) // signed with the first one
	_, err = dropped.Authenticate(ctx, Caller{}, next.Access)
	require.NoError(t, err)
	_, err = dropped.Authenticate(ctx, Caller{}, tokens.Access)
	requireCode(t, CodeInvalidToken, err)
	_, err = dropped.RefreshTokens(ctx, Caller{}, tokens.Refresh)
	requireCode(t, CodeInvalidToken, err)
	_, err = dropped.ListTransactions(ctx, ownerOf(number), listing)
	requireCode(t, ledger.CodeInvalidRequest, err)
	_, err = dropped.RefreshTokens(ctx, Caller{}, next.Refresh)
	require.NoError(t, err, "the session went on under the new key")
}

// TestALostAnswerAcrossANewKey checks that the repeat of a renewal gets a token with the same id, signed with the other key.
func TestALostAnswerAcrossANewKey(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	ctx := context.Background()
	number := br.open(t, 0).Number
	tokens, err := br.bank.Login(ctx, Caller{}, LoginParams{Account: number, Pin: goodPin})
	require.NoError(t, err)
	lost, err := br.withKeys(t, testSecretKey, newSecretKey).RefreshTokens(ctx, Caller{}, tokens.Refresh)
	require.NoError(t, err)
	br.clock.pass(time.Hour)
	b := br.withKeys(t, newSecretKey, testSecretKey)
	again, err := b.RefreshTokens(ctx, Caller{}, tokens.Refresh)
	require.NoError(t, err)
	require.NotEqual(t, lost.Refresh, again.Refresh)
	for _, text := range []string{lost.Refresh, again.Refresh} {
		read, err := b.tokens.Read(text, credentials.RefreshToken, br.clock.Now())
		require.NoError(t, err)
		spent, err := b.tokens.Read(tokens.Refresh, credentials.RefreshToken, br.clock.Now())
		require.NoError(t, err)
		require.NotEqual(t, spent.ID, read.ID)
	}
	_, err = b.RefreshTokens(ctx, Caller{}, lost.Refresh)
	require.NoError(t, err)
	_, err = b.RefreshTokens(ctx, Caller{}, again.Refresh)
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
		payment := TransferParams{Account: from, To: to, Amount: 10, IdempotencyKey: fmt.Sprint("rent ", made)}
		paid, err := first.Transfer(ctx, ownerOf(from), payment)
		require.NoError(t, err)
		opening := OpenAccountParams{Holder: "Zoë", Pin: goodPin, InitialDeposit: ledger.Money(made), IdempotencyKey: "opening"}
		opened, err := first.OpenAccount(ctx, Caller{}, opening)
		require.NoError(t, err)
		for repeated, keys := range steps {
			if made+repeated == 2 && made != repeated {
				continue // servers of the first and the last step never run at the same time
			}
			b := br.withKeys(t, keys...)
			again, err := b.Transfer(ctx, ownerOf(from), payment)
			require.NoError(t, err)
			require.Equal(t, Receipt{Transaction: paid.Transaction, Replayed: true}, again, "%d repeated at %d", made, repeated)
			reopened, err := b.OpenAccount(ctx, Caller{}, opening)
			require.NoError(t, err)
			require.Equal(t, Opening{Account: opened.Account, Replayed: true}, reopened, "%d repeated at %d", made, repeated)
			other := payment
			other.Amount++
			_, err = b.Transfer(ctx, ownerOf(from), other)
			requireCode(t, ledger.CodeIdempotencyKeyReused, err)
		}
	}
	_, err := br.withKeys(t, newSecretKey).Transfer(ctx, ownerOf(from), TransferParams{Account: from, To: to, Amount: 10, IdempotencyKey: "rent 0"})
	requireCode(t, ledger.CodeIdempotencyKeyReused, err) // without the old key, the request looks like a different one, and moves nothing
	account, err := br.bank.GetAccount(ctx, operator, to)
	require.NoError(t, err)
	require.Equal(t, ledger.Money(30), account.Balance)
}

// TestTwoServersInDifferentStepsOpenOneAccount sends the same opening to servers that list the keys in different orders, at
// the same time.
func TestTwoServersInDifferentStepsOpenOneAccount(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	br := newBranch(t)
	servers := []*Bank{
		br.withKeys(t, testSecretKey), br.withKeys(t, testSecretKey, newSecretKey), br.withKeys(t, newSecretKey, testSecretKey),
	}
	for _, pair := range [][]*Bank{servers[:2], servers[1:]} {
		for round := range 20 {
			p := OpenAccountParams{Holder: "Zoë", Pin: goodPin, IdempotencyKey: fmt.Sprint("round ", round, pair[0] == servers[0])}
			var opened [2]Opening
			var failed [2]error
			var both sync.WaitGroup
			for i, b := range pair {
				both.Go(func() { opened[i], failed[i] = b.OpenAccount(context.Background(), Caller{}, p) })
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
	login := func(b *Bank, number ledger.AccountNumber, pin string) error {
		_, err := b.Login(ctx, Caller{}, LoginParams{Account: number, Pin: pin})
		return err
	}
	announced := br.withPeppers(t, testPepper, newPepper1) // some servers do not know the new one yet
	require.NoError(t, login(announced, unmarked, goodPin))
	require.NoError(t, login(br.bank, unmarked, goodPin), "still under the pepper that every server knows")
	br.unmark(t, unmarked)

	rotating := br.withPeppers(t, newPepper1, testPepper)
	use, err := rotating.CountPeppers(ctx)
	require.NoError(t, err)
	require.Equal(t, credentials.PepperUse{Older: 2, Unmarked: 2}, use)
	before := br.storedHash(t, moved)
	requireCode(t, CodeInvalidCredentials, login(rotating, moved, wrongPin))
	require.Equal(t, before, br.storedHash(t, moved), "a wrong PIN moves nothing")
	for _, number := range []ledger.AccountNumber{moved, unmarked} {
		require.NoError(t, login(rotating, number, goodPin))
		after := br.storedHash(t, number)
		require.NotEqual(t, before, after)
		require.NoError(t, login(rotating, number, goodPin))
		require.Equal(t, after, br.storedHash(t, number), "it moves once")
	}
	use, err = rotating.CountPeppers(ctx)
	require.NoError(t, err)
	require.Equal(t, credentials.PepperUse{Newest: 2, Older: 1, Unmarked: 1}, use)

	done := br.withPeppers(t, newPepper1)
	use, err = done.CountPeppers(ctx)
	require.NoError(t, err)
	require.Equal(t, credentials.PepperUse{Newest: 2, Unmarked: 1, Missing: 1}, use)
	require.NoError(t, login(done, moved, goodPin))
	require.NoError(t, login(done, unmarked, goodPin))
	for _, number := range []ledger.AccountNumber{dormant, unmarkedDormant} {
		requireCode(t, CodeInvalidCredentials, login(done, number, goodPin))
	}
	require.NoError(t, br.bank.ChangePin(ctx, ownerOf(dormant), ChangePinParams{Account: dormant, Current: goodPin, New: "739184"}))
}

// TestEverySignInCostsTheSameWhilePeppersRotate checks that the number of hashes is the same for a known account, one whose
// pepper is missing, and an unknown one.
func TestEverySignInCostsTheSameWhilePeppersRotate(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	ctx := context.Background()
	accounts := map[string]ledger.AccountNumber{"older": br.open(t, 0).Number, "not named": br.open(t, 0).Number, "unknown": 100000000008}
	br.unmark(t, accounts["not named"])
	opening, err := br.withPeppers(t, "a-pepper-that-was-lost-0123456789-0123456789").OpenAccount(ctx, Caller{}, OpenAccountParams{Holder: "Ada", Pin: goodPin})
	require.NoError(t, err)
	accounts["missing"] = opening.Account.Number

	var hashes atomic.Int64
	counting := func(password, salt []byte, time, memory uint32, threads uint8, keyLen uint32) []byte {
		hashes.Add(1)
		return quickKDF(password, salt, time, memory, threads, keyLen)
	}
	b := br.restarted(t, func(c *Config) { c.PinPepper, c.KDF = newPepper1+","+testPepper, counting })
	cost := func(number ledger.AccountNumber, pin string) int64 {
		hashes.Store(0)
		_, err := b.Login(ctx, Caller{}, LoginParams{Account: number, Pin: pin})
		if pin == wrongPin {
			requireCode(t, CodeInvalidCredentials, err)
		}
		return hashes.Load()
	}
	for name, number := range accounts {
		require.Equal(t, int64(2), cost(number, wrongPin), "%s: both peppers, since some hash does not name its own", name)
	}
	require.Equal(t, int64(3), cost(accounts["not named"], goodPin), "and once for its new hash")
	_, err = b.CountPeppers(ctx)
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
	b := br.restarted(t, func(c *Config) {
		c.PinPepper = newPepper1 + "," + testPepper
		c.KDF = func(password, salt []byte, time, memory uint32, threads uint8, keyLen uint32) []byte {
			if moving != "" {
				require.NoError(t, br.store.Update(context.Background(), func(ctx context.Context, q db.Querier) error {
					_, err := q.UpdatePin(ctx, db.UpdatePinParams{ID: customer, OldHash: moving, NewHash: hash})
					moving = ""
					return err
				}))
			}
			return quickKDF(password, salt, time, memory, threads, keyLen)
		}
	})
	taken := 0
	given := proof{who: guest, number: number, pin: goodPin}
	err := b.prove(context.Background(), given, func(context.Context, db.Querier, proved) error {
		taken++
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, 1, taken)
	require.NotEqual(t, hash, br.storedHash(t, number))

	// Another sign-in has read the hash earlier, and finds it replaced.
	require.ErrorIs(t, br.store.Update(context.Background(), func(ctx context.Context, q db.Querier) error {
		return resetCount(ctx, q, given.caller, attempt{customer: customer, hash: hash}, hash)
	}), errHashReplaced)
	moving = br.storedHash(t, number)
	_, err = b.Login(context.Background(), Caller{}, LoginParams{Account: number, Pin: goodPin})
	require.NoError(t, err)
	account, err = br.bank.GetAccount(context.Background(), operator, number)
	require.NoError(t, err)
	require.False(t, account.SignInLocked)
}

// TestTwoAdminKeysOpenWhileBothAreListed checks that both keys are accepted until one is dropped.
func TestTwoAdminKeysOpenWhileBothAreListed(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	const replacement = "new-admin-key-that-is-long-enough-0123456789"
	both := br.restarted(t, func(c *Config) { c.AdminKey = replacement + "," + testAdminKey })
	for _, key := range []string{replacement, testAdminKey} {
		caller, err := both.CheckAdminKey(Caller{}, key)
		require.NoError(t, err)
		require.True(t, caller.AdminKey)
	}
	for _, key := range []string{"", ",", replacement + "," + testAdminKey, replacement[1:]} {
		_, err := both.CheckAdminKey(Caller{}, key)
		requireCode(t, CodeInvalidAdminKey, err)
	}
	_, err := br.restarted(t, func(c *Config) { c.AdminKey = replacement }).CheckAdminKey(Caller{}, testAdminKey)
	requireCode(t, CodeInvalidAdminKey, err)
	_, err = New(br.store, Config{
		SecretKey: testSecretKey + ",short", AdminKey: testAdminKey, PinPepper: testPepper, Currency: "USD", Now: br.clock.Now, Random: rand.Reader,
	})
	require.ErrorContains(t, err, "SecretKey")
}
