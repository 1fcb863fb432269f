package faults

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	reversalFile      = "internal/ledger/reversal.go"
	reversedQueryFile = "internal/db/transactions.sql.go"
)

// reversalMutants are bugs in how money is given back.
var reversalMutants = []mutant{
	{"what was reversed before is not read", []sourceEdit{
		{postFile, "b.reversed = append(b.reversed, each.Reverses)", "_ = b.reversed"},
	}},
	{"what the batch has reversed is not counted", []sourceEdit{
		{reversalFile, "b.Reversed[e.Reverses] = Reversed{done.Amount + e.Amount, done.Times + 1}", "_ = done"},
	}},
	{"the latest reversal counts alone", []sourceEdit{
		{reversalFile, "Reversed{done.Amount + e.Amount, done.Times + 1}", "Reversed{e.Amount, done.Times + 1}"},
		{reversedQueryFile, "COALESCE(SUM(amount), 0)", "COALESCE(MAX(amount), 0)"},
	}},
	{"a reversal can be reversed", []sourceEdit{
		{reversalFile, "\tcase TypeTransferIn, TypeDeposit, TypeAccountOpened:\n", "\tcase TypeTransferIn, TypeDeposit, TypeAccountOpened, TypeReversalOut:\n"},
	}},
	{"the sender's side reverses the recipient's entry", []sourceEdit{
		{postingFile, "leg{p.ToID, arriving, at, p.Transfer, p.Account, p.ToReverses}", "leg{p.ToID, arriving, at, p.Transfer, p.Account, p.Reverses}"},
	}},
	{"what is given back counts as spent", []sourceEdit{
		{rulesFile, "return t.Takes() && !t.Reverses() && !p.Sweep", "return t.Takes() && !p.Sweep"},
	}},
}

// reversalViolations gives money back under load, and returns what the checker finds. It repeats that until the checker finds something.
func reversalViolations(t *testing.T, binary string) []string {
	t.Helper()
	tr := newTrial(t, binary, filepath.Join(t.TempDir(), "bank.db"))
	return tr.untilAccused(func() { require.NoError(t, tr.load(0, 0).Reversals(context.Background())) })
}

// TestCheckerSeesEveryReversalMutant is TestCheckerSeesEveryMutant for what is given back.
func TestCheckerSeesEveryReversalMutant(t *testing.T) {
	t.Parallel()
	requireSeen(t, "reversals", reversalMutants, reversalViolations)
}
