package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/cmd/bankbench/internal/loadgen"
	"github.com/bankingcore/bankcore/cmd/bankbench/internal/postgres"
	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/config"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/ratelimit"
	"github.com/bankingcore/bankcore/internal/server"
	"github.com/bankingcore/bankcore/internal/setup"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/verify"
)

// embedded is a server in this process.
type embedded struct {
	database *database
	store    *store.Store
	auth     *auth.Service
	bank     *bank.Bank
	accounts []loadgen.Account
	url      string

	folder    string             // removed at the end; "" for a database that is kept
	server    *postgres.Server   // nil for SQLite
	scratch   *postgres.Database // dropped at the end
	log       io.Closer
	stop      context.CancelFunc
	ended     chan error
	listening bool
}

func openEmbedded(ctx context.Context, progress io.Writer, cfg config.Config, o *options) (_ *embedded, err error) {
	e := &embedded{stop: func() {}, ended: make(chan error, 1), server: o.server}
	defer func() {
		if err != nil {
			err = errors.Join(err, e.close())
		}
	}()
	if err = e.open(ctx, progress, cfg, o); err != nil {
		return nil, err
	}
	return e, e.start(ctx, progress, cfg)
}

// open makes the database, or opens the file that an earlier run has made.
func (e *embedded) open(ctx context.Context, progress io.Writer, cfg config.Config, o *options) (err error) {
	if e.server != nil {
		if e.scratch, err = createScratch(ctx, e.server, progress); err != nil {
			return err
		}
		e.database, err = makePostgres(ctx, progress, e.scratch, cfg, o)
		return err
	}
	path := o.database
	if path == "" {
		if e.folder, err = os.MkdirTemp("", "bankbench-"); err != nil {
			return err
		}
		path = filepath.Join(e.folder, "bench.db")
	}
	e.database, err = openDatabase(ctx, progress, path, cfg, o)
	return err
}

// start opens the bank as "bankcore serve" does, apart from what configure, openBank and serve change, and serves it.
func (e *embedded) start(ctx context.Context, progress io.Writer, cfg config.Config) error {
	var err error
	cfg = e.database.configure(cfg)
	if e.store, err = store.Open(ctx, string(cfg.DatabaseURL)); err != nil {
		return err
	}
	if err := e.store.Claim(); err != nil {
		return err
	}
	if e.auth, e.bank, err = openBank(e.store, cfg, time.Now); err != nil {
		return err
	}
	// What has expired since an earlier run is no work of this one.
	if _, err := e.auth.Purge(ctx); err != nil {
		return err
	}
	if _, err := e.bank.Purge(ctx); err != nil {
		return err
	}
	if e.accounts, err = signIn(ctx, progress, e.auth, e.database); err != nil {
		return err
	}
	return e.serve(ctx, cfg)
}

// serve listens on a port of its own until close. Its log costs what it costs a real server, but is discarded unless
// LOG_FILE names a file.
func (e *embedded) serve(ctx context.Context, cfg config.Config) error {
	nowhere, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	logger, log, err := setup.Logger(cfg, nowhere)
	if err != nil {
		return errors.Join(err, nowhere.Close())
	}
	e.log = closers{log, nowhere}
	srv, err := server.New(unlimited(setup.ServerConfig(cfg, e.store, e.auth, e.bank, logger)))
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	e.url, e.listening = "http://"+listener.Addr().String(), true
	// An interrupted run ends only once its requests are answered.
	ctx, e.stop = context.WithCancel(context.WithoutCancel(ctx))
	go func() { e.ended <- srv.Serve(ctx, listener, nil) }()
	return nil
}

// unlimited lets a client send any number of requests over any number of connections.
func unlimited(settings server.Config) server.Config {
	settings.Limits, settings.ConnectionsPerAddress = ratelimit.Unlimited(), 0
	return settings
}

// closers closes several things in order.
type closers []io.Closer

func (c closers) Close() error {
	var failures []error
	for _, closer := range c {
		failures = append(failures, closer.Close())
	}
	return errors.Join(failures...)
}

func (e *embedded) close() error {
	var failures []error
	e.stop()
	if e.listening {
		failures = append(failures, <-e.ended)
	}
	if e.store != nil {
		failures = append(failures, e.store.Close())
	}
	if e.log != nil {
		failures = append(failures, e.log.Close())
	}
	if e.scratch != nil {
		failures = append(failures, e.scratch.Drop())
	}
	if e.folder != "" {
		failures = append(failures, os.RemoveAll(e.folder))
	}
	return errors.Join(failures...)
}

func (e *embedded) describe(config *loadgen.Config) {
	config.URL, config.Accounts, config.Since = e.url, e.accounts, e.database.Since
}

func (e *embedded) directory() string {
	if e.server != nil {
		return ""
	}
	return filepath.Dir(e.database.path)
}

func (e *embedded) machine(m *loadgen.Machine) {
	if e.server == nil {
		m.SQLiteSync = "FULL" // the store does not open otherwise
		m.DiskSyncMS = diskSync(e.directory())
	}
	m.PeakMemoryMB = peakMemory()
}

func (e *embedded) process() (pid int, withLoad bool) { return os.Getpid(), true }

// judge verifies the whole ledger, compares its growth with what was acknowledged, and looks up the acknowledged entries.
func (e *embedded) judge(ctx context.Context, progress io.Writer, load *loadgen.Load) loadgen.Verdict {
	var found int64
	var report verify.Report
	err := loadgen.Patiently(ctx, func() (err error) {
		report, err = verify.Run(ctx, e.store, everySecond(progress, "entries verified"))
		return orBusy(err)
	})
	if err == nil {
		err = load.Moves().Explain(e.database.growth(report))
	}
	if err == nil {
		found, err = load.LookUp(ctx, progress, readersAtATime, e.entry)
	}
	if err == nil {
		err = e.database.finish(report)
	}
	says := fmt.Sprintf("the ledger of %d accounts and %d entries is whole and has grown by what was acknowledged", report.Accounts, report.Entries)
	return loadgen.Judge(load, found, says, err)
}

func (e *embedded) entry(ctx context.Context, account loadgen.Account, id string) (number string, amount int64, err error) {
	parsed, err := uuid.Parse(id)
	if err != nil {
		return "", 0, err
	}
	owner, err := ledger.ParseAccountNumber(account.Number)
	if err != nil {
		return "", 0, err
	}
	entry, err := e.bank.GetTransaction(ctx, operator, owner, parsed)
	return entry.Account.String(), int64(entry.Amount), orBusy(err)
}

// everySecond returns a function that prints the progress of a verification at most once a second.
func everySecond(progress io.Writer, what string) func(verify.Report) {
	told := time.Now()
	return func(report verify.Report) {
		if now := time.Now(); now.Sub(told) >= time.Second {
			told = now
			_, _ = fmt.Fprintf(progress, "%s: %d\n", what, report.Entries)
		}
	}
}
