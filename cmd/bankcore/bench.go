package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/bankingcore/bankcore/internal/bench"
	"github.com/bankingcore/bankcore/internal/config"
	"github.com/bankingcore/bankcore/internal/setup"
)

const (
	// No run may outlast an access token; with a baseline, a run takes three times as long.
	maxBenchDuration    = 10 * time.Minute
	maxBaselineDuration = 4 * time.Minute
	minBenchDuration    = 100 * time.Millisecond
	maxBenchAccounts    = 10_000_000
	maxBenchConnections = 4096
	maxBenchHistory     = 1_000_000_000

	benchAccounts       = 10_000
	remoteBenchAccounts = 100
	// maxRemoteAccounts bounds how long it takes to open them: each costs the server two PIN hashes of 20 ms.
	maxRemoteAccounts = 2_000
)

// benchOptions holds the options of a bench.
type benchOptions struct {
	url, database         string
	accounts, connections int
	duration              time.Duration
	mixText, keysText     string
	hotText               string
	history               int64
	seed                  uint64
	json, baseline        bool

	mix  bench.Mix
	keys bench.KeyStyle
	hot  int
}

func (p *program) benchCommand() *cobra.Command {
	var o benchOptions
	command := &cobra.Command{
		Use:   "bench",
		Short: "Measure throughput and latency, and check what was acknowledged",
		Long: `Load a server from this process, show progress once a second, print throughput and latencies, and then check
that the ledger holds exactly what was acknowledged. The exit code is 1 if it does not.

Without --url, the real server runs in this process, on a loopback port and a throwaway database; its rate
limits are off and it writes its log to the null device. PINs are hashed cheaply, because only the set-up needs
them. At most 10000 of the accounts send; all of them receive. The database is created under TMPDIR: on a file
system in memory, a durable write costs nothing and the figures mean little. With --database it is created in a
file that is kept, and used again by the next run that names it.

With --url, the accounts are opened over HTTP, and all of them sign in: start that server with RATE_LIMIT_*=off
and, for more than 256 connections, with MAX_CONNECTIONS_PER_ADDRESS=off. The accounts stay on that server.

The operations of --mix are transfer, deposit and withdraw, which write, and account, history, entry and month,
which read an account, the newest page of its history, one entry, and the first page of one month; "read" stands
for the four in equal parts. With --hot, 90 % of the transfers go to that many accounts.

With --baseline, a bare Echo handler and a bare SQLite loop take turns with the bank, five rounds each and as
long as the bank in all, to compare figures from different machines. A run that SIGINT interrupts ends early and
still reports.`,
		Example: `  bankcore bench
  bankcore bench --connections 256 --mix transfer=80,deposit=10,read=10 --hot 1%
  bankcore bench --history 10000000 --database seeded.db --mix read=1 --json
  bankcore bench --url http://127.0.0.1:5000 --duration 30s`,
		Args: usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.check(); err != nil {
				return usageError{fmt.Errorf("%w; see %s --help", err, cmd.CommandPath())}
			}
			cfg, err := p.config()
			if err != nil {
				return err
			}
			return p.bench(cmd.Context(), cfg, &o)
		},
	}
	o.define(command)
	return command
}

func (o *benchOptions) define(command *cobra.Command) {
	flags := command.Flags()
	flags.SortFlags = false
	flags.StringVar(&o.url, "url", "", "load a server that is already running")
	flags.StringVar(&o.database, "database", "", "keep the database in this `file`, or use the one that an earlier run made")
	flags.IntVar(&o.accounts, "accounts", 0, "how many accounts (default 10000, with --url 100)")
	flags.Int64Var(&o.history, "history", 0, "write this many entries, over the past year, before the run")
	flags.IntVar(&o.connections, "connections", 64, "how many connections, each with one request at a time")
	flags.DurationVar(&o.duration, "duration", 10*time.Second, "how long, at most 10m, with --baseline 4m")
	flags.StringVar(&o.mixText, "mix", "transfer=100", "operations and their weights")
	flags.StringVar(&o.keysText, "keys", string(bench.KeysTimeOrdered), "idempotency keys: time-ordered, random or none")
	flags.StringVar(&o.hotText, "hot", "", "how many accounts get most transfers: a `number`, or a share such as 1%")
	flags.Uint64Var(&o.seed, "seed", 1, "the same seed makes the same choices")
	flags.BoolVar(&o.baseline, "baseline", false, "compare with a bare Echo handler and a bare SQLite loop")
	flags.BoolVar(&o.json, "json", false, "print one JSON object")
}

