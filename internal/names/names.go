// Package names has the rules for what customers write: the names of account holders, how those are searched and how they are
// shown to others, and the descriptions of transactions.
package names

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	maxNameLength        = 100 // characters
	maxDescriptionLength = 140
)

// The characters that a name may contain besides letters, marks, digits and dashes, each in the forms of every script. The
// last group occurs in the legal names of firms.
const (
	moreHyphens = "⁃＝" // the second one separates the parts of foreign names in Japanese
	apostrophes = "'’‘‛′´＇՚׳״"
	middleDots  = "·‧・･᛫•∙⋅⸱⸳་༌፡"
	fullStops   = ".．․。｡॰૰"
	commas      = ",，、،"
	firmSigns   = "&＆/／()（）+＋!！№«»“”„"

	nameSigns = " " + moreHyphens + apostrophes + middleDots + fullStops + commas + firmSigns
)

// mongolianSeparator (MVS) sets off a Mongolian vowel, like a joiner in other scripts.
const mongolianSeparator = '\u180e'

// Normalize returns a holder's name in the form in which it is stored. Its error says what a name must be, without repeating
// the text. An accepted name contains no control characters, nothing that reorders text, nothing needlessly invisible and
// nothing special to HTML, and does not begin like a spreadsheet formula.
func Normalize(text string) (string, error) {
	if !utf8.ValidString(text) {
		return "", errors.New("must be UTF-8")
	}
	trimmed := strings.TrimSpace(norm.NFC.String(text))
	name := strings.Join(strings.FieldsFunc(trimmed, func(r rune) bool { return unicode.Is(unicode.Zs, r) }), " ")
	runes := []rune(name)
	if len(runes) < 1 || len(runes) > maxNameLength {
		return "", errors.New("must have 1 to 100 characters")
	}
	for i := range runes {
		if !fitsName(runes, i) {
			return "", errors.New("may contain only letters, marks, digits, spaces, hyphens, apostrophes, middle dots, full stops, commas, " +
				"quotation marks other than \", and & / ( ) + ! №")
		}
	}
	searchable := strings.ContainsFunc(Fold(name), unicode.IsLetter) // some apostrophes are letters to Unicode
	if !searchable || isHyphen(runes[0]) || strings.ContainsRune("+＋", runes[0]) {
		return "", errors.New("must contain a letter and must not begin with a hyphen or a plus sign")
	}
	return name, nil
}

// fitsName reports whether the character at a position of a name is allowed there.
func fitsName(name []rune, at int) bool {
	r := name[at]
	switch {
	case unicode.Is(unicode.Variation_Selector, r):
		return at > 0 && hasVariants(name[at-1])
	case isJoiner(r):
		return joins(name, at)
	case unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r): // some have a letter category
		return false
	}
	return isLetterOrMark(r) || unicode.IsDigit(r) || isHyphen(r) || strings.ContainsRune(nameSigns, r)
}

func isLetterOrMark(r rune) bool {
	return unicode.In(r, unicode.Letter, unicode.Mark, unicode.Ideographic)
}

// isHyphen excludes the soft hyphen, which is invisible.
func isHyphen(r rune) bool {
	return r != '\u00ad' && (unicode.In(r, unicode.Pd, unicode.Hyphen) || strings.ContainsRune(moreHyphens, r)) &&
		!strings.ContainsRune(middleDots, r)
}

func isJoiner(r rune) bool { return unicode.Is(unicode.Join_Control, r) || r == mongolianSeparator }

// hasVariants reports whether a letter belongs to a script whose names use variation selectors.
func hasVariants(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Mongolian, unicode.Myanmar, unicode.Phags_Pa)
}

// neverJoined are the scripts in which a joiner changes nothing.
var neverJoined = []*unicode.RangeTable{
	unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Armenian, unicode.Georgian, unicode.Hebrew, unicode.Han, unicode.Hiragana,
	unicode.Katakana, unicode.Hangul,
}

// joins reports whether a joiner changes how its neighbours are written: it is between letters, or after the sign that
// removes a vowel (a virama), with which words end in Malayalam and Bengali.
func joins(name []rune, at int) bool {
	if at == 0 || !isLetterOrMark(name[at-1]) || unicode.In(name[at-1], neverJoined...) {
		return false
	}
	const virama = 9 // as a canonical combining class
	follows := at+1 < len(name) && isLetterOrMark(name[at+1])
	return follows || norm.NFC.PropertiesString(string(name[at-1])).CCC() == virama
}

// Mask keeps of each name its first letter, with the marks and joiners that belong to it. The number of bullets is always the
// same, so they do not reveal the name's length.
func Mask(name string) string {
	var masked []string
	for word := range strings.FieldsSeq(name) {
		initial := strings.TrimLeftFunc(word, func(r rune) bool { return !unicode.IsLetter(r) })
		if initial == "" {
			continue
		}
		_, size := utf8.DecodeRuneInString(initial)
		if end := strings.IndexFunc(initial[size:], func(r rune) bool { return !unicode.IsMark(r) && !isJoiner(r) }); end >= 0 {
			initial = initial[:size+end]
		}
		masked = append(masked, initial+"•••")
	}
	return strings.Join(masked, " ")
}

// CheckDescription accepts any text that stays on one line and shows all that it contains: an entry is one line of a
// statement and of a log. Format characters (Cf) include the bidirectional overrides and isolates, which rearrange the text
// around them; joiners, direction marks and the signs that Arabic writes over numbers are part of ordinary text. The error says
// what a description must be.
func CheckDescription(text string) error {
	if !utf8.ValidString(text) {
		return errors.New("must be UTF-8")
	}
	if utf8.RuneCountInString(text) > maxDescriptionLength {
		return errors.New("must have at most 140 characters")
	}
	for _, r := range text {
		ordinary := isJoiner(r) || strings.ContainsRune("\u200e\u200f\u061c", r) || unicode.Is(unicode.Prepended_Concatenation_Mark, r)
		if unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp, unicode.Co) || (unicode.Is(unicode.Cf, r) && !ordinary) {
			return errors.New("must not contain control, formatting or private-use characters")
		}
	}
	return nil
}
