package store_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// TestEntriesOfOneStatementFollowEachOther: the database refuses those that do not, however many a statement adds. It checks the first two
// of the entries alone, too, because so few go another way.
func TestEntriesOfOneStatementFollowEachOther(t *testing.T) {
	t.Parallel()
	_, url := newPostgres(t)
	raw := storetest.Raw(t, url)
	lastID := func(number int64) string {
		var id string
		require.NoError(t, raw.QueryRow("SELECT last_id FROM accounts WHERE account_number = $1", number).Scan(&id))
		return "'" + id + "'"
	}
	const a, b = "'0193a0b0-0000-7000-8000-00000000000a'", "'0193a0b0-0000-7000-8000-00000000000b'"
	const c, d = "'0193a0b0-0000-7000-8000-00000000000c'", "'0193a0b0-0000-7000-8000-00000000000d'"
	const noTransfer, toAda, toGrace = "NULL, NULL", a + ", 100000000008", a + ", 900000000000"
	type entry struct {
		id, previous, transfer string
		account                int64
		sequence, kind         int64
	}
	for _, test := range []struct {
		name     string
		change   func(e []entry)
		says     string // "" if they follow
		firstTwo bool   // whether the same is to be said of those
	}{
		{"all follow", func([]entry) {}, "", true},
		{"in another order", func(e []entry) { e[0], e[1] = e[1], e[0] }, "", true},
		{"a wrong link within", func(e []entry) { e[1].previous = c }, "does not follow", true},
		{"a gap within", func(e []entry) { e[1].sequence = 5 }, "does not follow", true},
		{"a sequence twice", func(e []entry) { e[1].sequence, e[1].previous = 2, e[0].previous }, "does not follow", true},
		{"a wrong link to the last", func(e []entry) { e[0].previous = c }, "does not follow", true},
		{"another account's link to the last", func(e []entry) { e[2].previous = e[0].previous }, "does not follow", false},
		{"not from the last on", func(e []entry) { e[2].sequence = 3 }, "does not follow", false},
		{"an unknown account", func(e []entry) { e[2].account = 300000000003 }, "does not follow", false},
		{"an unknown counterparty", func(e []entry) { e[2].transfer = a + ", 300000000003" }, "number of the counterparty", false},
		{"an unknown type", func(e []entry) { e[1].kind = 6 }, "constraint of its type", true},
		{"a second opening", func(e []entry) { e[1].kind = opened }, "constraint of its type", true},
		{"a transfer without an id", func(e []entry) { e[1].kind = transferIn }, "constraint of its type", true},
		{"a deposit with one", func(e []entry) { e[1].transfer = toGrace }, "constraint of its type", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			entries := []entry{
				{a, lastID(ada), noTransfer, ada, 2, deposit}, {b, a, noTransfer, ada, 3, deposit},
				{c, lastID(grace), toAda, grace, 2, transferIn}, {d, b, toGrace, ada, 4, transferOut},
			}
			test.change(entries)
			var rows []string
			for _, e := range entries {
				rows = append(rows, fmt.Sprintf("(%s, %d, %d, %s, %d, 1, 'USD', 1000, 7, '', %s, %s)",
					e.id, e.account, e.sequence, e.previous, e.kind, e.transfer, storetest.Zeros(32)))
			}
			requireInserted(t, raw, rows, test.says)
			if test.firstTwo {
				requireInserted(t, raw, rows[:2], test.says)
			}
		})
	}
}

// requireInserted inserts rows by one statement, unless they are refused, and takes them back.
func requireInserted(t *testing.T, raw *sql.DB, rows []string, refusal string) {
	t.Helper()
	tx, err := raw.Begin()
	require.NoError(t, err)
	defer func() { _ = tx.Rollback() }()
	_, err = tx.Exec(`INSERT INTO transactions (id, account_number, sequence, previous_id, transaction_type, amount, currency, balance_after,
		timestamp, description, transfer_id, counterparty_account, hash) VALUES ` + strings.Join(rows, ", "))
	if refusal == "" {
		require.NoError(t, err)
		return
	}
	require.ErrorContains(t, err, refusal)
}
