package server_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/testkit/banktest"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// wrongPIN is the PIN of no account.
const wrongPIN = "999998"

// heldKDF counts its calls and, while it is shut, makes them wait.
type heldKDF struct {
	calls   atomic.Int64
	entered chan struct{} // receives a value for each call that has to wait

	mu   sync.Mutex
	gate chan struct{} // nil while open
}

func newHeldKDF() *heldKDF { return &heldKDF{entered: make(chan struct{}, 64)} }

func (k *heldKDF) derive(password, salt []byte, time, memory uint32, threads uint8, keyLen uint32) []byte {
	k.calls.Add(1)
	k.mu.Lock()
	gate := k.gate
	k.mu.Unlock()
	if gate != nil {
		k.entered <- struct{}{}
		<-gate
	}
	return banktest.QuickKDF(password, salt, time, memory, threads, keyLen)
}

// shut makes calls wait until open is called or the test ends.
func (k *heldKDF) shut(t *testing.T) (open func()) {
	t.Helper()
	gate := make(chan struct{})
	set := func(to chan struct{}) {
		k.mu.Lock()
		defer k.mu.Unlock()
		k.gate = to
	}
	set(gate)
	open = sync.OnceFunc(func() { set(nil); close(gate) })
	t.Cleanup(open)
	return open
}

func newHeldWorld(t *testing.T) (*world, *heldKDF) {
	t.Helper()
	kdf := newHeldKDF()
	return newWorld(t, func(o *options) { o.kdf = kdf.derive }), kdf
}

// tally runs a query for one number on the database itself.
func (w *world) tally(query string, args ...any) int64 {
	w.t.Helper()
	pool := storetest.Raw(w.t, w.database)
	defer func() { _ = pool.Close() }()
	var count int64
	require.NoError(w.t, pool.QueryRowContext(context.Background(), query, args...).Scan(&count))
	return count
}

// auditEvent is an event as /admin/events shows it.
type auditEvent struct {
	Type      string `json:"event_type"`
	Account   string `json:"account_number"`
	Actor     string `json:"actor"`
	Address   string `json:"client_address"`
	RequestID string `json:"request_id"`
}

// audit reads the events of a type about an account, newest first.
func (w *world) audit(kind, number string) []auditEvent {
	w.t.Helper()
	a := w.call("GET", "/admin/events?limit=200&event_type="+kind+"&account_number="+number, adminKey(testAdminKey))
	require.Equal(w.t, 200, a.status, a.text())
	var page struct{ Data []auditEvent }
	a.decode(&page)
	return page.Data
}

func (w *world) isLocked(number string) bool {
	w.t.Helper()
	return w.call("GET", "/accounts/"+number, adminKey(testAdminKey)).field("is_locked").(bool)
}

func TestARestartDoesNotForgetWrongPINs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.open("482913", 0)
	for i := range 3 {
		require.False(t, w.isLocked(c.number))
		a := w.tryLogin(c.number, wrongPIN)
		require.Equal(t, 401, a.status, "attempt %d", i+1)
		require.Equal(t, "invalid_credentials", a.code())
		w.restart()
	}
	require.True(t, w.isLocked(c.number))
	a := w.tryLogin(c.number, c.pin)
	require.Equal(t, 423, a.status)
	require.Equal(t, "account_locked", a.code())
	require.Len(t, w.audit("login_failed", c.number), 3)
	require.Len(t, w.audit("account_locked", c.number), 1)
}

