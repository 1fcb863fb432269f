package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/bankingcore/bankcore/cmd/bankbench/internal/baseline"
	"github.com/bankingcore/bankcore/cmd/bankbench/internal/loadgen"
	"github.com/bankingcore/bankcore/cmd/bankbench/internal/postgres"
)

// baselineRounds are enough for a median to withstand two bad ones.
const baselineRounds = 5

// rivals are what the bank is compared with: a bare handler, and a bare database of the bank's engine.
type rivals struct {
	handler *loadgen.Load
	loop    *baseline.Loop // nil if the bank is on PostgreSQL
	tpcb    *baseline.TPCB // nil if it is not

	cleanUp []func() error
}

// inTurns runs the bank and its rivals one after the other, a fifth of the duration each, five times.
func inTurns(ctx context.Context, round time.Duration, m *meter, rivals *rivals) (*loadgen.Baseline, error) {
	var banks, handlers, databases []float64
	for range baselineRounds {
		ofBank := m.run(ctx, round)
		ofHandler := rivals.handler.Run(ctx, round)
		ofDatabase, err := rivals.runDatabase(ctx, round)
		if ctx.Err() != nil {
			break // an incomplete round does not count, nor does what interrupted it
		}
		if err != nil {
			return nil, err
		}
		banks, handlers, databases = append(banks, ofBank.PerSecond()), append(handlers, ofHandler.PerSecond()), append(databases, ofDatabase)
	}
	if len(rivals.handler.Problems()) > 0 {
		return nil, errors.New("the bare handler did not answer as it should")
	}
	if len(banks) == 0 {
		return nil, nil
	}
	b := &loadgen.Baseline{Rounds: len(banks), Bank: median(banks), Echo: median(handlers)}
	b.PerEcho = b.Bank / b.Echo
	if rivals.tpcb == nil {
		b.SQLite = median(databases)
		b.PerSQLite = b.Bank / b.SQLite
	} else {
		b.TPCB, b.TPCBRun = median(databases), rivals.tpcb.Describe(round)
		b.PerTPCB = b.Bank / b.TPCB
	}
	return b, nil
}

// runDatabase returns how many transactions the bare database does per second.
func (r *rivals) runDatabase(ctx context.Context, duration time.Duration) (perSecond float64, err error) {
	if r.tpcb != nil {
		return r.tpcb.Run(ctx, duration)
	}
	ctx, cancel := context.WithTimeout(ctx, duration)
	defer cancel()
	began := time.Now()
	transfers, err := r.loop.Run(ctx)
	return float64(transfers) / time.Since(began).Seconds(), err
}

// openRivals opens them for the bank's accounts and connections. The loop's database is beside the bank's in a folder, and pgbench's in
// the same server.
func openRivals(ctx context.Context, o *options, config loadgen.Config, folder string) (_ *rivals, err error) {
	r := &rivals{}
	defer func() {
		if err != nil {
			err = errors.Join(err, r.close())
		}
	}()
	if o.server != nil {
		err = r.openTPCB(ctx, o, config.Progress)
	} else {
		err = r.openLoop(ctx, folder, len(config.Accounts))
	}
	if err != nil {
		return nil, err
	}
	url, stop, err := serveBare(ctx)
	if err != nil {
		return nil, err
	}
	r.cleanUp = append(r.cleanUp, stop)
	config.URL, config.Progress = url, io.Discard
	if config.Mix, err = loadgen.ParseMix("transfer"); err != nil {
		return nil, err
	}
	if r.handler, err = loadgen.New(config); err != nil {
		return nil, err
	}
	r.cleanUp = append(r.cleanUp, func() error { r.handler.Close(); return nil })
	return r, nil
}

func (r *rivals) openLoop(ctx context.Context, folder string, accounts int) error {
	folder, err := os.MkdirTemp(folder, "bankbench-")
	if err != nil {
		return err
	}
	r.cleanUp = append(r.cleanUp, func() error { return os.RemoveAll(folder) })
	if r.loop, err = baseline.OpenLoop(ctx, filepath.Join(folder, "bare.db"), accounts); err != nil {
		return err
	}
	r.cleanUp = append(r.cleanUp, r.loop.Close)
	return nil
}

func (r *rivals) openTPCB(ctx context.Context, o *options, progress io.Writer) error {
	scratch, err := createScratch(ctx, o.server, progress)
	if err != nil {
		return err
	}
	r.cleanUp = append(r.cleanUp, scratch.Drop)
	r.tpcb, err = baseline.OpenTPCB(ctx, o.pgbench, scratch.Environ(), o.scale)
	return err
}

// createScratch creates a database, and says so in case this process is killed before it drops it.
func createScratch(ctx context.Context, server *postgres.Server, progress io.Writer) (*postgres.Database, error) {
	scratch, err := server.Create(ctx)
	if err == nil {
		_, _ = fmt.Fprintf(progress, "created the database %s, which is dropped at the end\n", scratch.Name)
	}
	return scratch, err
}

// close cleans up in reverse order.
func (r *rivals) close() error {
	var failures []error
	for _, clean := range slices.Backward(r.cleanUp) {
		failures = append(failures, clean())
	}
	return errors.Join(failures...)
}

// serveBare serves the bare handler on a port of its own.
func serveBare(ctx context.Context) (url string, stop func() error, err error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	srv := &http.Server{Handler: baseline.Handler(), ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = srv.Serve(listener) }() // until it is closed
	return "http://" + listener.Addr().String(), srv.Close, nil
}

func median(values []float64) float64 {
	values = slices.Sorted(slices.Values(values))
	middle := len(values) / 2
	if len(values)%2 == 0 {
		return (values[middle-1] + values[middle]) / 2
	}
	return values[middle]
}
