package bank

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"time"
)

// DeviceLifetime is how long a device is known to an account that was signed in to on it.
const DeviceLifetime = 180 * 24 * time.Hour

// What a device's token is made of: account, time of issue in seconds, and random bytes, which make each token another one.
const (
	deviceRandomAt = 16
	deviceMACAt    = 32
	deviceSize     = deviceMACAt + sha256.Size
)

// IssueDevice makes a token by which a device is known to an account. It gives a place among those who wait to sign in, and
// nothing else: it opens nothing, and attempts with it count like all others.
func (b *Bank) IssueDevice(number AccountNumber) (string, error) {
	token := make([]byte, deviceMACAt, deviceSize)
	binary.BigEndian.PutUint64(token, uint64(number))
	binary.BigEndian.PutUint64(token[8:], uint64(b.now().Unix()))
	if _, err := io.ReadFull(b.random, token[deviceRandomAt:]); err != nil {
		return "", fmt.Errorf("draw a device's token: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(append(token, b.keys[0].deviceMAC(token)...)), nil
}

// KnownDevice returns the account that a device is known to, or 0.
func (b *Bank) KnownDevice(text string) AccountNumber {
	token, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(token) != deviceSize {
		return 0
	}
	if !slices.ContainsFunc(b.keys, func(keys *keySet) bool {
		return hmac.Equal(token[deviceMACAt:], keys.deviceMAC(token[:deviceMACAt]))
	}) {
		return 0
	}
	issued := time.Unix(int64(binary.BigEndian.Uint64(token[8:])), 0)
	if b.now().Sub(issued) >= DeviceLifetime {
		return 0
	}
	return AccountNumber(binary.BigEndian.Uint64(token))
}

func (k *keySet) deviceMAC(content []byte) []byte {
	mac := hmac.New(sha256.New, k.device[:])
	mac.Write(content)
	return mac.Sum(nil)
}
