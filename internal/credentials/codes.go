package credentials

import (
	"fmt"
	"io"
	"strings"
	"unicode"
)

// Codes that people read out and type: for forgotten PINs, invitations and lost second factors. The alphabet has no letter
// that is easily mistaken for a digit, and twelve characters hold 60 bits.
const (
	crockford  = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	codeLength = 12
	codeGroup  = 4
)

// NewCode draws a code.
func NewCode(random io.Reader) (string, error) {
	code := make([]byte, codeLength)
	if _, err := io.ReadFull(random, code); err != nil {
		return "", fmt.Errorf("draw a code: %w", err)
	}
	for i, value := range code {
		code[i] = crockford[int(value)%len(crockford)] // 32 divides 256, so all are equally likely
	}
	return string(code), nil
}

// GroupCode returns a code in groups, as it is read out.
func GroupCode(code string) string {
	var groups []string
	for ; len(code) > codeGroup; code = code[codeGroup:] {
		groups = append(groups, code[:codeGroup])
	}
	return strings.Join(append(groups, code), "-")
}

// ParseCode reads a code as people write it: in either case, in any grouping, with O for 0 and I or L for 1. It reports
// whether the text has the form of a code.
func ParseCode(text string) (code string, ok bool) {
	code = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) {
			return -1
		}
		switch r = unicode.ToUpper(r); r {
		case 'O':
			return '0'
		case 'I', 'L':
			return '1'
		}
		return r
	}, text)
	if len(code) != codeLength || strings.Trim(code, crockford) != "" {
		return "", false
	}
	return code, true
}
