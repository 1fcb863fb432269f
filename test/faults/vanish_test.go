package faults

import (
	"context"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/checker"
)

// TestClientsVanish makes clients leave after every few bytes of a request, and after all of it, while others work. What was
// not sent whole never takes effect; the rest does at most once, and exactly once when it is repeated.
func TestClientsVanish(t *testing.T) {
	t.Parallel()
	tr := newCrashTrial(t)
	step := max(1, 12/checker.Times(1)) // every byte in the long form
	tr.during(1, func(stop context.CancelFunc) {
		for _, farewell := range []bool{true, false} {
			length := len(tr.client.Wire(tr.customers[0], tr.vanishing(farewell, 0)))
			for bytes := 0; bytes < length; bytes += step {
				tr.vanish(farewell, bytes, bytes, 0)
			}
			tr.await(checker.Acknowledged, trialTellers)
			for i := range 5 * trialTellers { // wherever the request is by then
				tr.vanish(farewell, length+i, length, time.Duration(i)*200*time.Microsecond)
			}
			tr.p.Signal(syscall.SIGSTOP)
			for i := range trialTellers { // before the server has seen any of it
				tr.vanish(farewell, 2*length+i, length, 0)
			}
			tr.p.Signal(syscall.SIGCONT)
			tr.await(checker.Acknowledged, trialTellers)
		}
		stop()
	})
	tr.terminate()
	vanished := 0
	for _, call := range tr.record.Calls() {
		if strings.HasPrefix(call.Description, "vanishing") {
			vanished++
		}
	}
	before := tr.requireKept()
	tr.restart()
	tr.load(1, 0).Repeat(context.Background(), trialTellers)
	require.Empty(t, tr.record.Unheard(), "some requests still have no answer")
	tr.terminate()
	tr.report(fmt.Sprintf("clients that vanish, %d of %d requests sent whole done at first", before.Effective, before.Unknown), vanished)
}

// vanishing is the request number n of clients that leave.
func (tr *trial) vanishing(farewell bool, n int) checker.Request {
	name := fmt.Sprintf("vanishing-%v-%04d", farewell, n)
	return checker.Request{
		Type: checker.TransferOut, Account: tr.customers[0].Number, To: tr.customers[1].Number, Amount: 3, Key: name, Description: name,
	}
}

func (tr *trial) vanish(farewell bool, n, bytes int, moment time.Duration) {
	tr.t.Helper()
	err := tr.client.Vanish(context.Background(), tr.customers[0], tr.vanishing(farewell, n), bytes, moment, farewell)
	require.NoError(tr.t, err)
}
