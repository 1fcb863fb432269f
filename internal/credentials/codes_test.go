package credentials

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCodesAreReadAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	drawn, err := NewCode(strings.NewReader("\x00\x01\x0a\x1f\x20\x21\xffabcde"))
	require.NoError(t, err)
	require.Len(t, drawn, codeLength)
	_, err = NewCode(strings.NewReader("short"))
	require.Error(t, err, "a failing source must not yield a code")
	for _, text := range []string{drawn, GroupCode(drawn), strings.ToLower(drawn), " " + GroupCode(drawn) + "\n", strings.ReplaceAll(drawn, "0", "o")} {
		code, ok := ParseCode(text)
		require.True(t, ok, "%q", text)
		require.Equal(t, drawn, code)
	}
	for _, text := range []string{"", drawn[1:], drawn + "A", "U" + drawn[1:], "é" + drawn[2:]} {
		code, ok := ParseCode(text)
		require.False(t, ok, "%q", text)
		require.Empty(t, code)
	}
}
