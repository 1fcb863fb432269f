package contract

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func FuzzDecodeJSON(f *testing.F) {
	for _, text := range []string{
		`{"amount":1050,"description":"Miete für März","nested":{"a":[1,true,null,"x"]}}`, `[]`, `{}`, `""`, `0`, `-0`, `null`,
		`{"a":1,"a":2}`, `{"a":1,"\u0061":2}`, `{"a":{"b":1,"b":1}}`, `{"a":1}x`, `{"a":1} {"a":1}`, `1 2`, `{"a":1.0}`, `[1e3]`, `1E3`,
		`{"a":NaN}`, `{"a":01}`, `{"a":+1}`, `{a:1}`, `{'a':1}`, `[1,]`, `[,1]`, `{"a":1,}`, `{"a" 1}`, `[1}`, `{"a":[}`, `{"a"}`, "\"\xff\"",
		"\xef\xbb\xbf{}", `"\ud800"`, `{"\ud800":1,"\ud801":2}`, "\"\x00\"", `9007199254740993`, `123456789012345678901234567890`,
		strings.Repeat("[", 32) + strings.Repeat("]", 32), strings.Repeat("[", 33) + strings.Repeat("]", 33),
		strings.Repeat(`{"a":`, 40) + "1" + strings.Repeat("}", 40), "", " ", "\n{}\t", `{"A":1,"a":2}`, `{}//`, `/**/{}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		value, err := decodeJSON(text)
		if err != nil {
			var refusal jsonError
			require.ErrorAs(t, err, &refusal)
			require.Nil(t, value)
			return
		}
		require.True(t, utf8.Valid(text))
		require.True(t, json.Valid(text), "one whole value")
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		var want any
		require.NoError(t, decoder.Decode(&want))
		require.Equal(t, want, value)

		depth, written := shape(t, text)
		require.LessOrEqual(t, depth, maxDepth)
		require.Equal(t, written, members(t, value), "a repeated member was dropped")
		requireRefusedInBadCompany(t, string(text))
	})
}

// shape counts, in the text itself, how deep it nests and how many members its objects have.
func shape(t *testing.T, text []byte) (deepest, members int) {
	t.Helper()
	depth, inString := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			depth++
			deepest = max(deepest, depth)
		case c == '}' || c == ']':
			depth--
		case c == ':':
			members++
		}
	}
	return deepest, members
}

// members counts the members of a decoded value, whose numbers must all be integers.
func members(t *testing.T, value any) int {
	t.Helper()
	count := 0
	switch value := value.(type) {
	case map[string]any:
		count = len(value)
		for _, member := range value {
			count += members(t, member)
		}
	case []any:
		for _, element := range value {
			count += members(t, element)
		}
	case json.Number:
		require.Regexp(t, `^-?(0|[1-9][0-9]*)$`, value.String())
	}
	return count
}

// requireRefusedInBadCompany makes invalid texts from an accepted one.
func requireRefusedInBadCompany(t *testing.T, text string) {
	t.Helper()
	for _, bad := range []string{
		text + " " + text, text + ",", text + "}", text + "]", text + "\xff", "[" + text + ",]", "[" + text,
		`{"a":` + text + `,"a":` + text + `}`, `{"a":1,"\u0061":` + text + `}`, "[" + text + ",1.5]", "[" + text + ",1e2]",
		strings.Repeat("[", maxDepth+1) + text + strings.Repeat("]", maxDepth+1),
	} {
		_, err := decodeJSON([]byte(bad))
		require.Error(t, err, "%q", bad)
		require.NotErrorIs(t, err, io.EOF)
	}
}
