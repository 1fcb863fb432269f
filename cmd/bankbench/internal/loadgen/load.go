// Package loadgen loads a server over HTTP and measures it. It knows only the contract, not the program behind it. It remembers what was
// acknowledged, so that the ledger can be checked against it afterwards.
package loadgen

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	mathrand "math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// Config describes a load. All fields but Items, Hot, Seed, Since and Progress must be set.
type Config struct {
	URL         string
	Accounts    []Account // at least two; those with a token come first
	Connections int
	Mix         Mix
	Keys        KeyStyle
	Items       int       // of a batch; from 1 to MaxItems if the mix has batches
	Hot         int       // how many accounts, from the end, receive all transfers and send none; 0 for none
	Seed        uint64    // the same seed gives the same choices
	Since       time.Time // when the histories begin; months are chosen from then on; zero means now
	Now         func() time.Time
	Progress    io.Writer // receives a line a second
}

// Account is one account of a load.
type Account struct {
	Number string
	Token  string // the access token of its owner; "" for an account that only receives
}

// Load is a number of clients, each with a connection.
type Load struct {
	config   Config
	senders  int // how many accounts send; they come first
	workers  []*worker
	recorder *recorder
	moves    []moves // by account
}

// New prepares a load. It sends nothing yet.
func New(config Config) (*Load, error) {
	target, err := parseTarget(config.URL)
	if err != nil {
		return nil, err
	}
	l := &Load{config: config, recorder: newRecorder(), moves: make([]moves, len(config.Accounts))}
	for l.senders < len(config.Accounts)-config.Hot && config.Accounts[l.senders].Token != "" {
		l.senders++
	}
	if l.senders == 0 || len(config.Accounts) < 2 {
		return nil, errors.New("loadgen: a load needs two accounts, and one that sends")
	}
	for i := range config.Connections {
		l.workers = append(l.workers, l.newWorker(target, i))
	}
	return l, nil
}

func (l *Load) newWorker(target target, place int) *worker {
	var secret [32]byte
	_, _ = rand.Read(secret[:]) // never fails
	w := &worker{
		load:       l,
		connection: connection{target: target},
		keys:       keys{style: l.config.Keys, random: mathrand.NewChaCha8(secret)},
		random:     mathrand.New(mathrand.NewPCG(l.config.Seed, uint64(place))), //nolint:gosec // choices must be reproducible
		recipients: recipients{accounts: len(l.config.Accounts), hot: l.config.Hot},
		tally:      newTally(len(l.workers), l.config.Connections),
	}
	// Each sender belongs to one connection, if there are enough.
	for i := place % l.senders; i < l.senders; i += l.config.Connections {
		w.senders = append(w.senders, i)
	}
	return w
}

// Senders returns the number of accounts that send.
func (l *Load) Senders() int { return l.senders }

// Round is the result of one run of a load.
type Round struct {
	Operations int64 // each item of a batch is one
	Elapsed    time.Duration
}

// PerSecond returns the throughput.
func (r Round) PerSecond() float64 { return float64(r.Operations) / r.Elapsed.Seconds() }

// Run sends requests for a duration, but at least one over each connection, or until ctx ends, and waits for all answers. It can be called
// again; the measurements add up.
func (l *Load) Run(ctx context.Context, duration time.Duration) Round {
	l.recorder.begin()
	before := l.recorder.succeeded()
	began := l.config.Now()
	end := began.Add(duration)
	finished := l.start(func(w *worker) { w.run(ctx, end) })
	everySecond(finished, func() { l.recorder.progress(l.config.Progress, l.config.Now().Sub(began)) })
	return Round{Operations: l.recorder.succeeded() - before, Elapsed: l.config.Now().Sub(began)}
}

// Learn reads ids of entries, spread over the histories, for the operation that reads one entry.
func (l *Load) Learn(ctx context.Context) error {
	if !l.config.Mix.has(opEntry) {
		return nil
	}
	var failure atomic.Pointer[error]
	<-l.start(func(w *worker) {
		if err := w.learn(ctx); err != nil {
			failure.CompareAndSwap(nil, &err)
		}
	})
	if err := failure.Load(); err != nil {
		return *err
	}
	return nil
}

// start runs fn for every worker, and closes the channel when all have finished.
func (l *Load) start(fn func(w *worker)) <-chan struct{} {
	finished := make(chan struct{})
	var group sync.WaitGroup
	for _, w := range l.workers {
		group.Go(func() { fn(w) })
	}
	go func() {
		group.Wait()
		close(finished)
	}()
	return finished
}

// Close closes the connections.
func (l *Load) Close() {
	for _, w := range l.workers {
		w.connection.close()
	}
}
