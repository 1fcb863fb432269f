package setup

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/config"
)

func TestLoggerLevels(t *testing.T) {
	t.Parallel()
	for level, want := range map[string]int{"debug": 4, "info": 3, "warn": 2, "error": 1, "": 3} {
		var out strings.Builder
		logger, closer, err := Logger(config.Config{LogLevel: level, LogFormat: "text"}, &out)
		require.NoError(t, err)
		logger.Debug("posted")
		logger.Info("posted")
		logger.Warn("posted")
		logger.Error("posted")
		require.NoError(t, closer.Close())
		require.Equal(t, want, strings.Count(out.String(), "\n"), level)
	}
}

func TestLoggerTimes(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 8, 30, 0, 123456789, time.FixedZone("CET", 3600))
	var text, lines strings.Builder
	logger, closer, err := Logger(config.Config{LogFormat: "text"}, &text)
	require.NoError(t, err)
	logger.Info("posted", "at", at)
	require.NoError(t, closer.Close())
	require.Regexp(t, `^time=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z level=INFO msg=posted at=2026-11-22T07:30:00.123456Z\n$`,
		text.String())

	logger, closer, err = Logger(config.Config{LogFormat: "json"}, &lines)
	require.NoError(t, err)
	logger.WithGroup("leg").Info("posted", "at", at)
	require.NoError(t, closer.Close())
	var line struct {
		Time string
		Leg  struct{ At string }
	}
	require.NoError(t, json.Unmarshal([]byte(lines.String()), &line))
	require.Regexp(t, `\.\d{6}Z$`, line.Time)
	require.Equal(t, "2026-11-22T07:30:00.123456Z", line.Leg.At)
	written, err := time.Parse(time.RFC3339, line.Time)
	require.NoError(t, err)
	require.WithinDuration(t, time.Now(), written, time.Minute)
}

func TestLoggerFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "logs", "bankcore.log")
	var stderr strings.Builder
	for _, message := range []string{"first start", "second start"} {
		logger, closer, err := Logger(config.Config{LogFormat: "text", LogFile: path}, &stderr)
		require.NoError(t, err)
		logger.Info(message)
		require.NoError(t, closer.Close())
	}
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Contains(t, string(content), "first start", "a restart appends")
	require.Contains(t, string(content), "second start")
	require.Empty(t, stderr.String())
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

// TestClosingWritesWhatWaits before the file is closed, and the next line opens it anew.
func TestClosingWritesWhatWaits(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "bankcore.log")
	logger, closer, err := Logger(config.Config{LogFormat: "text", LogFile: path}, io.Discard)
	require.NoError(t, err)
	logger.Info("before")
	require.NoError(t, os.Rename(path, path+".1"))
	require.NoError(t, closer.Close())
	logger.Info("after")
	require.NoError(t, closer.Close())
	for name, want := range map[string]string{path + ".1": "before", path: "after"} {
		content, err := os.ReadFile(name)
		require.NoError(t, err)
		require.Regexp(t, `^time=\S+ level=INFO msg=`+want+`\n$`, string(content))
	}
}

func TestLoggerRefusesAFileItCannotWrite(t *testing.T) {
	t.Parallel()
	obstacle := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(obstacle, nil, 0o600))
	_, _, err := Logger(config.Config{LogFormat: "text", LogFile: filepath.Join(obstacle, "bankcore.log")}, io.Discard)
	require.ErrorContains(t, err, "LOG_FILE: ")
}

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestALineThatTheFileCannotTakeGoesToStderr(t *testing.T) {
	t.Parallel()
	var stderr strings.Builder
	_, err := fallbackWriter{full{}, &stderr}.Write([]byte("posted"))
	require.NoError(t, err)
	require.Equal(t, "posted", stderr.String())
}

// TestLogsHideSecrets however a configuration is logged.
func TestLogsHideSecrets(t *testing.T) {
	t.Parallel()
	const marker = "hunter2"
	const secret = marker + "-Vk8dQz3mXw7pLr5tNc2yBh6gJf4sTa9e"
	cfg := config.Config{SecretKey: secret, AdminKey: secret, PINPepper: secret}
	cfg.DatabaseURL = "postgres://bank:" + marker + "@db/bank?password=" + marker
	for _, format := range []string{"text", "json"} {
		var out strings.Builder
		logger, closer, err := Logger(config.Config{LogFormat: format}, &out)
		require.NoError(t, err)
		logger.Info("start", "config", cfg, "pointer", &cfg, "key", cfg.SecretKey, "database", cfg.DatabaseURL)
		require.NoError(t, closer.Close())
		require.Contains(t, out.String(), "[redacted]")
		require.NotContains(t, out.String(), marker)
	}
}
