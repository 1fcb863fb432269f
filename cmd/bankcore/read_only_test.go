//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// asNobody runs a command as the user nobody, who can write neither in a folder nor to a file in it.
func asNobody(t *testing.T, folder string, environ []string, args ...string) bankcoretest.Outcome {
	t.Helper()
	binary, err := bankcoretest.Quick()
	require.NoError(t, err)
	for _, path := range []string{filepath.Dir(binary), filepath.Dir(folder)} {
		require.NoError(t, os.Chmod(path, 0o711))
	}
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	require.NoError(t, err)
	for _, file := range files {
		require.NoError(t, os.Chmod(file, 0o444))
	}
	require.NoError(t, os.Chmod(folder, 0o555))
	t.Cleanup(func() { _ = os.Chmod(folder, 0o755) })
	run := exec.Command(binary, args...)
	run.Dir, run.Env = folder, append([]string{"TMPDIR=" + folder}, environ...)
	var stdout, stderr strings.Builder
	run.Stdout, run.Stderr = &stdout, &stderr
	if os.Geteuid() == 0 { // no permission stops root
		run.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	err = run.Run()
	if exit := run.ProcessState; exit == nil {
		require.NoError(t, err)
	}
	return bankcoretest.Outcome{Code: run.ProcessState.ExitCode(), Stdout: stdout.String(), Stderr: stderr.String()}
}

func copyInto(t *testing.T, folder string, files ...string) {
	t.Helper()
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(folder, filepath.Base(file)), content, 0o600))
	}
}

func listed(t *testing.T, folder string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

// TestABackupIsReadAndLeftAsItIs in a folder that can be written to, and in one that cannot.
func TestABackupIsReadAndLeftAsItIs(t *testing.T) {
	t.Parallel()
	environ, _ := database(t)
	createAccount(t, environ, "--initial-deposit=1000")
	folder := t.TempDir()
	backup := filepath.Join(folder, "bank.db")
	require.Equal(t, 0, command(t, environ, "", "backup", backup).Code)
	before, err := os.ReadFile(backup)
	require.NoError(t, err)
	requireAsBefore := func() {
		t.Helper()
		after, err := os.ReadFile(backup)
		require.NoError(t, err)
		require.Equal(t, before, after)
		require.Equal(t, []string{"bank.db", "bank.db.mac"}, listed(t, folder))
	}
	url := []string{"DATABASE_URL=sqlite:bank.db"}
	o := command(t, []string{"DATABASE_URL=sqlite:" + backup}, "", "verify")
	require.Contains(t, o.Stdout, "checked 1 accounts with 1 entries")
	requireAsBefore()
	o = asNobody(t, folder, url, "verify")
	require.Equal(t, 0, o.Code, o.Stderr)
	require.Contains(t, o.Stdout, "the ledger and the audit trail hold\n")
	elsewhere := t.TempDir()
	require.NoError(t, os.Chmod(filepath.Dir(elsewhere), 0o711))
	require.NoError(t, os.Chmod(elsewhere, 0o777))
	o = asNobody(t, folder, append(url, bankcoretest.SharedSecrets...), "backup", filepath.Join(elsewhere, "copy.db"))
	require.Equal(t, 0, o.Code, o.Stderr)
	require.Equal(t, []string{"copy.db", "copy.db.mac"}, listed(t, elsewhere))
	require.Equal(t, 0, asNobody(t, folder, nil, "version").Code)
	for _, line := range []string{"account unlock 481207359144", "serve"} {
		o = asNobody(t, folder, url, strings.Fields(line)...)
		require.Equal(t, 1, o.Code, line)
	}
	require.NoError(t, os.Chmod(folder, 0o755))
	requireAsBefore()
}

// TestADatabaseCopiedWithoutItsLogIsNoticed by every command, while one that was copied whole is accepted.
func TestADatabaseCopiedWithoutItsLogIsNoticed(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	p := bankcoretest.Serve(t, folder, nil)
	for range 3 {
		p.Open(bankcoretest.PIN, 1000)
	}
	file := filepath.Join(folder, "data", "bankcore.db")
	alone, whole := t.TempDir(), t.TempDir()
	copyInto(t, alone, file)
	copyInto(t, whole, file, file+"-wal")
	torn := filepath.Join(alone, "bankcore.db")
	environ := []string{"DATABASE_URL=sqlite:" + torn}
	for _, line := range []string{
		"verify", "backup " + filepath.Join(alone, "copy.db"), "serve", "migrate", "account unlock 481207359144",
		"copy --to sqlite:" + filepath.Join(t.TempDir(), "to.db"),
	} {
		o := command(t, environ, "", strings.Fields(line)...)
		require.Equal(t, 1, o.Code, line)
		require.Contains(t, o.Err, "without bankcore.db-wal; its newest entries may be missing", line)
		require.Contains(t, o.Err, "`bankcore backup`", line)
		require.Empty(t, o.Stdout, line)
	}
	require.Equal(t, []string{"bankcore.db"}, listed(t, alone))
	target := []string{"DATABASE_URL=sqlite:" + filepath.Join(t.TempDir(), "bank.db")}
	require.Contains(t, command(t, target, "", "restore", "--unsigned", torn).Err, "its newest entries may be missing")
	o := command(t, target, "", "restore", "--unsigned", "--incomplete", torn)
	require.Equal(t, 0, o.Code, o.Err)
	require.Equal(t, 0, command(t, target, "", "verify").Code)

	o = command(t, []string{"DATABASE_URL=sqlite:" + filepath.Join(whole, "bankcore.db")}, "", "verify")
	require.Contains(t, o.Stdout, "checked 3 accounts with 3 entries")
	p.Stop()
	closed := t.TempDir()
	copyInto(t, closed, file)
	o = command(t, []string{"DATABASE_URL=sqlite:" + filepath.Join(closed, "bankcore.db")}, "", "verify")
	require.Contains(t, o.Stdout, "checked 3 accounts with 3 entries")
}

// TestALogThatCannotBeReadIsNotIgnored: its entries would be missing from what is verified.
func TestALogThatCannotBeReadIsNotIgnored(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	p := bankcoretest.Serve(t, folder, nil)
	p.Open(bankcoretest.PIN, 1000)
	file := filepath.Join(folder, "data", "bankcore.db")
	sealed := t.TempDir()
	copyInto(t, sealed, file, file+"-wal")
	o := asNobody(t, sealed, []string{"DATABASE_URL=sqlite:bankcore.db"}, "verify")
	require.Equal(t, 1, o.Code)
	require.Contains(t, o.Stderr, "the entries in bankcore.db-wal cannot be read here")
	require.Contains(t, o.Stderr, "copy both files to a folder that you can write to")
	require.NotContains(t, o.Stdout, "holds")
	p.Stop()
}
