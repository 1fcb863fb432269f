package faults

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const holdsFile = "internal/ledger/holds.go"

// holdMutants are bugs in how money is held, captured and given back.
var holdMutants = []mutant{
	{"a debit takes what is held, and the database's check is what is left", []sourceEdit{
		{postingFile, "p.Amount > account.Available()", "p.Amount > account.Balance"},
	}},
	{"what is held is not reserved", []sourceEdit{
		{postingFile, "p.Amount > account.Available()", "p.Amount > account.Balance"},
		{holdsFile, "\taccount.Held += h.Left() - before.Left()\n", ""},
		{"schema/sqlite/00009_holds.sql", "UPDATE accounts SET held = held + (NEW.amount - NEW.captured)", "UPDATE accounts SET held = held"},
		{"schema/sqlite/00009_holds.sql", "SET held = held - (OLD.amount - OLD.captured) + CASE WHEN NEW.status = 'pending' THEN NEW.amount - NEW.captured ELSE 0 END",
			"SET held = held"},
	}},
	{"a capture leaves the hold as it was", []sourceEdit{
		{holdsFile, "h.Captured += p.Amount", "_ = h.Captured"},
	}},
	{"the last capture gives nothing back", []sourceEdit{
		{holdsFile, "if p.Final || h.Left() == 0 {", "if h.Left() == 0 {"},
	}},
	{"what has become of a hold is not written", []sourceEdit{
		{holdsFile, "b.Changed = append(b.Changed, h.ID)", "_ = b.Changed"},
	}},
	{"a hold that is captured is voided", []sourceEdit{
		{holdsFile, "if refusal := h.ended(c.Time); refusal != nil {", "if refusal := h.ended(c.Time); refusal != nil && false {"},
	}},
	{"more is captured than is held", []sourceEdit{
		{holdsFile, "if p.Amount > h.Left() {", "if false {"},
	}},
	{"what is captured or voided stays held", []sourceEdit{
		{holdsFile, "account.Held += h.Left() - before.Left()", "account.Held += max(0, h.Left()-before.Left())"},
	}},
	{"an entry does not name the hold that it captures", []sourceEdit{
		{postingFile, "\t\tHold:         p.Hold,\n", ""},
	}},
}

// holdViolations places, captures and voids holds from many sides, and returns what the checker finds. It repeats that until the checker
// finds something.
func holdViolations(t *testing.T, binary string) []string {
	t.Helper()
	tr := newTrial(t, binary, filepath.Join(t.TempDir(), "bank.db"))
	return tr.untilAccused(func() { require.NoError(t, tr.load(0, 0).Holds(context.Background())) })
}

// TestCheckerSeesEveryHoldMutant is TestCheckerSeesEveryMutant for what is held.
func TestCheckerSeesEveryHoldMutant(t *testing.T) {
	t.Parallel()
	requireSeen(t, "holds", holdMutants, holdViolations)
}
