package bank

import (
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Secrets returns the secrets that a setting lists, the one in use first. The others are still accepted, so a secret can be
// replaced without downtime.
func Secrets(setting string) []string { return strings.Split(setting, ",") }

// SecretSet holds the hashes of secrets, which all have the same length.
type SecretSet [][sha256.Size]byte

// NewSecretSet returns the set of the secrets that a setting lists.
func NewSecretSet(setting string) SecretSet {
	var set SecretSet
	for _, secret := range Secrets(setting) {
		set = append(set, sha256.Sum256([]byte(secret)))
	}
	return set
}

// Hold reports whether the set holds the given secret. It compares with all of them, so its timing reveals nothing.
func (s SecretSet) Hold(given string) bool {
	sum, equal := sha256.Sum256([]byte(given)), 0
	for _, other := range s {
		equal |= subtle.ConstantTimeCompare(sum[:], other[:])
	}
	return equal == 1
}

// keySet holds the keys derived from one SECRET_KEY, one for each purpose, so that a signature made for one purpose is
// worthless for another.
type keySet struct {
	id string // identifies the set in tokens and cookies; not secret

	access, refresh [sha256.Size]byte // tokens
	cursor          [sha256.Size]byte // seals of cursors
	fingerprint     [sha256.Size]byte // requests under an idempotency key
	resetCode       [sha256.Size]byte // hashes of reset codes
	device          [sha256.Size]byte // devices' tokens
	secondFactor    [sha256.Size]byte // seals of second factors' secrets
	invitation      [sha256.Size]byte // hashes of invitation codes
}

func newKeySet(secret string) (*keySet, error) {
	set := &keySet{}
	for purpose, key := range map[string]*[sha256.Size]byte{
		"access token": &set.access, "refresh token": &set.refresh, "cursor": &set.cursor,
		"request fingerprint": &set.fingerprint, "PIN reset code": &set.resetCode, "device": &set.device,
		"second factor":   &set.secondFactor,
		"invitation code": &set.invitation,
	} {
		derived, err := deriveKey(secret, purpose, len(key))
		if err != nil {
			return nil, err
		}
		copy(key[:], derived)
	}
	id, err := deriveKey(secret, "instance", 4)
	set.id = hex.EncodeToString(id)
	return set, err
}

func deriveKey(secret, purpose string, size int) ([]byte, error) {
	derived, err := hkdf.Key(sha256.New, []byte(secret), nil, "bankcore "+purpose, size)
	if err != nil {
		return nil, fmt.Errorf("bank: derive the %s: %w", purpose, err)
	}
	return derived, nil
}

// newKeySets derives the keys of each secret that a setting lists.
func newKeySets(setting string) ([]*keySet, error) {
	var sets []*keySet
	for _, secret := range Secrets(setting) {
		set, err := newKeySet(secret)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(sets, func(other *keySet) bool { return other.id == set.id }) {
			return nil, errors.New("bank: Config.SecretKey lists the same secret twice, or two with the same id")
		}
		sets = append(sets, set)
	}
	return sets, nil
}

// Instances returns ids that distinguish this bank from others on its host: every server with the same secret keys has the
// same ids. The first one is in use. They are not secret.
func (b *Bank) Instances() []string {
	names := make([]string, 0, len(b.keys))
	for _, set := range b.keys {
		names = append(names, set.id)
	}
	return names
}
