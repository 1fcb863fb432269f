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

// Secrets are those that a setting lists, the one in use first. The others are still recognized: that is how a secret is
// replaced without a stop.
func Secrets(setting string) []string { return strings.Split(setting, ",") }

// SecretSet holds sums of secrets, which are equally long.
type SecretSet [][sha256.Size]byte

// NewSecretSet returns the set of those that a setting lists.
func NewSecretSet(setting string) SecretSet {
	var set SecretSet
	for _, secret := range Secrets(setting) {
		set = append(set, sha256.Sum256([]byte(secret)))
	}
	return set
}

// Hold reports whether one of the secrets was given. It compares with all of them, so that the time it takes says nothing.
func (s SecretSet) Hold(given string) bool {
	sum, equal := sha256.Sum256([]byte(given)), 0
	for _, other := range s {
		equal |= subtle.ConstantTimeCompare(sum[:], other[:])
	}
	return equal == 1
}

// keySet holds the keys of one SECRET_KEY, one for each purpose, so that what one of them signs means nothing to another.
type keySet struct {
	id string // names the set in tokens and cookies; it is no secret

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

// newKeySets gives each secret that a setting lists its keys.
func newKeySets(setting string) ([]*keySet, error) {
	var sets []*keySet
	for _, secret := range Secrets(setting) {
		set, err := newKeySet(secret)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(sets, func(other *keySet) bool { return other.id == set.id }) {
			return nil, errors.New("bank: Config.SecretKey lists two secrets that cannot be told apart")
		}
		sets = append(sets, set)
	}
	return sets, nil
}

// Instances tell this bank apart from others on its host: the same on every server with these SecretKeys, others with others.
// The first one is in use. They are no secrets.
func (b *Bank) Instances() []string {
	names := make([]string, 0, len(b.keys))
	for _, set := range b.keys {
		names = append(names, set.id)
	}
	return names
}
