// Package banktest gives tests of other packages a small bank on a database of its own, without a server.
package banktest

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// Clock is a clock that moves only when a test moves it.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now returns the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Pass moves the clock, backwards if d is negative.
func (c *Clock) Pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Set sets the clock.
func (c *Clock) Set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}

// The secrets of every bank.
const (
	SecretKey = "test-secret-key-that-is-long-enough-0123456789"
	AdminKey  = "test-admin-key-that-is-long-enough-0123456789"
	PinPepper = "test-pepper-that-is-long-enough-0123456789abc"
)

// PIN is the PIN of every account that Open opens.
const PIN = "8352"

// Branch is a bank on its own database.
type Branch struct {
	URL   string // the database's; "" if it was given as a store
	Clock *Clock
	Store *store.Store
	Auth  *auth.Service
	Bank  *bank.Bank
}

// New opens a bank on a new database until the test ends.
func New(tb testing.TB) *Branch {
	tb.Helper()
	url := storetest.URL(tb)
	br := On(tb, OpenStore(tb, url))
	br.URL = url
	return br
}

// OpenStore migrates a database and opens it until the test ends.
func OpenStore(tb testing.TB, url string) *store.Store {
	tb.Helper()
	_, err := store.Migrate(context.Background(), url)
	require.NoError(tb, err)
	s, err := store.Open(context.Background(), url)
	require.NoError(tb, err)
	tb.Cleanup(func() { _ = s.Close() })
	return s
}

// On opens a bank on a store. All banks have the same secrets.
func On(tb testing.TB, s *store.Store) *Branch {
	tb.Helper()
	br := &Branch{Clock: &Clock{now: time.Date(2026, 11, 22, 7, 30, 0, 123456000, time.UTC)}, Store: s}
	return br.Reopened(tb, func(*auth.Config) {})
}

// Reopened opens the bank again, with other settings.
func (br *Branch) Reopened(tb testing.TB, change func(*auth.Config)) *Branch {
	tb.Helper()
	config := auth.Config{
		SecretKey: SecretKey, AdminKey: AdminKey, PinPepper: PinPepper, Now: br.Clock.Now, Random: rand.Reader, KDF: QuickKDF,
	}
	change(&config)
	again := *br
	var err error
	again.Auth, err = auth.New(br.Store, config)
	require.NoError(tb, err)
	again.Bank, err = bank.New(br.Store, again.Auth, bank.Config{Currency: "USD", Now: br.Clock.Now, Random: rand.Reader})
	require.NoError(tb, err)
	return &again
}

// QuickKDF replaces argon2id, which is too slow for tests. Its result still depends on every byte.
func QuickKDF(password, salt []byte, time, memory uint32, threads uint8, keyLen uint32) []byte {
	mac := hmac.New(sha256.New, salt)
	mac.Write(password)
	_ = binary.Write(mac, binary.BigEndian, []uint32{time, memory, uint32(threads)})
	return mac.Sum(nil)[:keyLen]
}

// Open opens an account.
func (br *Branch) Open(t require.TestingT, deposit ledger.Money, currency string) ledger.AccountNumber {
	opening, err := br.Bank.OpenAccount(context.Background(), auth.Caller{},
		bank.OpenAccountParams{Holder: "Ada Lovelace", Pin: PIN, InitialDeposit: deposit, Currency: currency})
	require.NoError(t, err)
	return opening.Account.Number
}

// Tamper changes the database behind the bank's back, as an attacker who has stolen it could: no triggers, foreign keys or
// checks prevent it. The statement must change something.
func (br *Branch) Tamper(t *testing.T, statement string, args ...any) {
	t.Helper()
	pool := storetest.Raw(t, br.URL)
	defer func() { require.NoError(t, pool.Close()) }() // some tests call this a hundred times
	storetest.Loosen(t, pool)
	result, err := pool.Exec(statement, args...)
	require.NoError(t, err)
	changed, err := result.RowsAffected()
	require.NoError(t, err)
	require.Positive(t, changed, statement)
}

// Purge deletes what has expired, as the job does, and returns the number of rows.
func (br *Branch) Purge(t require.TestingT) int64 {
	signIns, err := br.Auth.Purge(context.Background())
	require.NoError(t, err)
	rest, err := br.Bank.Purge(context.Background())
	require.NoError(t, err)
	return signIns + rest
}

// OwnerOf returns a caller who has signed in to an account.
func OwnerOf(number ledger.AccountNumber) auth.Caller {
	return auth.Caller{Account: number, Role: auth.RoleCustomer, Address: "192.0.2.1", RequestID: "test"}
}
