// Package bank is the domain: accounts, PINs and their lockout, sessions, and a ledger in which money is conserved and
// every history proves itself. It knows the store below it and nothing of HTTP above it.
package bank

import (
	"cmp"
	"crypto/sha256"
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

// Config is what a Bank needs from outside. The fields without a default must be set. The secrets have at least MinSecret bytes
// each; while one is replaced, its field lists several, as Secrets reads them.
type Config struct {
	SecretKey string // the tokens', cursors' and fingerprints' keys are derived from it
	AdminKey  string // the operator's key
	PinPepper string // goes into every PIN's hash and is not in the database
	Currency  string // of accounts whose opening names none; an ISO 4217 code

	Openings Openings // who opens accounts; "" means OpeningsAnyone

	Idle IdleLimits // of sessions; none by default
	// StaffWithoutSecondFactor lets administrators act with a PIN of any length and without a second factor.
	StaffWithoutSecondFactor bool

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
	readers  *readers
	bounds   readBounds
	tokens   tokenSigner
	idle     IdleLimits
	openings Openings
	repeats  repeats
	keys     []*keySet // the one in use first

	adminKeys [][sha256.Size]byte // their sums

	staffSecondFactor bool // whether administrators need one, and a long PIN
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
	for name, setting := range map[string]string{
		"SecretKey": config.SecretKey, "AdminKey": config.AdminKey, "PinPepper": config.PinPepper,
	} {
		for _, secret := range Secrets(setting) {
			if len(secret) < MinSecret {
				return nil, fmt.Errorf("bank: Config.%s needs at least %d bytes", name, MinSecret)
			}
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
		idle:     config.Idle,
		openings: cmp.Or(config.Openings, OpeningsAnyone),
		repeats:  repeats{since: map[repeatKey]repeat{}},
		readers:  newReaders(),
		bounds:   defaultReadBounds,

		staffSecondFactor: !config.StaffWithoutSecondFactor,
	}
	for _, key := range Secrets(config.AdminKey) {
		b.adminKeys = append(b.adminKeys, sha256.Sum256([]byte(key)))
	}
	if config.Zone == nil {
		b.calendar.zone = time.UTC
	}
	var err error
	if b.tokens.known, err = lru.New[[sha256.Size]byte, token](knownTokens); err != nil {
		return nil, fmt.Errorf("bank: %w", err)
	}
	if b.pins, err = newPinHasher(config.PinPepper, config.KDF, config.Random); err != nil {
		return nil, err
	}
	if b.keys, err = newKeySets(config.SecretKey); err != nil {
		return nil, err
	}
	b.tokens.keys = b.keys
	return b, nil
}

// wholeMicroseconds is a clock in UTC that ticks as the database does.
func wholeMicroseconds(now func() time.Time) func() time.Time {
	return func() time.Time { return now().UTC().Truncate(time.Microsecond) }
}
