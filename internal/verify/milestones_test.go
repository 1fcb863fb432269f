package verify_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/testkit/banktest"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
	"github.com/bankingcore/bankcore/internal/verify"
)

// longHistory returns a bank whose account ada has the given number of entries. Some share a time, including those on both
// sides of a milestone, and the clock is set back once.
func longHistory(t *testing.T, entries int64) *histories {
	t.Helper()
	l := &histories{Branch: banktest.New(t)}
	l.ada = l.Open(t, 10_000, "")
	l.grow(t, 2, entries)
	return l
}

// grow adds ada's entries from a sequence to another one.
func (l *histories) grow(t *testing.T, from, to int64) {
	t.Helper()
	for sequence := from; sequence <= to; sequence++ {
		switch {
		case sequence == 100:
			l.Clock.Pass(-time.Minute)
		case sequence%64 > 1 && sequence%3 == 0:
			l.Clock.Pass(time.Second)
		}
		p := bank.DepositParams{Account: l.ada, Amount: ledger.Money(sequence)}
		var err error
		if sequence%4 == 0 {
			_, err = l.Bank.Withdraw(context.Background(), banktest.OwnerOf(l.ada), bank.WithdrawParams(p))
		} else {
			_, err = l.Bank.Deposit(context.Background(), banktest.OwnerOf(l.ada), p)
		}
		require.NoError(t, err)
	}
}

func TestVerifyOverMilestones(t *testing.T) {
	t.Parallel()
	l, last := longHistory(t, 1), int64(1)
	for _, entries := range []int64{1, 63, 64, 65, 127, 128, 129, 200} {
		l.grow(t, last+1, entries)
		last = entries
		report, err := l.verify()
		require.NoError(t, err)
		require.Equal(t, entries, report.Entries)
	}
	l.rechain(t, l.ada)
	_, err := l.verify()
	require.NoError(t, err)
}

func TestVerifyNamesWhatWasTamperedWithFarBack(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	for name, c := range map[string]tampering{
		"description before a milestone": {change: edits(ada, 63, "description", "x"), places: at(ada, 63), reason: hashReason},
		"description of a milestone":     {change: edits(ada, 64, "description", "x"), places: at(ada, 64), reason: hashReason},
		"description after a milestone":  {change: edits(ada, 65, "description", "x"), places: at(ada, 65), reason: hashReason},
		"description near the end":       {change: edits(ada, 199, "description", "x"), places: at(ada, 199), reason: hashReason},
		"a milestone deleted":            {change: removes(ada, 64), places: at(ada, 65), reason: "entry 64 is missing"},
		"two milestones deleted":         {change: removes(ada, 128, 64), places: at(ada, 65), reason: "entry 64 is missing"},
		"an entry between deleted":       {change: removes(ada, 100), places: at(ada, 101), reason: "entry 100 is missing"},
		"a milestone's time":             {change: edits(ada, 128, "timestamp", 1), places: at(ada, 128), reason: "time is before"},
		"a milestone's sequence":         {change: edits(ada, 64, "sequence", 640), places: at(ada, 65), reason: "entry 64 is missing"},
		"a milestone's link":             {change: edits(ada, 128, "previous_id", uuid.NewString()), places: at(ada, 128), reason: "does not name"},
		"a time set back, all anew":      {change: then(edits(ada, 64, "timestamp", 1), ada), places: at(ada, 64), reason: "time is before"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := longHistory(t, 200)
			want := c.places(l)
			c.change(t, l)
			_, err := l.verify()
			var broken *verify.BrokenEntry
			require.ErrorAs(t, err, &broken)
			require.Equal(t, want, []place{{broken.Account, broken.Sequence}}, err)
			require.Contains(t, broken.Reason, c.reason)
		})
	}
}
