package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/config"
	"github.com/bankingcore/bankcore/internal/jobs"
	"github.com/bankingcore/bankcore/internal/server"
	"github.com/bankingcore/bankcore/internal/setup"
	"github.com/bankingcore/bankcore/internal/store"
)

// drainDelay lets a load balancer see that the server is about to stop before it does.
const drainDelay = time.Second

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
	logger, closer, err := setup.Logger(cfg, p.stderr)
	if err != nil {
		return err
	}
	defer func() { _ = closer.Close() }()
	s, err := openMigrated(ctx, cfg, logger)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	a, b, err := openBank(ctx, s, cfg, logger)
	if err != nil {
		return err
	}
	if cfg.Trusting() {
		logger.Warn("other machines reach this bank, where anyone opens accounts and deposits what they like: see OPENINGS and CASH")
	}
	return p.listen(ctx, cfg, s, a, b, logger, closer)
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

// openBank finds or generates the secrets and opens the bank with them.
func openBank(ctx context.Context, s *store.Store, cfg config.Config, logger *slog.Logger) (*auth.Service, *bank.Bank, error) {
	accounts, err := bank.HasAccounts(ctx, s)
	if err != nil {
		return nil, nil, err
	}
	if err := cfg.EnsureSecrets(!accounts, logger); err != nil {
		return nil, nil, err
	}
	if err := cfg.CheckSecrets(); err != nil { // now with those of the file
		return nil, nil, err
	}
	return setup.Open(s, cfg, time.Now)
}

// listen serves HTTP until ctx ends, or until the outcome of a commit is unknown.
func (p *program) listen(ctx context.Context, cfg config.Config, s *store.Store, a *auth.Service, b *bank.Bank, logger *slog.Logger, logFile io.Closer,
) error {
	setup.TuneCollector(p.environ)
	settings := setup.ServerConfig(cfg, s, a, b, logger)
	settings.DrainDelay = drainDelay
	srv, err := server.New(settings)
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
	fmt.Fprintf(p.stdout, "Banking Core %s listens on %s\n  dashboard %s/app/\n  API       %s\n  metrics   %s\n", setup.Version, url, pages, pages+srv.Documentation(), ops)
	logger.Info("listening", "url", url, "metrics", ops, "database", cfg.DatabaseURL, "rate_limits", cfg.LimitStore(), "version", setup.Version)

	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	finishJobs := jobs.Start(ctx, jobs.Config{Auth: a, Bank: b, Logger: logger, SharedLimits: cfg.LimitStore() == config.LimitsInDatabase})
	go reloadAtHangups(ctx, p.hangups, logger, logFile, tlsPair)
	go func() {
		select {
		case <-s.Failed():
			stop(errOutcomeUnknown)
		case <-ctx.Done():
		}
	}()
	err = srv.Serve(ctx, listener, tlsConfig)
	stop(nil) // so that the jobs end, too, if it was the listener that failed
	if !errors.Is(context.Cause(ctx), errOutcomeUnknown) {
		finishJobs()
	} else if err == nil {
		err = errOutcomeUnknown
	}
	logger.Info("stopped")
	return err
}

// errOutcomeUnknown ends the process: only a fresh start can see whether the last transaction is in the file.
var errOutcomeUnknown = errors.New("a commit failed and its outcome is unknown; check the disk, then start again and run: bankcore verify")
