package config

import (
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"

	"filippo.io/age"

	"github.com/bankingcore/bankcore/internal/credentials"
)

// BackupKeys returns the keys for the MACs of backups, the one in use first. It finds SECRET_KEY as a server does, but never
// generates one.
func (c *Config) BackupKeys() ([][]byte, error) {
	path := c.secretsPath()
	if _, err := adoptSecrets(c, path); err != nil {
		return nil, err
	}
	if c.SecretKey == "" {
		return nil, fmt.Errorf("SECRET_KEY: not set and not in %s; the MAC that proves a backup to be this bank's is made with it", path)
	}
	var keys [][]byte
	for _, secret := range credentials.Secrets(string(c.SecretKey)) {
		key, err := hkdf.Key(sha256.New, []byte(secret), nil, "bankcore backup", sha256.Size)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// Recipients are the public keys that backups are encrypted to.
type Recipients []age.Recipient

func parseRecipients(text string) (any, error) {
	var all Recipients
	for item := range strings.SplitSeq(text, ",") {
		parsed, err := age.ParseRecipients(strings.NewReader(strings.TrimSpace(item)))
		if err != nil {
			return nil, errors.New("expected age public keys separated by commas, each beginning with age1")
		}
		all = append(all, parsed...)
	}
	return all, nil
}
