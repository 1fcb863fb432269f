package credentials

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
	"golang.org/x/crypto/chacha20poly1305"
)

// Second factors use the codes of authenticator apps (RFC 6238), with the parameters that all apps support.
const (
	factorIssuer     = "Banking Core"
	factorSecretSize = 20 // bytes, the size of a SHA-1 hash
	factorDigits     = otp.DigitsSix
	factorStep       = 30 * time.Second
	factorSkew       = 1 // steps by which a phone's clock may be off
)

var appSecret = base32.StdEncoding.WithPadding(base32.NoPadding)

// FactorSecret is the secret of a second factor, from which the app and the bank make the same codes.
type FactorSecret []byte

// NewFactorSecret draws a secret.
func NewFactorSecret(random io.Reader) (FactorSecret, error) {
	secret := make(FactorSecret, factorSecretSize)
	if _, err := io.ReadFull(random, secret); err != nil {
		return nil, fmt.Errorf("draw a second factor: %w", err)
	}
	return secret, nil
}

// Text returns the secret in base 32, as apps take it.
func (s FactorSecret) Text() string { return appSecret.EncodeToString(s) }

// URI returns a URI that gives an app the secret and the account.
func (s FactorSecret) URI(account string) (string, error) {
	key, err := totp.Generate(totp.GenerateOpts{
		Issuer: factorIssuer, AccountName: account, Secret: s, Period: uint(factorStep.Seconds()),
		Digits: factorDigits, Algorithm: otp.AlgorithmSHA1,
	})
	if err != nil {
		return "", fmt.Errorf("name a second factor: %w", err)
	}
	return key.URL(), nil
}

// Step returns the time step whose code this is, or 0 if it is none of the current ones.
func (s FactorSecret) Step(code string, now time.Time) int64 {
	right := int64(0)
	current := now.Unix() / int64(factorStep.Seconds())
	for step := current - factorSkew; step <= current+factorSkew; step++ {
		// The only errors are a code of another length and a secret that is not base 32: both mean that the code is wrong.
		valid, err := hotp.ValidateCustom(code, uint64(step), s.Text(),
			hotp.ValidateOpts{Digits: factorDigits, Algorithm: otp.AlgorithmSHA1})
		if err == nil && valid {
			right = step
		}
	}
	return right
}

// IsAppCode reports whether a code looks like an app's, not like a recovery code.
func IsAppCode(code string) bool { return len(code) == factorDigits.Length() && allDigits(code) }

// ParseFactorCode reads either kind of code as people write it. It reports whether the text has the form of one.
func ParseFactorCode(text string) (code string, ok bool) {
	digits := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
	if IsAppCode(digits) {
		return digits, true
	}
	return ParseCode(text)
}

// Seal encrypts a second factor's secret under the key in use. The result is bound to its account: moved to another one in
// the database, it cannot be decrypted.
func (r Keyring) Seal(random io.Reader, account string, secret FactorSecret) (sealed []byte, keyID string, err error) {
	aead, err := chacha20poly1305.NewX(r[0].of[forSecondFactors])
	if err != nil {
		return nil, "", fmt.Errorf("seal a second factor: %w", err)
	}
	nonce := make([]byte, aead.NonceSize(), aead.NonceSize()+len(secret)+aead.Overhead())
	if _, err := io.ReadFull(random, nonce); err != nil {
		return nil, "", fmt.Errorf("seal a second factor: %w", err)
	}
	return aead.Seal(nonce, nonce, secret, []byte(account)), r[0].ID, nil
}

// errSealed means that a secret cannot be decrypted: its key is no longer listed, or the database was tampered with.
var errSealed = errors.New("a second factor cannot be decrypted")

// Unseal decrypts what Seal has made of an account's secret, under whichever listed key.
func (r Keyring) Unseal(account string, sealed []byte, keyID string) (FactorSecret, error) {
	for _, keys := range r {
		if keys.ID != keyID {
			continue
		}
		aead, err := chacha20poly1305.NewX(keys.of[forSecondFactors])
		if err != nil || len(sealed) < aead.NonceSize() {
			return nil, errSealed
		}
		secret, err := aead.Open(nil, sealed[:aead.NonceSize()], sealed[aead.NonceSize():], []byte(account))
		if err == nil {
			return secret, nil
		}
	}
	return nil, errSealed
}

// HashRecoveryCode returns what is stored of a recovery code. Its key is the second factor's own secret, so it survives a
// rotation of SECRET_KEY, and is of no use to an attacker who has only the database.
func (s FactorSecret) HashRecoveryCode(account, code string) []byte {
	mac := hmac.New(sha256.New, s)
	mac.Write([]byte("recovery code " + account + " " + code))
	return mac.Sum(nil)
}