// TestEveryPINCountsOnOneCounter plays sequences of PINs, entered in every place that accepts one.
func TestEveryPINCountsOnOneCounter(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	type step struct {
		do     string
		status int
	}
	for name, steps := range map[string][]step{
		"the third wrong login locks":   {{"wrong", 401}, {"wrong", 401}, {"wrong", 401}, {"right", 423}, {"wrong", 423}},
		"two logins and a PIN change":   {{"wrong", 401}, {"wrong", 401}, {"change from wrong", 401}, {"right", 423}, {"change", 423}},
		"PIN changes alone":             {{"change from wrong", 401}, {"change from wrong", 401}, {"change from wrong", 401}, {"right", 423}},
		"a PIN change between logins":   {{"wrong", 401}, {"change from wrong", 401}, {"wrong", 401}, {"right", 423}},
		"a right PIN resets":            {{"wrong", 401}, {"wrong", 401}, {"right", 200}, {"wrong", 401}, {"wrong", 401}, {"right", 200}},
		"a right PIN change resets":     {{"wrong", 401}, {"wrong", 401}, {"change", 204}, {"wrong", 401}, {"wrong", 401}, {"right", 200}},
		"a malformed PIN is no attempt": {{"malformed", 400}, {"malformed", 400}, {"malformed", 400}, {"right", 200}},
		"a weak new PIN is refused first": {
			{"change from wrong to weak", 422}, {"change from wrong to weak", 422}, {"change from wrong to weak", 422}, {"right", 200},
		},
		"many right PINs": {{"right", 200}, {"right", 200}, {"right", 200}, {"right", 200}, {"wrong", 401}, {"right", 200}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			c := w.open("482913", 0)
			session, next := w.login(c), "730164"
			change := func(from, to string) *answer {
				return w.call("POST", "/accounts/"+c.number+"/pin", bearer(session.AccessToken),
					body(map[string]string{"current_pin": from, "new_pin": to}))
			}
			for i, step := range steps {
				var a *answer
				switch step.do {
				case "wrong":
					a = w.tryLogin(c.number, wrongPIN)
				case "right":
					a = w.tryLogin(c.number, c.pin)
				case "malformed":
					a = w.tryLogin(c.number, "12a4")
				case "change from wrong":
					a = change(wrongPIN, next)
				case "change from wrong to weak":
					a = change(wrongPIN, "1234")
				case "change":
					if a = change(c.pin, next); a.status == 204 {
						c.pin, next = next, c.pin
					}
				}
				require.Equal(t, step.status, a.status, "step %d, %s: %s", i+1, step.do, a.text())
			}
		})
	}
}

func TestUnlock(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	admin, adminTokens := w.admin()
	for name, by := range map[string]struct {
		credentials requestOption
		actor       string
	}{
		"by key":   {adminKey(testAdminKey), "admin_key"},
		"by admin": {bearer(adminTokens.AccessToken), admin.number},
	} {
		c := w.open("482913", 0)
		unlock := func(more ...requestOption) *answer { return w.call("POST", "/accounts/"+c.number+"/unlock", more...) }
		require.Equal(t, 409, unlock(by.credentials).status, name)
		w.lock(c)
		require.Equal(t, 401, unlock().status, name)
		require.Equal(t, 403, unlock(adminKey(testAdminKey+"x")).status, name)
		require.Equal(t, 403, unlock(by.credentials, adminKey("wrong")).status, "a wrong key beside good credentials: %s", name)
		require.True(t, w.isLocked(c.number), name)
		require.Empty(t, w.audit("account_unlocked", c.number), name)

		a := unlock(by.credentials, header("X-Request-Id", "unlock-"+by.actor))
		require.Equal(t, 200, a.status, a.text())
		require.Equal(t, false, a.field("is_locked"))
		require.Equal(t, []auditEvent{{"account_unlocked", c.number, by.actor, "127.0.0.1", "unlock-" + by.actor}},
			w.audit("account_unlocked", c.number))
		w.clock.pass(afterAnUnlock)

		require.Equal(t, 401, w.tryLogin(c.number, wrongPIN).status, name)
		require.Equal(t, 401, w.tryLogin(c.number, wrongPIN).status, name)
		require.Equal(t, 200, w.tryLogin(c.number, c.pin).status, "unlocking resets the count: %s", name)
	}
}

