package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// columns holds the columns of an entry, with SQL values that the database accepts after the entries of newStore.
var columns = []struct{ name, value string }{
	{"id", "'0193a0b0-0000-7000-8000-000000000001'"}, {"account_number", "100000000008"}, {"sequence", "2"},
	{"transaction_type", "2"}, {"amount", "5"}, {"currency", "'USD'"}, {"balance_after", "1005"},
	{"timestamp", "200"}, {"description", "''"}, {"transfer_id", "NULL"}, {"counterparty_account", "NULL"},
	{"hash", storetest.Zeros(32)}, {"previous_id", "(SELECT last_id FROM accounts WHERE account_number = 100000000008)"},
}

// insertion returns a statement that writes an entry, with some columns (pairs of name and value) changed or added.
func insertion(verb string, changes ...string) string {
	changed := map[string]string{}
	for i := 0; i < len(changes); i += 2 {
		changed[changes[i]] = changes[i+1]
	}
	var names, values []string
	for _, column := range columns {
		if value, isChanged := changed[column.name]; isChanged {
			column.value = value
			delete(changed, column.name)
		}
		names, values = append(names, column.name), append(values, column.value)
	}
	for name, value := range changed {
		names, values = append(names, name), append(values, value)
	}
	return fmt.Sprintf("%s INTO transactions (%s) VALUES (%s)", verb, strings.Join(names, ", "), strings.Join(values, ", "))
}

func dump(t *testing.T, pool *sql.DB) []string {
	t.Helper()
	rows, err := pool.Query(`SELECT id || '|' || account_number || '|' || sequence || '|' || transaction_type
		|| '|' || amount || '|' || balance_after || '|' || timestamp || '|' || description FROM transactions ORDER BY id`)
	require.NoError(t, err)
	defer func() { _ = rows.Close() }()
	var lines []string
	for rows.Next() {
		var line string
		require.NoError(t, rows.Scan(&line))
		lines = append(lines, line)
	}
	require.NoError(t, rows.Err())
	return lines
}

// The database is opened without the store, and as loosely as SQLite allows: it must protect its history by itself.
func TestHistoryIsAppendOnly(t *testing.T) {
	t.Parallel()
	s, url := newStore(t)
	require.NoError(t, s.Update(context.Background(), func(ctx context.Context, q db.Querier) error {
		return transfer(ctx, q, ada, grace, 300)
	}))
	const takenID = "(SELECT id FROM transactions WHERE account_number = 100000000008 AND sequence = 1)"
	statements := map[string]string{
		"update all":            "UPDATE transactions SET amount = amount + 1",
		"update one":            "UPDATE transactions SET description = 'x' WHERE sequence = 2",
		"update nothing":        "UPDATE transactions SET amount = amount",
		"delete all":            "DELETE FROM transactions",
		"delete one":            "DELETE FROM transactions WHERE sequence = 2",
		"upsert by id":          insertion("INSERT", "id", takenID, "sequence", "3") + " ON CONFLICT (id) DO UPDATE SET amount = 7",
		"insert the same id":    insertion("INSERT", "id", takenID, "sequence", "3"),
		"insert the same entry": insertion("INSERT", "sequence", "2"),
		"insert after a gap":    insertion("INSERT", "sequence", "4"),
		"insert after another":  insertion("INSERT", "sequence", "3", "previous_id", takenID),
	}
	loosenings := []string{""}
	if storetest.OnSQLite() {
		statements["update or ignore"] = "UPDATE OR IGNORE transactions SET amount = amount + 1"
		statements["update or replace"] = "UPDATE OR REPLACE transactions SET sequence = 1 WHERE sequence = 2"
		statements["replace by id"] = insertion("INSERT OR REPLACE", "id", takenID, "sequence", "3")
		statements["replace by sequence"] = insertion("REPLACE", "sequence", "2")
		loosenings = nil
		for _, recursive := range []string{"0", "1"} {
			for _, keys := range []string{"0", "1"} {
				loosenings = append(loosenings, "PRAGMA recursive_triggers = "+recursive+"; PRAGMA foreign_keys = "+keys)
			}
		}
	} else {
		statements["truncate"] = "TRUNCATE transactions"
		statements["truncate all"] = "TRUNCATE accounts CASCADE"
	}
	for name, statement := range statements {
		for _, loosening := range loosenings {
			t.Run(name+" "+loosening, func(t *testing.T) { requireHistoryDefended(t, url, loosening, statement) })
		}
	}
}

