package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
	"github.com/bankingcore/bankcore/internal/testkit/pgtest"
)

// tampering is what an attacker does to a schema, and what every command then says about it.
type tampering struct{ name, statements, says string }

var sqliteTamperings = []tampering{
	{"a trigger is missing", `DROP TRIGGER transactions_are_never_changed`, `trigger "transactions_are_never_changed" is missing`},
	{"a trigger does nothing", `DROP TRIGGER transactions_are_never_deleted;
		CREATE TRIGGER transactions_are_never_deleted BEFORE DELETE ON transactions BEGIN SELECT 1; END`,
		`trigger "transactions_are_never_deleted" is changed`},
	{"a trigger of the trail is missing", `DROP TRIGGER events_extend_their_chain`, `trigger "events_extend_their_chain" is missing`},
	{"the trail's end may be set", `DROP TRIGGER event_chain_follows_events`, `trigger "event_chain_follows_events" is missing`},
	{"a trigger steals", `CREATE TRIGGER thief AFTER INSERT ON sessions
		BEGIN UPDATE customers SET role = 'admin'; END`, `trigger "thief" does not belong there`},
	{"a trigger on the list of migrations", `CREATE TRIGGER thief AFTER INSERT ON goose_db_version
		BEGIN UPDATE customers SET role = 'admin'; END`, `trigger "thief" does not belong there`},
	{"a view in a table's place", `ALTER TABLE pin_reset_codes RENAME TO real_codes;
		CREATE VIEW pin_reset_codes AS SELECT * FROM real_codes`, `view "pin_reset_codes" does not belong there`},
	{"a view is changed", `DROP VIEW database_clock; CREATE VIEW database_clock AS SELECT 0 AS micros`, `view "database_clock" is changed`},
	{"an index is missing", `DROP INDEX transactions_milestones`, `index "transactions_milestones" is missing`},
	{"an index refuses rows", `CREATE UNIQUE INDEX once ON sessions (account_number)`, `index "once" does not belong there`},
	{"a table is added", `CREATE TABLE more (x)`, `table "more" does not belong there`},
	{"a column is added", `ALTER TABLE accounts ADD COLUMN more TEXT`, `table "accounts" is changed`},
	{"a check is gone", `PRAGMA writable_schema = ON;
		UPDATE sqlite_schema SET sql = replace(sql, 'CHECK (tries_left >= 0)', '') WHERE name = 'pin_reset_codes'`,
		`table "pin_reset_codes" is changed`},
	{"a migration is said to be applied", `INSERT INTO goose_db_version (version_id, is_applied) VALUES (1, 1)`,
		`list of migrations "goose_db_version" is changed`},
}

var postgresTamperings = []tampering{
	{"a trigger is missing", `DROP TRIGGER transactions_are_never_changed ON transactions`,
		`trigger "transactions.transactions_are_never_changed" is missing`},
	{"a trigger is disabled", `ALTER TABLE accounts DISABLE TRIGGER accounts_are_never_deleted`,
		`trigger "accounts.accounts_are_never_deleted" is changed`},
	{"a trigger's function does nothing", `CREATE OR REPLACE FUNCTION refuse_change_to_history() RETURNS trigger LANGUAGE plpgsql
		AS 'BEGIN RETURN NEW; END'`, `function "refuse_change_to_history()" is changed`},
	{"a trigger of the trail is disabled", `ALTER TABLE events DISABLE TRIGGER events_are_never_changed`,
		`trigger "events.events_are_never_changed" is changed`},
	{"a trigger's function may do more", `ALTER FUNCTION check_account() SECURITY DEFINER`, `function "check_account()" is changed`},
	{"a trigger steals", `CREATE FUNCTION thief() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN UPDATE customers SET role = ''admin''; END';
		CREATE TRIGGER thief AFTER INSERT ON sessions FOR EACH ROW EXECUTE FUNCTION thief()`, `trigger "sessions.thief" does not belong there`},
	{"a rule hides events", `CREATE RULE hide AS ON INSERT TO events DO INSTEAD NOTHING`, `rule "events.hide" does not belong there`},
	{"a policy hides rows", `CREATE POLICY hide ON sessions USING (FALSE); ALTER TABLE sessions ENABLE ROW LEVEL SECURITY`,
		`policy "sessions.hide" does not belong there; table "sessions" is changed`},
	{"a view in a table's place", `ALTER TABLE events RENAME TO real_events; CREATE VIEW events AS SELECT * FROM real_events`,
		`table "events" is missing`},
	{"a view is changed", `CREATE OR REPLACE VIEW database_clock AS SELECT CAST(0 AS BIGINT) AS micros`, `view "database_clock" is changed`},
	{"an index is missing", `DROP INDEX transactions_milestones`, `index "transactions_milestones" is missing`},
	{"an index refuses rows", `CREATE UNIQUE INDEX once ON sessions (account_number)`, `index "once" does not belong there`},
	{"a table adds rows to another", `CREATE TABLE more () INHERITS (accounts)`, `child table "more" does not belong there`},
	{"a column is added", `ALTER TABLE accounts ADD COLUMN more TEXT`, `column "accounts.more" does not belong there`},
	{"a default is changed", `ALTER TABLE rate_limits ALTER expires_at SET DEFAULT 7`, `column "rate_limits.expires_at" is changed`},
	{"a check is gone", `ALTER TABLE transactions DROP CONSTRAINT transactions_amount_check`,
		`constraint "transactions.transactions_amount_check" is missing`},
	{"a migration is said to be applied", `INSERT INTO goose_db_version (version_id, is_applied) VALUES (1, TRUE)`,
		`list of migrations "goose_db_version" is changed`},
}

