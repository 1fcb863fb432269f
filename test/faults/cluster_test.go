package faults

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
	"github.com/bankingcore/bankcore/internal/testkit/checker"
	"github.com/bankingcore/bankcore/internal/testkit/pgtest"
)

// cluster is a bank of two servers on one PostgreSQL database, and everything that its customers were told.
type cluster struct {
	t         *testing.T
	binary    string
	urls      [2]string // by which each server reaches the database
	record    *checker.Record
	customers []*checker.Customer
	servers   [2]*bankcoretest.Process
	clients   [2]*checker.Client

	mu       sync.Mutex
	answered map[int]time.Duration // when each server's latest acknowledged call was sent
	healed   []time.Duration
}

// newCluster starts a cluster of the program as it is. Other tests run its parts under the race detector.
func newCluster(t *testing.T, urls ...string) *cluster {
	t.Helper()
	binary, err := bankcoretest.Quick()
	require.NoError(t, err)
	return newClusterOf(t, binary, urls...)
}

// newClusterOf starts both servers at once, on an empty database, and opens accounts.
func newClusterOf(t *testing.T, binary string, urls ...string) *cluster {
	t.Helper()
	c := &cluster{
		t: t, binary: binary, urls: [2]string{urls[0], urls[len(urls)-1]}, record: checker.NewRecord(time.Now),
		answered: map[int]time.Duration{},
	}
	for i := range c.servers {
		c.start(i)
	}
	for i := range c.servers {
		c.awaitListening(i)
	}
	for range trialCustomers {
		customer, err := c.clients[0].Open(context.Background(), trialCapital)
		require.NoError(t, err)
		c.customers = append(c.customers, customer)
	}
	return c
}

// newPair starts a primary with a synchronous replica, and returns the URL that names both.
func newPair(t *testing.T) (primary, replica *pgtest.Server, url string) {
	t.Helper()
	primary = pgtest.Start(t)
	replica = primary.Replica(t)
	primary.Synchronize(t, replica)
	return primary, replica, primary.URL("bankcore", replica)
}

func (c *cluster) start(i int) {
	c.t.Helper()
	environ := slices.Concat(bankcoretest.Unlimited, bankcoretest.SharedSecrets, []string{"DATABASE_URL=" + c.urls[i], "LOG_LEVEL=warn"})
	c.servers[i] = bankcoretest.StartBinary(c.t, c.binary, c.t.TempDir(), environ, "serve")
}

func (c *cluster) awaitListening(i int) {
	c.t.Helper()
	c.servers[i].AwaitListening()
	// Shorter than patience: a server answers in bounded time, whatever has happened to the database.
	c.clients[i] = checker.NewClient(c.servers[i].URL, c.record, bankcoretest.Patience/2)
}

// during runs the load on both servers during a fault, which begins when both have acknowledged something.
func (c *cluster) during(fault func()) {
	c.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var working sync.WaitGroup
	for i, client := range c.clients {
		load := &checker.Load{
			Client: client, Customers: c.customers, Tellers: trialTellers / 2, Orders: endless, Stays: true,
			Heard: func(call checker.Call) { c.hear(i, call) },
		}
		working.Go(func() { load.Run(ctx) })
	}
	c.await(0, 1)
	fault()
	stop()
	working.Wait()
}

func (c *cluster) hear(i int, call checker.Call) {
	if call.Outcome != checker.Acknowledged {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answered[i] = max(c.answered[i], call.Called)
}

// await waits until the servers have acknowledged a request sent from now on, and records how long that took.
func (c *cluster) await(servers ...int) {
	c.t.Helper()
	from := c.record.Moment()
	require.Eventually(c.t, func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		return !slices.ContainsFunc(servers, func(i int) bool { return c.answered[i] <= from })
	}, bankcoretest.Patience, time.Millisecond, "%s\n%s", c.servers[0].Stderr, c.servers[1].Stderr)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.healed = append(c.healed, c.record.Moment()-from)
}

// report repeats the unanswered requests at the other server, and compares what customers were told with the database.
func (c *cluster) report(fault string, times int) *checker.Verdict {
	c.t.Helper()
	for _, client := range c.clients {
		(&checker.Load{Client: client, Customers: c.customers}).Repeat(context.Background(), trialTellers)
		require.Equal(c.t, 200, c.ready(client.URL))
	}
	v := c.verdict()
	require.Empty(c.t, v.Violations, "%s\n%s", c.servers[0].Stderr, c.servers[1].Stderr)
	require.NotZero(c.t, v.Acknowledged)
	o := bankcoretest.Command(c.t, []string{"DATABASE_URL=" + c.urls[1]}, "", "verify")
	require.Equal(c.t, 0, o.Code, o.Err)
	slices.Sort(c.healed)
	checker.Report(c.t, "%s: times %d, %s; until the next acknowledgement %d ms, at most %d", fault, times, v,
		c.healed[len(c.healed)/2].Milliseconds(), c.healed[len(c.healed)-1].Milliseconds())
	return v
}

// verdict stops both servers and compares what customers were told with the database.
func (c *cluster) verdict() *checker.Verdict {
	c.t.Helper()
	for _, server := range c.servers {
		server.Stop()
	}
	c.record.Settle()
	ledger, err := checker.ReadLedger(context.Background(), c.urls[1])
	require.NoError(c.t, err)
	return checker.Check(c.record, ledger)
}

func (c *cluster) ready(url string) int {
	c.t.Helper()
	for _, server := range c.servers {
		if server.URL == url {
			return server.Call("GET", "/readyz", nil).Status
		}
	}
	return 0
}
