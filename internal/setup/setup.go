// Package setup turns the settings into the logger, the bank, and the configuration of its server. Both programs use it, so that
// bankbench measures the server that bankcore runs.
package setup

import (
	"crypto/rand"
	"log/slog"
	"time"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/config"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/reports"
	"github.com/bankingcore/bankcore/internal/server"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/web"
)

// Version is the version of both programs. CHANGELOG.md says what is in it.
const Version = "0.2.0"

// Open returns the bank on a store with this clock, and the service that authenticates its callers.
func Open(s *store.Store, cfg config.Config, now func() time.Time) (*auth.Service, *bank.Bank, error) {
	service, err := auth.New(s, AuthConfig(cfg, now))
	if err != nil {
		return nil, nil, err
	}
	b, err := bank.New(s, service, BankConfig(cfg, now))
	return service, b, err
}

// AuthConfig returns the configuration of a bank's service with this clock.
func AuthConfig(cfg config.Config, now func() time.Time) auth.Config {
	return auth.Config{
		SecretKey: string(cfg.SecretKey),
		AdminKey:  string(cfg.AdminKey),
		PinPepper: string(cfg.PINPepper),
		Openings:  auth.Openings(cfg.Openings),
		Cash:      auth.Cash(cfg.Cash),
		Idle:      auth.IdleLimits{Customers: time.Duration(cfg.SessionIdle), Staff: time.Duration(cfg.SessionIdleStaff)},

		StaffWithoutSecondFactor: cfg.StaffSecondFactor == "off",

		Now:    now,
		Random: rand.Reader,
	}
}

// BankConfig returns the configuration of a bank with this clock.
func BankConfig(cfg config.Config, now func() time.Time) bank.Config {
	return bank.Config{
		Currency: cfg.Currency,
		Zone:     cfg.TimeZone,

		Currencies:    cfg.Currencies,
		Settlements:   cfg.Settlements,
		ApprovalAbove: ledger.Money(cfg.ApprovalAbove),

		Now:    now,
		Random: rand.Reader,
	}
}

// ReportsConfig returns the configuration of a bank's reports with this clock.
func ReportsConfig(cfg config.Config, b *bank.Bank, now func() time.Time) reports.Config {
	return reports.Config{
		Currencies: b.Currencies(),
		Readers:    b.Readers(),

		Settlements:   b.Settlements(),
		ApprovalAbove: ledger.Money(cfg.ApprovalAbove),
		OwnCurrencies: cfg.Currencies,

		Zone: cfg.TimeZone,
		Now:  now,
	}
}

// ServerConfig returns the configuration of a bank's server. It leaves out the drain delay.
func ServerConfig(cfg config.Config, s *store.Store, service *auth.Service, b *bank.Bank, logger *slog.Logger) server.Config {
	return server.Config{
		Auth: service, Bank: b, Reports: reports.New(s, service, ReportsConfig(cfg, b, time.Now)), Ready: s.Ping, Queued: s.Queued, Pages: web.Files, Logger: logger, Now: time.Now, Version: Version,
		Limits:        cfg.RateLimits,
		AdminKeyLimit: cfg.RateLimitAdminKey,
		SharedLimits:  cfg.LimitStore() == config.LimitsInDatabase,
		BasePath:      cfg.BasePath,
		Origins:       cfg.CORSOrigins,
		Proxies:       cfg.TrustedProxies,
		MetricsToken:  string(cfg.MetricsToken),

		ConnectionsPerAddress: int(cfg.MaxConnectionsPerAddress),

		Debug: cfg.Debug, Swagger: cfg.Swagger == "on", SecurityContact: cfg.SecurityContact,
	}
}
