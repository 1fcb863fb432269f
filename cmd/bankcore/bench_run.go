package main

import (
	"context"
	"runtime"
	"time"

	"github.com/bankingcore/bankcore/internal/bench"
)

// measure puts a server under load and judges it afterwards.
func (p *program) measure(ctx context.Context, o *benchOptions, on subject) (*bench.Report, error) {
	config := bench.Config{
		Connections: o.connections, Mix: o.mix, Keys: o.keys, Hot: o.hot, Seed: o.seed, Now: time.Now, Progress: p.stderr,
	}
	on.describe(&config)
	load, err := bench.New(config)
	if err != nil {
		return nil, err
	}
	defer load.Close()
	if err := load.Learn(ctx); err != nil {
		return nil, err
	}
	report := &bench.Report{Machine: machineFacts(), Options: o.facts(load)}
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
func runLoad(ctx context.Context, o *benchOptions, load *bench.Load, config bench.Config, folder string) (time.Duration, *bench.Baseline, error) {
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

func machineFacts() bench.Machine {
	return bench.Machine{CPUs: runtime.GOMAXPROCS(0), OS: runtime.GOOS, Arch: runtime.GOARCH, Go: runtime.Version()}
}

func (o *benchOptions) facts(load *bench.Load) bench.Options {
	return bench.Options{
		URL: o.url, Accounts: o.accounts, Senders: load.Senders(), Connections: o.connections, Seconds: o.duration.Seconds(),
		Mix: o.mix.String(), Keys: string(o.keys), Hot: o.hot, HistoryEntries: o.history, Seed: o.seed,
	}
}
