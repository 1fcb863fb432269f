package main

import (
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"strings"

	"filippo.io/age"

	"github.com/bankingcore/bankcore/internal/bank"
)

// backupKeys returns the keys for the MACs of backups, the one in use first. It finds SECRET_KEY as a server does, but never
// generates one.
func (c *config) backupKeys() ([][]byte, error) {
	path := c.secretsPath()
	if _, err := adoptSecrets(c, path); err != nil {
		return nil, err
	}
	if c.SecretKey == "" {
		return nil, fmt.Errorf("SECRET_KEY: not set and not in %s; the MAC that proves a backup to be this bank's is made with it", path)
	}
	var keys [][]byte
	for _, secret := range bank.Secrets(string(c.SecretKey)) {
		key, err := hkdf.Key(sha256.New, []byte(secret), nil, "bankcore backup", sha256.Size)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// recipients are the public keys that backups are encrypted to.
type recipients []age.Recipient

func parseRecipients(text string) (any, error) {
	var all recipients
	for item := range strings.SplitSeq(text, ",") {
		parsed, err := age.ParseRecipients(strings.NewReader(strings.TrimSpace(item)))
		if err != nil {
			return nil, errors.New("expected age public keys separated by commas, each beginning with age1")
		}
		all = append(all, parsed...)
	}
	return all, nil
}

// readIdentities reads a file of age private keys. Its errors never quote the file.
func readIdentities(path string) ([]age.Identity, error) {
	if path == "" {
		return nil, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("--identity: %w", err)
	}
	defer func() { _ = file.Close() }()
	identities, err := age.ParseIdentities(file)
	if err != nil {
		return nil, fmt.Errorf("--identity: %s: expected age private keys, one per line, as age-keygen writes them", path)
	}
	return identities, nil
}
