package bank

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"

	"golang.org/x/crypto/argon2"
)

// KDF derives a key from a password, with the signature and meaning of argon2.IDKey; memory is in KiB.
type KDF func(password, salt []byte, time, memory uint32, threads uint8, keyLen uint32) []byte

// The cost of a PIN's hash, as OWASP's Password Storage Cheat Sheet advises for argon2id: about 20 ms and 19 MiB.
const (
	pinTime    = 2
	pinMemory  = 19 << 10 // KiB
	pinThreads = 1
	pinKeySize = 32
	saltSize   = 16
)

// pinHasher makes and checks the hashes of PINs.
type pinHasher struct {
	pepper []byte
	kdf    KDF
	random io.Reader
	queue  *admission
	decoy  string
}

func newPinHasher(pepper string, kdf KDF, random io.Reader) *pinHasher {
	if kdf == nil {
		kdf = argon2.IDKey
	}
	h := &pinHasher{
		pepper: []byte(pepper),
		kdf:    kdf,
		random: random,
		queue:  newAdmission(runtime.GOMAXPROCS(0)),
	}
	h.decoy = encodePinHash(make([]byte, saltSize), make([]byte, pinKeySize))
	return h
}

// hash makes the stored form of a PIN, in the PHC string format. A caller who has gone is not waited for.
func (h *pinHasher) hash(ctx context.Context, who entrant, pin string) (string, error) {
	salt := make([]byte, saltSize)
	if _, err := io.ReadFull(h.random, salt); err != nil {
		return "", fmt.Errorf("draw a salt: %w", err)
	}
	at, err := h.queue.enter(who)
	if err != nil {
		return "", err
	}
	defer h.queue.leave(at)
	if err := h.queue.wait(ctx, at); err != nil {
		return "", err
	}
	defer h.queue.done()
	return encodePinHash(salt, h.derive(pin, salt, pinTime, pinMemory, pinThreads)), nil
}

// matches reports whether a PIN is the one that was hashed. An empty hash, which stands for an unknown account, costs as
// much and never matches. The attempt has been counted, so it is carried out though its caller may have gone.
func (h *pinHasher) matches(at *waiter, pin, hash string) (bool, error) {
	if err := h.queue.wait(context.Background(), at); err != nil {
		return false, err
	}
	defer h.queue.done()
	known := hash != ""
	if !known {
		hash = h.decoy
	}
	var version int
	var time, memory uint32
	var threads uint8
	fields := strings.Split(hash, "$") // "", algorithm, version, parameters, salt, key
	if len(fields) != 6 || fields[1] != "argon2id" {
		return false, errors.New("a stored PIN hash has an unknown form")
	}
	if _, err := fmt.Sscanf(fields[2]+" "+fields[3], "v=%d m=%d,t=%d,p=%d", &version, &memory, &time, &threads); err != nil {
		return false, errors.New("a stored PIN hash has unreadable parameters")
	}
	salt, saltErr := base64.RawStdEncoding.DecodeString(fields[4])
	key, keyErr := base64.RawStdEncoding.DecodeString(fields[5])
	if saltErr != nil || keyErr != nil || version != argon2.Version || len(key) != pinKeySize ||
		time < 1 || time > 16 || memory > 1<<20 || threads < 1 {
		return false, errors.New("a stored PIN hash is damaged")
	}
	equal := subtle.ConstantTimeCompare(key, h.derive(pin, salt, time, memory, threads)) == 1
	return equal && known, nil
}

// derive hashes an HMAC of the PIN under the pepper: with the database alone, the few PINs there are cannot be tried out.
func (h *pinHasher) derive(pin string, salt []byte, time, memory uint32, threads uint8) []byte {
	mac := hmac.New(sha256.New, h.pepper)
	mac.Write([]byte(pin))
	return h.kdf(mac.Sum(nil), salt, time, memory, threads, pinKeySize)
}

func encodePinHash(salt, key []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, pinMemory, pinTime, pinThreads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key))
}
