package main

import (
	"context"
	"errors"
	"io"
	"runtime"
	"time"

	"github.com/bankingcore/bankcore/cmd/bankbench/internal/loadgen"
	"github.com/bankingcore/bankcore/internal/config"
	"github.com/bankingcore/bankcore/internal/setup"
)

// subject is a server with accounts, ready to be loaded.
type subject interface {
	// describe completes the load's configuration.
	describe(config *loadgen.Config)
	// judge checks what the server holds after a load.
	judge(ctx context.Context, progress io.Writer, load *loadgen.Load) loadgen.Verdict
	// machine adds what is known about the server's machine.
	machine(m *loadgen.Machine)
	// directory is where its database is, or "" if that is not known.
	directory() string
	close() error
}

var errVerdict = errors.New("the ledger does not hold what was acknowledged")

func (p *program) bench(ctx context.Context, cfg config.Config, o *options) (err error) {
	setup.TuneCollector(p.environ)
	started := time.Now().UTC()
	on, err := p.open(ctx, cfg, o)
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

func (p *program) open(ctx context.Context, cfg config.Config, o *options) (subject, error) {
	if o.url != "" {
		return openRemote(ctx, p.stderr, o)
	}
	return openEmbedded(ctx, p.stderr, cfg, o)
}

// orInterrupted replaces the error of a set-up that was interrupted.
func orInterrupted(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return errors.New("interrupted before the run began")
	}
	return err
}

// measure puts a server under load and judges it afterwards.
func (p *program) measure(ctx context.Context, o *options, on subject) (*loadgen.Report, error) {
	config := loadgen.Config{
		Connections: o.connections, Mix: o.mix, Items: o.items, Keys: o.keys, Hot: o.hot, Seed: o.seed,
		Now: time.Now, Progress: p.stderr,
	}
	on.describe(&config)
	load, err := loadgen.New(config)
	if err != nil {
		return nil, err
	}
	defer load.Close()
	if err := load.Learn(ctx); err != nil {
		return nil, err
	}
	report := &loadgen.Report{Machine: machineFacts(), Options: o.facts(load)}
	var elapsed time.Duration
	if elapsed, report.Baseline, err = runLoad(ctx, o, load, config, on.directory()); err != nil {
		return nil, err
	}
	load.Close()
	report.Seconds, report.Problems = elapsed.Seconds(), load.Problems()
	report.Operations, report.Total = load.Measurements(elapsed)
	on.machine(&report.Machine)
	// An interrupted run is judged too.
	report.Verdict = on.judge(context.WithoutCancel(ctx), p.stderr, load)
	return report, nil
}

// runLoad runs the load, alone or in turns with its rivals, and returns for how long.
func runLoad(ctx context.Context, o *options, load *loadgen.Load, config loadgen.Config, folder string) (time.Duration, *loadgen.Baseline, error) {
	if !o.baseline {
		return load.Run(ctx, o.duration).Elapsed, nil, nil
	}
	rivals, err := openRivals(ctx, config, folder)
	if err != nil {
		return 0, nil, err
	}
	defer rivals.close()
	return inTurns(ctx, o.duration/baselineRounds, load, rivals)
}

func machineFacts() loadgen.Machine {
	return loadgen.Machine{CPUs: runtime.GOMAXPROCS(0), OS: runtime.GOOS, Arch: runtime.GOARCH, Go: runtime.Version()}
}

func (o *options) facts(load *loadgen.Load) loadgen.Options {
	return loadgen.Options{
		URL: o.url, Accounts: o.accounts, Senders: load.Senders(), Connections: o.connections, Seconds: o.duration.Seconds(),
		Mix: o.mix.String(), Items: o.items, Keys: string(o.keys), Hot: o.hot, HistoryEntries: o.history, Seed: o.seed,
	}
}
