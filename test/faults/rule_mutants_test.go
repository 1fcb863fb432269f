package faults

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

const (
	rulesFile    = "internal/ledger/rules.go"
	limitsFile   = "internal/ledger/limits.go"
	closingsFile = "internal/bank/closings.go"
	queriesFile  = "internal/db/accounts.sql.go"
)

// ruleMutants are bugs in how accounts are frozen, closed and limited.
var ruleMutants = []mutant{
	{"a limit is compared with what was spent before the batch", []sourceEdit{
		{batchFile, "before.Rules.after(&p, e), before.Held", "before.Rules, before.Held"},
	}},
	{"the counter is overwritten by the latest amount", []sourceEdit{
		{rulesFile, "next.Spent.OnDay += e.Amount", "next.Spent.OnDay = e.Amount"},
	}},
	{"the counter is not written", []sourceEdit{
		{postFile, "if row, changed := SpentOf(&account); changed {", "if row, changed := SpentOf(&account); changed && false {"},
	}},
	{"a refused movement stays counted", []sourceEdit{
		{rulesFile, "\t\treturn r.Limits.exceededBy(p.Amount, r.Spent, p.period(r, l.time))",
			"\t\trefusal := r.Limits.exceededBy(p.Amount, r.Spent, p.period(r, l.time))\n\t\tif refusal == nil && r.Limits.Counted() {\n" +
				"\t\t\tr.Spent = r.Spent.At(p.period(r, l.time))\n\t\t\tr.Spent.OnDay += p.Amount\n\t\t\tr.changed = true\n\t\t}\n\t\treturn refusal"},
		{rulesFile, "\tnext.Spent.OnDay += e.Amount\n", ""},
	}},
	{"the last amount may exceed the limit", []sourceEdit{
		{limitsFile, "if amount > used.Remaining &&", "if used.Remaining == 0 &&"},
	}},
	{"a freeze of credits is ignored", []sourceEdit{
		{rulesFile, "stops := freeze.Credits", "stops := false"},
	}},
	{"a freeze stops the other direction", []sourceEdit{
		{rulesFile, "errDebitsFrozen, freeze.Debits", "errDebitsFrozen, freeze.Credits"},
	}},
	{"a recipient's freeze is ignored", []sourceEdit{
		{rulesFile, "closed, frozen = errRecipientClosed, errRecipientFrozen", "closed, frozen, stops = errRecipientClosed, errRecipientFrozen, false"},
	}},
	{"a closed account still gets money", []sourceEdit{
		{rulesFile, "case r.Closed:", "case r.Closed && l.kind.Takes():"},
	}},
	{"an account is closed with its money in it", []sourceEdit{
		{closingsFile, "\tif account.Balance > 0 {\n", "\tif false {\n"},
		{queriesFile, "WHERE account_number = $2 AND balance = 0\n", "WHERE account_number = $2\n"},
	}},
	{"a closed account is closed again", []sourceEdit{
		{transactionsFile, "case account.Rules != nil && account.Rules.Closed:", "case account.Number == 0:"},
	}},
	{"a sweep happens twice, because the account is not closed after the first", []sourceEdit{
		{queriesFile, "SET status = 'closed', debits_frozen", "SET status = 'open', debits_frozen"},
	}},
}

// ruleViolations freezes, closes and limits accounts under load, and returns what the checker finds. It repeats that until the checker
// finds something.
func ruleViolations(t *testing.T, binary string) []string {
	t.Helper()
	tr := newTrial(t, binary, filepath.Join(t.TempDir(), "bank.db"))
	staff := tr.customers[0]
	promoted := bankcoretest.Command(t, []string{"DATABASE_URL=sqlite:" + tr.database}, "", "account", "role", staff.Number, "admin")
	require.Zero(t, promoted.Code, promoted.Err)
	require.NoError(t, tr.client.Login(context.Background(), staff))
	return tr.untilAccused(func() { require.NoError(t, tr.load(0, 0).Rules(context.Background(), staff)) })
}

// TestCheckerSeesEveryRuleMutant is TestCheckerSeesEveryMutant for what is frozen, closed and limited.
func TestCheckerSeesEveryRuleMutant(t *testing.T) {
	t.Parallel()
	requireSeen(t, "freezes, closings and limits", ruleMutants, ruleViolations)
}
