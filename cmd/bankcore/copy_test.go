package main

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/pgtest"
)

// copyEngines name a new, empty database of each engine.
var copyEngines = map[string]func(t *testing.T) string{
	"sqlite": func(t *testing.T) string {
		t.Helper()
		return "sqlite:" + filepath.Join(t.TempDir(), "copy", "bank.db")
	},
	"postgres": func(t *testing.T) string { t.Helper(); return pgtest.URL(t) },
}

func TestCopy(t *testing.T) {
	t.Parallel()
	for name, target := range copyEngines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			environ, path := database(t)
			createAccount(t, environ, "--initial-deposit=1000")
			createAccount(t, environ, "--initial-deposit=7", "--currency=JPY", "--role=admin")
			checked := "checked 2 accounts with 2 entries: hashes, sequences, times, balances, transfers\n" +
				"JPY: balances 7 = opened 7 + deposited 0 - withdrawn 0; transferred 0 out, 0 in\n" +
				"USD: balances 1000 = opened 1000 + deposited 0 - withdrawn 0; transferred 0 out, 0 in\n" +
				"checked 1 events of the audit trail: hashes, sequences, its end\n"
			complete := "both sides are equal: the copy is complete\n" + copySecrets + "\n"
			url := target(t)
			o := command(t, nil, "", "copy", "--from", "sqlite:"+path, "--to", url)
			require.Equal(t, outcome{stdout: "copied 2 accounts and 2 entries that were not there yet\n" + checked + complete}, o)
			for _, secret := range []string{"PIN_PEPPER", "SECRET_KEY"} {
				require.Contains(t, o.stdout, secret)
			}
			require.Equal(t, outcome{stdout: checked + "the ledger and the audit trail hold\n"}, command(t, []string{"DATABASE_URL=" + url}, "", "verify"))

			// DATABASE_URL stands in for the side that is left out.
			createAccount(t, environ)
			o = command(t, environ, "", "copy", "--to="+url)
			require.Contains(t, o.stdout, "copied 1 accounts and 1 entries that were not there yet\n", o.err)
			back := filepath.Join(t.TempDir(), "back.db")
			o = command(t, []string{"DATABASE_URL=sqlite:" + back}, "", "copy", "--from", url)
			require.Contains(t, o.stdout, "copied 3 accounts and 3 entries that were not there yet\n", o.err)
			requireSameBank(t, path, back)
			info, err := os.Stat(back)
			require.NoError(t, err)
			require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
		})
	}
}

// requireSameBank compares two files without using the code that copied them.
func requireSameBank(t *testing.T, one, other string) {
	t.Helper()
	pool, err := sql.Open("sqlite3", "file:"+one+"?mode=ro")
	require.NoError(t, err)
	defer func() { require.NoError(t, pool.Close()) }()
	pool.SetMaxOpenConns(1) // the other file is attached to one connection
	_, err = pool.Exec("ATTACH '" + other + "' AS other")
	require.NoError(t, err)
	for _, table := range []string{"accounts", "transactions", "sessions", "idempotency_keys", "token_blacklist", "events"} {
		var differing int
		require.NoError(t, pool.QueryRow(strings.ReplaceAll(`
			SELECT (SELECT count(*) FROM (SELECT * FROM main.t EXCEPT SELECT * FROM other.t))
			     + (SELECT count(*) FROM (SELECT * FROM other.t EXCEPT SELECT * FROM main.t))`, ".t", "."+table)).Scan(&differing))
		require.Zero(t, differing, table)
	}
}

// TestCopyRefuses: a target that holds another bank is left as it is, and a missing source creates no target.
func TestCopyRefuses(t *testing.T) {
	t.Parallel()
	environ, path := database(t)
	createAccount(t, environ, "--initial-deposit=1000")
	folder := t.TempDir()
	absent, foreign := filepath.Join(folder, "absent.db"), filepath.Join(folder, "foreign.db")
	require.NoError(t, os.WriteFile(foreign, []byte("precious"), 0o600))
	others, other := database(t)
	createAccount(t, others)
	broken := filepath.Join(folder, "broken.db")
	require.Equal(t, 0, command(t, environ, "", "backup", broken).code)
	rewrite(t, broken, `UPDATE transactions SET amount = amount + 1`)
	for _, c := range []struct{ from, to, says string }{
		{absent, filepath.Join(folder, "new.db"), "--from: open the database: stat " + absent},
		{path, foreign, "--to: migrate " + foreign},
		{foreign, filepath.Join(folder, "new.db"), "--from: open " + foreign},
		{path, other, "the target is not an earlier copy of the source, and was left as it was: the source has no account "},
		{broken, filepath.Join(folder, "made.db"), "the source: the ledger is broken: account "},
	} {
		o := command(t, nil, "", "copy", "--from=sqlite:"+c.from, "--to=sqlite:"+c.to)
		require.Equal(t, 1, o.code, c.says)
		require.Contains(t, o.err, c.says)
		require.NotContains(t, o.err, "\n")
		require.Empty(t, o.stdout+o.stderr)
	}
	require.NoFileExists(t, absent)
	require.NoFileExists(t, filepath.Join(folder, "new.db"))
	require.Equal(t, "1", ask(t, other, "SELECT count(*) FROM accounts"))
	require.Equal(t, "0", ask(t, filepath.Join(folder, "made.db"), "SELECT count(*) FROM accounts"))
}

