package bank

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// TestTheDatabaseGuardsHolds: what is held cannot leave, and a hold ends once, whatever the program says.
func TestTheDatabaseGuardsHolds(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	ada, bob := br.open(t, 1000).Number, br.open(t, 0).Number
	pending, voided := br.hold(t, ada, bob, 600), br.hold(t, ada, bob, 100)
	require.NoError(t, br.void(voided))
	before := br.state(t) + storetest.Text(t, br.url, "SELECT * FROM holds ORDER BY id")
	statements := map[string]string{
		"more is held than there is": "INSERT INTO holds SELECT CAST('019aa8a4-6c40-7a52-9d5e-3f1c8e6b7a90' AS " + storetest.UUID() + "), account_number, to_account, 401, currency, " +
			"description, reference, placed_by, created_at, expires_at, status, captured, closed_at FROM holds WHERE id = '%[1]s'",
		"another amount":       "UPDATE holds SET amount = 1 WHERE id = '%[1]s'",
		"another recipient":    "UPDATE holds SET to_account = NULL WHERE id = '%[1]s'",
		"a longer time":        "UPDATE holds SET expires_at = expires_at + 1 WHERE id = '%[1]s'",
		"more than it has":     "UPDATE holds SET captured = 601 WHERE id = '%[1]s'",
		"an end without time":  "UPDATE holds SET status = 'voided' WHERE id = '%[1]s'",
		"back to life":         "UPDATE holds SET status = 'pending', closed_at = NULL WHERE id = '%[2]s'",
		"another end":          "UPDATE holds SET status = 'captured', captured = 100 WHERE id = '%[2]s'",
		"gone":                 "DELETE FROM holds WHERE id = '%[1]s'",
		"all gone":             "DELETE FROM holds",
		"held beyond the rest": "UPDATE accounts SET held = 1001 WHERE held = 600",
	}
	if !storetest.OnSQLite() { // only PostgreSQL can tell a trigger from others
		statements["held by nobody"] = "UPDATE accounts SET held = 0 WHERE held = 600"
	}
	database := storetest.Raw(t, br.url)
	for name, statement := range statements {
		if _, err := database.Exec(fmt.Sprintf(statement+"%[3]s", pending.ID, voided.ID, "")); err == nil {
			t.Errorf("%s: %s", name, statement)
		}
	}
	require.Equal(t, before, br.state(t)+storetest.Text(t, br.url, "SELECT * FROM holds ORDER BY id"))
}
