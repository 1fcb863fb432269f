package main

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/bankingcore/bankcore/cmd/bankbench/internal/baseline"
	"github.com/bankingcore/bankcore/cmd/bankbench/internal/loadgen"
)

// baselineRounds are enough for a median to withstand two bad ones.
const baselineRounds = 5

// inTurns runs the bank, a bare handler and a bare loop one after the other, a fifth of the duration each, five times.
func inTurns(ctx context.Context, round time.Duration, load *loadgen.Load, rivals *rivals) (time.Duration, *loadgen.Baseline, error) {
	var elapsed time.Duration
	var banks, handlers, loops []float64
	for range baselineRounds {
		ofBank := load.Run(ctx, round)
		elapsed += ofBank.Elapsed
		ofHandler := rivals.handler.Run(ctx, round)
		ofLoop, err := runLoop(ctx, rivals.loop, round)
		if err != nil {
			return 0, nil, err
		}
		if ctx.Err() != nil {
			break // an incomplete round does not count
		}
		banks, handlers, loops = append(banks, ofBank.PerSecond()), append(handlers, ofHandler.PerSecond()), append(loops, ofLoop)
	}
	if len(rivals.handler.Problems()) > 0 {
		return 0, nil, errors.New("the bare handler did not answer as it should")
	}
	return elapsed, baselineOf(banks, handlers, loops), nil
}

// rivals are what the bank is compared with.
type rivals struct {
	handler *loadgen.Load
	loop    *baseline.Loop

	cleanUp []func()
}

// openRivals opens them for the bank's accounts and connections, with the loop's database beside the bank's.
func openRivals(ctx context.Context, config loadgen.Config, folder string) (_ *rivals, err error) {
	r := &rivals{}
	defer func() {
		if err != nil {
			r.close()
		}
	}()
	if folder, err = os.MkdirTemp(folder, "bankbench-"); err != nil {
		return nil, err
	}
	r.cleanUp = append(r.cleanUp, func() { _ = os.RemoveAll(folder) })
	if r.loop, err = baseline.OpenLoop(ctx, filepath.Join(folder, "bare.db"), len(config.Accounts)); err != nil {
		return nil, err
	}
	r.cleanUp = append(r.cleanUp, func() { _ = r.loop.Close() })
	url, stop, err := serveBare(ctx)
	if err != nil {
		return nil, err
	}
	r.cleanUp = append(r.cleanUp, stop)
	config.URL, config.Progress = url, io.Discard
	if config.Mix, err = loadgen.ParseMix("transfer=1"); err != nil {
		return nil, err
	}
	if r.handler, err = loadgen.New(config); err != nil {
		return nil, err
	}
	r.cleanUp = append(r.cleanUp, r.handler.Close)
	return r, nil
}

// close cleans up in reverse order.
func (r *rivals) close() {
	for _, clean := range slices.Backward(r.cleanUp) {
		clean()
	}
}

// serveBare serves the bare handler on a port of its own.
func serveBare(ctx context.Context) (url string, stop func(), err error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	srv := &http.Server{Handler: baseline.Handler(), ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = srv.Serve(listener) }() // until it is closed
	return "http://" + listener.Addr().String(), func() { _ = srv.Close() }, nil
}

func runLoop(ctx context.Context, loop *baseline.Loop, duration time.Duration) (perSecond float64, err error) {
	ctx, cancel := context.WithTimeout(ctx, duration)
	defer cancel()
	began := time.Now()
	transfers, err := loop.Run(ctx)
	return float64(transfers) / time.Since(began).Seconds(), err
}

// baselineOf returns nil if no round was complete.
func baselineOf(banks, handlers, loops []float64) *loadgen.Baseline {
	if len(banks) == 0 {
		return nil
	}
	b := &loadgen.Baseline{Rounds: len(banks), Bank: median(banks), Echo: median(handlers), SQLite: median(loops)}
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
