package bank

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// couple is a branch with two accounts.
type couple struct {
	*branch
	ada, bob ledger.AccountNumber
}

func newCouple(t *testing.T) *couple {
	t.Helper()
	l := &couple{branch: newBranch(t)}
	l.ada, l.bob = l.open(t, 10_000).Number, l.open(t, 0).Number
	return l
}

// longHistory returns a couple whose account ada has the given number of entries. Some share a time, including those on both
// sides of a milestone, and the clock is set back once.
func longHistory(t *testing.T, entries int64) *couple {
	t.Helper()
	l := newCouple(t)
	for sequence := int64(2); sequence <= entries; sequence++ {
		switch {
		case sequence == 100:
			l.clock.pass(-time.Minute)
		case sequence%64 > 1 && sequence%3 == 0:
			l.clock.pass(time.Second)
		}
		p := DepositParams{Account: l.ada, Amount: ledger.Money(sequence)}
		var err error
		if sequence%4 == 0 {
			_, err = l.bank.Withdraw(context.Background(), ownerOf(l.ada), WithdrawParams(p))
		} else {
			_, err = l.bank.Deposit(context.Background(), ownerOf(l.ada), p)
		}
		require.NoError(t, err)
	}
	return l
}

// rows returns ada's entries by their sequence, read without their links.
func (l *couple) rows(t *testing.T) []db.Transaction {
	t.Helper()
	rows, err := store.Read(context.Background(), l.store, func(ctx context.Context, q db.Querier) ([]db.Transaction, error) {
		return q.ListTransactionsBySequence(ctx, db.ListTransactionsBySequenceParams{AccountNumber: int64(l.ada), RowLimit: 1000})
	})
	require.NoError(t, err)
	return rows
}

// listed returns the sequences on all pages.
func (l *couple) listed(t require.TestingT, p ListTransactionsParams) []int64 {
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
	var all []ledger.Entry
	for _, row := range slices.Backward(l.rows(t)) {
		all = append(all, store.EntryOf(&row))
	}
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
			Match:   EntryMatch{Type: rapid.SampledFrom([]ledger.EntryType{"", ledger.TypeDeposit, ledger.TypeWithdrawal}).Draw(t, "type")},
			Limit:   rapid.SampledFrom([]int{1, 7, 63, 64, 65, 200}).Draw(t, "limit"),
		}
		var want []int64
		for _, entry := range all {
			old := !p.From.IsZero() && entry.Timestamp.Before(p.From)
			young := !p.To.IsZero() && !entry.Timestamp.Before(p.To)
			if !old && !young && (p.Match.Type == "" || p.Match.Type == entry.Type) {
				want = append(want, entry.Sequence)
			}
		}
		require.Equal(t, want, l.listed(t, p))
	})
}
