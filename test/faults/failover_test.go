package faults

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
	"github.com/bankingcore/bankcore/internal/testkit/checker"
	"github.com/bankingcore/bankcore/internal/testkit/nettest"
	"github.com/bankingcore/bankcore/internal/testkit/pgtest"
)

// TestKillServers kills one of two servers again and again. The other one keeps working.
func TestKillServers(t *testing.T) {
	t.Parallel()
	c := newCluster(t, pgtest.Start(t).URL("bankcore"))
	kills := checker.Times(4)
	for kill := range kills {
		c.during(func() {
			dead := kill % 2
			require.NoError(t, c.servers[dead].Cmd.Process.Kill())
			c.await(1 - dead)
			require.Equal(t, -1, c.servers[dead].Exit())
		})
		c.start(kill % 2)
		c.awaitListening(kill % 2)
	}
	c.report("kill -9 of a server", kills)
}

// TestKillPrimary kills the primary with all its processes, and promotes the replica. No acknowledged transfer is lost, because
// the replica had it before.
func TestKillPrimary(t *testing.T) {
	t.Parallel()
	primary, replica, url := newPair(t)
	c := newCluster(t, url)
	failovers := checker.Times(1)
	for failover := range failovers {
		c.during(func() {
			primary.Kill(t)
			replica.Promote(t)
			c.await(0, 1)
		})
		if failover+1 == failovers {
			break
		}
		// A replica of the new primary takes the old one's place, at a port of its own.
		primary, replica = replica, replica.Replica(t)
		primary.Synchronize(t, replica)
		c.urls = [2]string{primary.URL("bankcore", replica), primary.URL("bankcore", replica)}
		for i := range c.servers {
			c.servers[i].Stop()
			c.start(i)
			c.awaitListening(i)
		}
	}
	c.report("kill -9 of the primary, and promotion of its synchronous replica", failovers)
}

// TestCutServer cuts the cable between one server and the database, so that packets vanish. The server says that it is not
// ready, answers in bounded time, and recovers by itself.
func TestCutServer(t *testing.T) {
	bankcoretest.More(t)
	t.Parallel()
	proxied := pgtest.Start(t)
	proxy := nettest.NewProxy(t, proxied.Address())
	url := proxied.URL("bankcore")
	c := newCluster(t, strings.Replace(url, proxied.Address(), proxy.Address(), 1), url)
	cuts := checker.Times(1)
	for range cuts {
		c.during(func() {
			proxy.Hold()
			c.await(1)
			require.Equal(t, http.StatusServiceUnavailable, c.ready(c.clients[0].URL))
			began := time.Now()
			require.Equal(t, http.StatusServiceUnavailable, c.servers[0].Call("GET", "/accounts/"+c.customers[0].Number, nil,
				"Authorization", c.customers[0].Authorization()).Status)
			require.Less(t, time.Since(began), bankcoretest.Patience/2, "a request waits for a database that does not answer")
			proxy.Release()
			c.await(0, 1)
		})
	}
	c.report("a server that hears nothing from the database", cuts)
}

// TestCutPrimary cuts off the primary's host, and promotes the replica. The old primary is fenced before the cable is mended, as
// it must be: the servers cannot know which of two primaries is the right one.
func TestCutPrimary(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	host, err := nettest.NewHost(t)
	if err != nil {
		t.Logf("cannot make a separate network here: %v", err)
		return
	}
	primary := pgtest.StartOn(t, host)
	replica := primary.Replica(t)
	primary.Synchronize(t, replica)
	c := newCluster(t, primary.URL("bankcore", replica))
	c.during(func() {
		host.Cut(t)
		replica.Promote(t)
		c.await(0, 1)
		primary.Kill(t)
		host.Mend(t)
		c.await(0, 1)
	})
	c.report("the primary's host cut off, and promotion of its synchronous replica", 1)
}

// TestInjectedErrors makes the database refuse statements and commits at random, under both isolation levels.
func TestInjectedErrors(t *testing.T) {
	t.Parallel()
	for _, level := range []string{"read committed", "serializable"} {
		t.Run(level, func(t *testing.T) {
			t.Parallel()
			server := pgtest.Start(t, "default_transaction_isolation="+level)
			c := newCluster(t, server.URL("bankcore"))
			injectErrors(t, server, "bankcore")
			orders := checker.Times(60)
			c.during(func() {
				for range orders {
					c.await(0, 1)
				}
			})
			server.Exec(t, "bankcore", "DROP FUNCTION fail CASCADE")
			c.report("injected 40001, 40P01 and 40003 under "+level, orders)
		})
	}
}

