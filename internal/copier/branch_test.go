package copier

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

const (
	goodPin  = "8352"
	wrongPin = "6139"
)

// clock is a clock that moves only when a test moves it.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// quickKDF replaces argon2id, which is too slow for tests. Its result still depends on every byte.
func quickKDF(password, salt []byte, time, memory uint32, threads uint8, keyLen uint32) []byte {
	mac := hmac.New(sha256.New, salt)
	mac.Write(password)
	_ = binary.Write(mac, binary.BigEndian, []uint32{time, memory, uint32(threads)})
	return mac.Sum(nil)[:keyLen]
}

// branch is a bank on its own database, without a server.
type branch struct {
	url   string // the database's; "" if it was given as a store
	clock *clock
	store *store.Store
	bank  *bank.Bank
}

// newBranch opens a bank that is closed when the test ends.
func newBranch(tb testing.TB) *branch {
	tb.Helper()
	url := storetest.URL(tb)
	br := branchOn(tb, openStore(tb, url))
	br.url = url
	return br
}

// openStore creates a bank's database and opens it until the test ends.
func openStore(tb testing.TB, url string) *store.Store {
	tb.Helper()
	_, err := store.Migrate(context.Background(), url)
	require.NoError(tb, err)
	s, err := store.Open(context.Background(), url)
	require.NoError(tb, err)
	tb.Cleanup(func() { _ = s.Close() })
	return s
}

// branchOn opens a bank on a store. All banks of the tests have the same secrets.
func branchOn(tb testing.TB, s *store.Store) *branch {
	tb.Helper()
	br := &branch{store: s, clock: &clock{now: time.Date(2026, 11, 22, 7, 30, 0, 123456000, time.UTC)}}
	br.bank = br.withOpenings(tb, bank.OpeningsAnyone)
	return br
}

// withOpenings opens the bank once more, where other people may open accounts.
func (br *branch) withOpenings(tb testing.TB, openings bank.Openings) *bank.Bank {
	tb.Helper()
	b, err := bank.New(br.store, bank.Config{
		SecretKey: "test-secret-key-that-is-long-enough-0123456789", AdminKey: "test-admin-key-that-is-long-enough-0123456789",
		PinPepper: "test-pepper-that-is-long-enough-0123456789abc", Currency: "USD", Openings: openings,
		Now: br.clock.Now, Random: rand.Reader, KDF: quickKDF,
	})
	require.NoError(tb, err)
	return b
}

// open opens an account with goodPin.
func (br *branch) open(t require.TestingT, deposit ledger.Money) bank.Account {
	opening, err := br.bank.OpenAccount(context.Background(), bank.Caller{},
		bank.OpenAccountParams{Holder: "Ada Lovelace", Pin: goodPin, InitialDeposit: deposit})
	require.NoError(t, err)
	return opening.Account
}

// deposit deposits money into an account.
func (br *branch) deposit(t require.TestingT, account ledger.AccountNumber, amount ledger.Money, key string) bank.Receipt {
	receipt, err := br.bank.Deposit(context.Background(), ownerOf(account),
		bank.DepositParams{Account: account, Amount: amount, IdempotencyKey: key})
	require.NoError(t, err)
	return receipt
}

// busy lets some accounts move money while the clock stands still, so that ids are in no order, and is set back now and then.
func (br *branch) busy(t require.TestingT, accounts, moves int) []ledger.AccountNumber {
	var numbers []ledger.AccountNumber
	for range accounts {
		numbers = append(numbers, br.open(t, 1000).Number)
	}
	for i := range moves {
		from, to := numbers[i%accounts], numbers[(i+1)%accounts]
		_, err := br.bank.Transfer(context.Background(), ownerOf(from), bank.TransferParams{Account: from, To: to, Amount: 1})
		require.NoError(t, err)
		if i%7 == 6 {
			br.clock.pass(-1500)
		}
	}
	return numbers
}

// protect sets up an account's second factor, and returns its secret and its recovery codes.
func (br *branch) protect(t require.TestingT, number ledger.AccountNumber) (secret string, recovery []string) {
	ctx := context.Background()
	started, err := br.bank.StartSecondFactor(ctx, ownerOf(number), number, goodPin)
	require.NoError(t, err)
	recovery, err = br.bank.ConfirmSecondFactor(ctx, ownerOf(number), number, br.appCode(t, started.Secret))
	require.NoError(t, err)
	return started.Secret, recovery
}

func (br *branch) appCode(t require.TestingT, secret string) string {
	code, err := totp.GenerateCode(secret, br.clock.Now())
	require.NoError(t, err)
	return code
}

// tamper changes the database behind the bank's back, as an attacker who has stolen it could: no triggers, foreign keys or
// checks prevent it. The statement must change something.
func (br *branch) tamper(t *testing.T, statement string, args ...any) {
	t.Helper()
	pool := storetest.Raw(t, br.url)
	defer func() { require.NoError(t, pool.Close()) }()
	storetest.Loosen(t, pool)
	result, err := pool.Exec(statement, args...)
	require.NoError(t, err)
	changed, err := result.RowsAffected()
	require.NoError(t, err)
	require.Positive(t, changed, statement)
}

// ownerOf returns a caller who has signed in to an account.
func ownerOf(number ledger.AccountNumber) bank.Caller {
	return bank.Caller{Account: number, Role: bank.RoleCustomer, Address: "192.0.2.1", RequestID: "test"}
}

// operator is a caller at the command line.
var operator = bank.Caller{Operator: true, RequestID: "test"}

// requireCode fails the test unless err is a refusal with this code.
func requireCode(t require.TestingT, code ledger.Code, err error) {
	var refusal *ledger.Refusal
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, code, refusal.Code, refusal.Message)
}
