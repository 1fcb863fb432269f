package jobs

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

const (
	oldKey    = "old-secret-key-that-is-long-enough-0123456789"
	newKey    = "new-secret-key-that-is-long-enough-0123456789"
	oldPepper = "old-pepper-that-is-long-enough-0123456789abc"
	newPepper = "new-pepper-that-is-long-enough-0123456789abc"
)

// place is a database on which banks are opened with one secret or another. It is a SQLite one: the jobs see the bank alone, and
// each engine's tests of the bank include what they call.
type place struct {
	url   string
	store *store.Store
	now   time.Time
}

func newPlace(t *testing.T) *place {
	t.Helper()
	p := &place{url: "sqlite:" + filepath.Join(t.TempDir(), "bank.db"), now: time.Date(2026, 11, 22, 7, 30, 0, 0, time.UTC)}
	_, err := store.Migrate(t.Context(), p.url)
	require.NoError(t, err)
	p.store, err = store.Open(t.Context(), p.url)
	require.NoError(t, err)
	t.Cleanup(func() { _ = p.store.Close() })
	return p
}

// jobs returns the configuration of the jobs of a bank that is opened on the database.
func (p *place) jobs(t *testing.T, keys, peppers string) Config {
	t.Helper()
	now := func() time.Time { return p.now }
	service, err := auth.New(p.store, auth.Config{
		SecretKey: keys, AdminKey: "admin-key-that-is-long-enough-0123456789abcdef", PinPepper: peppers,
		Now: now, Random: rand.Reader, KDF: quickKDF,
	})
	require.NoError(t, err)
	b, err := bank.New(p.store, service, bank.Config{Currency: "USD", Now: now, Random: rand.Reader})
	require.NoError(t, err)
	return Config{Auth: service, Bank: b}
}

// logTo returns a configuration with a logger that writes to text.
func (c Config) logTo(text *bytes.Buffer) Config {
	c.Logger = slog.New(slog.NewTextHandler(text, nil))
	return c
}

// quickKDF replaces argon2id, which is too slow for tests.
func quickKDF(password, salt []byte, _, _ uint32, _ uint8, keyLen uint32) []byte {
	mac := hmac.New(sha256.New, salt)
	mac.Write(password)
	return mac.Sum(nil)[:keyLen]
}

// fill gives every job something to do: an account with a second factor, whose name is folded as by an earlier version, a session,
// and two failures, of which the second is only counted.
func (p *place) fill(t *testing.T, c Config) {
	t.Helper()
	opened, err := c.Bank.OpenAccount(t.Context(), auth.Caller{}, bank.OpenAccountParams{Holder: "José Núñez", Pin: "8352"})
	require.NoError(t, err)
	number := opened.Account.Number
	_, err = c.Auth.Login(t.Context(), auth.Caller{}, auth.LoginParams{Account: number, Pin: "8352"})
	require.NoError(t, err)
	owner := auth.Caller{Account: number, Role: auth.RoleCustomer}
	started, err := c.Auth.StartSecondFactor(t.Context(), owner, number, "8352")
	require.NoError(t, err)
	code, err := totp.GenerateCode(started.Secret, p.now)
	require.NoError(t, err)
	_, err = c.Auth.ConfirmSecondFactor(t.Context(), owner, number, code)
	require.NoError(t, err)
	_, err = storetest.Raw(t, p.url).Exec("UPDATE customers SET name_folded = lower(name)")
	require.NoError(t, err)
}

// fail makes sign-ins with numbers of no account.
func fail(t *testing.T, c Config, tries int) {
	t.Helper()
	for i := range tries {
		_, err := c.Auth.Login(t.Context(), auth.Caller{Address: "192.0.2.1"}, auth.LoginParams{Account: ledger.AccountNumber(200_000_000_000 + i), Pin: "8352"})
		require.Error(t, err)
	}
}

func (p *place) failures(t *testing.T) string {
	t.Helper()
	return storetest.Text(t, p.url, "SELECT SUM(count) AS failures FROM events WHERE event_type = 'login_failed'")
}