// TestACrashWhileHashing copies the database between the counting and the hashing of a PIN, which is the state that a server leaves
// behind if it dies there.
func TestACrashWhileHashing(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	w, kdf := newHeldWorld(t)
	c := w.open("482913", 0)
	after := *w
	after.options.kdf, after.client = banktest.QuickKDF, &http.Client{Transport: &http.Transport{}}

	open := kdf.shut(t)
	ended := make(chan error, 1)
	go func() {
		_, err := w.try("POST", "/auth/login", body(map[string]string{"account_number": c.number, "pin": wrongPIN}))
		ended <- err
	}()
	<-kdf.entered
	after.database = w.snapshot()
	after.start()
	defer after.stop()
	require.Empty(t, after.audit("login_failed", c.number), "the crash came before the record")
	require.Equal(t, 401, after.tryLogin(c.number, wrongPIN).status)
	require.Equal(t, 401, after.tryLogin(c.number, wrongPIN).status)
	require.Equal(t, 423, after.tryLogin(c.number, c.pin).status, "the attempt before the crash counts")
	open()
	require.NoError(t, <-ended)
}

// snapshot names a database with everything committed. On PostgreSQL it is the same database, which survives a dead server.
func (w *world) snapshot() string {
	w.t.Helper()
	was, file := strings.CutPrefix(w.database, "sqlite:")
	if !file {
		return w.database
	}
	path := filepath.Join(w.t.TempDir(), "bank.db")
	for _, suffix := range []string{"", "-wal"} {
		content, err := os.ReadFile(was + suffix)
		require.NoError(w.t, err)
		require.NoError(w.t, os.WriteFile(path+suffix, content, 0o600))
	}
	return "sqlite:" + path
}

func TestAPanicWhileHashingCountsAsAnAttempt(t *testing.T) {
	t.Parallel()
	var broken atomic.Bool
	w := newWorld(t, func(o *options) {
		o.kdf = func(password, salt []byte, time, memory uint32, threads uint8, keyLen uint32) []byte {
			if broken.Load() {
				panic("the hash is broken")
			}
			return banktest.QuickKDF(password, salt, time, memory, threads, keyLen)
		}
	})
	c := w.open("482913", 0)
	broken.Store(true)
	for range 3 {
		a := w.tryLogin(c.number, c.pin)
		require.Equal(t, 500, a.status, a.text())
		require.Equal(t, "internal", a.code())
	}
	broken.Store(false)
	require.Equal(t, 423, w.tryLogin(c.number, c.pin).status)
}

// TestAClientThatHangsUpLeavesItsFailure cancels a request while its PIN is being hashed.
func TestAClientThatHangsUpLeavesItsFailure(t *testing.T) {
	t.Parallel()
	var hangUp atomic.Pointer[context.CancelFunc]
	w := newWorld(t, func(o *options) {
		o.kdf = func(password, salt []byte, time, memory uint32, threads uint8, keyLen uint32) []byte {
			if cancel := hangUp.Load(); cancel != nil {
				(*cancel)()
			}
			return banktest.QuickKDF(password, salt, time, memory, threads, keyLen)
		}
	})
	c := w.open("482913", 0)
	number, err := ledger.ParseAccountNumber(c.number)
	require.NoError(t, err)
	for i := range 3 {
		ctx, cancel := context.WithCancel(context.Background())
		hangUp.Store(&cancel)
		_, err = w.auth.Login(ctx, auth.Caller{Address: "203.0.113.7", RequestID: "gone"}, auth.LoginParams{Account: number, Pin: wrongPIN})
		require.Error(t, err)
		require.Error(t, ctx.Err(), "the caller was gone before the hash was known")
		require.Len(t, w.audit("login_failed", c.number), i+1)
	}
	require.Equal(t, auditEvent{"login_failed", c.number, "anonymous", "203.0.113.7", "gone"}, w.audit("login_failed", c.number)[0])
	require.Len(t, w.audit("account_locked", c.number), 1)
	require.True(t, w.isLocked(c.number))
}

// lock enters three wrong PINs.
func (w *world) lock(c customer) {
	w.t.Helper()
	for range 3 {
		a := w.tryLogin(c.number, "999998")
		require.Equal(w.t, 401, a.status, a.text())
	}
}
