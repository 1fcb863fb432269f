package faults

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
	"github.com/bankingcore/bankcore/internal/testkit/checker"
)

// TestRestore backs up a bank at work, loses it, restores it, and lets the customers repeat their requests. The backup is the
// bank at one moment: it holds everything that was answered before it, and nothing without what came before.
func TestRestore(t *testing.T) {
	t.Parallel()
	tr := newCrashTrial(t)
	environ := []string{"DATABASE_URL=sqlite:" + tr.database}
	later := 0
	restores := checker.Times(3)
	for range restores {
		backup := filepath.Join(t.TempDir(), "backup.db")
		var began time.Duration
		tr.during(30, func(stop context.CancelFunc) {
			began = tr.record.Moment()
			o := bankcoretest.Command(t, environ, "", "backup", backup)
			require.Equal(t, 0, o.Code, o.Err)
			tr.awaitAnswers(20)
			o = bankcoretest.Command(t, environ, "", "restore", backup)
			require.Equal(t, 1, o.Code, "restored under a running server")
			require.Contains(t, o.Err, "another process serves")
			stop()
		})
		tr.kill()
		o := bankcoretest.Command(t, environ, "", "restore", backup)
		require.Equal(t, 0, o.Code, o.Err)
		require.Contains(t, o.Stdout, "restored and checked "+backup)
		require.Contains(t, o.Stdout, "is kept as "+tr.database+".replaced-")
		later += requirePrefix(t, tr, began)
		tr.record = tr.record.Restored(began)
		tr.restart()
	}
	require.NotZero(t, later, "no request came after the backup")
	tr.terminate()
	tr.report("restore under load", restores)
}

// awaitAnswers waits until some more calls have been answered.
func (tr *trial) awaitAnswers(more int) {
	tr.t.Helper()
	want := len(tr.record.Calls()) + more
	for began := time.Now(); len(tr.record.Calls()) < want; time.Sleep(time.Millisecond) {
		require.Less(tr.t, time.Since(began), bankcoretest.Patience, "the tellers get no answers")
	}
}

// requirePrefix compares a restored database with what was asked: it must hold everything that was answered before the backup
// began, and before any call that it holds was made. It returns how many of the answers it does not hold.
func requirePrefix(t *testing.T, tr *trial, began time.Duration) (missing int) {
	t.Helper()
	ledger, err := checker.ReadLedger(context.Background(), "sqlite:"+tr.database)
	require.NoError(t, err)
	require.Empty(t, checker.Check(tr.record.Restored(began), ledger).Violations)
	there := map[string]bool{}
	for _, account := range ledger.Accounts {
		for _, entry := range account.Entries {
			there[entry.Description] = true
		}
	}
	newest := began
	for _, call := range tr.record.Calls() {
		if there[call.Description] && call.Outcome == checker.Acknowledged && !call.Replayed {
			newest = max(newest, call.Called)
		}
	}
	for _, call := range tr.record.Calls() {
		if call.Outcome != checker.Acknowledged || there[call.Description] {
			continue
		}
		missing++
		require.Greater(t, call.Answered, newest, "%s is missing, and something later is there", call.Description)
	}
	return missing
}
