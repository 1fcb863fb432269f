package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"sync/atomic"
	"time"

	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/bench"
	"github.com/bankingcore/bankcore/internal/store"
)

const (
	benchPIN = "730164"
	// maxSenders bounds how many sessions are opened.
	maxSenders = 10_000
	// seedersAtATime keeps a group commit full.
	seedersAtATime = 128
	benchYear      = 365 * 24 * time.Hour
)

// benchDatabase is what a bench knows of a database that it has made. For one that is kept it stands beside it in a file,
// without which a database is not touched: it would be somebody's bank.
type benchDatabase struct {
	path string

	SecretKey string               `json:"secret_key"`
	AdminKey  string               `json:"admin_key"`
	PINPepper string               `json:"pin_pepper"`
	Since     time.Time            `json:"since"`   // when the accounts were opened
	History   int64                `json:"history"` // entries that were written before the first run
	Ledger    *bank.VerifyReport   `json:"ledger"`  // as it was after the latest run; nil while one is under way
	Accounts  []bank.AccountNumber `json:"accounts"`
}

func (d *benchDatabase) notes() string { return d.path + ".bench.json" }

// openBenchDatabase makes a database with accounts and a history or, if an earlier run has made it, reads what it left.
func openBenchDatabase(ctx context.Context, progress io.Writer, path string, cfg config, o *benchOptions) (*benchDatabase, error) {
	d := &benchDatabase{path: path}
	text, err := os.ReadFile(d.notes())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Stat(path); err == nil {
			return nil, fmt.Errorf("--database: %s was not made by a bench, or not to its end", path)
		}
		err = d.seed(ctx, progress, cfg, o)
	case err == nil:
		err = d.reopen(ctx, progress, text, cfg, o)
	}
	if err != nil {
		return nil, err
	}
	return d, d.begin()
}

func (d *benchDatabase) reopen(ctx context.Context, progress io.Writer, text []byte, cfg config, o *benchOptions) error {
	if err := json.Unmarshal(text, d); err != nil {
		return fmt.Errorf("%s: %w", d.notes(), err)
	}
	if len(d.Accounts) != o.accounts || d.History != o.history {
		return fmt.Errorf("--database: %s was made with --accounts %d --history %d", d.path, len(d.Accounts), d.History)
	}
	if d.Ledger != nil {
		return nil
	}
	// The run before did not come to its end, so what the ledger holds must be found out.
	s, err := store.Open(ctx, string(d.configure(cfg).DatabaseURL))
	if err != nil {
		return err
	}
	report, err := bank.Verify(ctx, s, everySecond(progress, "entries verified"))
	d.Ledger = &report
	return errors.Join(err, s.Close())
}

// begin notes that a run is under way, and finish how it left the ledger.
func (d *benchDatabase) begin() error {
	before := *d
	before.Ledger = nil
	return before.save()
}

func (d *benchDatabase) finish(report bank.VerifyReport) error {
	after := *d
	after.Ledger = &report
	return after.save()
}

func (d *benchDatabase) save() error {
	text, err := json.Marshal(d)
	if err != nil {
		return err
	}
	return os.WriteFile(d.notes(), text, 0o600)
}

// configure points a configuration at the database. Nobody is limited.
func (d *benchDatabase) configure(cfg config) config {
	cfg.DatabaseURL = databaseURL("sqlite:" + d.path)
	cfg.SecretKey, cfg.AdminKey, cfg.PINPepper = secret(d.SecretKey), secret(d.AdminKey), secret(d.PINPepper)
	off := config{}
	cfg.RateLimitRegister, cfg.RateLimitDeposit, cfg.RateLimitWithdraw = off.RateLimitRegister, off.RateLimitDeposit, off.RateLimitWithdraw
	cfg.RateLimitTransfer, cfg.RateLimitLogin, cfg.RateLimitRefresh = off.RateLimitTransfer, off.RateLimitLogin, off.RateLimitRefresh
	return cfg
}

// growth is what a ledger has gained since the run began. All accounts have one currency.
func (d *benchDatabase) growth(now bank.VerifyReport) bench.Growth {
	was, is := d.Ledger.Totals[0], now.Totals[0]
	return bench.Growth{
		Entries:     now.Entries - d.Ledger.Entries,
		Deposited:   is.Deposited - was.Deposited,
		Withdrawn:   is.Withdrawn - was.Withdrawn,
		Transferred: is.TransferredOut - was.TransferredOut,
	}
}

