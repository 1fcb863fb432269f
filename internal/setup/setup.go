// Package setup turns the settings into the logger and into the configurations of the bank and its server. Both programs use it, so that
// bankbench measures the server that bankcore runs.
package setup

import (
	"crypto/rand"
	"log/slog"
	"time"

	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/config"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/server"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/web"
)

// Version is the version of both programs. CHANGELOG.md says what is in it.
const Version = "0.2.0"

// BankConfig returns the configuration of a bank with this clock.
func BankConfig(cfg config.Config, now func() time.Time) bank.Config {
	return bank.Config{
		SecretKey: string(cfg.SecretKey),
		AdminKey:  string(cfg.AdminKey),
		PinPepper: string(cfg.PINPepper),
		Currency:  cfg.Currency,
		Openings:  bank.Openings(cfg.Openings),
		Cash:      bank.Cash(cfg.Cash),
		Idle:      bank.IdleLimits{Customers: time.Duration(cfg.SessionIdle), Staff: time.Duration(cfg.SessionIdleStaff)},
		Zone:      cfg.TimeZone,

		Currencies:    cfg.Currencies,
		Settlements:   cfg.Settlements,
		ApprovalAbove: ledger.Money(cfg.ApprovalAbove),

		StaffWithoutSecondFactor: cfg.StaffSecondFactor == "off",

		Now:    now,
		Random: rand.Reader,
	}
}

// ServerConfig returns the configuration of a bank's server. It leaves out the drain delay.
func ServerConfig(cfg config.Config, s *store.Store, b *bank.Bank, logger *slog.Logger) server.Config {
	return server.Config{
		Bank: b, Ready: s.Ping, Queued: s.Queued, Pages: web.Files, Logger: logger, Now: time.Now, Version: Version,
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