// TestCopyKnowsOneFileByAllItsNames: a bank is not copied onto itself.
func TestCopyKnowsOneFileByAllItsNames(t *testing.T) {
	t.Parallel()
	_, path := database(t)
	folder := filepath.Dir(path)
	symbolic, hard := filepath.Join(folder, "symbolic.db"), filepath.Join(folder, "hard.db")
	require.NoError(t, os.Symlink(path, symbolic))
	require.NoError(t, os.Link(path, hard))
	for _, name := range []string{path, "//" + path, filepath.Join(folder, "..") + "/" + filepath.Base(folder) + "/./bank.db", symbolic, hard} {
		for _, sides := range [][]string{{path, name}, {name, path}} {
			o := command(t, nil, "", "copy", "--from=sqlite:"+sides[0], "--to=sqlite:"+sides[1])
			require.Equal(t, 2, o.code, name)
			require.Contains(t, o.err, "--from and --to are the same database")
		}
	}
	const url = "://bank:hunter2@127.0.0.1:1/bank"
	o := command(t, nil, "", "copy", "--from=postgres"+url, "--to=postgresql"+url)
	require.Equal(t, 2, o.code)
	require.Contains(t, o.err, "--from and --to are the same database")
}

// TestCopyKeepsPasswords: no password of a URL is shown, wherever the URL is on the command line.
func TestCopyKeepsPasswords(t *testing.T) {
	t.Parallel()
	_, path := database(t)
	const password = "hunter2"
	for _, line := range []string{
		"copy postgres://bank:hunter2@127.0.0.1:1/bank",
		"copy --from sqlite:" + path + " postgres://bank:hunter2@127.0.0.1:1/bank",
		"copy --from sqlite:" + path + " --to postgres://bank:hunter2@127.0.0.1:1/bank",
		"copy --to sqlite:" + path + " --from postgres://bank:hunter2@127.0.0.1:1/bank",
		"copy --to sqlite:" + path + " --from postgresql://bank@127.0.0.1:1/bank?password=hunter2",
		"copy --to sqlite:" + path + " --from postgres://bank:hunter2%zz@127.0.0.1:1/bank",
		"copy --to sqlite:" + path + " --from postgres://bank:hunter2@[::1/bank",
		"copy --to sqlite:" + path + " --from mysql://bank:hunter2@127.0.0.1:1/bank",
		"copy --to sqlite:" + path + " --form=postgres://bank:hunter2@127.0.0.1:1/bank",
	} {
		o := command(t, nil, "", strings.Fields(line)...)
		require.NotZero(t, o.code, line)
		require.NotEmpty(t, o.err, line)
		require.NotContains(t, o.err+o.stdout+o.stderr, password, line)
		require.NotContains(t, o.err, "\n", line)
	}
}

// TestCopyMovesABank moves a bank to PostgreSQL and back while its customers work, with no more downtime than the second copy
// takes. What they were told is true in the end, whichever of the three databases they were told it from.
func TestCopyMovesABank(t *testing.T) {
	t.Parallel()
	tr := newCrashTrial(t)
	secrets := secretsBeside(t, tr.database)
	back := filepath.Join(t.TempDir(), "bank.db")
	moves := []string{"sqlite:" + tr.database, pgtest.URL(t), "sqlite:" + back}
	for i, from := range moves[:2] {
		line := []string{"copy", "--from", from, "--to", moves[i+1]}
		tr.during(60, func(stop context.CancelFunc) {
			o := command(t, nil, "", line...)
			require.Equal(t, 0, o.code, o.err)
			tr.awaitAnswers(20)
			stop()
		})
		tr.terminate()
		o := command(t, nil, "", line...)
		require.Equal(t, 0, o.code, o.err)
		require.NotContains(t, o.stdout, "and 0 entries", "nothing was left to copy")
		tr.serve(append(secrets, "DATABASE_URL="+moves[i+1])...)
		tr.load(1, 0).Repeat(context.Background(), 2*trialTellers)
	}
	tr.database = back
	tr.during(60, func(stop context.CancelFunc) { stop() })
	tr.terminate()
	tr.report("moved to PostgreSQL and back under load", 2)
}

// secretsBeside returns the secrets that a server has made, as an environment.
func secretsBeside(t *testing.T, database string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(filepath.Dir(database), "secrets.env"))
	require.NoError(t, err)
	var environ []string
	for line := range strings.Lines(string(text)) {
		if name, value, found := strings.Cut(strings.TrimSpace(line), "="); found && !strings.HasPrefix(line, "#") {
			environ = append(environ, name+"="+strings.Trim(value, "'\""))
		}
	}
	require.Len(t, environ, 3)
	return environ
}

// TestCopyLeavesAServerAlone: nothing is copied into a file on which a server runs.
func TestCopyLeavesAServerAlone(t *testing.T) {
	t.Parallel()
	environ, path := database(t)
	createAccount(t, environ)
	p := serve(t, t.TempDir(), nil)
	served := filepath.Join(p.folder, "data", "bankcore.db")
	o := command(t, environ, "", "copy", "--to", "sqlite:"+served)
	require.Equal(t, 1, o.code)
	require.Contains(t, o.err, "--to: store: database is in use: another process serves or migrates "+served)
	p.stop()
	require.Equal(t, 0, command(t, environ, "", "copy", "--to", "sqlite:"+served).code)
	requireSameBank(t, path, served)
}
