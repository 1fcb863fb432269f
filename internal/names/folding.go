package names

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold returns the form in which names are searched: a name and what people type for it come out the same, whatever their
// case, marks, width, punctuation, spaces and digits. web/app/js/folding.js does the same, and a test compares the two.
func Fold(text string) string {
	plain := strings.Map(foldRune, norm.NFKD.String(text))
	return norm.NFC.String(plainLetters.Replace(cases.Fold().String(plain)))
}

// foldRune keeps letters, the marks that stand for sounds, and digits, which become ASCII digits; katakana become hiragana. Small
// Cherokee letters become capitals, because cases.Fold swaps the two.
func foldRune(r rune) rune {
	const katakana, hiragana = 'ァ', 'ぁ'
	switch {
	case unicode.Is(unicode.Nd, r):
		return asciiDigit(r)
	case r >= katakana && r <= 'ヶ':
		return r - katakana + hiragana
	case unicode.Is(unicode.Cherokee, r):
		return unicode.ToUpper(r)
	case strings.ContainsRune(modifiers, r), isDiacritic(r), unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point):
		return -1
	case unicode.In(r, unicode.Letter, unicode.Mark, unicode.Number):
		return r
	}
	return -1
}

// modifiers are characters of a letter category that are used as apostrophes, dots or lengthening strokes.
const modifiers = "ʹʺʻʼʽʾʿˈˊˋꞋꞌꞏـ"

// diacritics are the scripts whose marks people leave out when they type. In other scripts, such as the Indic ones and Thai,
// marks are vowels and stay.
var diacritics = []*unicode.RangeTable{unicode.Inherited, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Hebrew, unicode.Arabic, unicode.Syriac}

// isDiacritic reports whether a mark is one that people leave out. The marks that turn one kana into another are not: people
// always type those.
func isDiacritic(r rune) bool {
	const nuktas = "\u093c\u09bc\u0a3c\u0abc\u0b3c\u0c3c\u0cbc" // often left out in Hindi and neighbouring languages
	return (unicode.In(r, unicode.Mn, unicode.Me) && unicode.In(r, diacritics...) && r != '\u3099' && r != '\u309a') ||
		strings.ContainsRune(nuktas, r)
}

// asciiDigit relies on each script's digits being ten consecutive characters that start at zero.
func asciiDigit(r rune) rune {
	for _, row := range unicode.Nd.R16 {
		if r <= rune(row.Hi) {
			return '0' + (r-rune(row.Lo))%10
		}
	}
	for _, row := range unicode.Nd.R32 {
		if r <= rune(row.Hi) {
			return '0' + (r-rune(row.Lo))%10
		}
	}
	return r
}

// plainLetters replaces letters with strokes and hooks, which Unicode does not decompose, with what people type for them.
var plainLetters = strings.NewReplacer(alternating([][2]string{
	{"a", "ⱥ"}, {"b", "ƀƃɓ"}, {"c", "ƈȼɕ"}, {"d", "đƌɖɗð"}, {"e", "ɇəɛ"}, {"f", "ƒ"}, {"g", "ǥɠɣ"}, {"h", "ħɦⱨ"}, {"i", "ıɨ"},
	{"j", "ɉȷ"}, {"k", "ƙⱪĸ"}, {"l", "łƚɫⱡ"}, {"m", "ɱ"}, {"n", "ƞɲŋ"}, {"o", "øɔɵⱺ"}, {"p", "ƥᵽ"}, {"q", "ɋ"}, {"r", "ɍɽ"}, {"s", "ȿʂ"},
	{"t", "ŧƫƭʈⱦ"}, {"u", "ʉʊ"}, {"v", "ʋⱱ"}, {"w", "ⱳ"}, {"y", "ƴɏ"}, {"z", "ƶȥɀⱬ"},
	{"ae", "æ"}, {"oe", "œ"}, {"ss", "ß"}, {"th", "þ"}, {"σ", "ς"},
	{"а", "ә"}, {"г", "ґғҕӷӻ"}, {"ж", "җ"}, {"з", "ҙ"}, {"к", "қҝҟҡӄ"}, {"л", "ӆԓԡԯ"}, {"м", "ӎ"}, {"н", "ңӈӊҥԣԩ"}, {"о", "ө"}, {"п", "ҧԥ"},
	{"р", "ҏ"}, {"с", "ҫ"}, {"т", "ҭ"}, {"у", "үұ"}, {"х", "ҳһӽӿ"}, {"ч", "ҷҹ"},
	{"ا", "ٱ"}, {"ي", "ىی"}, {"ك", "ک"}, {"ه", "ةہھە"},
})...)

// alternating lists each letter followed by its replacement.
func alternating(table [][2]string) []string {
	var pairs []string
	for _, row := range table {
		for _, letter := range row[1] {
			pairs = append(pairs, string(letter), row[0])
		}
	}
	return pairs
}
