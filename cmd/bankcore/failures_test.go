package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAServerThatStopsRecordsWhatItHasCounted: failures that so far are only counted become an event before the process ends.
func TestAServerThatStopsRecordsWhatItHasCounted(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	p := serve(t, folder, unlimited)
	for range 5 {
		require.Equal(t, 401, p.login("999999999990", "604713").status)
	}
	p.stop()
	require.Equal(t, "2 5", ask(t, filepath.Join(folder, "data", "bankcore.db"), `SELECT count(*) || ' ' || sum(count) FROM events`))
}
