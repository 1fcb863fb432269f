package config

import (
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bankingcore/bankcore/internal/credentials"
)

const redacted = "[redacted]"

// Secret is a string that no way of printing shows. Only string(s) reveals it.
type Secret string

// String implements fmt.Stringer.
func (Secret) String() string { return redacted }

// GoString implements fmt.GoStringer.
func (Secret) GoString() string { return redacted }

// LogValue implements slog.LogValuer.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText implements encoding.TextMarshaler.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// Format covers every verb: for one that does not suit a string, such as %d, fmt does not call String but prints the value
// in its error.
func (Secret) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, redacted) }

// valid also accepts a list, as credentials.Secrets reads it, but no spaces beside its commas: they would be part of a secret, and are
// most often a slip.
func (s Secret) valid() bool {
	all := credentials.Secrets(string(s))
	for i, text := range all {
		if !utf8.ValidString(text) || utf8.RuneCountInString(text) < credentials.MinSecret || strings.ContainsFunc(text, unicode.IsControl) ||
			slices.Contains(all[:i], text) || (len(all) > 1 && strings.TrimSpace(text) != text) {
			return false
		}
	}
	return true
}
