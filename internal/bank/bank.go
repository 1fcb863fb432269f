// Package bank is the domain: accounts, PINs and their lockout, sessions, and a ledger that conserves money and in which
// every account's history can be verified. It uses the store below it and knows nothing of the HTTP layer above it.
package bank

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// Config configures a Bank. Fields without a default must be set. Each secret has at least auth.MinSecret bytes; while a secret is
// being replaced, its field lists several, as auth.Secrets reads them.
type Config struct {
	SecretKey string // the keys of tokens, cursors, fingerprints and the like are derived from it
	AdminKey  string // the operator's key
	PinPepper string // part of every PIN's hash; never in the database
	Currency  string // for accounts opened without one; an ISO 4217 code, or one of Currencies

	Currencies []ledger.Currency // the bank's own, beside those of ISO 4217

	Openings    Openings // who opens accounts; "" means OpeningsAnyone
	Cash        Cash     // who deposits and withdraws; "" means CashOwner
	Settlements []string // what money can be settled against beside ledger.Settlements

	// ApprovalAbove makes larger deposits and withdrawals at the desk requests, which another member of staff decides; 0 for none. It is
	// in the minor unit of each account's currency.
	ApprovalAbove ledger.Money

	Idle IdleLimits // of sessions; none by default
	// StaffWithoutSecondFactor lets staff act with a PIN of any length and without a second factor.
	StaffWithoutSecondFactor bool

	Zone   *time.Location // of the bank's days and months; nil means UTC
	Now    func() time.Time
	Random io.Reader // a secure source
	KDF    auth.KDF  // hashes PINs; nil means argon2.IDKey
}

// Bank offers the operations of the contract, each as a method named like its operationId. Its methods are safe for
// concurrent use.
type Bank struct {
	// Counters have counted since the process started.
	Counters Counters

	store    *store.Store
	currency string
	calendar calendar
	periods  ledger.Calendar
	now      func() time.Time // UTC, whole microseconds
	random   io.Reader
	pins     *pinHasher
	readers  *readers
	bounds   readBounds
	tokens   *auth.Tokens
	idle     IdleLimits
	openings Openings
	cash     Cash
	repeats  repeats
	keyUses  keyUses
	ended    *lru.Cache[uuid.UUID, struct{}]               // sessions that were seen to be over, for ever
	owned    *lru.Cache[uuid.UUID, []ledger.AccountNumber] // accounts by customer
	keys     auth.Keyring

	adminKeys auth.SecretSet

	staffSecondFactor bool // staff need one, and a long PIN

	ownerPermissions []Permission
	approvalAbove    ledger.Money // 0 for no limit

	currencies    *ledger.CurrencyTable
	ownCurrencies []ledger.Currency
	settlements   []string
}

// knownEnded bounds how many sessions are remembered as over; one takes about 100 bytes.
const knownEnded = 10_000

// Counters are the domain's metrics.
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
		for _, secret := range auth.Secrets(setting) {
			if len(secret) < auth.MinSecret {
				return nil, fmt.Errorf("bank: Config.%s needs at least %d bytes", name, auth.MinSecret)
			}
		}
	}
	currencies, err := ledger.ISO4217().With(config.Currencies...)
	if err != nil {
		return nil, fmt.Errorf("bank: Config.Currencies: %w", err)
	}
	if err := currencies.Check(config.Currency); err != nil {
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
		cash:     cmp.Or(config.Cash, CashOwner),
		repeats:  repeats{since: map[repeatKey]repeat{}},
		readers:  newReaders(),
		bounds:   defaultReadBounds,

		adminKeys: auth.NewSecretSet(config.AdminKey),

		staffSecondFactor: !config.StaffWithoutSecondFactor,

		ownerPermissions: ownerPermissionsUnder(config.Cash),
		approvalAbove:    config.ApprovalAbove,

		currencies: currencies, ownCurrencies: config.Currencies,
	}
	if b.settlements, err = settlementsOf(config.Settlements); err != nil {
		return nil, err
	}
	if b.ended, err = lru.New[uuid.UUID, struct{}](knownEnded); err != nil {
		return nil, fmt.Errorf("bank: %w", err)
	}
	if b.owned, err = lru.New[uuid.UUID, []ledger.AccountNumber](knownOwners); err != nil {
		return nil, fmt.Errorf("bank: %w", err)
	}
	if config.Zone == nil {
		b.calendar.zone = time.UTC
	}
	b.periods = b.calendar.period
	hasher, err := auth.NewPINHasher(config.PinPepper, config.KDF, config.Random)
	if err != nil {
		return nil, fmt.Errorf("bank: Config.PinPepper: %w", err)
	}
	b.pins = newPinHasher(hasher)
	if b.keys, err = auth.NewKeyring(config.SecretKey); err != nil {
		return nil, fmt.Errorf("bank: Config.SecretKey: %w", err)
	}
	if b.tokens, err = auth.NewTokens(b.keys); err != nil {
		return nil, fmt.Errorf("bank: %w", err)
	}
	return b, nil
}

// DefaultCurrency returns the currency code of accounts opened without one.
func (b *Bank) DefaultCurrency() string { return b.currency }

// Currencies returns the table of the currencies that accounts can be kept in.
func (b *Bank) Currencies() *ledger.CurrencyTable { return b.currencies }

// Instances returns ids that distinguish this bank from others on its host: every server with the same secret keys has the
// same ids. The first one is in use. They are not secret.
func (b *Bank) Instances() []string { return b.keys.IDs() }

// wholeMicroseconds returns a clock in UTC with the database's resolution.
func wholeMicroseconds(now func() time.Time) func() time.Time {
	return func() time.Time { return now().UTC().Truncate(time.Microsecond) }
}

// lastID sorts after every id; lists begin before it.
var lastID = uuid.Max

// newID returns a UUID of version 7 (RFC 9562) that begins with the microseconds of now: ids sort by time and are neighbours
// in an index. The library's own generator reads the system clock, but the bank's clock is injected.
func (b *Bank) newID(now time.Time) (uuid.UUID, error) {
	id := firstIDAt(now)
	if _, err := io.ReadFull(b.random, id[8:]); err != nil {
		return uuid.UUID{}, fmt.Errorf("make an id: %w", err)
	}
	id[8] = id[8]&0x3f | 0x80 // the variant
	return id, nil
}

// firstIDAt returns the smallest id that newID can make at a time or later.
func firstIDAt(t time.Time) uuid.UUID {
	var id uuid.UUID
	micros := uint64(max(t.UnixMicro(), 0))
	binary.BigEndian.PutUint64(id[:8], micros/1000<<16)
	// RFC 9562, section 6.2, method 3: the fraction of the millisecond in the 12 bits after the version.
	binary.BigEndian.PutUint16(id[6:8], 0x7000|uint16(micros%1000*4096/1000))
	return id
}

// drawAccountNumber draws a random number, which reveals nothing about how many accounts exist.
func drawAccountNumber(random io.Reader) (ledger.AccountNumber, error) {
	var bits [8]byte
	for {
		if _, err := io.ReadFull(random, bits[:]); err != nil {
			return 0, fmt.Errorf("draw an account number: %w", err)
		}
		if number, fair := ledger.DrawAccountNumber(binary.BigEndian.Uint64(bits[:])); fair {
			return number, nil
		}
	}
}
