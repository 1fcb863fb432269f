// Package bank is the domain: accounts, PINs and their lockout, sessions, and a ledger in which money is conserved and
// every history proves itself. It knows the store below it and nothing of HTTP above it.
package bank

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/bankingcore/bankcore/internal/store"
)

// MinSecret is the least length of a secret, in bytes.
const MinSecret = 32

// Config is what a Bank needs from outside. The fields without a default must be set.
type Config struct {
	SecretKey string // the tokens', cursors' and fingerprints' keys are derived from it; at least MinSecret bytes
	AdminKey  string // the operator's key; at least MinSecret bytes
	PinPepper string // goes into every PIN's hash and is not in the database; at least MinSecret bytes
	Currency  string // of accounts whose opening names none; an ISO 4217 code

	Zone   *time.Location // of the bank's days and months; nil means UTC
	Now    func() time.Time
	Random io.Reader // a secure source
	KDF    KDF       // what a PIN's hash is made with; nil means argon2.IDKey
}

// Bank offers the operations of the contract, each under its operationId. Its methods may be called from many goroutines.
type Bank struct {
	// Counters count since the process started.
	Counters Counters

	store    *store.Store
	currency string
	calendar calendar
	now      func() time.Time // UTC, whole microseconds
	random   io.Reader
	pins     *pinHasher
	tokens   tokenSigner
	repeats  repeats
	adminKey [sha256.Size]byte
	seal     [sha256.Size]byte // the key of cursors
	print    [sha256.Size]byte // the key of fingerprints
	instance [sha256.Size]byte // what Instance is cut from

	resetCode [sha256.Size]byte // the key of reset codes' hashes
	device    [sha256.Size]byte // the key of devices' tokens
}

// Counters are what monitoring wants to know of the domain.
type Counters struct {
	LoginsFailed   atomic.Int64
	AccountsLocked atomic.Int64
	Transfers      atomic.Int64
}

// New returns a bank on an open store.
func New(s *store.Store, config Config) (*Bank, error) {
	if config.Now == nil || config.Random == nil {
		return nil, errors.New("bank: Config needs Now and Random")
	}
	for name, secret := range map[string]string{
		"SecretKey": config.SecretKey, "AdminKey": config.AdminKey, "PinPepper": config.PinPepper,
	} {
		if len(secret) < MinSecret {
			return nil, fmt.Errorf("bank: Config.%s needs at least %d bytes", name, MinSecret)
		}
	}
	if err := checkCurrency(config.Currency); err != nil {
		return nil, fmt.Errorf("bank: Config.Currency: %w", err)
	}
	b := &Bank{
		store:    s,
		currency: config.Currency,
		calendar: calendar{config.Zone},
		now:      wholeMicroseconds(config.Now),
		random:   config.Random,
		pins:     newPinHasher(config.PinPepper, config.KDF, config.Random),
		repeats:  repeats{since: map[repeatKey]repeat{}},
		adminKey: sha256.Sum256([]byte(config.AdminKey)),
	}
	if config.Zone == nil {
		b.calendar.zone = time.UTC
	}
	var err error
	if b.tokens.known, err = lru.New[[sha256.Size]byte, token](knownTokens); err != nil {
		return nil, fmt.Errorf("bank: %w", err)
	}
	return b, b.deriveKeys(config.SecretKey)
}

// wholeMicroseconds is a clock in UTC that ticks as the database does.
func wholeMicroseconds(now func() time.Time) func() time.Time {
	return func() time.Time { return now().UTC().Truncate(time.Microsecond) }
}

// deriveKeys gives every purpose a key of its own, so that what one of them signs means nothing to another.
func (b *Bank) deriveKeys(secret string) error {
	for purpose, key := range map[string]*[sha256.Size]byte{
		"access token": &b.tokens.accessKey, "refresh token": &b.tokens.refreshKey,
		"cursor": &b.seal, "request fingerprint": &b.print, "instance": &b.instance, "PIN reset code": &b.resetCode, "device": &b.device,
	} {
		derived, err := hkdf.Key(sha256.New, []byte(secret), nil, "bankcore "+purpose, len(key))
		if err != nil {
			return fmt.Errorf("bank: derive the %s key: %w", purpose, err)
		}
		copy(key[:], derived)
	}
	return nil
}

// Instance tells this bank apart from others on its host: the same on every server with this SecretKey, another with another
// one. It is no secret.
func (b *Bank) Instance() string { return hex.EncodeToString(b.instance[:4]) }
