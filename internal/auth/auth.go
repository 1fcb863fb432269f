// Package auth decides who a caller is and what they may do: PINs and their lockout, sessions, second factors, service clients and their
// keys, permissions, and the events of the audit trail, which record who did what. It moves no money.
package auth

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/bankingcore/bankcore/internal/credentials"
	"github.com/bankingcore/bankcore/internal/ids"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/paging"
	"github.com/bankingcore/bankcore/internal/store"
)

// Config configures a Service. Fields without a default must be set. Each secret has at least credentials.MinSecret bytes; while a secret
// is being replaced, its field lists several, as credentials.Secrets reads them.
type Config struct {
	SecretKey string // the keys of tokens, cursors, fingerprints and the like are derived from it
	AdminKey  string // the operator's key
	PinPepper string // part of every PIN's hash; never in the database

	Openings Openings // who opens accounts; "" means OpeningsAnyone
	Cash     Cash     // who deposits and withdraws; "" means CashOwner

	Idle IdleLimits // of sessions; none by default
	// StaffWithoutSecondFactor lets staff act with a PIN of any length and without a second factor.
	StaffWithoutSecondFactor bool

	Now    func() time.Time
	Random io.Reader       // a secure source
	KDF    credentials.KDF // hashes PINs; nil means argon2.IDKey
}

// Service authenticates callers and decides what they may do. The operations of the contract are methods named like their operationId.
// Its methods are safe for concurrent use.
type Service struct {
	// Counters have counted since the process started.
	Counters Counters

	store    *store.Store
	now      func() time.Time // UTC, whole microseconds
	random   io.Reader
	pins     *pinHasher
	tokens   *credentials.Tokens
	idle     IdleLimits
	openings Openings
	repeats  repeats
	keyUses  keyUses
	ended    *lru.Cache[uuid.UUID, struct{}]               // sessions that are known to be over, which is final
	owned    *lru.Cache[uuid.UUID, []ledger.AccountNumber] // accounts by customer
	keys     credentials.Keyring
	cursors  paging.Cursors

	adminKeys credentials.SecretSet

	staffSecondFactor bool // staff need one, and a long PIN

	cash             Cash
	ownerPermissions []Permission
}

// knownEnded bounds how many sessions are remembered as over; one takes about 100 bytes.
const knownEnded = 10_000

// Counters are the metrics of sign-ins.
type Counters struct {
	LoginsFailed   atomic.Int64
	AccountsLocked atomic.Int64
}

// New returns a service on an open store.
func New(s *store.Store, config Config) (*Service, error) {
	if config.Now == nil || config.Random == nil {
		return nil, errors.New("auth: Config needs Now and Random")
	}
	for name, setting := range map[string]string{
		"SecretKey": config.SecretKey, "AdminKey": config.AdminKey, "PinPepper": config.PinPepper,
	} {
		for _, secret := range credentials.Secrets(setting) {
			if len(secret) < credentials.MinSecret {
				return nil, fmt.Errorf("auth: Config.%s needs at least %d bytes", name, credentials.MinSecret)
			}
		}
	}
	a := &Service{
		store:    s,
		now:      store.Clock(config.Now),
		random:   config.Random,
		idle:     config.Idle,
		openings: cmp.Or(config.Openings, OpeningsAnyone),
		repeats:  repeats{since: map[repeatKey]repeat{}},

		adminKeys: credentials.NewSecretSet(config.AdminKey),

		staffSecondFactor: !config.StaffWithoutSecondFactor,

		cash:             cmp.Or(config.Cash, CashOwner),
		ownerPermissions: ownerPermissionsUnder(config.Cash),
	}
	var err error
	if a.ended, err = lru.New[uuid.UUID, struct{}](knownEnded); err != nil {
		return nil, fmt.Errorf("auth: %w", err)
	}
	if a.owned, err = lru.New[uuid.UUID, []ledger.AccountNumber](knownOwners); err != nil {
		return nil, fmt.Errorf("auth: %w", err)
	}
	hasher, err := credentials.NewPINHasher(config.PinPepper, config.KDF, config.Random)
	if err != nil {
		return nil, fmt.Errorf("auth: Config.PinPepper: %w", err)
	}
	a.pins = newPinHasher(hasher)
	if a.keys, err = credentials.NewKeyring(config.SecretKey); err != nil {
		return nil, fmt.Errorf("auth: Config.SecretKey: %w", err)
	}
	a.cursors = paging.NewCursors(a.keys)
	if a.tokens, err = credentials.NewTokens(a.keys); err != nil {
		return nil, fmt.Errorf("auth: %w", err)
	}
	return a, nil
}

// Keys returns the keys that are derived from the SECRET_KEY, with which the bank makes its fingerprints and cursors.
func (s *Service) Keys() credentials.Keyring { return s.keys }

// Instances returns ids that distinguish this bank from others on its host: every server with the same secret keys has the
// same ids. The first one is in use. They are not secret.
func (s *Service) Instances() []string { return s.keys.IDs() }

func (s *Service) newID(now time.Time) (uuid.UUID, error) { return ids.New(now, s.random) }
