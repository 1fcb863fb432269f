package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
	"github.com/bankingcore/bankcore/internal/testkit/pgtest"
)

// attacks lists what an attacker with the password of the servers' role tries.
var attacks = []string{
	`ALTER TABLE transactions DISABLE TRIGGER transactions_are_never_changed`, `ALTER TABLE accounts DISABLE TRIGGER ALL`,
	`DROP TRIGGER transactions_are_never_changed ON transactions`, `DROP TABLE events`, `DROP VIEW database_clock`,
	`DROP SCHEMA public CASCADE`, `CREATE OR REPLACE FUNCTION refuse_change_to_history() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'`,
	`UPDATE transactions SET amount = amount + 1`, `DELETE FROM transactions`, `TRUNCATE transactions`, `TRUNCATE sessions`,
	`SELECT 1 FROM transactions FOR UPDATE`, `DELETE FROM accounts`, `UPDATE events SET actor = 'nobody'`, `DELETE FROM events`,
	`TRUNCATE events`, `DELETE FROM event_chain`, `ALTER TABLE events DISABLE TRIGGER USER`,
	`SET session_replication_role = replica`, `SET ROLE ` + pgtest.Owner, `CREATE TABLE mine (x INT)`,
	`CREATE TRIGGER thief BEFORE INSERT ON sessions FOR EACH ROW EXECUTE FUNCTION check_account()`,
	`CREATE RULE hide AS ON INSERT TO events DO INSTEAD NOTHING`, `ALTER TABLE accounts ADD COLUMN more TEXT`,
	`ALTER TABLE sessions ENABLE ROW LEVEL SECURITY`, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, TRUE)`,
	`DELETE FROM goose_db_version`, `ALTER DATABASE bankcore SET search_path = mine`,
}

// TestAServerThatOwnsNothing can do everything that a day brings, and cannot touch what protects the ledger.
func TestAServerThatOwnsNothing(t *testing.T) {
	t.Parallel()
	owner := pgtest.URL(t)
	url := pgtest.AsServer(owner)
	environ := append(slices.Clone(bankcoretest.SharedSecrets), "DATABASE_URL="+url)
	migrating := append(slices.Clone(environ), "MIGRATE_DATABASE_URL="+owner)
	require.Equal(t, 1, command(t, environ, "", "migrate").Code, "the servers' role cannot make tables")
	o := command(t, migrating, "", "migrate")
	require.Equal(t, 0, o.Code, o.Err)
	require.Equal(t, bankcoretest.Outcome{Stdout: "the database is up to date\n"}, command(t, migrating, "", "migrate"))

	p := bankcoretest.Serve(t, t.TempDir(), append(slices.Concat(bankcoretest.Unlimited, environ), "RATE_LIMIT_LOGIN=1000/1m"))
	liveADay(t, p, environ)
	refused := 0
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close(t.Context())) }()
	for _, statement := range attacks {
		_, err := conn.Exec(t.Context(), statement)
		require.Error(t, err, statement)
		require.Regexp(t, `must be owner|permission denied|must be superuser`, err.Error(), statement)
		refused++
	}
	t.Logf("attacks with the servers' role: %d, refused: %d", len(attacks), refused)
	p.Stop()
	require.NotContains(t, p.Stderr.String(), "owns the bank's tables")
	require.NotContains(t, p.Stderr.String(), "level=ERROR")
	require.NotContains(t, p.Stderr.String(), "cannot purge")
	require.Contains(t, command(t, environ, "", "verify").Stdout, "the ledger and the audit trail hold")
}

// liveADay does what customers and operators do.
func liveADay(t *testing.T, p *bankcoretest.Process, environ []string) {
	t.Helper()
	alice, bob := p.Open(bankcoretest.PIN, 1000), p.Open(bankcoretest.PIN, 0)
	as := p.Authorization(alice, bankcoretest.PIN)
	call := func(status int, method, path string, body any, headers ...string) bankcoretest.Reply {
		t.Helper()
		r := p.Call(method, path, body, headers...)
		require.Equal(t, status, r.Status, "%s %s: %s", method, path, r.Body)
		return r
	}
	keyed := append(slices.Clone(as), "Idempotency-Key", "one-transfer-of-a-day")
	transfer := map[string]any{"to_account": bob, "amount": 10}
	for range 2 { // the second is a replay
		call(201, "POST", "/accounts/"+alice+"/transfer", transfer, keyed...)
	}
	call(201, "POST", "/accounts/"+alice+"/deposit", map[string]any{"amount": 5}, as...)
	call(201, "POST", "/accounts/"+alice+"/withdraw", map[string]any{"amount": 5}, as...)
	call(200, "GET", "/accounts/"+alice+"/transactions", nil, as...)
	session := p.Login(alice, bankcoretest.PIN)
	renewed := call(200, "POST", "/auth/refresh", map[string]any{"refresh_token": session.Field(t, "refresh_token")})
	call(204, "POST", "/auth/logout", nil, "Authorization", "Bearer "+renewed.Field(t, "access_token").(string))
	protect := func(path string, body map[string]any) bankcoretest.Reply {
		return p.Call("POST", "/accounts/"+alice+"/second-factor"+path, body, as...)
	}
	secret := protect("", map[string]any{"pin": bankcoretest.PIN}).Field(t, "secret").(string)
	codes := protect("/confirm", map[string]any{"code": bankcoretest.AppCode(t, secret, 0)}).Field(t, "recovery_codes").([]any)
	require.Equal(t, 200, loginWithCode(p, alice, bankcoretest.PIN, bankcoretest.AppCode(t, secret, 1)).Status)
	require.Equal(t, 200, protect("/recovery-codes", map[string]any{"pin": bankcoretest.PIN, "code": codes[0]}).Status)
	require.Equal(t, 0, command(t, environ, "", "account", "second-factor-off", alice).Code)
	bobs := p.Authorization(bob, bankcoretest.PIN) // before an unlock delays the next PIN
	for range 3 {
		require.Equal(t, 401, p.Login(bob, "999998").Status)
	}
	require.Equal(t, 401, p.Login("999999999999", bankcoretest.PIN).Status)
	require.Equal(t, 0, command(t, environ, "", "account", "unlock", bob).Code)
	require.Equal(t, 0, command(t, environ, "", "account", "role", bob, "admin").Code)
	call(200, "GET", "/admin/events", nil, bobs...)
	o := command(t, environ, "", "account", "reset-pin", alice)
	require.Equal(t, 0, o.Code, o.Err)
	require.Equal(t, 0, command(t, environ, "", "restore", "--in-place").Code)
	call(200, "GET", "/readyz", nil)
}

// TestTheOwnersRoleMigratesForTheServer: a server that is given both roles needs no step before it, and restores grants that an
// administrator of the database has widened or revoked.
func TestTheOwnersRoleMigratesForTheServer(t *testing.T) {
	t.Parallel()
	owner := pgtest.URL(t)
	environ := append(slices.Clone(bankcoretest.SharedSecrets), "DATABASE_URL="+pgtest.AsServer(owner), "MIGRATE_DATABASE_URL="+owner)
	p := bankcoretest.Serve(t, t.TempDir(), environ)
	p.Open(bankcoretest.PIN, 1000)
	p.Stop()
	editPostgres(t, owner, `GRANT ALL ON transactions TO `+pgtest.ServerRole+`; REVOKE SELECT ON accounts FROM `+pgtest.ServerRole)
	p = bankcoretest.Serve(t, t.TempDir(), environ)
	p.Open(bankcoretest.PIN, 1000)
	p.Stop()
	conn, err := pgx.Connect(t.Context(), pgtest.AsServer(owner))
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close(t.Context())) }()
	_, err = conn.Exec(t.Context(), `TRUNCATE transactions`)
	require.ErrorContains(t, err, "permission denied")

	source, _ := database(t)
	createAccount(t, source, "--initial-deposit=7")
	target := pgtest.URL(t)
	o := command(t, []string{"DATABASE_URL=" + pgtest.AsServer(target), "MIGRATE_DATABASE_URL=" + target}, "", "copy",
		"--from", strings.TrimPrefix(source[0], "DATABASE_URL="))
	require.Equal(t, 0, o.Code, o.Err)
	require.Contains(t, o.Stdout, "both sides are equal")
}

// TestAServerThatOwnsTheTablesSaysSo and works as before.
func TestAServerThatOwnsTheTablesSaysSo(t *testing.T) {
	t.Parallel()
	owner := pgtest.URL(t)
	p := bankcoretest.Serve(t, t.TempDir(), append(slices.Clone(bankcoretest.SharedSecrets), "DATABASE_URL="+owner))
	p.Stop()
	require.Contains(t, p.Stderr.String(), "the server's role owns the bank's tables")
	for _, other := range []string{"sqlite:bank.db", "bank", "postgres://bank@db:port/bank", strings.Replace(owner, "/test_", "/other_", 1)} {
		o := command(t, []string{"DATABASE_URL=" + owner, "MIGRATE_DATABASE_URL=" + other}, "", "migrate")
		require.Equal(t, 1, o.Code)
		require.Contains(t, o.Err, "MIGRATE_DATABASE_URL: ")
		require.NotContains(t, o.Err, "@")
	}
}

// TestRolesAreSeparatedLater follows the steps of docs/operations.md on a bank whose servers have owned its tables.
func TestRolesAreSeparatedLater(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	url := server.URL("bankcore")
	environ := append(slices.Clone(bankcoretest.SharedSecrets), "DATABASE_URL="+url)
	p := bankcoretest.Serve(t, t.TempDir(), environ)
	number := p.Open(bankcoretest.PIN, 1000)
	p.Stop()
	require.Contains(t, bankcoretest.File(t, "docs/operations.md"), "REASSIGN OWNED BY bankcore TO bankcore_owner;")
	server.Exec(t, "bankcore", "REASSIGN OWNED BY "+pgtest.Owner+" TO "+pgtest.ServerRole)
	server.Exec(t, "bankcore", "GRANT CONNECT ON DATABASE bankcore TO "+pgtest.Owner)
	o := command(t, append(environ, "MIGRATE_DATABASE_URL="+pgtest.AsServer(url)), "", "migrate")
	require.Equal(t, 0, o.Code, o.Err)
	p = bankcoretest.Serve(t, t.TempDir(), environ)
	require.Equal(t, 200, p.Login(number, bankcoretest.PIN).Status)
	p.Stop()
	require.NotContains(t, p.Stderr.String(), "owns the bank's tables")
}