func requireHistoryDefended(t *testing.T, url, loosening, statement string) {
	t.Helper()
	pool := storetest.Raw(t, url)
	_, err := pool.Exec(loosening)
	require.NoError(t, err)
	before := dump(t, pool)
	require.Len(t, before, 4)
	tx, err := pool.Begin()
	require.NoError(t, err)
	_, err = tx.Exec(statement)
	require.Error(t, err, "the statement was carried out")
	_ = tx.Commit() // anything done before the error; PostgreSQL has rolled back
	require.Equal(t, before, dump(t, pool))
}

func TestEntriesAreChecked(t *testing.T) {
	t.Parallel()
	// PostgreSQL turns a fraction into an integer, and a text into bytes, before it checks any rule.
	roundsFractions, readsBytes := !storetest.OnSQLite(), !storetest.OnSQLite()
	_, url := newStore(t)
	const transferID, other = "'0193a0b0-0000-7000-8000-000000000002'", "900000000000"
	legs := func(changes ...string) []string {
		return append([]string{"transaction_type", "5", "transfer_id", transferID, "counterparty_account", other}, changes...)
	}
	for _, c := range []struct {
		name    string
		changes []string
		valid   bool
	}{
		{"a deposit", nil, true},
		{"a transfer", legs(), true},
		{"the largest", []string{"amount", "1000000000000", "balance_after", "9007199254740991"}, true},
		{"nothing moved", []string{"amount", "0"}, false},
		{"a negative amount", []string{"amount", "-1"}, false},
		{"an amount too large", []string{"amount", "1000000000001"}, false},
		{"a fraction", []string{"amount", "1.5"}, roundsFractions},
		{"a text for an amount", []string{"amount", "'much'"}, false},
		{"no amount", []string{"amount", "NULL"}, false},
		{"a negative balance", []string{"balance_after", "-1"}, false},
		{"a balance too large", []string{"balance_after", "9007199254740992"}, false},
		{"an unknown type", []string{"transaction_type", "8"}, false},
		{"a capture", []string{"transaction_type", "3", "hold_id", transferID}, true},
		{"a reversal", []string{"transaction_type", "6", "reverses_id", transferID}, true},
		{"a transfer's reversal", legs("transaction_type", "7", "reverses_id", transferID), true},
		{"a reversal of nothing", []string{"transaction_type", "6"}, false},
		{"a deposit that reverses", []string{"reverses_id", transferID}, false},
		{"a transfer that reverses", legs("reverses_id", transferID), false},
		{"a type below all", []string{"transaction_type", "0"}, false},
		{"a type by its name", []string{"transaction_type", "'deposit'"}, false},
		{"no type", []string{"transaction_type", "NULL"}, false},
		{"sequence 0", []string{"sequence", "0"}, false},
		{"sequence 1 that opens nothing", []string{"account_number", "200000000004", "sequence", "1"}, false},
		{"a second opening", []string{"transaction_type", "1"}, false},
		{"an unknown account", []string{"account_number", "300000000003"}, false},
		{"a transfer without id", legs("transfer_id", "NULL"), false},
		{"a transfer without counterparty", legs("counterparty_account", "NULL"), false},
		{"a transfer to itself", legs("counterparty_account", "100000000008"), false},
		{"a transfer to nobody", legs("counterparty_account", "300000000003"), false},
		{"a deposit with a transfer's id", []string{"transfer_id", transferID, "counterparty_account", other}, false},
		{"a deposit with a counterparty", []string{"counterparty_account", other}, false},
		{"a short hash", []string{"hash", storetest.Zeros(31)}, false},
		{"a text for a hash", []string{"hash", "'" + strings.Repeat("a", 32) + "'"}, readsBytes},
		{"no entry before", []string{"previous_id", "NULL"}, false},
		{"another entry before", []string{"previous_id", transferID}, false},
		{"a short id before", []string{"previous_id", "'1'"}, false},
		{"no id", []string{"id", "NULL"}, false},
		{"a short id", []string{"id", "'1'"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			requireChecked(t, url, insertion("INSERT", c.changes...), c.valid)
		})
	}
}