// injectErrors makes a database refuse inserted entries and commits at random, until the function fail is dropped.
func injectErrors(t *testing.T, server *pgtest.Server, database string) {
	t.Helper()
	server.Exec(t, database, `
		CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
		BEGIN
			CASE floor(random() * 20)
				WHEN 0 THEN RAISE EXCEPTION 'injected' USING ERRCODE = '40001';
				WHEN 1 THEN RAISE EXCEPTION 'injected' USING ERRCODE = '40P01';
				WHEN 2 THEN RAISE EXCEPTION 'injected' USING ERRCODE = TG_ARGV[0];
				ELSE RETURN NULL;
			END CASE;
		END $$;
		CREATE TRIGGER early AFTER INSERT ON transactions FOR EACH ROW EXECUTE FUNCTION fail('40001');
		CREATE CONSTRAINT TRIGGER late AFTER INSERT ON transactions DEFERRABLE INITIALLY DEFERRED
			FOR EACH ROW EXECUTE FUNCTION fail('40003')`)
}

// TestLostReplies loses the database's reply to COMMIT, and drops connections at any moment. A customer with an idempotency key
// gets the answer; one without learns that the outcome is unknown.
func TestLostReplies(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	proxy := nettest.NewProxy(t, server.Address())
	url := server.URL("bankcore")
	c := newCluster(t, strings.Replace(url, server.Address(), proxy.Address(), 1), url)
	lost := checker.Times(20)
	for i := range lost {
		call, key := c.loseReply(proxy, i)
		if key == "" {
			require.Equal(t, checker.Unknown, call.Outcome)
			require.Equal(t, http.StatusServiceUnavailable, call.Status)
		} else {
			require.Equal(t, checker.Acknowledged, call.Outcome, "%s", call.Code)
			require.False(t, call.Replayed, "it was sent once")
		}
	}
	dropped := 0
	c.during(func() {
		for range checker.Times(20) {
			stop := proxy.DropAtRandom(20 * time.Millisecond)
			time.Sleep(250 * time.Millisecond)
			dropped += stop() // a slow machine needs longer for a connection than one of them lives
			c.await(0, 1)
		}
	})
	require.NotZero(t, dropped)
	c.report("replies to COMMIT lost, and connections dropped", lost+dropped)
}

// loseReply sends the first server a transfer, with a key or without one, and loses the reply to its COMMIT.
func (c *cluster) loseReply(proxy *nettest.Proxy, i int) (call checker.Call, key string) {
	c.t.Helper()
	transfer := func(name, key string) checker.Call {
		return c.clients[0].Do(c.t.Context(), c.customers[0], checker.Request{
			Type: checker.TransferOut, Account: c.customers[0].Number, To: c.customers[1].Number, Amount: 5, Key: key, Description: name,
		})
	}
	// The next request takes the connection that this one leaves, which has all its statements prepared.
	require.Equal(c.t, checker.Acknowledged, transfer(fmt.Sprint("before ", i), "").Outcome)
	if key = fmt.Sprint("key ", i); i%4 == 3 {
		key = ""
	}
	digest := sha256.Sum256([]byte("commit")) // from which pgx makes the name of a prepared statement
	struck := proxy.LoseReply("stmt_" + hex.EncodeToString(digest[:24]))
	call = transfer(fmt.Sprint("lost ", i), key)
	<-struck
	return call, key
}

// TestReplicaAway: without its synchronous replica, the primary commits but does not confirm it. Neither do the servers, not even
// when an operator tells the primary to stop waiting.
func TestReplicaAway(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	primary, replica, url := newPair(t)
	c := newCluster(t, url)
	replica.Kill(t)
	r := checker.Request{Type: checker.Deposit, Account: c.customers[0].Number, Amount: 7, Description: "without a replica"}
	call := c.clients[0].Do(t.Context(), c.customers[0], r)
	require.Equal(t, checker.Unknown, call.Outcome, "%d", call.Status)
	require.Equal(t, http.StatusServiceUnavailable, call.Status)

	// The next request is sent twice: the second meets what the first has committed, which is not on the replica.
	cancelled := r
	cancelled.Description, cancelled.Key = "the wait is cut short", "once"
	told := make(chan checker.Call, 1)
	go func() { told <- c.clients[1].Do(t.Context(), c.customers[0], cancelled) }()
	require.Eventually(t, func() bool {
		return primary.Query(t, "bankcore", `SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep'`) == "1"
	}, bankcoretest.Patience, 10*time.Millisecond)
	call = <-told
	require.Equal(t, checker.Unknown, call.Outcome, "acknowledged, and a failover would lose it")
	call = c.clients[0].Do(t.Context(), c.customers[0], cancelled)
	require.NotEqual(t, checker.Acknowledged, call.Outcome, "read, and a failover would lose it")

	replica.Restart(t)
	c.during(func() { c.await(0, 1) })
	c.report("the synchronous replica away", 1)
}
