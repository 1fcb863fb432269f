package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestStopwatch: only what passes while it runs counts, and one reading that fails makes all of it unknown.
func TestStopwatch(t *testing.T) {
	t.Parallel()
	clock, known := time.Second, true
	s := stopwatch{read: func() (time.Duration, bool) { return clock, known }}
	for range 2 {
		s.start()
		clock += 30 * time.Millisecond
		s.stop()
		clock += time.Hour
	}
	require.InDelta(t, 6, *s.perItem(10), 1e-9)
	require.Nil(t, s.perItem(0))
	s.start()
	known = false
	s.stop()
	require.Nil(t, s.perItem(10))
}
