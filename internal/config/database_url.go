package config

import (
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/bankingcore/bankcore/internal/store"
)

// DatabaseURL names a database. Printed, it shows a SQLite path, but nothing of a PostgreSQL URL: the password can be in
// several places of one, and a badly escaped one defeats url.Redacted.
type DatabaseURL string

// String shows a SQLite path, or only that the URL is PostgreSQL's.
func (d DatabaseURL) String() string {
	if path, ok := d.SQLitePath(); ok {
		return "sqlite:" + path
	}
	return "postgres://" + redacted
}

// GoString implements fmt.GoStringer.
func (d DatabaseURL) GoString() string { return d.String() }

// LogValue implements slog.LogValuer.
func (d DatabaseURL) LogValue() slog.Value { return slog.StringValue(d.String()) }

// MarshalText implements encoding.TextMarshaler.
func (d DatabaseURL) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// Format implements fmt.Formatter.
func (d DatabaseURL) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, d.String()) }

// Valid reports whether the URL names a file or a PostgreSQL database.
func (d DatabaseURL) Valid() bool {
	_, ok := d.SQLitePath()
	return ok || d.IsPostgres() && !strings.HasSuffix(string(d), "://")
}

// IsPostgres reports whether the URL names a PostgreSQL database.
func (d DatabaseURL) IsPostgres() bool { return store.IsPostgres(string(d)) }

// SQLitePath returns the file's path, if the URL names a file.
func (d DatabaseURL) SQLitePath() (string, bool) {
	path, err := store.SQLitePath(string(d))
	return path, err == nil
}
