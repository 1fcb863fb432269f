package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/bankingcore/bankcore/cmd/bankbench/internal/loadgen"
	"github.com/bankingcore/bankcore/cmd/bankbench/internal/postgres"
	"github.com/bankingcore/bankcore/internal/config"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/verify"
)

// database holds what a bench knows about a database that it has made. For a SQLite file, which may be kept, it is saved
// in a file beside it. A bench does not touch a SQLite file without that one, which may be a real bank.
type database struct {
	url  string
	path string // of SQLite's file; "" for a throwaway database of PostgreSQL

	SecretKey string                 `json:"secret_key"`
	AdminKey  string                 `json:"admin_key"`
	PINPepper string                 `json:"pin_pepper"`
	Since     time.Time              `json:"since"`   // when the accounts were opened
	History   int64                  `json:"history"` // entries that were written before the first run
	Ledger    *verify.Report         `json:"ledger"`  // as it was after the latest run; nil while one is under way
	Accounts  []ledger.AccountNumber `json:"accounts"`

	PerCustomer int `json:"accounts_per_customer"` // those of one customer follow each other
}

func (d *database) notes() string { return d.path + ".bench.json" }

// makePostgres fills an empty database with accounts and a history.
func makePostgres(ctx context.Context, progress io.Writer, scratch *postgres.Database, cfg config.Config, o *options) (*database, error) {
	d := &database{url: scratch.URL()}
	if err := d.seed(ctx, progress, cfg, o); err != nil {
		return nil, err
	}
	return d, scratch.Vacuum(ctx)
}

// openDatabase makes a SQLite database with accounts and a history or, if an earlier run has made it, reads what it left.
func openDatabase(ctx context.Context, progress io.Writer, path string, cfg config.Config, o *options) (*database, error) {
	d := &database{url: "sqlite:" + path, path: path}
	text, err := os.ReadFile(d.notes())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Stat(path); err == nil {
			return nil, fmt.Errorf("--database: %s was not made by a bench, or only in part", path)
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

func (d *database) reopen(ctx context.Context, progress io.Writer, text []byte, cfg config.Config, o *options) error {
	if err := json.Unmarshal(text, d); err != nil {
		return fmt.Errorf("%s: %w", d.notes(), err)
	}
	d.PerCustomer = max(1, d.PerCustomer)
	if len(d.Accounts) != o.accounts || d.History != o.history || d.PerCustomer != o.perCustomer {
		return fmt.Errorf("--database: %s was made with --accounts %d --per-customer %d --history %d",
			d.path, len(d.Accounts), d.PerCustomer, d.History)
	}
	if d.Ledger != nil {
		return nil
	}
	// The previous run did not finish, so read what the ledger holds.
	s, err := store.Open(ctx, string(d.configure(cfg).DatabaseURL))
	if err != nil {
		return err
	}
	report, err := verify.Run(ctx, s, everySecond(progress, "entries verified"))
	d.Ledger = &report
	return errors.Join(err, s.Close())
}

// begin records that a run is under way, and finish how it left the ledger.
func (d *database) begin() error {
	before := *d
	before.Ledger = nil
	return before.save()
}

func (d *database) finish(report verify.Report) error {
	after := *d
	after.Ledger = &report
	return after.save()
}

func (d *database) save() error {
	if d.path == "" {
		return nil
	}
	text, err := json.Marshal(d)
	if err != nil {
		return err
	}
	return os.WriteFile(d.notes(), text, 0o600)
}

// configure points a configuration at the database.
func (d *database) configure(cfg config.Config) config.Config {
	cfg.DatabaseURL = config.DatabaseURL(d.url)
	cfg.SecretKey, cfg.AdminKey, cfg.PINPepper = config.Secret(d.SecretKey), config.Secret(d.AdminKey), config.Secret(d.PINPepper)
	return cfg
}

// growth is what a ledger has gained since the run began. All accounts have one currency.
func (d *database) growth(now verify.Report) loadgen.Growth {
	was, is := d.Ledger.Totals[0], now.Totals[0]
	return loadgen.Growth{
		Entries:     now.Entries - d.Ledger.Entries,
		Deposited:   is.Deposited - was.Deposited,
		Withdrawn:   is.Withdrawn - was.Withdrawn,
		Transferred: is.TransferredOut - was.TransferredOut,
	}
}
