package bank

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// longHistory returns a ledger whose account ada has the given number of entries. Some share a time, including those on both
// sides of a milestone, and the clock is set back once.
func longHistory(t *testing.T, entries int64) *ledger {
	t.Helper()
	l := &ledger{branch: newBranch(t)}
	l.ada = l.open(t, 10_000).Number
	l.grow(t, 2, entries)
	return l
}

// grow adds ada's entries from a sequence to another one.
func (l *ledger) grow(t *testing.T, from, to int64) {
	t.Helper()
	for sequence := from; sequence <= to; sequence++ {
		switch {
		case sequence == 100:
			l.clock.pass(-time.Minute)
		case sequence%64 > 1 && sequence%3 == 0:
			l.clock.pass(time.Second)
		}
		p := DepositParams{Account: l.ada, Amount: Money(sequence)}
		var err error
		if sequence%4 == 0 {
			_, err = l.bank.Withdraw(context.Background(), ownerOf(l.ada), WithdrawParams(p))
		} else {
			_, err = l.bank.Deposit(context.Background(), ownerOf(l.ada), p)
		}
		require.NoError(t, err)
	}
}

// listed returns the sequences on all pages.
func (l *ledger) listed(t require.TestingT, p ListTransactionsParams) []int64 {
	var sequences []int64
	for {
		page, err := l.bank.ListTransactions(context.Background(), ownerOf(p.Account), p)
		require.NoError(t, err)
		require.LessOrEqual(t, len(page.Transactions), p.Limit)
		for _, transaction := range page.Transactions {
			sequences = append(sequences, transaction.Sequence)
		}
		if p.Cursor = page.NextCursor; p.Cursor == "" {
			return sequences
		}
		require.Len(t, page.Transactions, p.Limit)
	}
}

// TestListsOverMilestones checks that, for any filter, the walk along the links finds the same entries as a scan.
func TestListsOverMilestones(t *testing.T) {
	t.Parallel()
	l := longHistory(t, 200)
	all := l.entries(t, l.ada)
	slices.Reverse(all)
	first, last := all[len(all)-1].Timestamp, all[0].Timestamp
	moment := rapid.Custom(func(t *rapid.T) time.Time {
		if rapid.Bool().Draw(t, "none") {
			return time.Time{}
		}
		at := rapid.Int64Range(-1, int64(last.Sub(first)/time.Second)+1).Draw(t, "seconds")
		return first.Add(time.Duration(at)*time.Second + time.Duration(rapid.IntRange(-1, 1).Draw(t, "micros"))*time.Microsecond)
	})
	rapid.Check(t, func(t *rapid.T) {
		p := ListTransactionsParams{
			Account: l.ada,
			From:    moment.Draw(t, "from"),
			To:      moment.Draw(t, "to"),
			Type:    rapid.SampledFrom([]TransactionType{"", TypeDeposit, TypeWithdrawal}).Draw(t, "type"),
			Limit:   rapid.SampledFrom([]int{1, 7, 63, 64, 65, 200}).Draw(t, "limit"),
		}
		var want []int64
		for _, entry := range all {
			old := !p.From.IsZero() && entry.Timestamp.Before(p.From)
			young := !p.To.IsZero() && !entry.Timestamp.Before(p.To)
			if !old && !young && (p.Type == "" || p.Type == entry.Type) {
				want = append(want, entry.Sequence)
			}
		}
		require.Equal(t, want, l.listed(t, p))
	})
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
			var broken *BrokenEntry
			require.ErrorAs(t, err, &broken)
			require.Equal(t, want, []place{{broken.Account, broken.Sequence}}, err)
			require.Contains(t, broken.Reason, c.reason)
		})
	}
}
