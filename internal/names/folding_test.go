package names

import (
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
)

func TestNamesAreFoundHoweverTheyAreTyped(t *testing.T) {
	t.Parallel()
	for name, typed := range map[string][]string{
		"Ada Lovelace":      {"ADA", "lovelace", "a lo", "adalovelace", "Ａｄａ"},
		"İbrahim Çelik":     {"ibrahim", "IBRAHIM", "ıbrahım", "i\u0307brahim", "celik"},
		"Işıl Yılmaz":       {"ışıl", "isil", "IŞIL", "İŞİL", "yilmaz"},
		"José Núñez":        {"jose nunez", "JOSE\u0301"},
		"Łukasz Żak":        {"lukasz zak", "ŁUKASZ"},
		"Søren Ångström":    {"soren angstrom", "SØREN"},
		"Đào Thị Ánh":       {"dao thi anh"},
		"Straße Groß":       {"strasse gross", "STRAẞE"},
		"Æsa Þórsdóttir":    {"aesa thorsdottir"},
		"Əliyev":            {"eliyev"},
		"Anne‐Marie O’Neal": {"anne-marie", "annemarie", "anne marie", "o'neal", "oneal", "o neal", "O´Neal"},
		"Gal·la Puig":       {"galla", "gal.la", "gal-la"},
		"O‘tkir Oʻzbek":     {"o'tkir", "otkir", "ozbek", "o`zbek"},
		"ΟΔΥΣΣΕΥΣ Γιώργος":  {"οδυσσευς", "γιωργος"},
		"Щёголев Андрей":    {"щеголев", "АНДРЕИ"},
		"Қасым Ғалымов":     {"касым", "галымов"},
		"علی\u200cرضا كريم": {"عليرضا", "علی رضا", "کریم", "كـريم"},
		"أحمد":              {"احمد", "أَحْمَد"},
		"שָׁלוֹם":           {"שלום"},
		"ज़ाकिर":            {"जाकिर"},
		"タナカ ガブ":            {"たなか", "ﾀﾅｶ", "がぶ", "ｶﾞﾌﾞ"},
		"葛\U000e0101城":      {"葛城"},
		"김철수":               {"김철수", "김", "\u1100\u1175\u11b7"},
		"Lind & Sons, Ltd.": {"lind sons", "lind & sons"},
		"３Ｂ ٣":              {"3b", "3b3"},
		"ﬁrst №":            {"first no"},
	} {
		for _, text := range typed {
			require.Contains(t, Fold(name), Fold(text), "%s, typed as %s", name, text)
		}
	}
	for name, typed := range map[string]string{"Ada": "Eva", "か": "が", "काम": "कम", "เสือ": "เสื่อ"} {
		require.NotContains(t, Fold(name), Fold(typed))
	}
	for _, nothing := range []string{"", " ", "%", "_", `\`, "-", "·", "'", "🏠", "\u200f", "\u0301"} {
		require.Empty(t, Fold(nothing), "%q", nothing)
	}
}

// asciiDigit relies on Unicode's layout of digits.
func TestDigitsOfEveryScriptAreThoseOfASCII(t *testing.T) {
	t.Parallel()
	count := 0
	for zero := rune(0); zero <= unicode.MaxRune; zero++ {
		if !unicode.Is(unicode.Nd, zero) || unicode.Is(unicode.Nd, zero-1) {
			continue
		}
		for i := rune(0); unicode.Is(unicode.Nd, zero+i); i++ {
			require.Equal(t, '0'+i%10, asciiDigit(zero+i), "%U", zero+i)
			count++
		}
	}
	require.Greater(t, count, 600)
	require.Equal(t, "1234", Fold("١٢٣٤"))
}
