package loadgen

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func TestKeys(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 7, 30, 0, 123_456_000, time.UTC)
	for style, version := range map[KeyStyle]uuid.Version{KeysTimeOrdered: 7, KeysRandom: 4} {
		k := keys{style: style, random: rand.NewChaCha8([32]byte{1})}
		seen := map[string]bool{}
		last := ""
		for i := range 1000 {
			key := string(k.append([]byte("key "), now.Add(time.Duration(i)*time.Microsecond)))
			id, err := uuid.Parse(key[4:])
			require.NoError(t, err, key)
			require.Equal(t, id.String(), key[4:])
			require.Equal(t, version, id.Version())
			require.Equal(t, uuid.RFC4122, id.Variant())
			require.False(t, seen[key], "a key was repeated")
			seen[key] = true
			if style == KeysTimeOrdered {
				require.Greater(t, key, last)
				seconds, nanos := id.Time().UnixTime()
				require.Equal(t, now.Add(time.Duration(i)*time.Microsecond).UnixMilli(), time.Unix(seconds, nanos).UnixMilli())
			}
			last = key
		}
	}
}

func TestParseKeyStyle(t *testing.T) {
	t.Parallel()
	for _, style := range []KeyStyle{KeysTimeOrdered, KeysRandom, KeysNone} {
		parsed, err := ParseKeyStyle(string(style))
		require.NoError(t, err)
		require.Equal(t, style, parsed)
	}
	for _, text := range []string{"", "v7", "Random"} {
		_, err := ParseKeyStyle(text)
		require.ErrorContains(t, err, "is not a style of keys")
	}
}
