package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// TestAServerThatStopsRecordsWhatItHasCounted: failures that so far are only counted become an event before the process ends.
func TestAServerThatStopsRecordsWhatItHasCounted(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	p := bankcoretest.Serve(t, folder, bankcoretest.Unlimited)
	for range 5 {
		require.Equal(t, 401, p.Login("999999999990", "604713").Status)
	}
	p.Stop()
	require.Equal(t, "2 5", bankcoretest.Ask(t, filepath.Join(folder, "data", "bankcore.db"), `SELECT count(*) || ' ' || sum(count) FROM events`))
}
