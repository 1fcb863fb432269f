package config

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

const (
	secretBytes    = 32
	expectedSecret = "at least 32 characters, none of them a control character; or several such, all different, with nothing but a comma between"
	secretsHeader  = "# Made by bankcore. Back it up with the database: without PIN_PEPPER no stored PIN can be checked.\n"
	// The holder of the lock writes only one small file.
	lockPatience = 10 * time.Second
)

// namedSecret ties a variable to the field of Config it fills.
type namedSecret struct {
	name  string
	value *Secret
}

func (c *Config) secrets() []namedSecret {
	return []namedSecret{{"SECRET_KEY", &c.SecretKey}, {"ADMIN_KEY", &c.AdminKey}, {"PIN_PEPPER", &c.PINPepper}}
}

func (c *Config) missingSecrets() []namedSecret {
	var missing []namedSecret
	for _, named := range c.secrets() {
		if *named.value == "" {
			missing = append(missing, named)
		}
	}
	return missing
}

// secretsPath is beside the SQLite file, so that moving or backing up the folder keeps the two together.
func (c *Config) secretsPath() string {
	if path, ok := c.DatabaseURL.SQLitePath(); ok {
		return filepath.Join(filepath.Dir(path), "secrets.env")
	}
	return filepath.Join("data", "secrets.env")
}

// EnsureSecrets fills the secrets that the configuration leaves out, from the secrets file or, when that lacks them
// too, with new ones that it adds to the file. Processes that start together end up with the same secrets. A new pepper is
// made only for a new bank: the PINs of one with accounts can be checked only with their own.
func (c *Config) EnsureSecrets(fresh bool, logger *slog.Logger) error {
	path := c.secretsPath()
	// First without the lock, which a complete file on a read-only volume does not need. The file is checked even if
	// the environment holds all three: other users must not be able to read what an earlier start put there.
	if _, err := adoptSecrets(c, path); err != nil || len(c.missingSecrets()) == 0 {
		return err
	}
	if c.DatabaseURL.IsPostgres() {
		// Each of several servers would make its own.
		return fmt.Errorf("%s: not set and not in %s; all servers of one PostgreSQL database need the same one, so none is generated here",
			c.missingSecrets()[0].name, path)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("secrets: %w", err)
	}
	// The lock's file stays: removing it would let a third process lock a new one while a second still waits here.
	lock := flock.New(path + ".lock")
	patience, cancel := context.WithTimeout(context.Background(), lockPatience)
	defer cancel()
	if _, err := lock.TryLockContext(patience, 10*time.Millisecond); err != nil {
		return fmt.Errorf("secrets: lock %s.lock: %w", path, err)
	}
	defer func() { _ = lock.Unlock() }()
	return makeSecrets(c, fresh, path, logger)
}

// makeSecrets adds the missing secrets to the file; its caller holds the lock.
func makeSecrets(cfg *Config, fresh bool, path string, logger *slog.Logger) error {
	// Again, because another process may have made them while this one waited for the lock.
	content, err := adoptSecrets(cfg, path)
	if err != nil {
		return err
	}
	missing := cfg.missingSecrets()
	if len(missing) == 0 {
		return nil
	}
	if cfg.PINPepper == "" && !fresh {
		return fmt.Errorf("PIN_PEPPER: not set and not in %s, but the database has accounts whose PINs were made with one; restore that file", path)
	}
	names := make([]string, 0, len(missing))
	for _, named := range missing {
		content += named.name + "=" + NewSecret() + "\n"
		names = append(names, named.name)
	}
	if err := replaceFile(path, content); err != nil {
		return fmt.Errorf("secrets: %w", err)
	}
	// Serve with what a later start will read.
	if _, err := adoptSecrets(cfg, path); err != nil {
		return err
	}
	logger.Info("made the secrets that were not configured", "path", path, "variables", names)
	return nil
}

// adoptSecrets fills the missing secrets of cfg from the file at path. It returns the file's text, ready for lines to
// be added; a file that does not exist is the header alone.
func adoptSecrets(cfg *Config, path string) (string, error) {
	text, err := readPrivate(path)
	if errors.Is(err, fs.ErrNotExist) {
		return secretsHeader, nil
	}
	if err != nil {
		return "", err
	}
	stored, err := readDotenv(text)
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	if err := cfg.checkStored(stored, path); err != nil {
		return "", err
	}
	for _, named := range cfg.missingSecrets() {
		*named.value = Secret(stored[named.name])
	}
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return text, nil
}

// checkStored refuses a file with anything but valid secrets in it, so that none is generated in place of a damaged or
// misspelt entry: a new pepper would lock every customer out.
func (c *Config) checkStored(stored map[string]string, path string) error {
	found := 0
	for _, named := range c.secrets() {
		value, ok := stored[named.name]
		if !ok {
			continue
		}
		found++
		if !Secret(value).valid() {
			return fmt.Errorf("%s in %s: expected %s", named.name, path, expectedSecret)
		}
	}
	if found != len(stored) {
		return fmt.Errorf("%s: expected only SECRET_KEY, ADMIN_KEY and PIN_PEPPER", path)
	}
	return nil
}

// readPrivate checks the mode of the open file rather than of the path, which could name another file by then.
func readPrivate(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("secrets: %w", err)
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return "", fmt.Errorf("secrets: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return "", fmt.Errorf("%s: mode %#o lets other users read the secrets; run: chmod 600 %s", path, mode, path)
	}
	text, err := io.ReadAll(file)
	if err != nil {
		return "", fmt.Errorf("secrets: %w", err)
	}
	return string(text), nil
}

// NewSecret returns a random secret of 256 bits.
func NewSecret() string {
	random := make([]byte, secretBytes)
	_, _ = rand.Read(random) // never fails: since Go 1.24 it ends the program instead
	return base64.RawURLEncoding.EncodeToString(random)
}

// replaceFile writes content to path whole or not at all, and to the disk before it returns: secrets lost in a power cut
// would leave PIN hashes that nothing matches.
func replaceFile(path, content string) error {
	dir := filepath.Dir(path)
	temporary, err := os.CreateTemp(dir, ".secrets.env-*") // made with mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temporary.Name()) }() // gone already when all went well
	_, err = temporary.WriteString(content)
	if err := cmp.Or(err, temporary.Sync(), temporary.Close()); err != nil {
		return err
	}
	if err := os.Rename(temporary.Name(), path); err != nil {
		return err
	}
	folder, err := os.Open(dir)
	if err != nil {
		return err
	}
	return cmp.Or(folder.Sync(), folder.Close())
}