// check reads the options that are text and looks for mistakes.
func (o *benchOptions) check() error {
	mostAccounts := maxBenchAccounts
	if o.url != "" {
		mostAccounts = maxRemoteAccounts
		if o.database != "" || o.history != 0 {
			return errors.New("--database and --history are for the embedded server, not for --url")
		}
		if err := bench.CheckURL(o.url); err != nil {
			return fmt.Errorf("--url: %w", err)
		}
	}
	if o.accounts == 0 {
		o.accounts = benchAccounts
		if o.url != "" {
			o.accounts = remoteBenchAccounts
		}
	}
	err := cmp.Or(
		between("--accounts", int64(o.accounts), 2, int64(mostAccounts)),
		between("--history", o.history, 0, maxBenchHistory),
		between("--connections", int64(o.connections), 1, maxBenchConnections),
	)
	longest := maxBenchDuration
	if o.baseline {
		longest = maxBaselineDuration
	}
	if err == nil && (o.duration < minBenchDuration || o.duration > longest) {
		err = fmt.Errorf("--duration: expected %v to %v", minBenchDuration, longest)
	}
	if err != nil {
		return err
	}
	return o.parse()
}

func (o *benchOptions) parse() error {
	var err error
	if o.mix, err = bench.ParseMix(o.mixText); err != nil {
		return fmt.Errorf("--mix: %w", err)
	}
	if o.keys, err = bench.ParseKeyStyle(o.keysText); err != nil {
		return fmt.Errorf("--keys: %w", err)
	}
	if o.hot, err = bench.ParseHot(o.hotText, o.accounts); err != nil {
		return fmt.Errorf("--hot: %w", err)
	}
	return nil
}

func between(flag string, value, least, most int64) error {
	if value < least || value > most {
		return fmt.Errorf("%s: expected %d to %d", flag, least, most)
	}
	return nil
}

// subject is a server with accounts, ready to be loaded.
type subject interface {
	// describe completes the load's configuration.
	describe(config *bench.Config)
	// judge checks what the server holds after a load.
	judge(ctx context.Context, progress io.Writer, load *bench.Load) bench.Verdict
	// machine adds what is known about the server's machine.
	machine(m *bench.Machine)
	// directory is where its database is, or "" if that is not known.
	directory() string
	close() error
}

var errVerdict = errors.New("the ledger does not hold what was acknowledged")

func (p *program) bench(ctx context.Context, cfg config.Config, o *benchOptions) (err error) {
	setup.TuneCollector(p.environ)
	started := time.Now().UTC()
	on, err := p.benchSubject(ctx, cfg, o)
	if err != nil {
		return orInterrupted(ctx, err)
	}
	defer func() { err = errors.Join(err, on.close()) }()
	report, err := p.measure(ctx, o, on)
	if err != nil {
		return orInterrupted(ctx, err)
	}
	report.Version, report.StartedAt = setup.Version, started
	if o.json {
		err = report.JSON(p.stdout)
	} else {
		err = report.Text(p.stdout)
	}
	if err == nil && !report.Verdict.Holds {
		err = errVerdict
	}
	return err
}

func (p *program) benchSubject(ctx context.Context, cfg config.Config, o *benchOptions) (subject, error) {
	if o.url != "" {
		return openRemoteBench(ctx, p.stderr, o)
	}
	return openEmbeddedBench(ctx, p.stderr, cfg, o)
}

// orInterrupted replaces the error of a set-up that was interrupted.
func orInterrupted(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return errors.New("interrupted before the run began")
	}
	return err
}
