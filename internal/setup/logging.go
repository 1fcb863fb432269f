package setup

import (
	"fmt"
	"io"
	"log/slog"

	"gopkg.in/natefinch/lumberjack.v2"

	"github.com/bankingcore/bankcore/internal/config"
)

const (
	// logTime is RFC 3339 with as many digits as the times of the API, so that the two can be compared as text.
	logTime = "2006-01-02T15:04:05.000000Z07:00"

	logFileMegabytes = 100
	logFileBackups   = 5
	logFileDays      = 28
)

// Logger returns a logger to stderr or, if the configuration names one, to a file that is rotated and, if new, readable by its owner
// only. A file that cannot be written is an error now rather than a surprise later. The closer closes the file.
func Logger(cfg config.Config, stderr io.Writer) (*slog.Logger, io.Closer, error) {
	output, closer := stderr, io.Closer(io.NopCloser(nil))
	if cfg.LogFile != "" {
		file := &lumberjack.Logger{
			Filename: cfg.LogFile, MaxSize: logFileMegabytes, MaxBackups: logFileBackups, MaxAge: logFileDays,
			Compress: true,
		}
		if _, err := file.Write(nil); err != nil {
			return nil, nil, fmt.Errorf("LOG_FILE: %w", err)
		}
		output, closer = fallbackWriter{file, stderr}, file
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(cfg.LogLevel)); err != nil {
		level = slog.LevelInfo // a config that did not come from config.Load
	}
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: timesInUTC}
	var handler slog.Handler = slog.NewTextHandler(output, options)
	if cfg.LogFormat == "json" {
		handler = slog.NewJSONHandler(output, options)
	}
	logger := slog.New(handler)
	for _, warning := range cfg.Warnings() {
		logger.Warn(warning)
	}
	return logger, closer, nil
}

func timesInUTC(_ []string, attr slog.Attr) slog.Attr {
	if attr.Value.Kind() == slog.KindTime {
		attr.Value = slog.StringValue(attr.Value.Time().UTC().Format(logTime))
	}
	return attr
}

// fallbackWriter writes a line to second if first fails, because the disk is full or the file cannot be opened. slog would
// drop the error, and the line with it.
type fallbackWriter struct{ first, second io.Writer }

func (w fallbackWriter) Write(line []byte) (int, error) {
	n, err := w.first.Write(line)
	if err != nil {
		return w.second.Write(line)
	}
	return n, nil
}
