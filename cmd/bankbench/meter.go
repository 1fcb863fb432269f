package main

import (
	"context"
	"time"

	"github.com/bankingcore/bankcore/cmd/bankbench/internal/loadgen"
	"github.com/bankingcore/bankcore/cmd/bankbench/internal/postgres"
	"github.com/bankingcore/bankcore/cmd/bankbench/internal/processes"
)

// meter runs a load and adds up what that takes.
type meter struct {
	load             *loadgen.Load
	pid              int // the server's process; 0 if it is not known
	server, database stopwatch
	elapsed          time.Duration
	items            int64
}

// newMeter finds the processes. The database's server is nil if there is none, or none is known.
func newMeter(ctx context.Context, load *loadgen.Load, pid int, database *postgres.Server) *meter {
	postmaster := 0
	if database != nil {
		postmaster = database.Postmaster(ctx)
	}
	return &meter{
		load: load, pid: pid,
		server:   stopwatch{read: func() (time.Duration, bool) { return processes.Time(pid) }},
		database: stopwatch{read: func() (time.Duration, bool) { return processes.FamilyTime(postmaster) }},
	}
}

func (m *meter) run(ctx context.Context, duration time.Duration) loadgen.Round {
	m.server.start()
	m.database.start()
	round := m.load.Run(ctx, duration)
	m.database.stop()
	m.server.stop()
	m.elapsed += round.Elapsed
	m.items += round.Operations
	return round
}

func (m *meter) report(withLoad bool) loadgen.CPU {
	return loadgen.CPU{
		Server: processes.Name(m.pid), WithLoad: withLoad, ServerMS: m.server.perItem(m.items), DatabaseMS: m.database.perItem(m.items),
	}
}

// stopwatch adds up processor time.
type stopwatch struct {
	read         func() (time.Duration, bool)
	began, spent time.Duration
	unknown      bool
}

func (s *stopwatch) start() { s.began = s.now() }

func (s *stopwatch) stop() { s.spent += s.now() - s.began }

func (s *stopwatch) now() time.Duration {
	now, known := s.read()
	s.unknown = s.unknown || !known
	return now
}

// perItem returns milliseconds, or nil if they are not known.
func (s *stopwatch) perItem(items int64) *float64 {
	if s.unknown || items == 0 {
		return nil
	}
	return new(s.spent.Seconds() * 1000 / float64(items))
}
