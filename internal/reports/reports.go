// Package reports reads the bank's books: statements, balances, the trial balance and figures. It uses the store directly, as package bank
// does, but never writes.
package reports

import (
	"cmp"
	"context"
	"time"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/history"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/schedule"
	"github.com/bankingcore/bankcore/internal/store"
)

// Config configures a Service. Fields without a default must be set.
type Config struct {
	Currencies *ledger.CurrencyTable // that accounts can be kept in
	Readers    *history.Readers      // the bank's, so that a customer's reads of both count together

	// What AdminGetPolicies shows of the bank's settings.
	Settlements   []string
	ApprovalAbove ledger.Money
	OwnCurrencies []ledger.Currency

	Zone *time.Location // of the bank's days and months; nil means UTC
	Now  func() time.Time
}

// Service offers the operations of the contract that report, each as a method named like its operationId. Its methods are safe for
// concurrent use.
type Service struct {
	store      *store.Store
	auth       *auth.Service
	currencies *ledger.CurrencyTable
	calendar   schedule.Calendar
	now        func() time.Time // UTC, whole microseconds
	readers    *history.Readers
	bounds     readBounds

	settlements   []string
	approvalAbove ledger.Money
	ownCurrencies []ledger.Currency
}

// readBounds limit the entries that one request reads, and those that each of its steps reads. If the caller disconnects, a
// read ends at its next step. Between two steps, the connection serves others.
type readBounds struct {
	balances, balancesStep int64 // of daily balances
	trialStep              int64 // of a trial balance, which reads them all
}

var defaultReadBounds = readBounds{balances: 250_000, balancesStep: history.MovementsStep, trialStep: 50_000}

// New returns a service on a bank's store. The auth service, on the same store, says who may read what.
func New(s *store.Store, service *auth.Service, config Config) *Service {
	return &Service{
		store:      s,
		auth:       service,
		currencies: config.Currencies,
		calendar:   schedule.Calendar{Zone: cmp.Or(config.Zone, time.UTC)},
		now:        store.Clock(config.Now),
		readers:    config.Readers,
		bounds:     defaultReadBounds,

		settlements: config.Settlements, approvalAbove: config.ApprovalAbove, ownCurrencies: config.OwnCurrencies,
	}
}

// Account is an account as reports name it.
type Account struct {
	Number   ledger.AccountNumber
	Holder   string // the customer's name
	Currency string

	balance, held ledger.Money
	opened        time.Time
	tail          history.Tail
}

func accountByNumber(ctx context.Context, q db.Querier, number ledger.AccountNumber) (Account, error) {
	row, err := store.AccountBy(ctx, q, number)
	if err != nil {
		return Account{}, err
	}
	return Account{
		Number:   number,
		Holder:   row.Customer.Name,
		Currency: row.Account.Currency,
		balance:  ledger.Money(row.Account.Balance),
		held:     ledger.Money(row.Account.Held),
		opened:   time.UnixMicro(row.Account.CreatedAt),
		tail:     history.TailOf(&row.Account),
	}, nil
}
