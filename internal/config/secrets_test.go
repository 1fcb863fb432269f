package config

import (
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// secretsSetup returns a configuration whose database, and so whose secrets file, is in a folder of its own that does not
// exist yet.
func secretsSetup(t *testing.T) (cfg Config, path string) {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "data")
	return Config{DatabaseURL: DatabaseURL("sqlite:" + filepath.Join(folder, "bank.db"))},
		filepath.Join(folder, "secrets.env")
}

func writeSecrets(t *testing.T, path, content string, mode fs.FileMode) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	require.NoError(t, os.Chmod(path, mode)) // past the umask
}

func TestSecretsPath(t *testing.T) {
	t.Parallel()
	for url, want := range map[DatabaseURL]string{
		"sqlite:data/bankcore.db":    "data/secrets.env",
		"sqlite:bank.db":             "secrets.env",
		"sqlite:/srv/bank/bank.db":   "/srv/bank/secrets.env",
		"sqlite:///srv/bank/bank.db": "/srv/bank/secrets.env",
		"postgres://u:p@host/bank":   "data/secrets.env",
	} {
		require.Equal(t, want, (&Config{DatabaseURL: url}).secretsPath(), string(url))
	}
}

func TestSecretsAreMadeOnce(t *testing.T) {
	t.Parallel()
	cfg, path := secretsSetup(t)
	first, second := cfg, cfg
	var log strings.Builder
	logger := slog.New(slog.NewTextHandler(&log, nil))
	require.NoError(t, first.EnsureSecrets(true, logger))
	require.NoError(t, second.EnsureSecrets(true, logger))

	require.Equal(t, first, second)
	require.NotEqual(t, first.SecretKey, first.AdminKey)
	require.NotEqual(t, first.AdminKey, first.PINPepper)
	require.Equal(t, 1, strings.Count(log.String(), "\n"), "one line, from the one that made them")
	require.Contains(t, log.String(), path)
	for _, named := range first.secrets() {
		require.Regexp(t, `^[A-Za-z0-9_-]{43}$`, string(*named.value))
		require.NotContains(t, log.String(), string(*named.value))
	}
	for name, mode := range map[string]fs.FileMode{path: 0o600, path + ".lock": 0o600, filepath.Dir(path): 0o700} {
		info, err := os.Stat(name)
		require.NoError(t, err)
		require.Equal(t, mode, info.Mode().Perm(), name)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Len(t, entries, 2, "no temporary file is left")
}

func TestSecretsOfTheEnvironmentWin(t *testing.T) {
	t.Parallel()
	cfg, path := secretsSetup(t)
	cfg.SecretKey, cfg.AdminKey, cfg.PINPepper = goodSecret, goodSecret, goodSecret
	complete := cfg
	require.NoError(t, complete.EnsureSecrets(true, slog.New(slog.DiscardHandler)))
	require.Equal(t, cfg, complete)
	require.NoDirExists(t, filepath.Dir(path), "nothing was missing, so nothing is written")

	cfg.PINPepper = ""
	require.NoError(t, cfg.EnsureSecrets(true, slog.New(slog.DiscardHandler)))
	other := cfg
	other.PINPepper, other.AdminKey = "of the environment "+goodSecret, ""
	require.NoError(t, other.EnsureSecrets(true, slog.New(slog.DiscardHandler)))
	require.Equal(t, "of the environment "+goodSecret, string(other.PINPepper))
	require.NotEmpty(t, other.AdminKey)

	content, err := os.ReadFile(path)
	require.NoError(t, err)
	added := "PIN_PEPPER=" + string(cfg.PINPepper) + "\nADMIN_KEY=" + string(other.AdminKey) + "\n"
	require.Equal(t, secretsHeader+added, string(content))

	require.NoError(t, os.Chmod(path, 0o644))
	require.ErrorContains(t, complete.EnsureSecrets(true, slog.New(slog.DiscardHandler)), "chmod 600")
}

func TestSecretsAreAddedToAFile(t *testing.T) {
	t.Parallel()
	for name, before := range map[string]string{
		"empty":      "",
		"no newline": "# mine\nPIN_PEPPER='" + goodSecret + "'",
		"comment":    "PIN_PEPPER=" + goodSecret + "\n# SECRET_KEY=old",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg, path := secretsSetup(t)
			writeSecrets(t, path, before, 0o600)
			require.NoError(t, cfg.EnsureSecrets(true, slog.New(slog.DiscardHandler)))
			require.Empty(t, cfg.missingSecrets())
			if before != "" {
				require.Equal(t, Secret(goodSecret), cfg.PINPepper)
			}
			content, err := os.ReadFile(path)
			require.NoError(t, err)
			require.True(t, strings.HasPrefix(string(content), before), "the file keeps what it held")

			again := Config{DatabaseURL: cfg.DatabaseURL}
			require.NoError(t, again.EnsureSecrets(true, slog.New(slog.DiscardHandler)))
			require.Equal(t, cfg, again)
		})
	}
}

