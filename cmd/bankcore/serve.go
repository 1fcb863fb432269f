package main

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/config"
	"github.com/bankingcore/bankcore/internal/server"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/web"
)

const (
	purgeInterval = 10 * time.Minute
	// limitsPurgeInterval applies where rate limits are counted in the database: their rows are of use for only a minute.
	limitsPurgeInterval = time.Minute
	// drainDelay lets a load balancer see that the server is about to stop before it does.
	drainDelay = time.Second
)

func (p *program) serveCommand() *cobra.Command {
	var demo bool
	command := &cobra.Command{
		Use:   "serve",
		Short: "Run the server",
		Long: `Run the server until SIGINT or SIGTERM; it then finishes the requests in progress.

The database is created or migrated first. Secrets that are not configured are generated at the first start
and kept in secrets.env beside the database. Only one server at a time can run on a SQLite database; on
PostgreSQL any number can, all configured with the same secrets.

SIGHUP reopens the log file and reloads the certificate; a renewed certificate is noticed without it, too.

With --demo the server runs on a throwaway database with a handful of customers, an administrator and
months of history; their account numbers and PINs are printed. Nothing is kept.`,
		Example: `  bankcore serve
  bankcore serve --demo
  ADDR=0.0.0.0:8443 TLS_CERT_FILE=cert.pem TLS_KEY_FILE=key.pem bankcore serve
  DATABASE_URL=postgres://bankcore@db1,db2/bankcore bankcore serve`,
		Args: usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := p.config()
			if err != nil {
				return err
			}
			// From now on SIGHUP does not end the process, not even while it drains.
			signal.Notify(p.hangups, syscall.SIGHUP)
			defer signal.Stop(p.hangups)
			if demo {
				return p.serveDemo(cmd.Context(), cfg)
			}
			return p.serve(cmd.Context(), cfg)
		},
	}
	command.Flags().BoolVar(&demo, "demo", false, "serve made-up customers from a throwaway database")
	return command
}

// serve runs the configured bank.
func (p *program) serve(ctx context.Context, cfg config.Config) error {
	if err := cfg.CheckSecrets(); err != nil { // before anything is created
		return err
	}
	logger, closer, err := newLogger(cfg, p.stderr)
	if err != nil {
		return err
	}
	defer func() { _ = closer.Close() }()
	s, err := openMigrated(ctx, cfg, logger)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	b, err := openBank(ctx, s, cfg, logger)
	if err != nil {
		return err
	}
	return p.listen(ctx, cfg, s, b, logger, closer)
}

