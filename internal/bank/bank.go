// Package bank is the domain: accounts and their rules, requests, and a ledger that conserves money and in which
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

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/credentials"
	"github.com/bankingcore/bankcore/internal/history"
	"github.com/bankingcore/bankcore/internal/ids"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/paging"
	"github.com/bankingcore/bankcore/internal/schedule"
	"github.com/bankingcore/bankcore/internal/store"
)

// Config configures a Bank. Fields without a default must be set.
type Config struct {
	Currency string // for accounts opened without one; an ISO 4217 code, or one of Currencies

	Currencies  []ledger.Currency // the bank's own, beside those of ISO 4217
	Settlements []string          // what money can be settled against beside ledger.Settlements

	// ApprovalAbove makes larger deposits and withdrawals at the desk requests, which another member of staff decides; 0 for none. It is
	// in the minor unit of each account's currency.
	ApprovalAbove ledger.Money

	Zone   *time.Location // of the bank's days and months; nil means UTC
	Now    func() time.Time
	Random io.Reader // a secure source
}

// Bank offers the operations of the contract, each as a method named like its operationId. Its methods are safe for
// concurrent use.
type Bank struct {
	// Counters have counted since the process started.
	Counters Counters

	store    *store.Store
	auth     *auth.Service
	currency string
	calendar schedule.Calendar
	periods  ledger.Calendar
	now      func() time.Time // UTC, whole microseconds
	random   io.Reader
	readers  *history.Readers
	bounds   readBounds
	keys     credentials.Keyring
	cursors  paging.Cursors

	approvalAbove ledger.Money // 0 for no limit

	currencies  *ledger.CurrencyTable
	settlements []string
}

// Counters are the domain's metrics.
type Counters struct {
	Transfers atomic.Int64
}

// New returns a bank on an open store. The service, on the same store, says who may do what.
func New(s *store.Store, service *auth.Service, config Config) (*Bank, error) {
	if config.Now == nil || config.Random == nil {
		return nil, errors.New("bank: Config needs Now and Random")
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
		auth:     service,
		currency: config.Currency,
		calendar: schedule.Calendar{Zone: cmp.Or(config.Zone, time.UTC)},
		now:      store.Clock(config.Now),
		random:   config.Random,
		readers:  history.NewReaders(),
		bounds:   defaultReadBounds,
		keys:     service.Keys(),
		cursors:  paging.NewCursors(service.Keys()),

		approvalAbove: config.ApprovalAbove,

		currencies: currencies,
	}
	if b.settlements, err = settlementsOf(config.Settlements); err != nil {
		return nil, err
	}
	b.periods = periodsIn(b.calendar)
	return b, nil
}

// DefaultCurrency returns the currency code of accounts opened without one.
func (b *Bank) DefaultCurrency() string { return b.currency }

// Currencies returns the table of the currencies that accounts can be kept in.
func (b *Bank) Currencies() *ledger.CurrencyTable { return b.currencies }

// Zone returns the time zone of the bank's days and months.
func (b *Bank) Zone() *time.Location { return b.calendar.Zone }

// Readers returns the slots of long reads, which the bank's reports take, too.
func (b *Bank) Readers() *history.Readers { return b.readers }

func (b *Bank) newID(now time.Time) (uuid.UUID, error) { return ids.New(now, b.random) }

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
