package main

import (
	"context"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/checker"
)

// TestPause stops the server's process for a while, as a machine does that is moved or swaps, and lets it go on.
func TestPause(t *testing.T) {
	t.Parallel()
	tr := newCrashTrial(t)
	pauses := checker.Times(3)
	for range pauses {
		tr.during(30, func(stop context.CancelFunc) {
			tr.p.signal(syscall.SIGSTOP)
			time.Sleep(300 * time.Millisecond) // how long does not matter: nobody works meanwhile
			tr.p.signal(syscall.SIGCONT)
			tr.await(checker.Acknowledged, 50)
			stop()
		})
		tr.requireKept()
	}
	tr.terminate()
	tr.report("SIGSTOP and SIGCONT under load", pauses)
}

// TestStopUnderLoad tells the server to stop while customers go on asking until nobody answers. Whoever has no answer has
// reached nobody: nothing that was taken is left half way.
func TestStopUnderLoad(t *testing.T) {
	t.Parallel()
	tr := newCrashTrial(t)
	stops := checker.Times(2)
	for range stops {
		tr.during(30, func(context.CancelFunc) { tr.p.signal(syscall.SIGTERM) })
		require.Equal(t, 0, tr.ended(), tr.p.stderr)
		v := tr.requireKept()
		require.Zero(t, v.Effective, "somebody was not told what the server did")
		tr.restart()
	}
	tr.terminate()
	tr.report("SIGTERM under load", stops)
}