// openMigrated brings the database up to date and claims it for this process.
func openMigrated(ctx context.Context, cfg config.Config, logger *slog.Logger) (*store.Store, error) {
	applied, err := migrate(ctx, cfg)
	if err != nil {
		return nil, err
	}
	for _, migration := range applied {
		logger.Info("migrated", "migration", migration)
	}
	s, err := store.Open(ctx, string(cfg.DatabaseURL))
	if err != nil {
		return nil, err
	}
	if err := s.Claim(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if extra := s.Extra(); len(extra) > 0 {
		logger.Warn("the bank's schema holds more than the bank made", "objects", extra)
	}
	if s.OwnsTables() {
		logger.Warn("the server's role owns the bank's tables and could switch off what protects the ledger: see MIGRATE_DATABASE_URL")
	}
	return s, nil
}

// migrate brings the database up to date, as the role that owns its tables if that is not the server's.
func migrate(ctx context.Context, cfg config.Config) ([]string, error) {
	if cfg.MigrateDatabaseURL == "" {
		return store.Migrate(ctx, string(cfg.DatabaseURL))
	}
	return store.MigrateAs(ctx, string(cfg.MigrateDatabaseURL), string(cfg.DatabaseURL))
}

// openBank finds or generates the secrets and opens the bank with them.
func openBank(ctx context.Context, s *store.Store, cfg config.Config, logger *slog.Logger) (*bank.Bank, error) {
	accounts, err := bank.HasAccounts(ctx, s)
	if err != nil {
		return nil, err
	}
	if err := cfg.EnsureSecrets(!accounts, logger); err != nil {
		return nil, err
	}
	if err := cfg.CheckSecrets(); err != nil { // now with those of the file
		return nil, err
	}
	return newBank(s, cfg, time.Now)
}

func newBank(s *store.Store, cfg config.Config, now func() time.Time) (*bank.Bank, error) {
	return bank.New(s, bankConfig(cfg, now))
}

func bankConfig(cfg config.Config, now func() time.Time) bank.Config {
	return bank.Config{
		SecretKey: string(cfg.SecretKey),
		AdminKey:  string(cfg.AdminKey),
		PinPepper: string(cfg.PINPepper),
		Currency:  cfg.Currency,
		Openings:  bank.Openings(cfg.Openings),
		Idle:      bank.IdleLimits{Customers: time.Duration(cfg.SessionIdle), Staff: time.Duration(cfg.SessionIdleStaff)},
		Zone:      cfg.TimeZone,

		StaffWithoutSecondFactor: cfg.StaffSecondFactor == "off",

		Now:    now,
		Random: rand.Reader,
	}
}

// gcPercent lets the heap grow to five times its live data before the collector runs. There is little of that: connections,
// limits and a bounded queue. At Go's default of 100, the collector takes a tenth of the processors' time under load.
const gcPercent = 400

// tuneCollector applies gcPercent unless the operator has set GOGC.
func (p *program) tuneCollector() {
	if !slices.ContainsFunc(p.environ, func(entry string) bool { return strings.HasPrefix(entry, "GOGC=") }) {
		debug.SetGCPercent(gcPercent)
	}
}

func newServer(cfg config.Config, s *store.Store, b *bank.Bank, logger *slog.Logger, drain time.Duration) (*server.Server, error) {
	return server.New(server.Config{
		Bank: b, Ready: s.Ping, Queued: s.Queued, Pages: web.Files, Logger: logger, Now: time.Now, Version: version,
		Limits:        cfg.RateLimits,
		AdminKeyLimit: cfg.RateLimitAdminKey,
		SharedLimits:  cfg.LimitStore() == config.LimitsInDatabase,
		BasePath:      cfg.BasePath,
		Origins:       cfg.CORSOrigins,
		Proxies:       cfg.TrustedProxies,
		MetricsToken:  string(cfg.MetricsToken),

		ConnectionsPerAddress: int(cfg.MaxConnectionsPerAddress),

		Debug: cfg.Debug, Swagger: cfg.Swagger == "on", SecurityContact: cfg.SecurityContact, DrainDelay: drain,
	})
}

// listen serves HTTP until ctx ends, or until the outcome of a commit is unknown.
func (p *program) listen(ctx context.Context, cfg config.Config, s *store.Store, b *bank.Bank, logger *slog.Logger, logFile io.Closer) error {
	p.tuneCollector()
	srv, err := newServer(cfg, s, b, logger, drainDelay)
	if err != nil {
		return err
	}
	scheme := "http"
	var tlsConfig *tls.Config
	var tlsPair *certificate
	if cfg.TLSCertFile != "" {
		scheme = "https"
		if tlsPair, err = newCertificate(cfg, logger); err != nil {
			return err
		}
		tlsConfig = &tls.Config{GetCertificate: tlsPair.get, MinVersion: tls.VersionTLS12}
	}
	ops, stopOps, err := serveOps(ctx, cfg, srv, logger)
	if err != nil {
		return err
	}
	defer stopOps()
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", cfg.Addr)
	if err != nil {
		return fmt.Errorf("ADDR: %w", err)
	}
	url := scheme + "://" + listener.Addr().String()
	pages := url + cfg.BasePath
	fmt.Fprintf(p.stdout, "Banking Core %s listens on %s\n  dashboard %s/app/\n  API       %s\n  metrics   %s\n", version, url, pages, pages+srv.Documentation(), ops)
	logger.Info("listening", "url", url, "metrics", ops, "database", cfg.DatabaseURL, "rate_limits", cfg.LimitStore(), "version", version)

	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	go purge(ctx, cfg, b, logger)
	go flushRepeats(ctx, b, logger)
	go refoldNames(ctx, b, logger)
	go watchPeppers(ctx, b, logger)
	go resealSecondFactors(ctx, b, logger)
	go reloadAtHangups(ctx, p.hangups, logger, logFile, tlsPair)
	go func() {
		select {
		case <-s.Failed():
			stop(errOutcomeUnknown)
		case <-ctx.Done():
		}
	}()
	err = srv.Serve(ctx, listener, tlsConfig)
	if ctx.Err() != nil && !errors.Is(context.Cause(ctx), errOutcomeUnknown) {
		if lost := b.FlushRepeats(context.WithoutCancel(ctx)); lost != nil {
			logger.Warn("cannot record the last failures", "error", lost)
		}
	}
	if err == nil && errors.Is(context.Cause(ctx), errOutcomeUnknown) {
		err = errOutcomeUnknown
	}
	logger.Info("stopped")
	return err
}

// serveOps starts the operators' listener. It returns the listener's URL, or "off", for people to read, and stop, which ends it.
func serveOps(ctx context.Context, cfg config.Config, srv *server.Server, logger *slog.Logger) (place string, stop func(), err error) {
	if cfg.OpsAddr == config.OpsOff {
		return config.OpsOff, func() {}, nil
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", cfg.OpsAddr)
	if errors.Is(err, syscall.EADDRINUSE) && cfg.OpsAddr == config.DefaultOpsAddr {
		// Two banks on one host must start without a setting. Which of them gets the default address is a matter of chance.
		logger.Warn("metrics are not served: another program listens on the default OPS_ADDR", "address", cfg.OpsAddr)
		return config.OpsOff, func() {}, nil
	}
	if err != nil {
		return "", nil, fmt.Errorf("OPS_ADDR: %w", err)
	}
	// The listener outlives ctx: it serves while the bank drains.
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		// The bank keeps running without its metrics. Their absence raises an alert.
		if err := srv.ServeOps(ctx, listener); err != nil {
			logger.Error("the operators' listener has ended", "error", err)
		}
	}()
	return "http://" + listener.Addr().String() + "/metrics", func() { cancel(); <-ended }, nil
}

// errOutcomeUnknown ends the process: only a fresh start can see whether the last transaction is in the file.
var errOutcomeUnknown = errors.New("a commit failed and its outcome is unknown; check the disk, then start again and run: bankcore verify")

// refoldNames brings the form in which names are searched up to this version's rules.
func refoldNames(ctx context.Context, b *bank.Bank, logger *slog.Logger) {
	switch names, err := b.RefoldNames(ctx); {
	case err != nil && ctx.Err() == nil:
		logger.Warn("cannot bring the search of names up to date; the next start tries again", "error", err)
	case names > 0:
		logger.Info("brought the search of names up to date", "names", names)
	}
}

// flushRepeats records, once a minute, the failures that were repeated within it.
func flushRepeats(ctx context.Context, b *bank.Bank, logger *slog.Logger) {
	ticker := time.NewTicker(time.Minute)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		if err := b.FlushRepeats(ctx); err != nil && ctx.Err() == nil {
			logger.Warn("cannot record failures; trying again in a minute", "error", err)
		}
	}
}

