package faults

import (
	"context"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/checker"
)

// TestPause suspends the server's process for a while, as on a machine that is migrated or swaps, and resumes it.
func TestPause(t *testing.T) {
	t.Parallel()
	tr := newCrashTrial(t)
	pauses := checker.Times(3)
	for range pauses {
		tr.during(30, func(stop context.CancelFunc) {
			tr.p.Signal(syscall.SIGSTOP)
			time.Sleep(300 * time.Millisecond) // how long does not matter: no request is answered meanwhile
			tr.p.Signal(syscall.SIGCONT)
			tr.await(checker.Acknowledged, 50)
			stop()
		})
		tr.requireKept()
	}
	tr.terminate()
	tr.report("SIGSTOP and SIGCONT under load", pauses)
}

// TestStopUnderLoad tells the server to stop while customers keep sending requests until none is answered. A request without an
// answer did not reach the server: it leaves nothing that it accepted half done.
func TestStopUnderLoad(t *testing.T) {
	t.Parallel()
	tr := newCrashTrial(t)
	stops := checker.Times(2)
	for range stops {
		tr.during(30, func(context.CancelFunc) { tr.p.Signal(syscall.SIGTERM) })
		require.Equal(t, 0, tr.ended(), tr.p.Stderr)
		v := tr.requireKept()
		require.Zero(t, v.Effective, "a customer was not told what the server did")
		tr.restart()
	}
	tr.terminate()
	tr.report("SIGTERM under load", stops)
}
