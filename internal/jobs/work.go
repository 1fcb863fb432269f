package jobs

import (
	"context"
	"log/slog"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
)

// work is what the jobs do. Each method logs what the operator should know of a run that has succeeded.
type work struct {
	auth   *auth.Service
	bank   *bank.Bank
	logger *slog.Logger
}

// purge deletes what has expired.
func (w *work) purge(ctx context.Context) error {
	rows, err := w.auth.Purge(ctx)
	if err == nil {
		var more int64
		more, err = w.bank.Purge(ctx)
		rows += more
	}
	if rows > 0 {
		w.logger.Info("purged expired rows", "rows", rows)
	}
	return err
}

// expireRequests marks requests that were not decided in time.
func (w *work) expireRequests(ctx context.Context) error {
	expired, err := w.bank.ExpireRequests(ctx)
	if expired > 0 {
		w.logger.Info("marked requests as expired", "requests", expired)
	}
	return err
}

// runStandingOrders runs the standing orders that are due.
func (w *work) runStandingOrders(ctx context.Context) error {
	ran, err := w.bank.RunStandingOrders(ctx)
	if ran > 0 {
		w.logger.Info("ran standing orders", "dates", ran)
	}
	return err
}

// releaseHolds releases the money of holds that have expired.
func (w *work) releaseHolds(ctx context.Context) error {
	released, err := w.bank.ReleaseHolds(ctx)
	if released > 0 {
		w.logger.Info("released expired holds", "holds", released)
	}
	return err
}

// recordFailures records the failures that were repeated since its last run.
func (w *work) recordFailures(ctx context.Context) error { return w.auth.FlushRepeats(ctx) }

// recordKeyUses records when keys of service clients were last used.
func (w *work) recordKeyUses(ctx context.Context) error { return w.auth.FlushKeyUses(ctx) }

// refoldNames brings the form in which names are searched up to this version's rules.
func (w *work) refoldNames(ctx context.Context) error {
	names, err := w.bank.RefoldNames(ctx)
	if names > 0 {
		w.logger.Info("brought the search of names up to date", "names", names)
	}
	return err
}

// countPeppers logs how many PINs this server cannot check, and how many still use an older pepper.
func (w *work) countPeppers(ctx context.Context) error {
	use, err := w.auth.CountPeppers(ctx)
	if err != nil {
		return err
	}
	if use.Missing > 0 {
		w.logger.Error("PIN_PEPPER lacks a pepper that PINs were made with; these accounts cannot sign in", "accounts", use.Missing)
	}
	if use.Older > 0 {
		w.logger.Info("PINs still use an older pepper; see bankcore account peppers", "accounts", use.Older)
	}
	return nil
}

// resealSecondFactors moves second factors to the SECRET_KEY in use, and logs how many this server cannot check.
func (w *work) resealSecondFactors(ctx context.Context) error {
	use, err := w.auth.ResealSecondFactors(ctx)
	if err != nil {
		return err
	}
	if use.Unreadable > 0 {
		w.logger.Error("SECRET_KEY lacks a key that second factors were sealed with; these accounts cannot sign in: see bankcore account second-factor-off",
			"accounts", use.Unreadable)
	}
	if use.Resealed > 0 {
		w.logger.Info("brought second factors to the newest SECRET_KEY", "accounts", use.Resealed)
	}
	return nil
}