// watchPeppers logs how many PINs this server cannot check, and how many still use an older pepper.
func watchPeppers(ctx context.Context, b *bank.Bank, logger *slog.Logger) {
	use, err := b.CountPeppers(ctx)
	if err != nil {
		if ctx.Err() == nil {
			logger.Warn("cannot count PINs by their pepper", "error", err)
		}
		return
	}
	if use.Missing > 0 {
		logger.Error("PIN_PEPPER lacks a pepper that PINs were made with; these accounts cannot sign in", "accounts", use.Missing)
	}
	if use.Older > 0 {
		logger.Info("PINs still use an older pepper; see bankcore account peppers", "accounts", use.Older)
	}
}

// resealSecondFactors moves second factors to the SECRET_KEY in use, and logs how many this server cannot check.
func resealSecondFactors(ctx context.Context, b *bank.Bank, logger *slog.Logger) {
	use, err := b.ResealSecondFactors(ctx)
	if err != nil {
		if ctx.Err() == nil {
			logger.Warn("cannot bring second factors to the newest SECRET_KEY; the next start tries again", "error", err)
		}
		return
	}
	if use.Unreadable > 0 {
		logger.Error("SECRET_KEY lacks a key that second factors were sealed with; these accounts cannot sign in: see bankcore account second-factor-off",
			"accounts", use.Unreadable)
	}
	if use.Resealed > 0 {
		logger.Info("brought second factors to the newest SECRET_KEY", "accounts", use.Resealed)
	}
}

// purge deletes expired rows at intervals.
func purge(ctx context.Context, cfg config.Config, b *bank.Bank, logger *slog.Logger) {
	interval := purgeInterval
	if cfg.LimitStore() == config.LimitsInDatabase {
		interval = limitsPurgeInterval
	}
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		purged, err := b.Purge(ctx)
		switch {
		case err != nil && ctx.Err() == nil:
			logger.Warn("cannot purge expired rows", "error", err)
		case purged > 0:
			logger.Info("purged expired rows", "rows", purged)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}
