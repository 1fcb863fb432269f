package bank

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"os"
	"sync"
	"testing"
	"time"
	_ "time/tzdata" // the machine that runs the tests may have no zones, or outdated ones

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/reports"
	"github.com/bankingcore/bankcore/internal/schedule"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

const (
	testSecretKey = "test-secret-key-that-is-long-enough-0123456789"
	testAdminKey  = "test-admin-key-that-is-long-enough-0123456789"
	testPepper    = "test-pepper-that-is-long-enough-0123456789abc"
	goodPin       = "8352"
	wrongPin      = "6139"
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
	url   string // the database's
	clock *clock
	store *store.Store
	auth  *auth.Service
	bank  *Bank

	reports *reports.Service
}

// newBranch opens a bank that is closed when the test ends.
func newBranch(tb testing.TB) *branch {
	tb.Helper()
	url := storetest.URL(tb)
	br := branchOn(tb, openStore(tb, url))
	br.url = url
	return br
}

// openStore opens a database until the test ends.
func openStore(tb testing.TB, url string) *store.Store {
	tb.Helper()
	s, err := store.Open(context.Background(), url)
	require.NoError(tb, err)
	tb.Cleanup(func() { _ = s.Close() })
	return s
}

// branchOn opens a bank on a store. All banks of the tests have the same secrets.
func branchOn(tb testing.TB, s *store.Store) *branch {
	tb.Helper()
	br := &branch{store: s, clock: &clock{now: time.Date(2026, 11, 22, 7, 30, 0, 123456000, time.UTC)}}
	br.reopen(tb, func(*auth.Config, *Config) {})
	return br
}

// reopen opens the bank once more, with other settings.
func (br *branch) reopen(tb testing.TB, change func(*auth.Config, *Config)) {
	tb.Helper()
	who := auth.Config{
		SecretKey: testSecretKey, AdminKey: testAdminKey, PinPepper: testPepper, Now: br.clock.Now, Random: rand.Reader, KDF: quickKDF,
	}
	config := Config{Currency: "USD", Now: br.clock.Now, Random: rand.Reader}
	change(&who, &config)
	var err error
	br.auth, err = auth.New(br.store, who)
	require.NoError(tb, err)
	br.bank, err = New(br.store, br.auth, config)
	require.NoError(tb, err)
	br.reports = reports.New(br.store, br.auth, reports.Config{Currencies: br.bank.Currencies(), Readers: br.bank.Readers(), Now: br.clock.Now})
}

// open opens an account with goodPin.
func (br *branch) open(t require.TestingT, deposit ledger.Money) Account {
	opening, err := br.bank.OpenAccount(context.Background(), auth.Caller{},
		OpenAccountParams{Holder: "Ada Lovelace", Pin: goodPin, InitialDeposit: deposit})
	require.NoError(t, err)
	return opening.Account
}

// patiently repeats work that was given up, as a client does. Under SERIALIZABLE, many transactions on one row conflict for longer than
// the store retries if the machine is slow. Work that fails in any other way is not repeated.
func patiently(work func() error) error {
	for try := 1; ; try++ {
		if err := work(); !errors.Is(err, ErrUnavailable) || try == 20 {
			return err
		}
	}
}

// ownerOf returns a caller who has signed in to an account.
func ownerOf(number ledger.AccountNumber) auth.Caller {
	return auth.Caller{Customer: uuid.NewSHA1(uuid.Nil, []byte(number.String())), Account: number, Role: auth.RoleCustomer, Address: "192.0.2.1", RequestID: "test"}
}

// operator is a caller at the command line.
var operator = auth.Caller{Operator: true, RequestID: "test"}

// zone returns the calendar of a time zone.
func zone(t require.TestingT, name string) schedule.Calendar {
	found, err := time.LoadLocation(name)
	require.NoError(t, err)
	return schedule.Calendar{Zone: found}
}

// requireCode fails the test unless err is a refusal with this code.
func requireCode(t require.TestingT, code ledger.Code, err error) {
	var refusal *ledger.Refusal
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, code, refusal.Code, refusal.Message)
}
