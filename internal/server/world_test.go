package server_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/routers"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/credentials"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/ratelimit"
	"github.com/bankingcore/bankcore/internal/reports"
	"github.com/bankingcore/bankcore/internal/server"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/testkit/banktest"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
	"github.com/bankingcore/bankcore/web"
)

// The secrets of every world; tests may find them only in the requests that carry them.
const (
	testSecretKey    = "test-secret-key-that-is-long-enough-0123456789"
	testAdminKey     = "test-admin-key-that-is-long-enough-0123456789"
	testMetricsToken = "test-metrics-token-that-is-long-enough-0123456789"
	testPepper       = "test-pepper-that-is-long-enough-0123456789abc"
)

// clock is a time that passes only when a test lets it.
type clock struct {
	mu   sync.Mutex
	now  time.Time
	tell func(now time.Time) // called with each change
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
	c.tell(c.now)
}

// logbook collects what the server logs.
type logbook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// options of a world. The zero options limit nothing, trust no proxy and hash PINs cheaply.
type options struct {
	limits   ratelimit.Limits
	adminKey ratelimit.Limit
	shared   bool // limits are counted in the database, which uses the world's clock
	proxies  []netip.Prefix
	base     string
	origins  []string
	kdf      credentials.KDF
	idle     auth.IdleLimits
	openings auth.Openings
	cash     auth.Cash
	own      []ledger.Currency // the bank's own

	settlements   []string // the bank's own
	approvalAbove ledger.Money
	zone          *time.Location // of the bank's days; nil for UTC
	debug         bool

	patience        time.Duration                   // with a stalled client; 0 for the default
	secured         func(net.Listener) net.Listener // nil for plain HTTP
	noSwagger       bool
	metricsToken    string
	secretKey       string // "" for testSecretKey
	securityContact string
	connections     int // of one address; 0 for no bound

	staffSecondFactor bool // administrators need one
}

// world is a whole bank: a real server on a real port over a real database file.
type world struct {
	t        *testing.T
	options  options
	database string // its URL
	clock    *clock
	held     *storetest.Clock // replaces the database's clock; may be nil
	logs     *logbook

	store *store.Store
	auth  *auth.Service
	bank  *bank.Bank
	url   string
	ops   string // the URL of the operators' listener
	stop  func()

	cutOff  func() *world      // see withoutDatabase
	journal *storetest.Journal // of the tables' changes; may be nil

	client *http.Client
	router routers.Router
}

