package server_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/checker"
)

// TestClockJumps sets the clock back and forward by up to weeks while customers work: sessions end and new ones begin, but no
// history goes back.
func TestClockJumps(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	record := checker.NewRecord(time.Now)
	client := checker.NewClient(w.url, record, 30*time.Second)
	defer client.HTTP.CloseIdleConnections()
	load := &checker.Load{Client: client, Tellers: 6, Orders: max(40, checker.Times(40))}
	for range 4 {
		customer, err := client.Open(context.Background(), 1_000_000)
		require.NoError(t, err)
		load.Customers = append(load.Customers, customer)
	}
	var mu sync.Mutex
	answers, jumps := 0, 0
	load.Heard = func(checker.Call) {
		mu.Lock()
		defer mu.Unlock()
		if answers++; answers%10 == 0 {
			w.clock.pass(clockJumps[jumps%len(clockJumps)])
			jumps++
		}
	}
	load.Run(context.Background())
	w.verify()
	ledger, err := checker.ReadLedger(context.Background(), w.database)
	require.NoError(t, err)
	v := checker.Check(record, ledger)
	require.Empty(t, v.Violations)
	require.Greater(t, jumps, len(clockJumps))
	for _, a := range ledger.Accounts {
		require.Greater(t, len(a.Entries), 20, "hardly any request got through")
	}
	checker.Report(t, "clock jumps: jumps %d, %s", jumps, v)
}

var clockJumps = []time.Duration{
	-time.Hour, 5 * time.Minute, -72 * time.Hour, 26 * time.Hour, -time.Microsecond, time.Second, 8 * 24 * time.Hour, -9 * 24 * time.Hour,
	30 * 24 * time.Hour, -30 * 24 * time.Hour, 16 * time.Minute,
}
