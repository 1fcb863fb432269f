// Package jobs runs what a server does in the background. One list says what runs and how often, and the bank what each job does.
package jobs

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
)

const (
	purgeInterval = 10 * time.Minute
	// limitsPurgeInterval applies where rate limits are counted in the database: their rows are of use for only a minute.
	limitsPurgeInterval = time.Minute
	recordInterval      = time.Minute
	// ordersInterval bounds how long after its date begins a standing order runs.
	ordersInterval = time.Minute
	// releaseInterval bounds how long an expired hold counts in held_balance. No debit waits for it.
	releaseInterval = time.Minute
	// retryInterval applies to the jobs of a start. Some of them read every account.
	retryInterval = 10 * time.Minute

	// longestRun bounds one run of a job, so that one that never ends shows in the log. A job that is cut short goes on when it is
	// tried again: what it has done by then is done.
	longestRun = time.Hour
	// longestLastRun is short, because a process that is told to stop is killed if that takes too long.
	longestLastRun = 5 * time.Second
)

// Config configures the jobs of a server.
type Config struct {
	Auth         *auth.Service
	Bank         *bank.Bank
	Logger       *slog.Logger
	SharedLimits bool // rate limits are counted in the database
}

// job is something that a server does in the background.
type job struct {
	does  string        // what it does, for the log
	every time.Duration // from the end of a run to the next one, or to the next try after a failure
	waits bool          // its first run is not at the start, when it has nothing to do
	once  bool          // it ends when it has succeeded
	run   func(ctx context.Context) error
}

// list returns the jobs of a server.
func list(cfg Config) []job {
	w := work{auth: cfg.Auth, bank: cfg.Bank, logger: cfg.Logger}
	purge := purgeInterval
	if cfg.SharedLimits {
		purge = limitsPurgeInterval
	}
	return []job{
		{does: "purge expired rows", every: purge, run: w.purge},
		{does: "expire requests", every: purgeInterval, run: w.expireRequests},
		{does: "run standing orders", every: ordersInterval, run: w.runStandingOrders},
		{does: "release expired holds", every: releaseInterval, run: w.releaseHolds},
		{does: "record failures", every: recordInterval, waits: true, run: w.recordFailures},
		{does: "record the last uses of keys", every: recordInterval, waits: true, run: w.recordKeyUses},
		// What a start requires:
		{does: "bring the search of names up to date", every: retryInterval, once: true, run: w.refoldNames},
		{does: "count PINs by their pepper", every: retryInterval, once: true, run: w.countPeppers},
		{does: "bring second factors to the newest SECRET_KEY", every: retryInterval, once: true, run: w.resealSecondFactors},
	}
}

// Start starts the jobs of a server, which end with ctx. The caller calls finish when ctx has ended and the last request has been
// answered: it waits for the jobs to end, and records the failures and the uses of keys that have been counted since their last run.
func Start(ctx context.Context, cfg Config) (finish func()) {
	wait := start(ctx, cfg.Logger, list(cfg))
	return func() {
		wait()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), longestLastRun)
		defer cancel()
		if err := cfg.Auth.FlushRepeats(ctx); err != nil {
			cfg.Logger.Warn("cannot record the last failures", "error", err)
		}
		if err := cfg.Auth.FlushKeyUses(ctx); err != nil {
			cfg.Logger.Warn("cannot record the last uses of keys", "error", err)
		}
	}
}

// start starts jobs, which run independently of each other, and returns a function that waits for their end.
func start(ctx context.Context, logger *slog.Logger, jobs []job) (wait func()) {
	var running sync.WaitGroup
	for _, j := range jobs {
		running.Go(func() { j.repeat(ctx, logger) })
	}
	return running.Wait
}

// repeat runs a job until ctx ends, or until a job that runs only once has succeeded.
func (j *job) repeat(ctx context.Context, logger *slog.Logger) {
	for waits := j.waits; ; waits = true {
		if waits {
			select {
			case <-time.After(j.every):
			case <-ctx.Done():
				return
			}
		}
		err := j.runBounded(ctx)
		if ctx.Err() != nil || err == nil && j.once {
			return
		}
		if err != nil {
			logger.Warn("cannot "+j.does, "error", err, "next_try_in", j.every.String())
		}
	}
}

func (j *job) runBounded(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, longestRun)
	defer cancel()
	return j.run(ctx)
}