func requireChecked(t *testing.T, url, statement string, valid bool) {
	t.Helper()
	pool := storetest.Raw(t, url)
	if storetest.OnSQLite() {
		_, err := pool.Exec("PRAGMA foreign_keys = 1")
		require.NoError(t, err)
	}
	tx, err := pool.Begin()
	require.NoError(t, err)
	defer func() { _ = tx.Rollback() }()
	// An account without entries, for the checks of a first entry.
	_, err = tx.Exec(`INSERT INTO accounts (account_number, customer_id, created_at, status, currency, balance, last_sequence, last_hash, last_timestamp)
		SELECT 200000000004, customer_id, created_at, status, currency, 0, 0, last_hash, last_timestamp FROM accounts WHERE account_number = 100000000008`)
	require.NoError(t, err)
	_, err = tx.Exec(statement)
	if valid {
		require.NoError(t, err)
		return
	}
	require.Error(t, err)
	require.Regexp(t, "constraint|datatype|cannot store|does not follow|is of type|invalid input|out of range|has a history|no account|keeps its customer", strings.ToLower(err.Error()))
}

func TestAccountsAreChecked(t *testing.T) {
	t.Parallel()
	// PostgreSQL knows what an entry moves, and refuses other moves.
	movesByHand := storetest.OnSQLite()
	_, url := newStore(t)
	for assignment, valid := range map[string]bool{
		"balance = 9007199254740991": movesByHand,
		"balance = -1":               false,
		"balance = 9007199254740992": false,
		"balance = 0.5":              false,
		"balance = NULL":             false,
		"currency = 'usd'":           false,
		"currency = 'MEAL'":          true,
		"currency = 'VOUCHERS'":      true,
		"currency = 'MEALTOKEN'":     false,
		"currency = 'U2'":            false,
		"currency = ''":              false,
		"status = 'open'":            true,
		"status = 'frozen'":          true,
		"status = 'closed'":          true,
		"status = 'lost'":            false,
		"debits_frozen = NULL":       false,
		"limit_daily = NULL":         true,
		"limit_daily = -1":           false,
		"limit_monthly = -1":         false,
		"limit_per_transfer = -1":    false,
		"spent_on_day = -1":          false,
		"spent_in_month = -1":        false,
		"nickname = NULL":            false,
		"customer_id = NULL":         false,
		"customer_id = '00000000-0000-0000-0000-000000000000'": false,
		"status = NULL":                      false,
		"account_number = 99999999999":       false,
		"account_number = 1000000000000":     false,
		"account_number = 900000000000":      false,
		"last_hash = " + storetest.Zeros(31): false,
		"last_sequence = -1":                 false,
		"last_sequence = 7":                  movesByHand,
		"last_id = NULL":                     movesByHand,
		"last_timestamp = 7777":              movesByHand,
		"account_number = 200000000004":      false, // its history would belong to no account
		"last_timestamp = 'the other week'":  false,
	} {
		t.Run(assignment, func(t *testing.T) {
			requireChecked(t, url, "UPDATE accounts SET "+assignment+" WHERE account_number = 100000000008", valid)
		})
	}
	t.Run("delete", func(t *testing.T) {
		requireChecked(t, url, "DELETE FROM accounts WHERE account_number = 100000000008", false)
	})
}
