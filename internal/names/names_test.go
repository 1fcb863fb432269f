package names

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAcceptedHolderNames(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Ada Lovelace":                    "Ada Lovelace",
		"A":                               "A",
		"Conor O'Brien":                   "Conor O'Brien",
		"Conor O’Brien":                   "Conor O’Brien",
		"'t Hooft":                        "'t Hooft",
		"Anne-Marie St. John":             "Anne-Marie St. John",
		"José Ñuñez":                      "José Ñuñez",
		"Jose\u0301":                      "José", // composed
		"A\u030angstro\u0308m":            "Ångström",
		"\u212bngstrom":                   "Ångstrom", // the unit's sign becomes the letter
		"Nguyễn Thị Minh":                 "Nguyễn Thị Minh",
		"Владимир Щёголев":                "Владимир Щёголев",
		"Γιώργος":                         "Γιώργος",
		"李小龙":                             "李小龙",
		"さくら タロウ":                         "さくら タロウ",
		"김철수":                             "김철수",
		"\u1100\u1161":                    "가", // Hangul composes too
		"محمد بن سلمان":                   "محمد بن سلمان",
		"בנימין":                          "בנימין",
		"नरेन्द्र":                        "नरेन्द्र",
		"สมชาย":                           "สมชาย",
		"  Ada  ":                         "Ada",
		"\u00a0\u3000Ada\u2003\u202f\n\t": "Ada",
		"Ada \u00a0\u3000 Lovelace":       "Ada Lovelace",
		"木村　太郎":                           "木村 太郎",
		"Ann\u2009Lee":                    "Ann Lee",
		strings.Repeat("a", 100):          strings.Repeat("a", 100),
		strings.Repeat("e\u0301", 100):    strings.Repeat("é", 100), // counted as stored
		strings.Repeat(" ", 500) + "Ada":  "Ada",
		strings.Repeat("\U00020000", 100): strings.Repeat("\U00020000", 100),
	} {
		got, err := Normalize(text)
		require.NoError(t, err, "%q", text)
		require.Equal(t, want, got)
	}
}

func TestRefusedHolderNames(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"empty":                   "",
		"spaces alone":            " \u00a0\u3000\t\n",
		"a prime, a letter":       "\u02b9", // to Unicode, and to no search
		"an iota below nothing":   "\u037a",
		"apostrophes alone":       "\u02bc\u2019\u02bc",
		"101 characters":          strings.Repeat("a", 101),
		"101 after composing":     strings.Repeat("e\u0301", 101),
		"not UTF-8":               "Ada\xff",
		"a surrogate":             "Ada\xed\xa0\x80",
		"a replacement character": "Ada\ufffd",
		"a zero byte":             "Ada\x00",
		"a line feed inside":      "Ada\nLovelace",
		"a carriage return":       "Ada\rLovelace",
		"a tab":                   "Ada\tLovelace",
		"an escape":               "Ada\x1b[31m",
		"a C1 control":            "Ada\u009b31m",
		"a line separator inside": "Ada\u2028Lovelace",
		"right-to-left override":  "Ada\u202eecalevoL",
		"a bidi isolate":          "Ada\u2066x\u2069",
		"an Arabic letter mark":   "Ada\u061c",
		"a zero-width space":      "Ada\u200bLovelace",
		"a zero-width space only": "\u200b",
		"a byte order mark":       "\ufeffAda",
		"a soft hyphen":           "Ada\u00adLovelace",
		"a zero-width joiner":     "Ada\u200d",
		"a joiner between Latin":  "Ada\u200dLovelace",
		"a joiner first":          "\u200cعلی",
		"a joiner that ends":      "علی\u200c",
		"two joiners":             "علی\u200c\u200cرضا",
		"an emoji's selector":     "Ada\ufe0f",
		"a variant of Latin":      "Ada\U000e0100",
		"a bidi mark":             "Ada\u200e",
		"a minus sign":            "Ada \u2212 Co",
		"a full-width plus":       "＋Ada",
		"a typographic hyphen":    "\u2010Ada",
		"a double hyphen":         "＝Ada",
		"digits alone":            "1234",
		"a tag character":         "Ada\U000e0041",
		"emoji":                   "Ada 😀",
		"Roman numeral sign":      "Ada Ⅷ",
		"an underscore":           "ada_lovelace",
		"markup":                  "<img src=x onerror=alert(1)>",
		"an entity":               "Ada&lt;",
		"a double quote":          `Ada "the" Lovelace`,
		"a backtick":              "Ada`",
		"a Greek varia":           "Ada\u1fef", // composes to a backtick
		"a Greek question mark":   "Ada\u037e", // composes to a semicolon
		"a backslash":             `Ada\Lovelace`,
		"a template":              "{{Ada}}",
		"SQL":                     "Ada'; DROP TABLE accounts; --",
		"a formula":               "=cmd|' /C calc'!A0",
		"a formula with plus":     "+Ada",
		"a formula with at":       "@SUM",
		"a formula with minus":    "-Ada",
		"minus after a space":     " -Ada",
		"marks alone":             "\u0301\u0302",
		"punctuation alone":       "-.'’ .",
		"invisible letters":       "\u3164\u115f\u1160\uffa0",
		"an invisible letter":     "Ada\u3164",
		"an invisible mark":       "Ada\u034fLovelace",
		"a Braille blank":         "\u2800",
		"an unassigned character": "Ada\U000e0fff",
		"a private character":     "Ada\ue000",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Normalize(text)
			require.Error(t, err, "it was taken as %q", got)
			require.Empty(t, got)
			require.NotContains(t, err.Error(), "Ada", "the text must not be echoed")
		})
	}
}

func TestDescriptions(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", " ", "Rent, March", "<b>rent</b>", "=1+1", "Miete für März — 家賃 🏠", "می\u200cخواهم", "שלום\u200f (ב)", "a\u200eb",
		"\u061c12", "\u0601\u0662", "ᠠ\u180eᠠ", "👩\u200d👩\u200d👧", "e\u0301",
		strings.Repeat("é", 140), strings.Repeat("🏠", 140),
	} {
		require.NoError(t, CheckDescription(text), "%q", text)
	}
	for _, text := range []string{
		strings.Repeat("a", 141), "a\nb", "a\r", "\t", "a\x00", "\x1b[2J", "a\u0085b", "a\u2028b", "a\u2029b", "a\u202eb", "a\u202ab",
		"a\u2066b", "a\u200bb", "\ue000", "\U0010fffd", "\ufeffa", "a\u00adb", "\U000e0041", "a\xff", "\xed\xa0\x80",
	} {
		require.Error(t, CheckDescription(text), "%q", text)
	}
}
