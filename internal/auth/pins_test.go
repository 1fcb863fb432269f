package auth

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/credentials"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// quickKDF replaces argon2id, which is too slow for tests.
func quickKDF(password, salt []byte, _, _ uint32, _ uint8, keyLen uint32) []byte {
	mac := hmac.New(sha256.New, salt)
	mac.Write(password)
	return mac.Sum(nil)[:keyLen]
}

// guest is a caller on this machine, not known to any account.
var guest = signingIn(Caller{}, 0)

// matches compares a PIN and a hash as provePin does.
func matches(t *testing.T, h *pinHasher, pin, hash string) (bool, error) {
	t.Helper()
	at, err := h.queue.enter(guest)
	if err != nil {
		return false, err
	}
	defer h.queue.leave(at)
	return h.matches(at, pin, hash)
}

// requireIdle checks that every place and every processor has been given back, and that no counts are left.
func requireIdle(t *testing.T, h *pinHasher) {
	t.Helper()
	require.Equal(t, runtime.GOMAXPROCS(0), h.queue.idle)
	for _, l := range h.queue.lanes {
		require.Zero(t, l.taken)
		require.Empty(t, l.held)
		require.Empty(t, l.accounts)
		require.Empty(t, l.waiting)
		require.Empty(t, l.order)
	}
}

func testHasher(t *testing.T, kdf credentials.KDF) *pinHasher {
	t.Helper()
	h, err := credentials.NewPINHasher("test-pepper-that-is-long-enough-0123456789abc", kdf, rand.Reader)
	require.NoError(t, err)
	return newPinHasher(h)
}

// A damaged hash must not keep a place or a processor.
func TestADamagedHashGivesItsPlaceBack(t *testing.T) {
	t.Parallel()
	h := testHasher(t, quickKDF)
	_, err := matches(t, h, "8352", "hash")
	require.Error(t, err)
	requireIdle(t, h)
}

// busyKDF counts how many hashes run at the same time, and holds them all until it is released.
type busyKDF struct {
	mu            sync.Mutex
	running, most int
	release       chan struct{}
}

func (k *busyKDF) derive(password, salt []byte, time, memory uint32, threads uint8, keyLen uint32) []byte {
	k.mu.Lock()
	k.running++
	k.most = max(k.most, k.running)
	k.mu.Unlock()
	<-k.release
	k.mu.Lock()
	k.running--
	k.mu.Unlock()
	return quickKDF(password, salt, time, memory, threads, keyLen)
}

func (k *busyKDF) now() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.running
}

func TestOnlyAsManyHashesRunAsThereAreProcessors(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	storetest.OneEngine(t)
	const callers = 40
	kdf := &busyKDF{release: make(chan struct{})}
	h := testHasher(t, kdf.derive)
	results := make(chan error, 2*callers)
	for range callers {
		go func() {
			_, err := h.hash(context.Background(), guest, "8352")
			results <- err
		}()
		go func() {
			_, err := matches(t, h, "8352", "")
			results <- err
		}()
	}
	for kdf.now() < runtime.GOMAXPROCS(0) {
		runtime.Gosched()
	}
	for range 10_000 { // gives the others a chance to get in
		runtime.Gosched()
	}
	close(kdf.release)
	for range 2 * callers {
		require.NoError(t, <-results)
	}
	require.Equal(t, runtime.GOMAXPROCS(0), kdf.most)
	requireIdle(t, h)
}

func TestHashingForACallerWhoHasGone(t *testing.T) {
	t.Parallel()
	kdf := &busyKDF{release: make(chan struct{})}
	h := testHasher(t, kdf.derive)
	h.queue.idle = 0 // all processors are taken
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := h.hash(ctx, guest, "8352")
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, err, store.ErrUnavailable, "giving up the wait is not an internal error")
	require.Zero(t, kdf.most)
	h.queue.idle = runtime.GOMAXPROCS(0)
	requireIdle(t, h)
}
