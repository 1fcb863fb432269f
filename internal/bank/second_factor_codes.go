package bank

import (
	"context"
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

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/store"
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

// factorURI returns a URI that gives an app the secret and the account.
func factorURI(number AccountNumber, secret []byte) (string, error) {
	key, err := totp.Generate(totp.GenerateOpts{
		Issuer: factorIssuer, AccountName: number.String(), Secret: secret, Period: uint(factorStep.Seconds()),
		Digits: factorDigits, Algorithm: otp.AlgorithmSHA1,
	})
	if err != nil {
		return "", fmt.Errorf("name a second factor: %w", err)
	}
	return key.URL(), nil
}

// rightStep returns the time step whose code this is, or 0 if it is none of the current ones.
func rightStep(secret []byte, code string, now time.Time) int64 {
	right := int64(0)
	current := now.Unix() / int64(factorStep.Seconds())
	for step := current - factorSkew; step <= current+factorSkew; step++ {
		// The only errors are a code of another length and a secret that is not base 32: both mean that the code is wrong.
		valid, err := hotp.ValidateCustom(code, uint64(step), appSecret.EncodeToString(secret),
			hotp.ValidateOpts{Digits: factorDigits, Algorithm: otp.AlgorithmSHA1})
		if err == nil && valid {
			right = step
		}
	}
	return right
}

// isAppCode reports whether a code looks like an app's, not like a recovery code.
func isAppCode(code string) bool { return len(code) == factorDigits.Length() && allDigits(code) }

// parseFactorCode reads either kind of code as people write it.
func parseFactorCode(text string) (string, error) {
	digits := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
	if isAppCode(digits) {
		return digits, nil
	}
	code, ok := auth.ParseCode(text)
	if !ok {
		return "", invalid("/code", "must be 6 digits, or a recovery code of 12 letters and digits")
	}
	return code, nil
}

// seal encrypts a second factor's secret under the key in use. The result is bound to its account: moved to another one in
// the database, it cannot be decrypted.
func (b *Bank) seal(number AccountNumber, secret []byte) (sealed []byte, keyID string, err error) {
	aead, err := chacha20poly1305.NewX(b.keys[0].secondFactor[:])
	if err != nil {
		return nil, "", fmt.Errorf("seal a second factor: %w", err)
	}
	nonce := make([]byte, aead.NonceSize(), aead.NonceSize()+len(secret)+aead.Overhead())
	if _, err := io.ReadFull(b.random, nonce); err != nil {
		return nil, "", fmt.Errorf("seal a second factor: %w", err)
	}
	return aead.Seal(nonce, nonce, secret, []byte(number.String())), b.keys[0].id, nil
}

// errSealed means that a secret cannot be decrypted: its key is no longer listed, or the database was tampered with.
var errSealed = errors.New("bank: a second factor cannot be decrypted")

func (b *Bank) unseal(number AccountNumber, sealed []byte, keyID string) ([]byte, error) {
	for _, keys := range b.keys {
		if keys.id != keyID {
			continue
		}
		aead, err := chacha20poly1305.NewX(keys.secondFactor[:])
		if err != nil || len(sealed) < aead.NonceSize() {
			return nil, errSealed
		}
		secret, err := aead.Open(nil, sealed[:aead.NonceSize()], sealed[aead.NonceSize():], []byte(number.String()))
		if err == nil {
			return secret, nil
		}
	}
	return nil, errSealed
}

// recoveryCodeHash returns what is stored of a recovery code. Its key is the second factor's own secret, so it survives a
// rotation of SECRET_KEY, and is of no use to an attacker who has only the database.
func recoveryCodeHash(number AccountNumber, secret []byte, code string) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("recovery code " + number.String() + " " + code))
	return mac.Sum(nil)
}

// insertRecoveryCodes replaces an account's recovery codes.
func (b *Bank) insertRecoveryCodes(ctx context.Context, q db.Querier, number AccountNumber, codes []string) error {
	factor, err := q.SecondFactorByAccount(ctx, int64(number))
	if err != nil {
		return err
	}
	secret, err := b.unseal(number, factor.SealedSecret, factor.KeyID)
	if err != nil {
		return err
	}
	if err := q.DeleteRecoveryCodes(ctx, int64(number)); err != nil {
		return err
	}
	for _, code := range codes {
		if err := q.InsertRecoveryCode(ctx, db.InsertRecoveryCodeParams{
			AccountNumber: int64(number), CodeHash: recoveryCodeHash(number, secret, code),
		}); err != nil {
			return err
		}
	}
	return nil
}

func (b *Bank) newRecoveryCodes() ([]string, error) {
	codes := make([]string, RecoveryCodes)
	for i := range codes {
		var err error
		if codes[i], err = auth.NewCode(b.random); err != nil {
			return nil, err
		}
	}
	return codes, nil
}

func groupCodes(codes []string) []string {
	grouped := make([]string, len(codes))
	for i, code := range codes {
		grouped[i] = auth.GroupCode(code)
	}
	return grouped
}

// confirmedFactor returns an account's second factor; ok is false if none is in use.
func confirmedFactor(ctx context.Context, q db.Querier, number AccountNumber) (factor db.SecondFactor, ok bool, err error) {
	factor, err = q.SecondFactorByAccount(ctx, int64(number))
	if errors.Is(err, store.ErrNotFound) {
		return factor, false, nil
	}
	return factor, err == nil && factor.ConfirmedAt != nil, err
}

// usedCode is the kind of code that proved a second factor.
type usedCode int

const (
	noCode usedCode = iota // the account has no second factor
	appCode
	recoveryCode
)

// useSecondFactor uses up the code that proves a second factor, if the account has one. It runs in the same transaction as
// what the proof is for.
func (b *Bank) useSecondFactor(ctx context.Context, q db.Querier, given proof) (usedCode, error) {
	factor, ok, err := confirmedFactor(ctx, q, given.number)
	if err != nil || !ok {
		return noCode, err
	}
	if given.code == "" {
		return noCode, errSecondFactorRequired
	}
	secret, err := b.unseal(given.number, factor.SealedSecret, factor.KeyID)
	if err != nil {
		return noCode, errInvalidSecondFactor // the operator is told when a server starts: see ResealSecondFactors
	}
	kind, rows := appCode, int64(0)
	if isAppCode(given.code) {
		if step := rightStep(secret, given.code, b.now()); step > 0 {
			rows, err = q.UseSecondFactorStep(ctx, db.UseSecondFactorStepParams{AccountNumber: int64(given.number), UsedStep: step})
		}
	} else {
		kind = recoveryCode
		rows, err = q.DeleteRecoveryCode(ctx, db.DeleteRecoveryCodeParams{
			AccountNumber: int64(given.number), CodeHash: recoveryCodeHash(given.number, secret, given.code),
		})
	}
	if err == nil && rows == 0 {
		err = errInvalidSecondFactor
	}
	return kind, err
}
