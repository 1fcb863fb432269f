package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"time"

	"github.com/bankingcore/bankcore/cmd/bankbench/internal/baseline"
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
	// process returns the server's process, or 0 if it is not known, and whether it is the load generator's too.
	process() (pid int, withLoad bool)
	// directory is where its SQLite database is, or "" if that is not known, or if there is none.
	directory() string
	close() error
}

// errVerdict is followed by the reason: a check that did not finish proves neither that money is there nor that it is missing.
var errVerdict = errors.New("the ledger was not shown to hold what was acknowledged")

func (p *program) bench(ctx context.Context, cfg config.Config, o *options) (err error) {
	setup.TuneCollector(p.environ)
	started := time.Now().UTC()
	if o.baseline && o.server != nil {
		// Before the accounts are opened.
		if o.pgbench, err = baseline.FindPgbench(); err != nil {
			return fmt.Errorf("--baseline: %w", err)
		}
	}
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
		err = fmt.Errorf("%w: %s", errVerdict, report.Verdict.Says)
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
	if o.server != nil {
		if report.Machine.PostgreSQL, err = o.server.Settings(ctx); err != nil {
			return nil, err
		}
	}
	pid, withLoad := on.process()
	m := newMeter(ctx, load, pid, o.server)
	if report.Baseline, err = runLoad(ctx, o, m, config, on.directory()); err != nil {
		return nil, err
	}
	load.Close()
	report.Seconds, report.Problems, report.CPU = m.elapsed.Seconds(), load.Problems(), m.report(withLoad)
	report.Operations, report.Total = load.Measurements(m.elapsed)
	on.machine(&report.Machine)
	// An interrupted run is judged too.
	report.Verdict = on.judge(context.WithoutCancel(ctx), p.stderr, load)
	return report, nil
}

// runLoad runs the load, alone or in turns with its rivals.
func runLoad(ctx context.Context, o *options, m *meter, config loadgen.Config, folder string) (_ *loadgen.Baseline, err error) {
	if !o.baseline {
		m.run(ctx, o.duration)
		return nil, nil
	}
	rivals, err := openRivals(ctx, o, config, folder)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rivals.close()) }()
	return inTurns(ctx, o.duration/baselineRounds, m, rivals)
}

func machineFacts() loadgen.Machine {
	return loadgen.Machine{CPUs: runtime.GOMAXPROCS(0), OS: runtime.GOOS, Arch: runtime.GOARCH, Go: runtime.Version()}
}

func (o *options) facts(load *loadgen.Load) loadgen.Options {
	return loadgen.Options{
		URL: o.url, Accounts: o.accounts, PerCustomer: o.perCustomer, Senders: load.Senders(), Connections: o.connections, Seconds: o.duration.Seconds(),
		Mix: o.mix.String(), Items: o.items, Keys: string(o.keys), Hot: o.hot, HistoryEntries: o.history, Seed: o.seed,
	}
}