func TestSecretsRefuseABadFile(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		content string
		mode    fs.FileMode
		want    string
	}{
		"others may read": {"PIN_PEPPER=" + goodSecret, 0o604, "chmod 600"},
		"group may write": {"PIN_PEPPER=" + goodSecret, 0o620, "chmod 600"},
		"too short":       {"ADMIN_KEY=" + marker, 0o600, "ADMIN_KEY in "},
		"empty value":     {"PIN_PEPPER=\n", 0o600, "PIN_PEPPER in "},
		"control":         {`SECRET_KEY="` + goodSecret + `\n"`, 0o600, "SECRET_KEY in "},
		"unknown name":    {"PEPPER=" + goodSecret, 0o600, "expected only SECRET_KEY"},
		"not settings":    {"%" + goodSecret, 0o600, "NAME=value"},
		"unterminated":    {"PIN_PEPPER='" + goodSecret, 0o600, "NAME=value"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg, path := secretsSetup(t)
			writeSecrets(t, path, test.content, test.mode)
			err := cfg.EnsureSecrets(true, slog.New(slog.DiscardHandler))
			require.ErrorContains(t, err, test.want)
			require.ErrorContains(t, err, path)
			require.NotContains(t, err.Error(), marker)
			require.NotContains(t, err.Error(), "\n")
			content, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, test.content, string(content), "a file that was refused is left alone")
		})
	}
}

func TestSecretsNeedAFolder(t *testing.T) {
	t.Parallel()
	cfg, path := secretsSetup(t)
	require.NoError(t, os.WriteFile(filepath.Dir(path), nil, 0o600))
	err := cfg.EnsureSecrets(true, slog.New(slog.DiscardHandler))
	require.ErrorContains(t, err, filepath.Dir(path))
}

// TestSecretsAtTheSameTime starts ten "processes" on one folder: locks belong to open files, so goroutines exclude one
// another as processes do.
func TestSecretsAtTheSameTime(t *testing.T) {
	t.Parallel()
	for name, before := range map[string]string{"no file": "", "a file that lacks two": "PIN_PEPPER=" + goodSecret} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg, path := secretsSetup(t)
			if before != "" {
				writeSecrets(t, path, before, 0o600)
			}
			var started [10]Config
			var failures [len(started)]error
			var all sync.WaitGroup
			for i := range started {
				started[i] = cfg
				all.Go(func() { failures[i] = started[i].EnsureSecrets(true, slog.New(slog.DiscardHandler)) })
			}
			all.Wait()
			for i := range started {
				require.NoError(t, failures[i])
				require.Empty(t, started[i].missingSecrets())
				require.Equal(t, started[0], started[i])
			}
		})
	}
}

func TestALostPepperIsNotReplaced(t *testing.T) {
	t.Parallel()
	cfg := Config{DatabaseURL: DatabaseURL("sqlite:" + filepath.Join(t.TempDir(), "bank.db"))}
	require.ErrorContains(t, cfg.EnsureSecrets(false, slog.New(slog.DiscardHandler)), "PIN_PEPPER: not set")
	require.NoFileExists(t, cfg.secretsPath())

	cfg.PINPepper = "a pepper that the operator has kept elsewhere"
	require.NoError(t, cfg.EnsureSecrets(false, slog.New(slog.DiscardHandler)))
	require.FileExists(t, cfg.secretsPath())
}
