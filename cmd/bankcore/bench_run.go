package main

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/bankingcore/bankcore/internal/bench"
	"github.com/bankingcore/bankcore/internal/server"
	"github.com/bankingcore/bankcore/internal/store"
)

// baselineRounds are as many as it takes for a median to bear one bad one, and two.
const baselineRounds = 5

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
	if o.baseline {
		if elapsed, report.Baseline, err = p.inTurns(ctx, o, load, config, on.directory()); err != nil {
			return nil, err
		}
	} else {
		elapsed = load.Run(ctx, o.duration).Elapsed
	}
	load.Close()
	report.Seconds, report.Problems = elapsed.Seconds(), load.Problems()
	report.Operations, report.Total = load.Measurements(elapsed)
	on.machine(&report.Machine)
	// An interrupted run is judged, too.
	report.Verdict = on.judge(context.WithoutCancel(ctx), p.stderr, load)
	return report, nil
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

// inTurns runs the bank, a bare handler and a bare loop one after the other, a fifth of the duration each, five times.
func (p *program) inTurns(ctx context.Context, o *benchOptions, load *bench.Load, config bench.Config, folder string) (time.Duration, *bench.Baseline, error) {
	folder, err := os.MkdirTemp(folder, "bankcore-bench-")
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	loop, err := store.OpenBare(ctx, filepath.Join(folder, "bare.db"), o.accounts)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = loop.Close() }()
	url, stop, err := serveBare(ctx)
	if err != nil {
		return 0, nil, err
	}
	defer stop()
	config.URL, config.Progress = url, io.Discard
	if config.Mix, err = bench.ParseMix("transfer=1"); err != nil {
		return 0, nil, err
	}
	handler, err := bench.New(config)
	if err != nil {
		return 0, nil, err
	}
	defer handler.Close()

	round := o.duration / baselineRounds
	var elapsed time.Duration
	var banks, handlers, loops []float64
	for range baselineRounds {
		ofBank := load.Run(ctx, round)
		elapsed += ofBank.Elapsed
		ofHandler := handler.Run(ctx, round)
		ofLoop, err := runLoop(ctx, loop, round)
		if err != nil {
			return 0, nil, err
		}
		if ctx.Err() != nil {
			break // before a round that is not whole counts
		}
		banks, handlers, loops = append(banks, ofBank.PerSecond()), append(handlers, ofHandler.PerSecond()), append(loops, ofLoop)
	}
	if problems := handler.Problems(); len(problems) > 0 {
		return 0, nil, errors.New("the bare handler did not answer as it should")
	}
	return elapsed, baselineOf(banks, handlers, loops), nil
}

// serveBare serves the bare handler on a port of its own.
func serveBare(ctx context.Context) (url string, stop func(), err error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	srv := &http.Server{Handler: server.Bare(), ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = srv.Serve(listener) }() // until it is closed
	return "http://" + listener.Addr().String(), func() { _ = srv.Close() }, nil
}

func runLoop(ctx context.Context, loop *store.Bare, duration time.Duration) (perSecond float64, err error) {
	ctx, cancel := context.WithTimeout(ctx, duration)
	defer cancel()
	began := time.Now()
	transfers, err := loop.Run(ctx)
	return float64(transfers) / time.Since(began).Seconds(), err
}

// baselineOf is nil if no round was whole.
func baselineOf(banks, handlers, loops []float64) *bench.Baseline {
	if len(banks) == 0 {
		return nil
	}
	b := &bench.Baseline{Rounds: len(banks), Bank: median(banks), Echo: median(handlers), SQLite: median(loops)}
	b.PerEcho, b.PerSQLite = b.Bank/b.Echo, b.Bank/b.SQLite
	return b
}

func median(values []float64) float64 {
	values = slices.Sorted(slices.Values(values))
	middle := len(values) / 2
	if len(values)%2 == 0 {
		return (values[middle-1] + values[middle]) / 2
	}
	return values[middle]
}
