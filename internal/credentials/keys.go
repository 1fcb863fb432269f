// Package credentials has the means by which the bank knows who is asking: the hashes of PINs and the rules for new ones, one-time
// codes, second factors, the keys that are derived from the secrets, and the tokens that are signed with them. It decides
// nothing: the bank says which of them a request needs, and counts the attempts. Accounts have their written numbers here.
package credentials

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// MinSecret is the minimum length of a secret, in bytes.
const MinSecret = 32

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

// Purpose is what a key is for.
type Purpose int

// The purposes.
const (
	ForCursors      Purpose = iota // seals of cursors
	ForFingerprints                // of requests under an idempotency key
	ForResetCodes                  // hashes of reset codes
	ForInvitations                 // hashes of invitation codes
	ForDevices                     // devices' tokens
	forAccessTokens
	forRefreshTokens
	forSecondFactors // seals of second factors' secrets
)

// purposes are the names from which keys are derived. They must never change.
var purposes = [...]string{
	ForCursors: "cursor", ForFingerprints: "request fingerprint", ForResetCodes: "PIN reset code", ForInvitations: "invitation code",
	ForDevices: "device", forAccessTokens: "access token", forRefreshTokens: "refresh token", forSecondFactors: "second factor",
}

// Keys are the keys derived from one SECRET_KEY, one for each purpose, so that a signature made for one purpose is worthless
// for another.
type Keys struct {
	ID string // names them in tokens, seals and cookies; not secret
	of [len(purposes)][]byte
}

func newKeys(secret string) (*Keys, error) {
	k := &Keys{}
	var err error
	for i, purpose := range purposes {
		if k.of[i], err = deriveKey(secret, purpose, sha256.Size); err != nil {
			return nil, err
		}
	}
	id, err := deriveKey(secret, "instance", 4)
	k.ID = hex.EncodeToString(id)
	return k, err
}

func deriveKey(secret, purpose string, size int) ([]byte, error) {
	derived, err := hkdf.Key(sha256.New, []byte(secret), nil, "bankcore "+purpose, size)
	if err != nil {
		return nil, fmt.Errorf("derive the %s: %w", purpose, err)
	}
	return derived, nil
}

// MAC returns the HMAC-SHA-256 of a message under the key for a purpose.
func (k *Keys) MAC(purpose Purpose, message string) []byte {
	mac := hmac.New(sha256.New, k.of[purpose])
	mac.Write([]byte(message))
	return mac.Sum(nil)
}

// Keyring holds the keys of each listed SECRET_KEY, those in use first.
type Keyring []*Keys

// NewKeyring derives the keys of each secret that a setting lists.
func NewKeyring(setting string) (Keyring, error) {
	var ring Keyring
	for _, secret := range Secrets(setting) {
		keys, err := newKeys(secret)
		if err != nil {
			return nil, err
		}
		if slices.Contains(ring.IDs(), keys.ID) {
			return nil, errors.New("the same secret is listed twice, or two have the same id")
		}
		ring = append(ring, keys)
	}
	return ring, nil
}

// IDs returns the ids of the keys, which are not secret.
func (r Keyring) IDs() []string {
	ids := make([]string, 0, len(r))
	for _, keys := range r {
		ids = append(ids, keys.ID)
	}
	return ids
}