// newWorld starts a bank in a new folder; it ends with the test.
func newWorld(t *testing.T, change ...func(*options)) *world {
	t.Helper()
	w := &world{
		t:        t,
		database: storetest.URL(t),
		clock:    &clock{now: time.Date(2026, 11, 22, 7, 30, 0, 123456000, time.UTC), tell: func(time.Time) {}},
		logs:     &logbook{},
		client: &http.Client{
			Timeout:       2 * time.Minute, // bounds a hang; a slow machine answers before
			Transport:     &http.Transport{},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		router: specRouter(),
	}
	w.options.kdf, w.options.limits = banktest.QuickKDF, ratelimit.Unlimited()
	for _, c := range change {
		c(&w.options)
	}
	w.cutOff = sync.OnceValue(w.withoutDatabase)
	w.start()
	t.Cleanup(func() { w.stop() })
	if w.options.shared {
		w.holdDatabaseClock()
	}
	return w
}

func (w *world) start() {
	w.t.Helper()
	w.serve()
	require.NoError(w.t, w.store.Claim())
}

// withOwnClock runs fn while the database has its own clock.
func (w *world) withOwnClock(fn func()) {
	if w.held == nil {
		fn()
		return
	}
	w.held.Release(fn)
}

// serve starts a server on the database as it is.
func (w *world) serve() {
	w.t.Helper()
	ctx := context.Background()
	var err error
	w.withOwnClock(func() { w.store, err = store.Open(ctx, w.database) })
	require.NoError(w.t, err)
	w.auth, err = auth.New(w.store, auth.Config{
		SecretKey: cmp.Or(w.options.secretKey, testSecretKey), AdminKey: testAdminKey, PinPepper: testPepper, Idle: w.options.idle,
		Openings: w.options.openings, Cash: w.options.cash, StaffWithoutSecondFactor: !w.options.staffSecondFactor,
		Now: w.clock.Now, Random: rand.Reader, KDF: w.options.kdf,
	})
	require.NoError(w.t, err)
	w.bank, err = bank.New(w.store, w.auth, bank.Config{
		Currency: "USD", Zone: w.options.zone, Currencies: w.options.own, ApprovalAbove: w.options.approvalAbove,
		Settlements: w.options.settlements, Now: w.clock.Now, Random: rand.Reader,
	})
	require.NoError(w.t, err)
	w.listen()
	stopListening, opened := w.stop, w.store
	w.stop = sync.OnceFunc(func() {
		stopListening()
		require.NoError(w.t, opened.Close())
	})
}

// reports returns the reports of the open bank.
func (w *world) reports() *reports.Service {
	return reports.New(w.store, w.auth, reports.Config{
		Currencies: w.bank.Currencies(), Readers: w.bank.Readers(), Settlements: w.bank.Settlements(), ApprovalAbove: w.options.approvalAbove,
		OwnCurrencies: w.options.own, Zone: w.options.zone, Now: w.clock.Now,
	})
}

// listen starts a server of the open bank.
func (w *world) listen() {
	w.t.Helper()
	srv, err := server.New(server.Config{
		Auth: w.auth, Bank: w.bank, Reports: w.reports(), Ready: w.store.Ping, Queued: w.store.Queued, Pages: web.Files, Debug: w.options.debug,
		Swagger: !w.options.noSwagger, MetricsToken: w.options.metricsToken, SecurityContact: w.options.securityContact,
		Logger: slog.New(slog.NewJSONHandler(w.logs, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Now:    w.clock.Now, Version: "test", Limits: w.options.limits, AdminKeyLimit: w.options.adminKey, SharedLimits: w.options.shared, Proxies: w.options.proxies,
		ConnectionsPerAddress: w.options.connections,

		Patience: w.options.patience, BasePath: w.options.base, Origins: w.options.origins,
	})
	require.NoError(w.t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(w.t, err)
	w.url = "http://" + listener.Addr().String()
	if w.options.secured != nil {
		listener, w.url = w.options.secured(listener), "https://"+listener.Addr().String()
	}
	ops, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(w.t, err)
	w.ops = "http://" + ops.Addr().String()
	serving, end := context.WithCancel(context.Background())
	ended := make(chan error, 2)
	go func() { ended <- srv.Serve(serving, listener, nil) }()
	go func() { ended <- srv.ServeOps(serving, ops) }()
	w.stop = sync.OnceFunc(func() {
		w.client.CloseIdleConnections()
		end()
		require.NoError(w.t, <-ended)
		require.NoError(w.t, <-ended)
	})
}

// restart stops the server and starts another one on the same database.
func (w *world) restart() {
	w.t.Helper()
	w.stop()
	w.start()
}

// customer is an account whose PIN the test knows.
type customer struct {
	number string
	pin    string
}

// tokens are the tokens of a sign-in.
type tokens struct {
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token"`
}

// open opens an account through the API.
func (w *world) open(pin string, deposit int64) customer {
	w.t.Helper()
	a := w.call("POST", "/accounts", body(map[string]any{"account_holder_name": "Ada Lovelace", "pin": pin, "initial_deposit": deposit}))
	require.Equal(w.t, 201, a.status, a.text())
	return customer{number: a.field("account_number").(string), pin: pin}
}

// login signs a customer in through the API.
func (w *world) login(c customer) tokens {
	w.t.Helper()
	a := w.tryLogin(c.number, c.pin)
	require.Equal(w.t, 200, a.status, a.text())
	var got tokens
	a.decode(&got)
	return got
}

func (w *world) tryLogin(number, pin string, more ...requestOption) *answer {
	w.t.Helper()
	return w.call("POST", "/auth/login", append([]requestOption{body(map[string]any{"account_number": number, "pin": pin})}, more...)...)
}

// admin opens an account with the role admin and signs it in.
func (w *world) admin() (customer, tokens) {
	w.t.Helper()
	c := w.open("853107", 0)
	w.promote(c)
	return c, w.login(c)
}

// call sends a request and fails the test if the contract does not list the answer for the operation.
func (w *world) call(method, path string, more ...requestOption) *answer {
	w.t.Helper()
	a, err := w.try(method, path, more...)
	require.NoError(w.t, err)
	return a
}

// try is call for goroutines, which must not fail the test themselves.
func (w *world) try(method, path string, more ...requestOption) (*answer, error) {
	a, err := w.send(method, path, more...)
	for range 3 {
		if storetest.OnSQLite() || err != nil || a.status != http.StatusServiceUnavailable || a.code() != "unavailable" {
			break
		}
		a, err = w.send(method, path, more...) // on a slow machine it may have lost to others until the store gave up; it was not done
	}
	return a, err
}

func (w *world) send(method, path string, more ...requestOption) (*answer, error) {
	request, err := http.NewRequest(method, w.url+path, http.NoBody)
	if err != nil {
		return nil, err
	}
	for _, option := range more {
		option(request)
	}
	response, err := w.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	a := &answer{t: w.t, status: response.StatusCode, header: response.Header, body: content}
	return a, w.checkAnswer(request, a)
}