// requireRefused expects that no command accepts a database, and that each says why.
func requireRefused(t *testing.T, environ []string, says string, commands ...[]string) {
	t.Helper()
	for _, line := range commands {
		o := command(t, environ, "", line...)
		require.Equal(t, 1, o.Code, line)
		require.Contains(t, o.Err, "the schema has been tampered with: ", line)
		require.Contains(t, o.Err, says, line)
	}
}

func TestATamperedFileIsRefused(t *testing.T) {
	t.Parallel()
	environ, path := database(t)
	createAccount(t, environ, "--initial-deposit=1000")
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	for _, test := range sqliteTamperings {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "bank.db")
			require.NoError(t, os.WriteFile(file, content, 0o600))
			bankcoretest.Edit(t, file, test.statements)
			before, err := os.ReadFile(file)
			require.NoError(t, err)
			on := []string{"DATABASE_URL=sqlite:" + file, "ADDR=127.0.0.1:0"}
			requireRefused(t, on, test.says, []string{"serve"}, []string{"migrate"}, []string{"verify"},
				[]string{"backup", filepath.Join(t.TempDir(), "backup.db")})
			elsewhere := []string{"DATABASE_URL=sqlite:" + filepath.Join(t.TempDir(), "bank.db")}
			requireRefused(t, elsewhere, test.says, []string{"restore", "--unsigned", file})
			after, err := os.ReadFile(file)
			require.NoError(t, err)
			require.Equal(t, before, after)
			require.Equal(t, 0, command(t, environ, "", "verify").Code)
		})
	}
}

func TestATamperedPostgresIsRefused(t *testing.T) {
	t.Parallel()
	for _, test := range postgresTamperings {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			url := migratedPostgres(t)
			editPostgres(t, url, test.statements)
			environ := append(slices.Clone(bankcoretest.SharedSecrets), "DATABASE_URL="+url, "ADDR=127.0.0.1:0")
			requireRefused(t, environ, test.says, []string{"serve"}, []string{"migrate"}, []string{"verify"}, []string{"restore", "--in-place"})
		})
	}
}

// migratedPostgres makes a bank without an account.
func migratedPostgres(t *testing.T) string {
	t.Helper()
	return pgtest.Filled(t, func(url string) error {
		_, err := store.Migrate(context.Background(), url)
		return err
	})
}

func editPostgres(t *testing.T, url, statements string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	_, err = conn.Exec(t.Context(), statements)
	require.NoError(t, err)
	require.NoError(t, conn.Close(t.Context()))
}

// TestAnOperatorsOwnTablesOnPostgres do not stop a server, which lists them in its log.
func TestAnOperatorsOwnTablesOnPostgres(t *testing.T) {
	t.Parallel()
	url := migratedPostgres(t)
	editPostgres(t, url, `CREATE TABLE notes (id BIGINT PRIMARY KEY, text TEXT CHECK (text <> ''));
		CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
		CREATE TRIGGER noted BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION note();
		CREATE VIEW rich AS SELECT account_number FROM accounts WHERE balance > 1000; CREATE INDEX by_role ON customers (role)`)
	p := bankcoretest.Serve(t, t.TempDir(), append(slices.Clone(bankcoretest.SharedSecrets), "DATABASE_URL="+url))
	p.Open(bankcoretest.PIN, 1000)
	p.Stop()
	for _, name := range []string{"table \\\"notes\\\"", "view \\\"rich\\\"", "index \\\"by_role\\\"", "function \\\"note()\\\""} {
		require.Contains(t, p.Stderr.String(), name)
	}
}
