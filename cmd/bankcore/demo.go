package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/config"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/setup"
	"github.com/bankingcore/bankcore/internal/store"
)

// demoCustomer is a customer of the demo.
type demoCustomer struct {
	holder  string
	pin     string
	balance ledger.Money // at the opening
	salary  ledger.Money // a month; 0 for none
	rent    ledger.Money // a month, to the landlord; 0 for none
	note    string       // for the printed list
	role    auth.Role
	further []*demoAccount
	account ledger.AccountNumber
	id      uuid.UUID
}

// demoAccount is a further account of a customer, into which money comes each month.
type demoAccount struct {
	nickname string
	currency string
	monthly  ledger.Money
	number   ledger.AccountNumber
}

func demoCustomers() []*demoCustomer {
	return []*demoCustomer{
		{holder: "Ada Lovelace", pin: "482913", balance: 245_000, salary: 412_500, rent: 135_000, note: "customer with three accounts", further: []*demoAccount{
			{nickname: "Holidays", currency: "EUR", monthly: 15_000}, {nickname: "Savings", currency: "USD", monthly: 40_000},
		}},
		{holder: "Katherine Johnson", pin: "730164", balance: 1_820_000, salary: 538_000, rent: 164_000, note: "customer with two accounts", further: []*demoAccount{
			{nickname: "Tokyo next spring", currency: "JPY", monthly: 30_000},
		}},
		{holder: "Zoë García-Núñez", pin: "905518", balance: 61_250, salary: 287_400, rent: 98_000, note: "customer"},
		{holder: "Srinivasa Ramanujan", pin: "172946", balance: 17_290, salary: 191_000, note: "customer, locked after three wrong PINs"},
		{holder: "Maria Landau", pin: "640275", balance: 3_500_000, note: "customer, receives the others' rents"},
		{holder: "Grace Hopper", pin: "853107", balance: 0, role: auth.RoleAdmin, note: "administrator"},
	}
}

const (
	demoDays  = 180
	landlord  = 4 // indexes into demoCustomers
	lockedOne = 3

	morning = 6 * time.Hour
)

var demoShops = []string{
	"Groceries", "Coffee", "Bookshop", "Train ticket", "Pharmacy", "Cinema", "Restaurant", "Bakery", "Hardware store", "Cash machine",
}

