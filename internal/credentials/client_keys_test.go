package credentials_test

import (
	"crypto/rand"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/credentials"
)

// documentedClientKey is the regular expression of docs/security.md.
var documentedClientKey = regexp.MustCompile(`^bc_live_[0-9a-hjkmnp-tv-z]{47}$`)

func TestNewClientKey(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 1000 {
		key, err := credentials.NewClientKey(rand.Reader)
		require.NoError(t, err)
		require.Regexp(t, documentedClientKey, key.Text)
		require.Equal(t, "bc_live_"+key.ID, key.Text[:16])
		again, ok := credentials.ParseClientKey(key.Text)
		require.True(t, ok)
		require.Equal(t, key, again)
		require.Equal(t, key.Hash(), again.Hash())
		require.NotContains(t, fmt.Sprintf("%v %+v %s", key, key, key), key.Text[16:], "it prints without its secret")
		require.False(t, seen[key.ID])
		seen[key.ID] = true
	}
	_, err := credentials.NewClientKey(strings.NewReader("too few bytes"))
	require.Error(t, err)
}

func TestParseClientKey(t *testing.T) {
	t.Parallel()
	key, err := credentials.NewClientKey(rand.Reader)
	require.NoError(t, err)
	for i := range key.Text {
		changed := []byte(key.Text)
		if changed[i]++; i >= len(credentials.ClientKeyPrefix) && changed[i] == 'i' {
			changed[i] = 'j'
		}
		_, ok := credentials.ParseClientKey(string(changed))
		require.False(t, ok, "the checksum covers character %d", i)
	}
	for _, wrong := range []string{
		"", "bc_live_", key.Text + "0", key.Text[:54], strings.ToUpper(key.Text), " " + key.Text[1:], "bc_test_" + key.Text[8:],
		strings.Replace(key.Text, key.Text[20:22], "\r\n", 1),
	} {
		_, ok := credentials.ParseClientKey(wrong)
		require.False(t, ok, "%q", wrong)
	}
}

func FuzzParseClientKey(f *testing.F) {
	key, err := credentials.NewClientKey(strings.NewReader(strings.Repeat("seed", 10)))
	require.NoError(f, err)
	f.Add(key.Text)
	f.Add(strings.ToUpper(key.Text))
	f.Add("bc_live_" + strings.Repeat("0", 47))
	f.Add("eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl")
	f.Fuzz(func(t *testing.T, text string) {
		key, ok := credentials.ParseClientKey(text)
		if !ok {
			require.Zero(t, key)
			return
		}
		require.Equal(t, text, key.Text, "one key has one spelling")
		require.Regexp(t, documentedClientKey, text)
	})
}
