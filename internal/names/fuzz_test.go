package names

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
)

func FuzzHolderName(f *testing.F) {
	for _, text := range []string{
		"Ada Lovelace", "  Ada ", "Jose\u0301", "O'Brien", "李小龙", "محمد", "\u1100\u1161", "", " ", "\u00a0Ada\u3000", "a\u202eb",
		"a\u200bb", "<img src=x onerror=alert(1)>", "=cmd|' /C calc'!A0", "-Ada", "\u3164", "\u0301a", "Ada\x00", "Ada\xff", "\u1fef",
		strings.Repeat("e\u0301", 100), strings.Repeat("a", 101), "\u0344\u0301\u0327", "ﬃ", "\u0958", "\U0001D15E",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		name, err := Normalize(text)
		if err != nil {
			require.Empty(t, name)
			return
		}
		require.True(t, utf8.ValidString(name))
		require.True(t, norm.NFC.IsNormalString(name))
		require.Equal(t, strings.TrimSpace(name), name)
		require.NotZero(t, utf8.RuneCountInString(name))
		require.LessOrEqual(t, utf8.RuneCountInString(name), 100)
		again, err := Normalize(name)
		require.NoError(t, err)
		require.Equal(t, name, again)
		require.False(t, strings.ContainsAny(name, "<>\"`=;{}\\|%$"), name)
		require.NotContains(t, "=+-@\t\r", name[:1], "a spreadsheet takes it for a formula")
		require.NotPanics(t, func() { Fold(name) })
		visible := false
		for _, r := range name {
			require.False(t, unicode.In(r, unicode.C, unicode.Z) && r != ' ' && !isJoiner(r), "%U", r)
			require.False(t, unicode.In(r, unicode.Bidi_Control, unicode.Other_Default_Ignorable_Code_Point), "%U", r)
			visible = visible || unicode.IsLetter(r)
		}
		require.True(t, visible)
	})
}
