package faults

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
	"github.com/bankingcore/bankcore/internal/testkit/checker"
)

const (
	trialCustomers = 4
	trialTellers   = 8 // who work at the same time
	trialCapital   = 1_000_000
)

// trial is a bank that meets a fault again and again, and everything that its customers were told.
type trial struct {
	t         *testing.T
	binary    string
	folder    string // the server's working directory
	database  string
	record    *checker.Record
	customers []*checker.Customer

	p       *bankcoretest.Process
	client  *checker.Client
	slowest time.Duration // of all restarts
}

// newTrial starts a bank on a database and opens accounts.
func newTrial(t *testing.T, binary, database string) *trial {
	t.Helper()
	tr := &trial{t: t, binary: binary, folder: t.TempDir(), database: database, record: checker.NewRecord(time.Now)}
	tr.serve()
	tr.openAccounts()
	return tr
}

func (tr *trial) openAccounts() {
	tr.t.Helper()
	for range trialCustomers {
		customer, err := tr.client.Open(context.Background(), trialCapital)
		require.NoError(tr.t, err)
		tr.customers = append(tr.customers, customer)
	}
}

func (tr *trial) environ(more ...string) []string {
	return slices.Concat(bankcoretest.Unlimited, []string{"DATABASE_URL=sqlite:" + tr.database, "LOG_LEVEL=warn"}, more)
}

// serve starts the server, on what the last one has left.
func (tr *trial) serve(environ ...string) {
	tr.t.Helper()
	began := time.Now()
	tr.p = bankcoretest.StartBinary(tr.t, tr.binary, tr.folder, tr.environ(environ...), "serve")
	tr.p.AwaitListening()
	tr.slowest = max(tr.slowest, time.Since(began))
	tr.client = checker.NewClient(tr.p.URL, tr.record, bankcoretest.Patience)
}

// serveOrEnd starts the server and reports whether it listens; if not, it has ended.
func (tr *trial) serveOrEnd(environ ...string) (listens bool) {
	tr.t.Helper()
	tr.p = bankcoretest.StartBinary(tr.t, tr.binary, tr.folder, tr.environ(environ...), "serve")
	if !tr.p.ListensOrEnds() {
		return false
	}
	tr.client = checker.NewClient(tr.p.URL, tr.record, bankcoretest.Patience)
	return true
}

// load returns the customers' tellers, each with a number of orders.
func (tr *trial) load(tellers, orders int) *checker.Load {
	return &checker.Load{Client: tr.client, Customers: tr.customers, Tellers: tellers, Orders: orders}
}

// endless is more orders than any trial has time for.
const endless = 1 << 30

// during runs the load during a fault, which begins after some number of acknowledgements. The fault ends the load.
func (tr *trial) during(acknowledged int64, fault func(stop context.CancelFunc)) {
	tr.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var heard atomic.Int64
	begun := make(chan struct{})
	load := tr.load(trialTellers, endless)
	load.Heard = func(call checker.Call) {
		if call.Outcome == checker.Acknowledged && heard.Add(1) == acknowledged {
			close(begun)
		}
	}
	var working sync.WaitGroup
	working.Go(func() { load.Run(ctx) })
	select {
	case <-begun:
	case <-time.After(bankcoretest.Patience):
		require.FailNow(tr.t, "the tellers get no answers", "%s", tr.p.Stderr)
	}
	fault(stop)
	working.Wait()
}

// acknowledged counts what customers were told is done.
func (tr *trial) acknowledged() (n int) {
	for _, call := range tr.record.Calls() {
		if call.Outcome == checker.Acknowledged {
			n++
		}
	}
	return n
}

// await waits for some more answers of a kind: refusals for want of room, or acknowledgements.
func (tr *trial) await(outcome checker.Outcome, more int) {
	tr.t.Helper()
	from := len(tr.record.Calls())
	require.Eventually(tr.t, func() bool {
		n := 0
		for _, call := range tr.record.Calls()[from:] {
			if call.Outcome == outcome && (outcome == checker.Acknowledged || call.Code == "unavailable") {
				n++
			}
		}
		return n >= more
	}, bankcoretest.Patience, bankcoretest.Patience/10_000, "%s", tr.p.Stderr)
}

// kill ends the server without a warning.
func (tr *trial) kill() {
	tr.t.Helper()
	_ = tr.p.Cmd.Process.Kill() // it may be gone already
	tr.ended()
}

// ended waits for the server's end, after which no request can take effect any more.
func (tr *trial) ended() (code int) {
	tr.t.Helper()
	code = tr.p.Exit()
	tr.client.HTTP.CloseIdleConnections()
	tr.record.Settle()
	return code
}

// terminate ends the server as an operator does.
func (tr *trial) terminate() {
	tr.t.Helper()
	tr.p.Signal(syscall.SIGTERM)
	require.Equal(tr.t, 0, tr.ended(), tr.p.Stderr)
}

// verdict compares what the customers were told with the database.
func (tr *trial) verdict() *checker.Verdict {
	tr.t.Helper()
	ledger, err := checker.ReadLedger(context.Background(), "sqlite:"+tr.database)
	require.NoError(tr.t, err)
	return checker.Check(tr.record, ledger)
}

// requireKept fails the test unless the bank has kept its word so far, and `bankcore verify` says so too.
func (tr *trial) requireKept() *checker.Verdict {
	tr.t.Helper()
	v := tr.verdict()
	require.Empty(tr.t, v.Violations, "%s", tr.p.Stderr)
	o := bankcoretest.Command(tr.t, []string{"DATABASE_URL=sqlite:" + tr.database}, "", "verify")
	require.Equal(tr.t, 0, o.Code, o.Err)
	return v
}

// restart starts the server after a fault; its customers repeat their unanswered requests.
func (tr *trial) restart() *checker.Verdict {
	tr.t.Helper()
	tr.serve()
	tr.load(1, 0).Repeat(context.Background(), 2*trialTellers)
	return tr.requireKept()
}

// report logs in one line what was tried, how often, and what was found.
func (tr *trial) report(fault string, cycles int) {
	tr.t.Helper()
	v := tr.requireKept()
	require.NotZero(tr.t, v.Acknowledged)
	checker.Report(tr.t, "%s: cycles %d, %s; slowest restart %d ms", fault, cycles, v, tr.slowest.Milliseconds())
}
