package config

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// secretSettings lists the variables that hold secrets.
var secretSettings = []string{"SECRET_KEY", "ADMIN_KEY", "PIN_PEPPER", "METRICS_TOKEN"}

// checked parses settings and checks their secrets, as a start of the server does.
func checked(t *testing.T, environ ...string) error {
	t.Helper()
	cfg, err := Parse(environ, "")
	require.NoError(t, err)
	return cfg.CheckSecrets()
}

// TestWeakSecretsStopTheStart with one line that names the variable and contains no value.
func TestWeakSecretsStopTheStart(t *testing.T) {
	t.Parallel()
	weak := map[string]string{
		"one letter":           strings.Repeat("k", 40),
		"two letters":          strings.Repeat("ab", 30),
		"a word, repeated":     strings.Repeat("secret-", 6),
		"repeated, and cut":    strings.Repeat("correct-horse", 3)[:35],
		"digits in a row":      strings.Repeat("0123456789", 4),
		"the alphabet":         "abcdefghijklmnopqrstuvwxyz0123456789",
		"pairs of the letters": "aabbccddeeffgghhiijjkkllmmnnooppqq",
		"mostly one letter":    strings.Repeat("x", 30) + "Q7z",
		"random, then twice":   strings.Repeat("k3Zq9Rt1Ls8V", 3),
		"a placeholder":        "change-me-to-something-long-and-random-please",
		"another":              "YOUR_SECRET_KEY_GOES_HERE_32_CHARACTERS_OR_MORE",
	}
	refused := 0
	for name, value := range weak {
		for _, setting := range secretSettings {
			t.Run(name+" in "+setting, func(t *testing.T) {
				for _, listed := range []string{value, value + "," + goodSecret, goodSecret + "," + value} {
					err := checked(t, setting+"="+listed)
					if setting == "PIN_PEPPER" && listed == goodSecret+","+value {
						require.NoError(t, err, "a weak pepper can be replaced")
						continue
					}
					require.ErrorContains(t, err, setting+": expected a secret that is hard to guess")
					require.NotContains(t, err.Error(), value)
					require.NotContains(t, err.Error(), "\n")
					refused++
				}
			})
		}
	}
	t.Logf("%d starts with weak secrets refused", refused)
}

// TestASecretInTwoSettingsStopsTheStart wherever it is listed.
func TestASecretInTwoSettingsStopsTheStart(t *testing.T) {
	t.Parallel()
	for i, one := range secretSettings {
		for _, other := range secretSettings[:i] {
			err := checked(t, one+"="+goodSecret+","+anotherSecret, other+"="+anotherSecret)
			require.ErrorContains(t, err, "has the same")
			require.Regexp(t, "^("+one+": .*"+other+"|"+other+": .*"+one+")", err.Error())
			require.NotContains(t, err.Error(), anotherSecret)
		}
	}
	require.NoError(t, checked(t, "SECRET_KEY="+goodSecret, "ADMIN_KEY="+anotherSecret))
}

// TestStrongSecretsAreTaken tries 10,000 of each kind that people make, and passphrases.
func TestStrongSecretsAreTaken(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2)) // the same ones each time
	bytes := func(n int) []byte {
		made := make([]byte, n)
		for i := range made {
			made[i] = byte(random.Uint32())
		}
		return made
	}
	weakest := map[string]float64{}
	for range 10_000 {
		for kind, secret := range map[string]string{
			"hex": hex.EncodeToString(bytes(16)), "base64": base64.StdEncoding.EncodeToString(bytes(32)), "base64url": base64.RawURLEncoding.EncodeToString(bytes(24)),
			"digits": fmt.Sprintf("%016d%016d", random.Uint64N(1e16), random.Uint64N(1e16)), "uuids": fmt.Sprintf("%x-%x-%x", bytes(4), bytes(2), bytes(8)) + "-0000",
		} {
			require.True(t, strong(secret), "%s: %s, %.1f bits", kind, secret, strength(secret))
			if least, known := weakest[kind]; !known || strength(secret) < least {
				weakest[kind] = strength(secret)
			}
		}
	}
	for _, phrase := range []string{
		"correct horse battery staple and one more", "Seven-Lamps-of-Architecture-by-Ruskin", "пятьдесят оттенков осеннего неба над морем", "雪月花の時最も君を思ふ、雪月花の時最も君を思うと書いた手紙がまだ",
		goodSecret, anotherSecret, NewSecret(),
	} {
		require.True(t, strong(phrase), "%s, %.1f bits", phrase, strength(phrase))
	}
	t.Logf("the weakest of 10,000 each, in bits: %v", weakest)
}

// TestSecretsThatAreMadeAreStrong and different.
func TestSecretsThatAreMadeAreStrong(t *testing.T) {
	t.Parallel()
	cfg := Config{DatabaseURL: DatabaseURL("sqlite:" + filepath.Join(t.TempDir(), "bank.db"))}
	require.NoError(t, cfg.EnsureSecrets(true, slog.New(slog.DiscardHandler)))
	require.NoError(t, cfg.CheckSecrets())
}
