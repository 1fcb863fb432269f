package credentials

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/argon2"
)

const (
	testSecretKey = "test-secret-key-that-is-long-enough-0123456789"
	testPepper    = "test-pepper-that-is-long-enough-0123456789abc"
	goodPIN       = "8352"
	wrongPIN      = "6139"
)

// quickKDF replaces argon2id, which is too slow for tests. Its result still depends on every byte.
func quickKDF(password, salt []byte, time, memory uint32, threads uint8, keyLen uint32) []byte {
	mac := hmac.New(sha256.New, salt)
	mac.Write(password)
	_ = binary.Write(mac, binary.BigEndian, []uint32{time, memory, uint32(threads)})
	return mac.Sum(nil)[:keyLen]
}

func testHasher(t *testing.T, peppers string, kdf KDF, random io.Reader) *PINHasher {
	t.Helper()
	h, err := NewPINHasher(peppers, kdf, random)
	require.NoError(t, err)
	return h
}

func TestPinHashIsArgon2idOverAPepperedPin(t *testing.T) {
	t.Parallel()
	const pin = "583920175566" // a short one may occur in a hash by chance
	h := testHasher(t, testPepper, nil, rand.Reader)
	hash, err := h.Hash(pin)
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
		hasher *PINHasher
		tried  string
		hash   string
		want   bool
	}{
		{h, pin, hash, true},
		{h, wrongPIN, hash, false},
		{h, "", hash, false},
		{h, pin, "", false}, // an unknown account
		{testHasher(t, testPepper+"x", nil, rand.Reader), pin, hash, false},
	} {
		right, err := c.hasher.Matches(c.tried, c.hash)
		require.NoError(t, err)
		require.Equal(t, c.want, right)
	}
}

func TestEachHashHasASaltOfItsOwn(t *testing.T) {
	t.Parallel()
	h := testHasher(t, testPepper, quickKDF, rand.Reader)
	first, err := h.Hash(goodPIN)
	require.NoError(t, err)
	second, err := h.Hash(goodPIN)
	require.NoError(t, err)
	require.NotEqual(t, first, second)
	_, err = testHasher(t, testPepper, quickKDF, strings.NewReader("short")).Hash(goodPIN)
	require.Error(t, err, "a failing source must not yield a salt")
}

func TestUnknownAccountCostsAsMuch(t *testing.T) {
	t.Parallel()
	var costs [][3]uint32
	h := testHasher(t, testPepper, func(_, salt []byte, time, memory uint32, threads uint8, keyLen uint32) []byte {
		costs = append(costs, [3]uint32{time, memory, uint32(threads)})
		require.Len(t, salt, saltSize)
		return make([]byte, keyLen) // the decoy's own key: even that must not match
	}, rand.Reader)
	hash, err := h.Hash(goodPIN)
	require.NoError(t, err)
	right, err := h.Matches(goodPIN, hash)
	require.NoError(t, err)
	require.True(t, right)
	right, err = h.Matches(goodPIN, "")
	require.NoError(t, err)
	require.False(t, right)
	require.Equal(t, [][3]uint32{{2, 19456, 1}, {2, 19456, 1}, {2, 19456, 1}}, costs)
}

// A damaged row must neither stop the process nor exhaust its memory.
func TestDamagedHashesAreErrors(t *testing.T) {
	t.Parallel()
	h := testHasher(t, testPepper, func(password, salt []byte, time, memory uint32, threads uint8, keyLen uint32) []byte {
		if time < 1 || threads < 1 {
			panic("argon2 panics on these")
		}
		if time > 1000 || memory > 1<<21 {
			panic("argon2 would not come back from these")
		}
		return quickKDF(password, salt, time, memory, threads, keyLen)
	}, rand.Reader)
	sound, err := h.Hash(goodPIN)
	require.NoError(t, err)
	change := func(old, with string) string {
		require.Contains(t, sound, old)
		return strings.Replace(sound, old, with, 1)
	}
	fields := strings.Split(sound, "$")
	for name, hash := range map[string]string{
		"a text":               "hash",
		"the PIN in the clear": goodPIN,
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
				right, err := h.Matches(goodPIN, hash)
				require.Error(t, err)
				require.False(t, right)
				require.NotContains(t, err.Error(), fields[5])
			})
		})
	}
}
