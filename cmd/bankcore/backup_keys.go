package main

import (
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"strings"

	"filippo.io/age"
)

// backupKey is what the MAC of a backup is made with. SECRET_KEY is found as a server finds it, but none is made.
func (c *config) backupKey() ([]byte, error) {
	path := c.secretsPath()
	if _, err := adoptSecrets(c, path); err != nil {
		return nil, err
	}
	if c.SecretKey == "" {
		return nil, fmt.Errorf("SECRET_KEY: not set and not in %s; it makes the MAC by which a backup is known as this bank's", path)
	}
	return hkdf.Key(sha256.New, []byte(c.SecretKey), nil, "bankcore backup", sha256.Size)
}

// recipients are the public keys that backups are encrypted to.
type recipients []age.Recipient

func parseRecipients(text string) (any, error) {
	var all recipients
	for item := range strings.SplitSeq(text, ",") {
		parsed, err := age.ParseRecipients(strings.NewReader(strings.TrimSpace(item)))
		if err != nil {
			return nil, errors.New("expected public keys of age separated by commas, each beginning with age1")
		}
		all = append(all, parsed...)
	}
	return all, nil
}

// readIdentities reads a file of age's private keys. Its errors say nothing of what is in it.
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
		return nil, fmt.Errorf("--identity: %s: expected private keys of age, a line each, as age-keygen writes them", path)
	}
	return identities, nil
}
