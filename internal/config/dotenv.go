package config

import (
	"errors"
	"fmt"
	"strings"

	"github.com/joho/godotenv"
)

// byteOrderMark begins a file that a Windows editor has saved as UTF-8.
const byteOrderMark = "\ufeff"

// readDotenv reads NAME=value lines. Its errors name the line and hold nothing of the text, unlike the library's, which
// quote all of it from the fault on.
func readDotenv(text string) (map[string]string, error) {
	if strings.HasPrefix(text, "\xff\xfe") || strings.HasPrefix(text, "\xfe\xff") || strings.Contains(text, "\x00") {
		return nil, errors.New("expected a file in UTF-8, but this one is in UTF-16; save it as UTF-8")
	}
	given, err := godotenv.Unmarshal(strings.TrimPrefix(text, byteOrderMark))
	if _, nameless := given[""]; err == nil && !nameless {
		return given, nil
	}
	expected := "NAME=value"
	line := lineWhere(text, func(given map[string]string, err error) bool {
		if unclosed(err) {
			expected = "NAME=value, with the value's second quote"
		}
		_, nameless := given[""]
		return err != nil || nameless
	})
	return nil, fmt.Errorf("line %d: expected %s", line, expected)
}

// lineWhere returns the line where the first statement begins for which wanted is true, or the last line.
func lineWhere(text string, wanted func(given map[string]string, err error) bool) int {
	text = strings.ReplaceAll(strings.TrimPrefix(text, byteOrderMark), "\r\n", "\n")
	lines := strings.SplitAfter(text, "\n")
	for begin := 0; begin < len(lines); {
		given, count, err := readStatement(lines[begin:])
		if wanted(given, err) {
			return begin + 1
		}
		begin += count
	}
	return len(lines)
}

// maxValueLines bounds how far the end of a quoted value is looked for.
const maxValueLines = 100

// readStatement reads one whole statement: a quoted value may span several lines.
func readStatement(lines []string) (given map[string]string, count int, err error) {
	for count = 1; ; count++ {
		given, err = godotenv.Unmarshal(strings.Join(lines[:count], ""))
		if !unclosed(err) || count == min(len(lines), maxValueLines) {
			return given, count, err
		}
	}
}

// unclosed reports whether the library has found no end of a quoted value, for which it has no error type.
func unclosed(err error) bool {
	return err != nil && strings.HasPrefix(err.Error(), "unterminated quoted value")
}
