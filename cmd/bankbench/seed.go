package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/bankingcore/bankcore/cmd/bankbench/internal/loadgen"
	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/config"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/setup"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/verify"
)

const (
	pin = "730164"
	// maxSenders bounds how many sessions are opened.
	maxSenders = 10_000
	// seedersAtATime keeps a group commit full.
	seedersAtATime = 128
	// readersAtATime is how many connections the bank reads with on PostgreSQL: each reading has one at once.
	readersAtATime = 8
	year           = 365 * 24 * time.Hour
)

// operator is the caller that reads any entry.
var operator = auth.Caller{Operator: true}

// openBank opens a bank whose PINs cost nothing to hash: they protect nothing.
func openBank(s *store.Store, cfg config.Config, now func() time.Time) (*auth.Service, *bank.Bank, error) {
	settings := setup.AuthConfig(cfg, now)
	settings.KDF = func(password, _ []byte, _, _ uint32, _ uint8, length uint32) []byte {
		key := make([]byte, length)
		copy(key, password)
		return key
	}
	service, err := auth.New(s, settings)
	if err != nil {
		return nil, nil, err
	}
	b, err := bank.New(s, service, setup.BankConfig(cfg, now))
	return service, b, err
}

// calendar is the clock of the past year. It advances with the work and with every reading, because ids made from a clock
// that stands still are in no order.
type calendar struct {
	begin time.Time
	step  time.Duration // from one transfer to the next
	done  atomic.Int64  // transfers
	looks atomic.Int64  // readings
}

func (c *calendar) now() time.Time {
	return c.begin.Add(time.Duration(c.done.Load())*c.step + time.Duration(c.looks.Add(1))*time.Microsecond)
}

// seed lets the bank itself open the accounts and write the history, with many callers at once so that its commits are
// shared.
func (d *database) seed(ctx context.Context, progress io.Writer, cfg config.Config, o *options) (err error) {
	for _, key := range []*string{&d.SecretKey, &d.AdminKey, &d.PINPepper} {
		*key = config.NewSecret()
	}
	cfg = d.configure(cfg)
	if _, err := store.Migrate(ctx, string(cfg.DatabaseURL)); err != nil {
		return err
	}
	s, err := store.Open(ctx, string(cfg.DatabaseURL))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	transfers := o.history / 2
	past := &calendar{begin: time.Now().UTC().Add(-time.Hour)}
	if transfers > 0 {
		past.begin, past.step = past.begin.Add(-year), year/time.Duration(transfers)
	}
	d.Since, d.History, d.PerCustomer = past.begin, o.history, o.perCustomer
	_, b, err := openBank(s, cfg, past.now)
	if err != nil {
		return err
	}
	if d.Accounts, err = openAccounts(ctx, progress, b, o.accounts, o.perCustomer); err != nil {
		return err
	}
	moved, err := d.transfer(ctx, progress, b, past, o.seed, int(transfers))
	d.Ledger = &verify.Report{
		Accounts: int64(o.accounts), Entries: int64(o.accounts) + 2*transfers,
		Totals: []verify.Total{{TransferredIn: moved, TransferredOut: moved}},
	}
	return err
}

// openAccounts opens each customer's first account like a stranger, and the further ones like the customer: those leave an event.
func openAccounts(ctx context.Context, progress io.Writer, b *bank.Bank, count, perCustomer int) ([]ledger.AccountNumber, error) {
	numbers := make([]ledger.AccountNumber, count)
	customers := (count + perCustomer - 1) / perCustomer
	err := loadgen.Each(ctx, progress, "accounts opened", customers, seedersAtATime, func(ctx context.Context, i int) error {
		params := bank.OpenAccountParams{Holder: "Bench Account", Pin: pin, InitialDeposit: deposit}
		var caller auth.Caller
		for at := i * perCustomer; at < min(count, (i+1)*perCustomer); at++ {
			opening, err := b.OpenAccount(ctx, caller, params)
			if err != nil {
				return orBusy(err)
			}
			numbers[at] = opening.Account.Number
			caller = auth.Caller{Customer: opening.Account.Customer, Account: numbers[i*perCustomer], Role: auth.RoleCustomer}
			params.Holder, params.Pin = "", ""
		}
		return nil
	})
	return numbers, err
}

// transfer writes two entries for each transfer, and returns how much money was moved.
func (d *database) transfer(ctx context.Context, progress io.Writer, b *bank.Bank, past *calendar, seed uint64, count int) (int64, error) {
	var moved atomic.Int64
	err := loadgen.Each(ctx, progress, "transfers of the past", count, seedersAtATime, func(ctx context.Context, i int) error {
		random := rand.New(rand.NewPCG(seed, uint64(i))) //nolint:gosec // repeatable choices
		from := random.IntN(len(d.Accounts))
		to := (from + 1 + random.IntN(len(d.Accounts)-1)) % len(d.Accounts)
		amount := 1 + random.Int64N(100)
		past.done.Store(int64(i))
		_, err := b.Transfer(ctx, auth.Caller{Account: d.Accounts[from], Role: auth.RoleCustomer}, bank.TransferParams{
			Account: d.Accounts[from], To: d.Accounts[to], Amount: ledger.Money(amount),
		})
		if err == nil {
			moved.Add(amount)
		}
		return orBusy(err)
	})
	return moved.Load(), err
}

// signIn opens sessions for the accounts that send, which are the first ones. A customer has one session, for all accounts.
func signIn(ctx context.Context, progress io.Writer, service *auth.Service, d *database) ([]loadgen.Account, error) {
	accounts := make([]loadgen.Account, len(d.Accounts))
	for i, number := range d.Accounts {
		accounts[i].Number = number.String()
	}
	customers := (min(len(accounts), maxSenders) + d.PerCustomer - 1) / d.PerCustomer
	err := loadgen.Each(ctx, progress, "sessions opened", customers, seedersAtATime, func(ctx context.Context, i int) error {
		first := i * d.PerCustomer
		tokens, err := service.Login(ctx, auth.Caller{Address: "127.0.0.1"}, auth.LoginParams{Account: d.Accounts[first], Pin: pin})
		for at := first; at < min(len(accounts), first+d.PerCustomer); at++ {
			accounts[at].Token = tokens.Access
		}
		return orBusy(err)
	})
	return accounts, err
}

// orBusy marks the errors of a bank that did nothing because its database was busy.
func orBusy(err error) error {
	if errors.Is(err, bank.ErrUnavailable) {
		return fmt.Errorf("%w: %w", loadgen.ErrBusy, err)
	}
	return err
}
