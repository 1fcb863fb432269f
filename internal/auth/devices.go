package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/bankingcore/bankcore/internal/credentials"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// DeviceLifetime is how long an account knows a device after a sign-in on it.
const DeviceLifetime = 180 * 24 * time.Hour

// A device's token consists of the account, the time of issue in seconds, and random bytes, which make each token unique.
const (
	deviceRandomAt = 16
	deviceMACAt    = 32
	deviceSize     = deviceMACAt + sha256.Size
)

// IssueDevice returns a token that makes a device known to an account. The token only reserves a place among callers waiting
// to sign in: it grants no access, and attempts with it count like any other.
func (s *Service) IssueDevice(number ledger.AccountNumber) (string, error) {
	token := make([]byte, deviceMACAt, deviceSize)
	binary.BigEndian.PutUint64(token, uint64(number))
	binary.BigEndian.PutUint64(token[8:], uint64(s.now().Unix()))
	if _, err := io.ReadFull(s.random, token[deviceRandomAt:]); err != nil {
		return "", fmt.Errorf("draw a device's token: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(append(token, deviceMAC(s.keys[0], token)...)), nil
}

// KnownDevice returns the account that knows a device, or 0.
func (s *Service) KnownDevice(text string) ledger.AccountNumber {
	token, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(token) != deviceSize {
		return 0
	}
	if !slices.ContainsFunc(s.keys, func(keys *credentials.Keys) bool {
		return hmac.Equal(token[deviceMACAt:], deviceMAC(keys, token[:deviceMACAt]))
	}) {
		return 0
	}
	issued := time.Unix(int64(binary.BigEndian.Uint64(token[8:])), 0)
	if s.now().Sub(issued) >= DeviceLifetime {
		return 0
	}
	return ledger.AccountNumber(binary.BigEndian.Uint64(token))
}

func deviceMAC(keys *credentials.Keys, content []byte) []byte {
	return keys.MAC(credentials.ForDevices, string(content))
}
