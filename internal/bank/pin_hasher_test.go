package bank

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/argon2"

	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

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

func testHasher(t *testing.T, peppers string, kdf KDF, random io.Reader) *pinHasher {
	t.Helper()
	h, err := newPinHasher(peppers, kdf, random)
	require.NoError(t, err)
	return h
}

func TestPinHashIsArgon2idOverAPepperedPin(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	const pin = "583920175566" // a short one may occur in a hash by chance
	h := testHasher(t, testPepper, nil, rand.Reader)
	hash, err := h.hash(context.Background(), guest, pin)
	require.NoError(t, err)
	require.Regexp(t, `^\$argon2id\$v=19\$m=19456,t=2,p=1,keyid=[A-Za-z0-9+/]{8}\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$`, hash)
	require.NotContains(t, hash, pin)

	fields := strings.Split(hash, "$")
	salt, err := base64.RawStdEncoding.DecodeString(fields[4])
	require.NoError(t, err)
	mac := hmac.New(sha256.New, []byte(testPepper))
	mac.Write([]byte(pin))
	require.Equal(t, fields[5], base64.RawStdEncoding.EncodeToString(argon2.IDKey(mac.Sum(nil), salt, 2, 19456, 1, 32)))

	for _, c := range []struct {
		hasher *pinHasher
		tried  string
		hash   string
		want   bool
	}{
		{h, pin, hash, true},
		{h, wrongPin, hash, false},
		{h, "", hash, false},
		{h, pin, "", false}, // an unknown account
		{testHasher(t, testPepper+"x", nil, rand.Reader), pin, hash, false},
	} {
		right, err := matches(t, c.hasher, c.tried, c.hash)
		require.NoError(t, err)
		require.Equal(t, c.want, right)
	}
}

func TestEachHashHasASaltOfItsOwn(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	h := testHasher(t, testPepper, quickKDF, rand.Reader)
	first, err := h.hash(context.Background(), guest, goodPin)
	require.NoError(t, err)
	second, err := h.hash(context.Background(), guest, goodPin)
	require.NoError(t, err)
	require.NotEqual(t, first, second)
	_, err = testHasher(t, testPepper, quickKDF, strings.NewReader("short")).hash(context.Background(), guest, goodPin)
	require.Error(t, err, "a failing source must not yield a salt")
}

func TestUnknownAccountCostsAsMuch(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	var costs [][3]uint32
	h := testHasher(t, testPepper, func(_, salt []byte, time, memory uint32, threads uint8, keyLen uint32) []byte {
		costs = append(costs, [3]uint32{time, memory, uint32(threads)})
		require.Len(t, salt, saltSize)
		return make([]byte, keyLen) // the decoy's own key: even that must not match
	}, rand.Reader)
	hash, err := h.hash(context.Background(), guest, goodPin)
	require.NoError(t, err)
	right, err := matches(t, h, goodPin, hash)
	require.NoError(t, err)
	require.True(t, right)
	right, err = matches(t, h, goodPin, "")
	require.NoError(t, err)
	require.False(t, right)
	require.Equal(t, [][3]uint32{{2, 19456, 1}, {2, 19456, 1}, {2, 19456, 1}}, costs)
}

// A damaged row must neither stop the process nor exhaust its memory.
func TestDamagedHashesAreErrors(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	h := testHasher(t, testPepper, func(password, salt []byte, time, memory uint32, threads uint8, keyLen uint32) []byte {
		if time < 1 || threads < 1 {
			panic("argon2 panics on these")
		}
		if time > 1000 || memory > 1<<21 {
			panic("argon2 would not come back from these")
		}
		return quickKDF(password, salt, time, memory, threads, keyLen)
	}, rand.Reader)
	sound, err := h.hash(context.Background(), guest, goodPin)
	require.NoError(t, err)
	change := func(old, with string) string {
		require.Contains(t, sound, old)
		return strings.Replace(sound, old, with, 1)
	}
	fields := strings.Split(sound, "$")
	for name, hash := range map[string]string{
		"a text":               "hash",
		"the PIN in the clear": goodPin,
		"dollars":              "$$$$$",
		"another algorithm":    change("argon2id", "argon2i"),
		"another version":      change("v=19", "v=16"),
		"no version":           change("v=19", ""),
		"too short":            sound[:len(sound)-1],
		"too long":             sound + "A",
		"a field too many":     sound + "$",
		"a field too few":      strings.Join(fields[:5], "$"),
		"no key":               strings.Join(append(fields[:5:5], ""), "$"),
		"a key that is none":   strings.Join(append(fields[:5:5], strings.Repeat("!", 43)), "$"),
		"a salt that is none":  change(fields[4], "!!!!"),
		"no rounds":            change("t=2", "t=0"),
		"endless rounds":       change("t=2", "t=4294967295"),
		"no threads":           change("p=1", "p=0"),
		"too many threads":     change("p=1", "p=256"),
		"all the memory":       change("m=19456", "m=4294967295"),
		"a negative memory":    change("m=19456", "m=-1"),
		"no parameters":        change("m=19456,t=2,p=1", ""),
		"an empty key id":      change("keyid="+h.peppers[0].id, "keyid="),
		"a long key id":        change("keyid=", "keyid=A"),
	} {
		t.Run(name, func(t *testing.T) {
			require.NotPanics(t, func() {
				right, err := matches(t, h, goodPin, hash)
				require.Error(t, err)
				require.False(t, right)
				require.NotContains(t, err.Error(), fields[5])
			})
		})
	}
	right, err := matches(t, h, goodPin, sound) // no place was lost
	require.NoError(t, err)
	require.True(t, right)
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
	storetest.OneEngine(t)
	const callers = 40
	kdf := &busyKDF{release: make(chan struct{})}
	h := testHasher(t, testPepper, kdf.derive, rand.Reader)
	results := make(chan error, 2*callers)
	for range callers {
		go func() {
			_, err := h.hash(context.Background(), guest, goodPin)
			results <- err
		}()
		go func() {
			_, err := matches(t, h, goodPin, "")
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
	storetest.OneEngine(t)
	kdf := &busyKDF{release: make(chan struct{})}
	h := testHasher(t, testPepper, kdf.derive, rand.Reader)
	h.queue.idle = 0 // all processors are taken
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := h.hash(ctx, guest, goodPin)
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, err, ErrUnavailable, "giving up the wait is not an internal error")
	require.Zero(t, kdf.most)
	h.queue.idle = runtime.GOMAXPROCS(0)
	requireIdle(t, h)
}
