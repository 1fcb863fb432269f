package faults

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
	"github.com/bankingcore/bankcore/internal/testkit/checker"
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
	for round := 1; ; round++ {
		require.NoError(t, tr.load(0, 0).Reversals(context.Background()))
		found := tr.read().verdict().Violations
		if len(found) > 0 || round == mutantRounds {
			tr.kill()
			return found
		}
	}
}

// TestCheckerSeesEveryReversalMutant is TestCheckerSeesEveryMutant for what is given back.
func TestCheckerSeesEveryReversalMutant(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	clean, err := bankcoretest.Quick()
	require.NoError(t, err)
	require.Empty(t, reversalViolations(t, clean), "the program as it is")
	var mu sync.Mutex
	seen := 0
	t.Cleanup(func() {
		if !t.Failed() {
			checker.Report(t, "mutants of reversals: seeded %d, seen %d; clean programs 1, accused 0", len(reversalMutants), seen)
		}
	})
	for i, m := range reversalMutants {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			found := reversalViolations(t, m.build(t, fmt.Sprintf("reversal-mutant-%d", i)))
			require.NotEmpty(t, found, "the checker does not see it")
			t.Logf("%d violations, such as: %s", len(found), found[0])
			mu.Lock()
			defer mu.Unlock()
			seen++
		})
	}
}
