package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
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
				"JPY: balances 7 = cash 7 - 0, as settled\n" +
				"USD: balances 1000 = opened 1000 + deposited 0 - withdrawn 0; transferred 0 out, 0 in\n" +
				"USD: balances 1000 = cash 1000 - 0, as settled\n" +
				"checked 3 events of the audit trail: hashes, sequences, its end\n"
			complete := "both sides are equal: the copy is complete\n" + copySecrets + "\n"
			url := target(t)
			o := command(t, nil, "", "copy", "--from", "sqlite:"+path, "--to", url)
			require.Equal(t, bankcoretest.Outcome{Stdout: "copied 2 accounts and 2 entries that were not there yet\n" + checked + complete}, o)
			for _, secret := range []string{"PIN_PEPPER", "SECRET_KEY"} {
				require.Contains(t, o.Stdout, secret)
			}
			require.Equal(t, bankcoretest.Outcome{Stdout: checked + "the ledger and the audit trail hold\n"}, command(t, []string{"DATABASE_URL=" + url}, "", "verify"))

			// DATABASE_URL stands in for the side that is left out.
			createAccount(t, environ)
			o = command(t, environ, "", "copy", "--to="+url)
			require.Contains(t, o.Stdout, "copied 1 accounts and 1 entries that were not there yet\n", o.Err)
			back := filepath.Join(t.TempDir(), "back.db")
			o = command(t, []string{"DATABASE_URL=sqlite:" + back}, "", "copy", "--from", url)
			require.Contains(t, o.Stdout, "copied 3 accounts and 3 entries that were not there yet\n", o.Err)
			bankcoretest.RequireSameBank(t, path, back)
			info, err := os.Stat(back)
			require.NoError(t, err)
			require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
		})
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
	require.Equal(t, 0, command(t, environ, "", "backup", broken).Code)
	rewrite(t, broken, `UPDATE transactions SET amount = amount + 1`)
	for _, c := range []struct{ from, to, says string }{
		{absent, filepath.Join(folder, "new.db"), "--from: open the database: stat " + absent},
		{path, foreign, "--to: migrate " + foreign},
		{foreign, filepath.Join(folder, "new.db"), "--from: open " + foreign},
		{path, other, "the target is not an earlier copy of the source, and was left as it was: the source has no customer "},
		{broken, filepath.Join(folder, "made.db"), "the source: the ledger is broken: account "},
	} {
		o := command(t, nil, "", "copy", "--from=sqlite:"+c.from, "--to=sqlite:"+c.to)
		require.Equal(t, 1, o.Code, c.says)
		require.Contains(t, o.Err, c.says)
		require.NotContains(t, o.Err, "\n")
		require.Empty(t, o.Stdout+o.Stderr)
	}
	require.NoFileExists(t, absent)
	require.NoFileExists(t, filepath.Join(folder, "new.db"))
	require.Equal(t, "1", bankcoretest.Ask(t, other, "SELECT count(*) FROM accounts"))
	require.Equal(t, "0", bankcoretest.Ask(t, filepath.Join(folder, "made.db"), "SELECT count(*) FROM accounts"))
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
			require.Equal(t, 2, o.Code, name)
			require.Contains(t, o.Err, "--from and --to are the same database")
		}
	}
	const url = "://bank:hunter2@127.0.0.1:1/bank"
	o := command(t, nil, "", "copy", "--from=postgres"+url, "--to=postgresql"+url)
	require.Equal(t, 2, o.Code)
	require.Contains(t, o.Err, "--from and --to are the same database")
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
		require.NotZero(t, o.Code, line)
		require.NotEmpty(t, o.Err, line)
		require.NotContains(t, o.Err+o.Stdout+o.Stderr, password, line)
		require.NotContains(t, o.Err, "\n", line)
	}
}

// TestCopyLeavesAServerAlone: nothing is copied into a file on which a server runs.
func TestCopyLeavesAServerAlone(t *testing.T) {
	t.Parallel()
	environ, path := database(t)
	createAccount(t, environ)
	p := bankcoretest.Serve(t, t.TempDir(), nil)
	served := filepath.Join(p.Folder, "data", "bankcore.db")
	o := command(t, environ, "", "copy", "--to", "sqlite:"+served)
	require.Equal(t, 1, o.Code)
	require.Contains(t, o.Err, "--to: store: database is in use: another process serves or migrates "+served)
	p.Stop()
	require.Equal(t, 0, command(t, environ, "", "copy", "--to", "sqlite:"+served).Code)
	bankcoretest.RequireSameBank(t, path, served)
}
