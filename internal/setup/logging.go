package setup

import (
	"errors"
	"fmt"
	"io"
	"log/slog"

	"gopkg.in/natefinch/lumberjack.v2"

	"github.com/bankingcore/bankcore/internal/config"
	"github.com/bankingcore/bankcore/internal/logging"
)

const (
	logFileMegabytes = 100
	logFileBackups   = 5
	logFileDays      = 28
)

// Logger returns a logger to stderr or, if the configuration names one, to a file that is rotated and, if new, readable by its owner
// only. A file that cannot be written is an error now rather than a surprise later. Lines may wait a moment before they are written: the
// closer writes them and closes the file. The logger can be used again after that, and opens the file anew.
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
	buffer := logging.NewBuffer(output)
	logger := slog.New(logging.NewHandler(buffer, level, cfg.LogFormat == "json"))
	for _, warning := range cfg.Warnings() {
		logger.Warn(warning)
	}
	return logger, flushingCloser{buffer, closer}, nil
}

// flushingCloser writes what waits in the buffer before it closes what is behind it.
type flushingCloser struct {
	buffer *logging.Buffer
	behind io.Closer
}

func (c flushingCloser) Close() error { return errors.Join(c.buffer.Flush(), c.behind.Close()) }

// fallbackWriter writes lines to second if first fails, because the disk is full or the file cannot be opened. slog would
// drop the error, and the lines with it.
type fallbackWriter struct{ first, second io.Writer }

func (w fallbackWriter) Write(lines []byte) (int, error) {
	n, err := w.first.Write(lines)
	if err != nil {
		return w.second.Write(lines)
	}
	return n, nil
}
