package faults

import (
	"context"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
	"github.com/bankingcore/bankcore/internal/testkit/checker"
	"github.com/bankingcore/bankcore/internal/testkit/pgtest"
)

const runsFile = "internal/bank/standing_order_runs.go"

// orderMutants are bugs in how standing orders run.
var orderMutants = []mutant{
	{"a date is paid and not recorded, so that each server's start pays it again", []sourceEdit{
		{runsFile, "\tif err := insertRun(ctx, q, o.ID, &run); err != nil {\n", "\tif run.Status == RunPosted {\n\t\treturn run, nil\n\t}\n\tif err := insertRun(ctx, q, o.ID, &run); err != nil {\n"},
	}},
	{"a date is recorded and not paid", []sourceEdit{
		{runsFile, "return posting.ID, writeDecided(ctx, q, batch)", "return posting.ID, nil"},
	}},
	{"a date is paid twice in one transaction", []sourceEdit{
		{runsFile, "\tpaid, err := b.pay(ctx, q, o, run.RanAt)\n", "\t_, _ = b.pay(ctx, q, o, run.RanAt)\n\tpaid, err := b.pay(ctx, q, o, run.RanAt)\n"},
	}},
	{"a date that is not covered leaves no record", []sourceEdit{
		{runsFile, "\t\trun.Status, run.Code = o.refused(refusal)\n", "\t\trun.Status, run.Code = o.refused(refusal)\n\t\treturn run, writeStandingOrder(ctx, q, o)\n"},
	}},
	{"the money goes the other way", []sourceEdit{
		{runsFile, "Account: o.Account, To: o.To,", "Account: o.To, To: o.Account,"},
	}},
}

var ranOrders = regexp.MustCompile(`ran standing orders`)

// ordersIn counts the standing orders that wait, and the runs that are recorded.
func (tr *trial) ordersIn() (waiting, ran int) {
	tr.t.Helper()
	count := func(query string) int {
		number, err := strconv.Atoi(bankcoretest.Ask(tr.t, tr.database, query))
		require.NoError(tr.t, err)
		return number
	}
	return count("SELECT COUNT(*) FROM standing_orders WHERE status = 'active'"), count("SELECT COUNT(*) FROM standing_order_runs")
}

// TestKillWhileStandingOrdersRun kills a server as soon as it has run some of the orders that are due, again and again. Each date runs once.
func TestKillWhileStandingOrdersRun(t *testing.T) {
	t.Parallel()
	tr := newCrashTrial(t)
	atLeast, interrupted := checker.Times(4), 0
	for tries := 0; interrupted < atLeast; tries++ { // a kill may find that every order has run
		require.Less(t, tries, 10*atLeast, "no server was killed while it ran orders")
		for range 3 {
			require.NoError(t, tr.load(0, 0).StandingOrders(context.Background(), 100))
		}
		tr.kill()
		_, before := tr.ordersIn()
		tr.p = bankcoretest.StartBinary(t, tr.binary, tr.folder, tr.environ(), "serve")
		require.Eventually(t, func() bool {
			_, ran := tr.ordersIn()
			return ran > before
		}, bankcoretest.Patience, bankcoretest.Patience/100_000, "%s", tr.p.Stderr)
		tr.kill()
		if waiting, _ := tr.ordersIn(); waiting > 0 {
			interrupted++
		}
		tr.serve()
	}
	tr.kill()
	tr.serve("LOG_LEVEL=info")
	require.Eventually(t, func() bool {
		waiting, _ := tr.ordersIn()
		return waiting == 0
	}, bankcoretest.Patience, bankcoretest.Patience/1000, "%s", tr.p.Stderr)
	tr.terminate()
	v := tr.requireKept()
	_, ran := tr.ordersIn()
	checker.Report(t, "kill -9 while standing orders run: interrupted %d, dates %d; lost %d, doubled %d", interrupted, ran, v.Lost, v.Doubled)
}

// TestKillOneOfTwoServersThatRunStandingOrders starts two servers at once on the same orders, and kills one as soon as some have run. The other
// runs the rest, and nothing twice.
func TestKillOneOfTwoServersThatRunStandingOrders(t *testing.T) {
	bankcoretest.More(t)
	t.Parallel()
	server := pgtest.Start(t)
	c := newCluster(t, server.URL("bankcore"))
	count := func(query string) int {
		number, err := strconv.Atoi(server.Query(t, "bankcore", query))
		require.NoError(t, err)
		return number
	}
	interrupted := 0
	for round := range checker.Times(4) {
		for range 3 {
			load := &checker.Load{Client: c.clients[round%2], Customers: c.customers}
			require.NoError(t, load.StandingOrders(context.Background(), 100))
		}
		for _, p := range c.servers {
			p.Stop()
		}
		before := count("SELECT COUNT(*) FROM standing_order_runs")
		c.start(0)
		c.start(1)
		require.Eventually(t, func() bool { return count("SELECT COUNT(*) FROM standing_order_runs") > before },
			bankcoretest.Patience, bankcoretest.Patience/10_000, "%s", c.servers[0].Stderr)
		_ = c.servers[round%2].Cmd.Process.Kill()
		if count("SELECT COUNT(*) FROM standing_orders WHERE status = 'active'") > 0 {
			interrupted++
		}
		require.Eventually(t, func() bool { return count("SELECT COUNT(*) FROM standing_orders WHERE status = 'active'") == 0 },
			2*bankcoretest.Patience, bankcoretest.Patience/100, "%s", c.servers[1-round%2].Stderr)
		c.start(round % 2)
		c.awaitListening(0)
		c.awaitListening(1)
	}
	v := c.verdict()
	require.Empty(t, v.Violations)
	o := bankcoretest.Command(t, []string{"DATABASE_URL=" + c.urls[1]}, "", "verify")
	require.Equal(t, 0, o.Code, o.Err)
	checker.Report(t, "kill -9 of one of two servers that run standing orders: times %d, interrupted %d, dates %d; lost %d, doubled %d",
		checker.Times(4), interrupted, count("SELECT COUNT(*) FROM standing_order_runs"), v.Lost, v.Doubled)
}

// orderViolations runs standing orders on two servers, one after the other, and returns what the checker finds.
func orderViolations(t *testing.T, binary string) []string {
	t.Helper()
	tr := newTrial(t, binary, filepath.Join(t.TempDir(), "bank.db"))
	require.NoError(t, tr.load(0, 0).StandingOrders(context.Background(), 40))
	for range 2 {
		tr.kill()
		tr.serve("LOG_LEVEL=info")
		if waiting, _ := tr.ordersIn(); waiting > 0 {
			tr.p.Await(tr.p.Stderr, ranOrders)
		}
	}
	tr.kill()
	return tr.read().verdict().Violations
}

// TestCheckerSeesEveryOrderMutant is TestCheckerSeesEveryMutant for standing orders.
func TestCheckerSeesEveryOrderMutant(t *testing.T) {
	t.Parallel()
	requireSeen(t, "standing orders", orderMutants, orderViolations)
}