// serveDemo serves a new bank and removes it afterwards.
func (p *program) serveDemo(ctx context.Context, cfg config.Config) error {
	logger, closer, err := setup.Logger(cfg, p.stderr)
	if err != nil {
		return err
	}
	defer func() { _ = closer.Close() }()
	folder, err := os.MkdirTemp("", "bankcore-demo-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	cfg.DatabaseURL = config.DatabaseURL("sqlite:" + filepath.Join(folder, "demo.db"))
	cfg.StaffSecondFactor = "off" // visitors sign in with what the demo prints
	cfg.OpsAddr = config.OpsOff   // a demo may run beside a bank, which uses the default
	for _, key := range []*config.Secret{&cfg.SecretKey, &cfg.AdminKey, &cfg.PINPepper} {
		*key = config.Secret(config.NewSecret())
	}
	s, err := openMigrated(ctx, cfg, logger)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	customers, err := seedDemo(ctx, s, cfg, time.Now())
	if err != nil {
		return fmt.Errorf("make the demo's history: %w", err)
	}
	p.printDemo(customers, cfg, logger)
	a, b, err := setup.Open(s, cfg, time.Now)
	if err != nil {
		return err
	}
	return p.listen(ctx, cfg, s, a, b, logger, closer)
}

func (p *program) printDemo(customers []*demoCustomer, cfg config.Config, logger *slog.Logger) {
	logger.Warn("this is a demo: everything is thrown away when it stops")
	fmt.Fprintf(p.stdout, "\nDemo customers (account number, PIN):\n")
	for _, c := range customers {
		fmt.Fprintf(p.stdout, "  %s  %-8s %-20s %s\n", c.account, c.pin, c.holder, c.note)
	}
	fmt.Fprintf(p.stdout, "Here administrators need no second factor (STAFF_SECOND_FACTOR=off).\n")
	fmt.Fprintf(p.stdout, "Demo admin key (X-Admin-Key): %s\n\n", string(cfg.AdminKey))
}

// demoLife plays the past half year, day by day.
type demoLife struct {
	auth      *auth.Service
	bank      *bank.Bank
	now       time.Time // the bank's clock
	random    *rand.Rand
	customers []*demoCustomer
}

// seedDemo lets half a year pass on the bank's clock. The bank itself writes every entry.
func seedDemo(ctx context.Context, s *store.Store, cfg config.Config, today time.Time) ([]*demoCustomer, error) {
	begin := today.UTC().Truncate(24*time.Hour).AddDate(0, 0, -demoDays)
	random := rand.New(rand.NewPCG(1815, 12)) //nolint:gosec // the same history each time, and no secret
	life := &demoLife{now: begin, random: random, customers: demoCustomers()}
	var err error
	if life.auth, life.bank, err = setup.Open(s, cfg, func() time.Time { return life.now }); err != nil {
		return nil, err
	}
	if err := life.open(ctx); err != nil {
		return nil, err
	}
	for day := range demoDays {
		life.now = begin.AddDate(0, 0, day).Add(morning)
		if err := life.day(ctx); err != nil {
			return nil, err
		}
	}
	return life.customers, life.lastNight(ctx)
}

func (l *demoLife) open(ctx context.Context) error {
	for _, c := range l.customers {
		l.later(time.Minute)
		opening, err := l.bank.OpenAccount(ctx, operator, bank.OpenAccountParams{Holder: c.holder, Pin: c.pin, InitialDeposit: c.balance})
		if err != nil {
			return err
		}
		c.account, c.id = opening.Account.Number, opening.Account.Customer
		if err := l.openFurther(ctx, c); err != nil {
			return err
		}
		if c.role == "" {
			continue
		}
		if _, err := l.bank.SetRole(ctx, operator, c.account, c.role); err != nil {
			return err
		}
	}
	return nil
}

func (l *demoLife) openFurther(ctx context.Context, c *demoCustomer) error {
	for _, further := range c.further {
		l.later(time.Minute)
		opening, err := l.bank.OpenAccount(ctx, operator, bank.OpenAccountParams{
			CustomerOf: c.account, Nickname: further.nickname, Currency: further.currency, InitialDeposit: further.monthly,
		})
		if err != nil {
			return err
		}
		further.number = opening.Account.Number
	}
	return nil
}

// later advances the clock by a random time, less than most.
func (l *demoLife) later(most time.Duration) {
	l.now = l.now.Add(time.Duration(l.random.Int64N(int64(most)))).Truncate(time.Microsecond)
}

func (l *demoLife) day(ctx context.Context) error {
	for _, c := range l.customers {
		if c.role == auth.RoleAdmin {
			continue
		}
		if err := l.dayOf(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

func (l *demoLife) dayOf(ctx context.Context, c *demoCustomer) error {
	l.later(time.Hour)
	dayOfMonth, month := l.now.Day(), l.now.Format("January")
	if dayOfMonth == 25 && c.salary > 0 {
		if err := l.deposit(ctx, c, c.account, c.salary, "Salary, "+month); err != nil {
			return err
		}
		for _, further := range c.further {
			if err := l.deposit(ctx, c, further.number, further.monthly, "Put aside, "+month); err != nil {
				return err
			}
		}
	}
	if dayOfMonth == 1 && c.rent > 0 {
		if err := l.transfer(ctx, c, l.customers[landlord], c.rent, "Rent, "+month); err != nil {
			return err
		}
	}
	for range l.random.IntN(3) {
		l.later(2 * time.Hour)
		amount := ledger.Money(250 + l.random.Int64N(9_500))
		if err := l.withdraw(ctx, c, amount, demoShops[l.random.IntN(len(demoShops))]); err != nil {
			return err
		}
	}
	if l.random.IntN(9) > 0 {
		return nil
	}
	to := l.customers[l.random.IntN(landlord)]
	if to == c {
		return nil
	}
	return l.transfer(ctx, c, to, ledger.Money(500+l.random.Int64N(12_000)), "Dinner, thanks!")
}

// lastNight has a stranger guess PINs until an account is locked.
func (l *demoLife) lastNight(ctx context.Context) error {
	unlucky := l.customers[lockedOne]
	stranger := auth.Caller{Address: "203.0.113.77", RequestID: "demo"}
	for _, guess := range []string{"2580", "5683", "1973"} {
		l.later(time.Minute)
		_, err := l.auth.Login(ctx, stranger, auth.LoginParams{Account: unlucky.account, Pin: guess})
		if code := codeOf(err); code != auth.CodeInvalidCredentials {
			return fmt.Errorf("a wrong PIN was answered with %q: %w", code, err)
		}
	}
	return nil
}

func (l *demoLife) as(c *demoCustomer) auth.Caller {
	return auth.Caller{Customer: c.id, Account: c.account, Role: auth.RoleCustomer, Address: "198.51.100.20"}
}

func (l *demoLife) deposit(ctx context.Context, c *demoCustomer, to ledger.AccountNumber, amount ledger.Money, description string) error {
	_, err := l.bank.Deposit(ctx, l.as(c), bank.DepositParams{Account: to, Amount: amount, Description: description})
	return err
}

func (l *demoLife) withdraw(ctx context.Context, c *demoCustomer, amount ledger.Money, description string) error {
	_, err := l.bank.Withdraw(ctx, l.as(c), bank.WithdrawParams{Account: c.account, Amount: amount, Description: description})
	return ignoreInsufficientFunds(err)
}

func (l *demoLife) transfer(ctx context.Context, from, to *demoCustomer, amount ledger.Money, description string) error {
	_, err := l.bank.Transfer(ctx, l.as(from), bank.TransferParams{
		Account: from.account, To: to.account, Amount: amount, Description: description,
	})
	return ignoreInsufficientFunds(err)
}

// ignoreInsufficientFunds ignores that a customer has run out of money.
func ignoreInsufficientFunds(err error) error {
	if codeOf(err) == ledger.CodeInsufficientFunds {
		return nil
	}
	return err
}

func codeOf(err error) ledger.Code {
	if refusal, ok := errors.AsType[*ledger.Refusal](err); ok {
		return refusal.Code
	}
	return ""
}