// benchBank opens a bank whose PINs cost nothing to hash: they guard no one.
func benchBank(s *store.Store, cfg config, now func() time.Time) (*bank.Bank, error) {
	settings := bankConfig(cfg, now)
	settings.KDF = func(password, _ []byte, _, _ uint32, _ uint8, length uint32) []byte {
		key := make([]byte, length)
		copy(key, password)
		return key
	}
	return bank.New(s, settings)
}

// calendar is the clock of the past year: it goes on with the work, and with every look at it, since the ids that are made
// from a time that stands still are in no order.
type calendar struct {
	begin time.Time
	step  time.Duration // from one transfer to the next
	done  atomic.Int64  // transfers
	looks atomic.Int64
}

func (c *calendar) now() time.Time {
	return c.begin.Add(time.Duration(c.done.Load())*c.step + time.Duration(c.looks.Add(1))*time.Microsecond)
}

// seed lets the bank itself open the accounts and write the history, with many callers at once so that its commits are
// shared.
func (d *benchDatabase) seed(ctx context.Context, progress io.Writer, cfg config, o *benchOptions) (err error) {
	for _, key := range []*string{&d.SecretKey, &d.AdminKey, &d.PINPepper} {
		*key = newSecret()
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
		past.begin, past.step = past.begin.Add(-benchYear), benchYear/time.Duration(transfers)
	}
	d.Since, d.History = past.begin, o.history
	b, err := benchBank(s, cfg, past.now)
	if err != nil {
		return err
	}
	if d.Accounts, err = openBenchAccounts(ctx, progress, b, o.accounts); err != nil {
		return err
	}
	moved, err := d.transfer(ctx, progress, b, past, o.seed, int(transfers))
	d.Ledger = &bank.VerifyReport{
		Accounts: int64(o.accounts), Entries: int64(o.accounts) + 2*transfers,
		Totals: []bank.VerifyTotal{{TransferredIn: moved, TransferredOut: moved}},
	}
	return err
}

func openBenchAccounts(ctx context.Context, progress io.Writer, b *bank.Bank, count int) ([]bank.AccountNumber, error) {
	numbers := make([]bank.AccountNumber, count)
	err := bench.Each(ctx, progress, "accounts opened", count, seedersAtATime, func(ctx context.Context, i int) error {
		opening, err := b.OpenAccount(ctx, bank.OpenAccountParams{Holder: "Bench Account", Pin: benchPIN, InitialDeposit: benchDeposit})
		numbers[i] = opening.Account.Number
		return err
	})
	return numbers, err
}

// transfer writes two entries for each transfer, and returns how much money was moved.
func (d *benchDatabase) transfer(ctx context.Context, progress io.Writer, b *bank.Bank, past *calendar, seed uint64, count int) (int64, error) {
	var moved atomic.Int64
	err := bench.Each(ctx, progress, "transfers of the past", count, seedersAtATime, func(ctx context.Context, i int) error {
		random := rand.New(rand.NewPCG(seed, uint64(i))) //nolint:gosec // choices that can be made again
		from := random.IntN(len(d.Accounts))
		to := (from + 1 + random.IntN(len(d.Accounts)-1)) % len(d.Accounts)
		amount := 1 + random.Int64N(100)
		past.done.Store(int64(i))
		_, err := b.Transfer(ctx, bank.Caller{Account: d.Accounts[from], Role: bank.RoleCustomer}, bank.TransferParams{
			Account: d.Accounts[from], To: d.Accounts[to], Amount: bank.Money(amount),
		})
		moved.Add(amount)
		return err
	})
	return moved.Load(), err
}

// signInBench opens the sessions of the accounts that send, which are the first.
func signInBench(ctx context.Context, progress io.Writer, b *bank.Bank, numbers []bank.AccountNumber) ([]bench.Account, error) {
	accounts := make([]bench.Account, len(numbers))
	for i, number := range numbers {
		accounts[i].Number = number.String()
	}
	err := bench.Each(ctx, progress, "sessions opened", min(len(numbers), maxSenders), seedersAtATime, func(ctx context.Context, i int) error {
		tokens, err := b.Login(ctx, bank.Caller{Address: "127.0.0.1"}, bank.LoginParams{Account: numbers[i], Pin: benchPIN})
		accounts[i].Token = tokens.Access
		return err
	})
	return accounts, err
}
