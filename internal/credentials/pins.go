package credentials

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"slices"
	"sync/atomic"

	"golang.org/x/crypto/argon2"
)

// KDF derives a key from a password, with the signature and semantics of argon2.IDKey; memory is in KiB.
type KDF func(password, salt []byte, time, memory uint32, threads uint8, keyLen uint32) []byte

// The cost of a PIN's hash, as OWASP's Password Storage Cheat Sheet recommends for argon2id: about 20 ms and 19 MiB.
const (
	pinTime    = 2
	pinMemory  = 19 << 10 // KiB
	pinThreads = 1
	pinKeySize = 32
	saltSize   = 16
)

// PINHasher computes and verifies the hashes of PINs. Each hash keeps a processor and its memory fully busy, so callers bound
// how many are computed at once.
type PINHasher struct {
	peppers []pepper // the one in use first
	// unmarked is true while accounts may have hashes that do not name their pepper, if that makes a difference.
	unmarked atomic.Bool

	kdf    KDF
	random io.Reader
	decoy  string
}

// pepper is a secret that goes into hashes, which name it by its id.
type pepper struct {
	id     string
	secret []byte
}

// pepperIDSize gives an id of eight characters. It is derived from the secret, but does not make guessing it any easier: an
// attacker who has the hashes can test peppers on the hash of a PIN of their own anyway.
const pepperIDSize = 6

func newPepper(secret string) (pepper, error) {
	id, err := deriveKey(secret, "pepper id", pepperIDSize)
	return pepper{id: base64.RawStdEncoding.EncodeToString(id), secret: []byte(secret)}, err
}

// NewPINHasher returns a PINHasher. The peppers are listed as Secrets reads them; a nil KDF means argon2.IDKey.
func NewPINHasher(peppers string, kdf KDF, random io.Reader) (*PINHasher, error) {
	if kdf == nil {
		kdf = argon2.IDKey
	}
	h := &PINHasher{kdf: kdf, random: random}
	for _, secret := range Secrets(peppers) {
		p, err := newPepper(secret)
		if err != nil {
			return nil, err
		}
		h.peppers = append(h.peppers, p)
	}
	h.unmarked.Store(len(h.peppers) > 1)
	h.decoy = encodePINHash(h.peppers[0].id, make([]byte, saltSize), make([]byte, pinKeySize))
	return h, nil
}

// Hash returns the stored form of a PIN, in the PHC string format, whose keyid names the pepper.
func (h *PINHasher) Hash(pin string) (string, error) {
	salt := make([]byte, saltSize)
	if _, err := io.ReadFull(h.random, salt); err != nil {
		return "", fmt.Errorf("draw a salt: %w", err)
	}
	used := h.peppers[0]
	return encodePINHash(used.id, salt, h.derive(used, pin, salt, pinTime, pinMemory, pinThreads)), nil
}

// Matches reports whether a PIN is the one that was hashed. An empty hash, which stands for an unknown account, and one whose
// pepper is not listed cost as much and never match. All the peppers to try are tried one after the other.
func (h *PINHasher) Matches(pin, hash string) (bool, error) {
	known := hash != ""
	if !known {
		hash = h.decoy
	}
	stored, err := parsePINHash(hash)
	if err != nil {
		return false, err
	}
	candidates, listed := h.candidates(stored.pepper)
	equal := 0
	for _, candidate := range candidates {
		key := h.derive(candidate, pin, stored.salt, stored.time, stored.memory, stored.threads)
		equal |= subtle.ConstantTimeCompare(stored.key, key)
	}
	return equal == 1 && known && listed, nil
}

// candidates returns the peppers to try with a hash; listed is false if it was certainly made with another one. While there
// may be hashes that do not name their pepper, all peppers are tried with every hash, so that timing does not reveal which
// accounts exist.
func (h *PINHasher) candidates(id string) (candidates []pepper, listed bool) {
	listed = id == "" || slices.ContainsFunc(h.peppers, func(p pepper) bool { return p.id == id })
	if id == "" || h.unmarked.Load() {
		return h.peppers, listed
	}
	for _, p := range h.peppers {
		if p.id == id {
			return []pepper{p}, listed
		}
	}
	return h.peppers[:1], listed
}

// Outdated reports whether a hash was made with another pepper than the one in use.
func (h *PINHasher) Outdated(hash string) bool {
	stored, err := parsePINHash(hash)
	return err == nil && stored.pepper != h.peppers[0].id
}

// derive hashes an HMAC of the PIN under the pepper. There are few possible PINs, but with the database alone an attacker
// cannot try them out.
func (h *PINHasher) derive(with pepper, pin string, salt []byte, time, memory uint32, threads uint8) []byte {
	mac := hmac.New(sha256.New, with.secret)
	mac.Write([]byte(pin))
	return h.kdf(mac.Sum(nil), salt, time, memory, threads, pinKeySize)
}

func encodePINHash(pepperID string, salt, key []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d,keyid=%s$%s$%s", argon2.Version, pinMemory, pinTime, pinThreads, pepperID,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key))
}
