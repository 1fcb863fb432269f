package main

import (
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"gopkg.in/natefinch/lumberjack.v2"
)

const (
	redacted = "[redacted]"
	// logTime is RFC 3339 with as many digits as the times of the API, so that the two can be compared as text.
	logTime = "2006-01-02T15:04:05.000000Z07:00"

	minSecretLength = 32 // characters

	logFileMegabytes = 100
	logFileBackups   = 5
	logFileDays      = 28
)

// newLogger logs to stderr or, when the configuration names one, to a file that is rotated. The file is opened by the
// first line and, if new, readable by its owner alone. Close ends the file.
func newLogger(cfg config, stderr io.Writer) (*slog.Logger, io.Closer) {
	output, closer := stderr, io.Closer(io.NopCloser(nil))
	if cfg.LogFile != "" {
		file := &lumberjack.Logger{
			Filename: cfg.LogFile, MaxSize: logFileMegabytes, MaxBackups: logFileBackups, MaxAge: logFileDays,
			Compress: true,
		}
		output, closer = fallbackWriter{file, stderr}, file
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(cfg.LogLevel)); err != nil {
		level = slog.LevelInfo // a config that did not come from loadConfig
	}
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: timesInUTC}
	if cfg.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(output, options)), closer
	}
	return slog.New(slog.NewTextHandler(output, options)), closer
}

func timesInUTC(_ []string, attr slog.Attr) slog.Attr {
	if attr.Value.Kind() == slog.KindTime {
		attr.Value = slog.StringValue(attr.Value.Time().UTC().Format(logTime))
	}
	return attr
}

// fallbackWriter keeps the log alive when the disk is full or the file cannot be opened: slog drops the error of a
// write, and with it the line.
type fallbackWriter struct{ first, second io.Writer }

func (w fallbackWriter) Write(line []byte) (int, error) {
	n, err := w.first.Write(line)
	if err != nil {
		return w.second.Write(line)
	}
	return n, nil
}

// secret is a string that no way of printing shows. string(s) is the one way to get at it.
type secret string

func (secret) String() string               { return redacted }
func (secret) GoString() string             { return redacted }
func (secret) LogValue() slog.Value         { return slog.StringValue(redacted) }
func (secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// Format covers every verb: fmt does not ask String for one that does not suit a string, such as %d, but prints the
// value with its complaint.
func (secret) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, redacted) }

func (s secret) valid() bool {
	text := string(s)
	return utf8.ValidString(text) && utf8.RuneCountInString(text) >= minSecretLength &&
		!strings.ContainsFunc(text, unicode.IsControl)
}

// databaseURL names a database. Printed, it shows a SQLite path, but nothing of a PostgreSQL URL: the password can
// stand in several places of one, and a badly escaped one defeats url.Redacted.
type databaseURL string

func (d databaseURL) String() string {
	if path, ok := d.sqlitePath(); ok {
		return "sqlite:" + path
	}
	return "postgres://" + redacted
}

func (d databaseURL) GoString() string               { return d.String() }
func (d databaseURL) LogValue() slog.Value           { return slog.StringValue(d.String()) }
func (d databaseURL) MarshalText() ([]byte, error)   { return []byte(d.String()), nil }
func (d databaseURL) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, d.String()) }

func (d databaseURL) valid() bool {
	for _, scheme := range []string{"postgres://", "postgresql://"} {
		if rest, ok := strings.CutPrefix(string(d), scheme); ok {
			return rest != ""
		}
	}
	_, ok := d.sqlitePath()
	return ok
}

// sqlitePath is the PATH of sqlite:PATH or sqlite:///PATH. A relative path after two slashes is refused: elsewhere
// its first element would be a host.
func (d databaseURL) sqlitePath() (string, bool) {
	path, ok := strings.CutPrefix(string(d), "sqlite:")
	if absolute, slashes := strings.CutPrefix(path, "//"); slashes {
		return absolute, ok && filepath.IsAbs(absolute)
	}
	return path, ok && path != ""
}
