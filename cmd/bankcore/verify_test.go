package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

func TestVerify(t *testing.T) {
	t.Parallel()
	environ, _ := database(t)
	o := command(t, environ, "", "verify")
	require.Equal(t, bankcoretest.Outcome{Stdout: "checked 0 accounts with 0 entries: hashes, sequences, times, balances, transfers\n" +
		"checked 0 events of the audit trail: hashes, sequences, its end\nthe ledger and the audit trail hold\n"}, o)

	createAccount(t, environ, "--initial-deposit=1000")
	createAccount(t, environ, "--initial-deposit=234")
	createAccount(t, environ, "--initial-deposit=7", "--currency=JPY")
	o = command(t, environ, "", "verify")
	require.Equal(t, bankcoretest.Outcome{Stdout: "checked 3 accounts with 3 entries: hashes, sequences, times, balances, transfers\n" +
		"JPY: balances 7 = opened 7 + deposited 0 - withdrawn 0; transferred 0 out, 0 in\n" +
		"JPY: balances 7 = cash 7 - 0, as settled\n" +
		"USD: balances 1234 = opened 1234 + deposited 0 - withdrawn 0; transferred 0 out, 0 in\n" +
		"USD: balances 1234 = cash 1234 - 0, as settled\n" +
		"checked 3 events of the audit trail: hashes, sequences, its end\nthe ledger and the audit trail hold\n"}, o)
}

// TestVerifyFindsTampering: an attacker who can write to the file can drop the triggers and put them back, but not make the chain fit.
func TestVerifyFindsTampering(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ statement, says string }{
		"amount":      {`UPDATE transactions SET amount = amount + 1`, ", entry 1: the balance does not follow"},
		"both":        {`UPDATE transactions SET amount = 5000, balance_after = 5000`, ", entry 1: the hash does not match"},
		"description": {`UPDATE transactions SET description = 'gift'`, ", entry 1: the hash does not match"},
		"time":        {`UPDATE transactions SET timestamp = timestamp - 1`, ", entry 1: the hash does not match"},
		"hash":        {`UPDATE transactions SET hash = zeroblob(32)`, ", entry 1: the hash does not match"},
		"currency":    {`UPDATE transactions SET currency = 'EUR'`, ", entry 1: the currency is not the account's"},
		"deletion":    {`DELETE FROM transactions`, ": it has no opening entry"},
		"balance":     {`UPDATE accounts SET balance = balance + 1`, ": its balance is not that of its last entry"},
		"last hash":   {`UPDATE accounts SET last_hash = zeroblob(32)`, ": its last hash is not"},
		"last":        {`UPDATE accounts SET last_sequence = 2`, ": its last entries are missing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			environ, path := database(t)
			number := createAccount(t, environ, "--initial-deposit=1000")
			rewrite(t, path, test.statement)
			o := command(t, environ, "", "verify")
			require.Equal(t, 1, o.Code)
			require.Contains(t, o.Err, "the ledger is broken: account "+number+test.says)
			require.NotContains(t, o.Err, "\n")
			require.Contains(t, o.Stdout, "checked 0 accounts", "up to the broken one")
			require.NotContains(t, o.Stdout, "the ledger and the audit trail hold")
		})
	}
}

func TestVerifyFindsOrphans(t *testing.T) {
	t.Parallel()
	environ, path := database(t)
	number := createAccount(t, environ, "--initial-deposit=1000")
	bankcoretest.Edit(t, path, `PRAGMA foreign_keys = off; DELETE FROM accounts`)
	o := command(t, environ, "", "verify")
	require.Equal(t, 1, o.Code)
	require.Contains(t, o.Err, "account "+number+", entry 1: it is in no account's history")
}

func TestBackup(t *testing.T) {
	t.Parallel()
	environ, path := database(t)
	createAccount(t, environ, "--initial-deposit=1000")
	backup := filepath.Join(t.TempDir(), "copy.db")
	o := command(t, environ, "", "backup", backup)
	require.Equal(t, 0, o.Code, o.Err)
	require.Regexp(t, `^wrote and checked `+backup+`, \d+ bytes\nwrote `+backup+`.mac, which restore needs too\n$`, o.Stdout)
	require.Empty(t, o.Stderr)
	info, err := os.Stat(backup)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	require.NoFileExists(t, backup+".partial")

	// The copy is independent: it holds what the database holds, and nothing that comes later.
	want := command(t, environ, "", "verify")
	createAccount(t, environ)
	require.Equal(t, want, command(t, []string{"DATABASE_URL=sqlite:" + backup}, "", "verify"))
	require.Equal(t, "2", bankcoretest.Ask(t, path, `SELECT count(*) FROM accounts`))
}

// TestBackupRefuses: no existing file is overwritten, and a backup that cannot be written leaves nothing behind.
func TestBackupRefuses(t *testing.T) {
	t.Parallel()
	environ, path := database(t)
	environ = append(environ, bankcoretest.SharedSecrets...)
	folder := t.TempDir()
	existing := filepath.Join(folder, "existing")
	require.NoError(t, os.WriteFile(existing, []byte("precious"), 0o600))
	dangling := filepath.Join(folder, "dangling")
	require.NoError(t, os.Symlink(filepath.Join(folder, "nowhere"), dangling))
	for _, target := range []string{existing, dangling, folder, path, filepath.Join(folder, "absent", "copy.db")} {
		o := command(t, environ, "", "backup", target)
		require.Equal(t, 1, o.Code, target)
		require.Contains(t, o.Err, target)
		require.NotContains(t, o.Err, "\n")
		require.Empty(t, o.Stdout+o.Stderr)
	}
	content, err := os.ReadFile(existing)
	require.NoError(t, err)
	require.Equal(t, "precious", string(content))
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, left, 2, "nothing is left of a backup that failed")
	require.Equal(t, 0, command(t, environ, "", "verify").Code)
}
