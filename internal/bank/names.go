package bank

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

const (
	maxNameLength        = 100 // characters
	maxDescriptionLength = 140
)

// holderName trims and normalizes a name and refuses what is not one. What it lets through holds no control character, no
// bidirectional override, and nothing that means something to HTML, a spreadsheet or a terminal.
func holderName(text string) (string, error) {
	const pointer = "/account_holder_name"
	if !utf8.ValidString(text) {
		return "", invalid(pointer, "must be UTF-8")
	}
	name := strings.TrimSpace(norm.NFC.String(text))
	length := utf8.RuneCountInString(name)
	if length < 1 || length > maxNameLength {
		return "", invalid(pointer, "must have 1 to 100 characters")
	}
	letters := false
	for _, r := range name {
		letters = letters || unicode.IsLetter(r)
		invisible := unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) // some are letters by category
		if invisible || (!unicode.IsLetter(r) && !unicode.IsMark(r) && !strings.ContainsRune(" '’-.", r)) {
			return "", invalid(pointer, "may hold letters, marks, spaces, apostrophes, hyphens and full stops only")
		}
	}
	if !letters || name[0] == '-' {
		return "", invalid(pointer, "must hold a letter and must not begin with a hyphen")
	}
	return name, nil
}

// foldName is the form under which names are searched, whatever their case.
func foldName(name string) string { return norm.NFC.String(cases.Fold().String(name)) }

// checkDescription allows any text that stays on one line: an entry is one line of a statement and of a log.
func checkDescription(text string) error {
	const pointer = "/description"
	if !utf8.ValidString(text) {
		return invalid(pointer, "must be UTF-8")
	}
	if utf8.RuneCountInString(text) > maxDescriptionLength {
		return invalid(pointer, "must have 140 characters at most")
	}
	for _, r := range text {
		// Format characters (Cf) hold the bidirectional overrides, and the joiners that scripts and emoji need.
		joiner := r == '\u200c' || r == '\u200d'
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || (unicode.Is(unicode.Cf, r) && !joiner) {
			return invalid(pointer, "must not hold control or formatting characters")
		}
	}
	return nil
}