// runAll runs each job once, and returns what was logged.
func runAll(t *testing.T, c Config) (log []string) {
	t.Helper()
	var text bytes.Buffer
	for _, j := range list(c.logTo(&text)) {
		require.NoError(t, j.run(t.Context()), j.does)
	}
	for line := range strings.Lines(text.String()) {
		_, said, _ := strings.Cut(strings.TrimSpace(line), " ") // without the time
		log = append(log, said)
	}
	return log
}

func TestJobsDoTheirWork(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.fill(t, p.jobs(t, oldKey, oldPepper))
	p.now = p.now.Add(30 * 24 * time.Hour) // the session is over

	lacking := p.jobs(t, newKey, newPepper)
	fail(t, lacking, 3)
	require.Equal(t, []string{
		`level=INFO msg="purged expired rows" rows=1`,
		`level=INFO msg="brought the search of names up to date" names=1`,
		`level=ERROR msg="PIN_PEPPER lacks a pepper that PINs were made with; these accounts cannot sign in" accounts=1`,
		`level=ERROR msg="SECRET_KEY lacks a key that second factors were sealed with; these accounts cannot sign in: see bankcore account second-factor-off" accounts=1`,
	}, runAll(t, lacking))
	require.Equal(t, "failures=3 \n", p.failures(t))

	rotating := p.jobs(t, newKey+","+oldKey, newPepper+","+oldPepper)
	older := `level=INFO msg="PINs still use an older pepper; see bankcore account peppers" accounts=1`
	require.Equal(t, []string{older, `level=INFO msg="brought second factors to the newest SECRET_KEY" accounts=1`}, runAll(t, rotating))
	require.Equal(t, []string{older}, runAll(t, rotating))
}

func TestTheEndRecordsTheLastFailures(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	c := p.jobs(t, oldKey, oldPepper)
	ctx, end := context.WithCancel(t.Context())
	var text bytes.Buffer
	finish := Start(ctx, c.logTo(&text))
	fail(t, c, 5)
	end()
	finish()
	require.Equal(t, "failures=5 \n", p.failures(t))
	require.Empty(t, text.String())

	finish = Start(ctx, c.logTo(&text))
	fail(t, c, 2)
	require.NoError(t, p.store.Close())
	finish()
	require.Contains(t, text.String(), `level=WARN msg="cannot record the last failures"`)
}

// TestLastUsesOfKeysAreRecorded by the job, and at the end.
func TestLastUsesOfKeysAreRecorded(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	c := p.jobs(t, oldKey, oldPepper)
	client, err := c.Auth.AdminCreateClient(t.Context(), auth.Caller{Operator: true}, auth.ClientSettings{
		Name: "Payroll", Permissions: []auth.Permission{auth.ReportsRead},
	})
	require.NoError(t, err)
	key, err := c.Auth.AdminCreateClientKey(t.Context(), auth.Caller{Operator: true}, client.ID)
	require.NoError(t, err)
	use := func() (recorded time.Time) {
		p.now = p.now.Add(time.Minute)
		_, err := c.Auth.AuthenticateClient(t.Context(), auth.Caller{Address: "192.0.2.1"}, key.Text)
		require.NoError(t, err)
		keys, err := c.Auth.AdminListClientKeys(t.Context(), auth.Caller{Operator: true}, client.ID)
		require.NoError(t, err)
		return keys[0].LastUsedAt
	}
	require.Zero(t, use())
	runAll(t, c)
	first := p.now
	require.Equal(t, first, use())
	ctx, end := context.WithCancel(t.Context())
	finish := Start(ctx, c.logTo(&bytes.Buffer{}))
	end()
	finish()
	last := p.now
	require.Equal(t, last, use())
}

func TestSharedLimitsArePurgedEveryMinute(t *testing.T) {
	t.Parallel()
	for shared, want := range map[bool]time.Duration{false: 10 * time.Minute, true: time.Minute} {
		every := map[string]string{}
		for _, j := range list(Config{SharedLimits: shared}) {
			every[j.does] = fmt.Sprint(j.every, " ", j.once)
		}
		require.Equal(t, fmt.Sprint(want, " false"), every["purge expired rows"])
		require.Equal(t, "1m0s false", every["record failures"])
		require.Equal(t, "1m0s false", every["record the last uses of keys"])
		require.Len(t, every, 7)
	}
}
