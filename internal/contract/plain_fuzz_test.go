package contract

import (
	"bytes"
	"maps"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzPlainRequest: whatever a plain request accepts, kin-openapi accepts with the same value.
func FuzzPlainRequest(f *testing.F) {
	validators := validatorsOfTest(f)
	ids := slices.Sorted(maps.Keys(validators))
	for i, id := range ids {
		for _, body := range exampleBodies(f, validators[id]) {
			f.Add(uint8(i), plainAccount, plainID, body)
			f.Add(uint8(i), plainID, plainAccount, bytes.ReplaceAll(body, []byte(`"`), []byte(`'`)))
			f.Add(uint8(i), plainAccount, "", append(body, ' ', ','))
			f.Add(uint8(i), plainAccount, "k", bytes.ReplaceAll(body, []byte(":"), []byte(":1")))
			f.Add(uint8(i), plainAccount, "k", bytes.ReplaceAll(body, []byte("a"), []byte(`\u0061`)))
		}
	}
	f.Fuzz(func(t *testing.T, i uint8, path, header string, body []byte) {
		v := validators[ids[int(i)%len(ids)]]
		if v.route.Operation.RequestBody == nil {
			body = nil // the server refuses it before
		}
		plainCase{path, header, body}.accepted(t, v)
	})
}

// FuzzPlainRuns: the simple form of a pattern matches what the pattern matches.
func FuzzPlainRuns(f *testing.F) {
	patterns := []string{
		`^[0-9]{12}$`, `^[0-9]{4,12}$`, `^[A-Z]{3}$`, `^[\x20-\x7E]+$`, `^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`,
		`^[^\x00-\x1F\x7F]+$`, `^ab?$`, `^a{2}b{1,}$`, `^(ab)+$`, `^a|b$`, `ab`, `^a+b$`, `^(?i)ab$`, `^[a]{2}{3}$`, `^a$`, `^$`, `^.{3}$`, `^a{0,2}$`, `(?m)^ab$`, `^aa+?$`,
	}
	for i := range patterns {
		for _, text := range []string{"", "a", "ab", "abab", "aab", "aaaaaa", plainAccount, plainID, "1234", "ABC", "a\n", "AB", "éa"} {
			f.Add(uint8(i), text)
		}
	}
	f.Fuzz(func(t *testing.T, i uint8, text string) {
		pattern := patterns[int(i)%len(patterns)]
		if runs := plainRunsOf(pattern); runs != nil && isPlain(text) {
			require.Equal(t, regexp.MustCompile(pattern).MatchString(text), matchRuns(runs, text), "%s: %q", pattern, text)
		}
	})
}
