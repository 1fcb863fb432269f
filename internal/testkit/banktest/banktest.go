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

// Branch is a bank on its own database.
type Branch struct {
	URL   string // the database's
	Clock *Clock
	Store *store.Store
	Bank  *bank.Bank
}

// New opens a bank on a new database until the test ends.
func New(tb testing.TB) *Branch {
	tb.Helper()
	return On(tb, storetest.URL(tb))
}

// On migrates a database and opens a bank on it until the test ends.
func On(tb testing.TB, url string) *Branch {
	tb.Helper()
	_, err := store.Migrate(context.Background(), url)
	require.NoError(tb, err)
	br := &Branch{URL: url, Clock: &Clock{now: time.Date(2026, 11, 22, 7, 30, 0, 123456000, time.UTC)}}
	br.Store, err = store.Open(context.Background(), url)
	require.NoError(tb, err)
	tb.Cleanup(func() { _ = br.Store.Close() })
	br.Bank, err = bank.New(br.Store, bank.Config{
		SecretKey: "test-secret-key-that-is-long-enough-0123456789", AdminKey: "test-admin-key-that-is-long-enough-0123456789",
		PinPepper: "test-pepper-that-is-long-enough-0123456789abc", Currency: "USD",
		Now: br.Clock.Now, Random: rand.Reader, KDF: quickKDF,
	})
	require.NoError(tb, err)
	return br
}

// quickKDF replaces argon2id, which is too slow for tests. Its result still depends on every byte.
func quickKDF(password, salt []byte, time, memory uint32, threads uint8, keyLen uint32) []byte {
	mac := hmac.New(sha256.New, salt)
	mac.Write(password)
	_ = binary.Write(mac, binary.BigEndian, []uint32{time, memory, uint32(threads)})
	return mac.Sum(nil)[:keyLen]
}

// Open opens an account.
func (br *Branch) Open(t require.TestingT, deposit ledger.Money, currency string) ledger.AccountNumber {
	opening, err := br.Bank.OpenAccount(context.Background(), bank.Caller{},
		bank.OpenAccountParams{Holder: "Ada Lovelace", Pin: "8352", InitialDeposit: deposit, Currency: currency})
	require.NoError(t, err)
	return opening.Account.Number
}

// Tamper changes the database behind the bank's back, as an attacker who has stolen it could: no triggers, foreign keys or
// checks prevent it. The statement must change something.
func (br *Branch) Tamper(t *testing.T, statement string, args ...any) {
	t.Helper()
	pool := storetest.Raw(t, br.URL)
	defer func() { _ = pool.Close() }() // some tests call this a hundred times
	storetest.Loosen(t, pool)
	result, err := pool.Exec(statement, args...)
	require.NoError(t, err)
	changed, err := result.RowsAffected()
	require.NoError(t, err)
	require.Positive(t, changed, statement)
}

// OwnerOf returns a caller who has signed in to an account.
func OwnerOf(number ledger.AccountNumber) bank.Caller {
	return bank.Caller{Account: number, Role: bank.RoleCustomer, Address: "192.0.2.1", RequestID: "test"}
}
