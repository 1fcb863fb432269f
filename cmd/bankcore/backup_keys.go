package main

import (
	"fmt"
	"os"

	"filippo.io/age"
)

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
