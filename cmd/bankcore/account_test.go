package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const testPIN = "730164"

var printedAccount = regexp.MustCompile(`^(\d{12})  (.+)  (customer|admin)  (locked|not locked)  ([\d.]+) ([A-Z]{3})\n$`)

// createAccount opens an account with the command and returns its number.
func createAccount(t *testing.T, environ []string, args ...string) string {
	t.Helper()
	o := command(t, environ, testPIN+"\n", append([]string{"account", "create", "--name", "Ada Lovelace"}, args...)...)
	require.Equal(t, 0, o.code, o.err)
	require.Regexp(t, printedAccount, o.stdout)
	return printedAccount.FindStringSubmatch(o.stdout)[1]
}

func TestAccountCreate(t *testing.T) {
	t.Parallel()
	environ, _ := database(t)
	for name, test := range map[string]struct {
		stdin string
		args  []string
		want  string // after the number
	}{
		"plain":      {testPIN + "\n", []string{"--name", "Ada Lovelace"}, "Ada Lovelace  customer  not locked  0.00 USD"},
		"no newline": {testPIN, []string{"--name=Ada"}, "Ada  customer  not locked  0.00 USD"},
		"windows":    {testPIN + "\r\n", []string{"--name=Ada"}, "Ada  customer  not locked  0.00 USD"},
		"more lines": {testPIN + "\n99\n", []string{"--name=Ada"}, "Ada  customer  not locked  0.00 USD"},
		"name":       {testPIN, []string{"--name", "  Zoe\u0308 García-Núñez "}, "Zoë García-Núñez  customer  not locked  0.00 USD"},
		"deposit":    {testPIN, []string{"--name=Ada", "--initial-deposit=100000"}, "Ada  customer  not locked  1000.00 USD"},
		"currency":   {testPIN, []string{"--name=Ada", "--currency", "JPY"}, "Ada  customer  not locked  0 JPY"},
		"admin":      {testPIN, []string{"--name=Grace", "--role", "admin"}, "Grace  admin  not locked  0.00 USD"},
		"pin of 12":  {"730164928415\n", []string{"--name=Ada"}, "Ada  customer  not locked  0.00 USD"},
	} {
		o := command(t, environ, test.stdin, append([]string{"account", "create"}, test.args...)...)
		require.Equal(t, 0, o.code, "%s: %s", name, o.err)
		require.Regexp(t, printedAccount, o.stdout, name)
		require.Equal(t, test.want, strings.TrimSuffix(o.stdout[14:], "\n"), name)
	}
	o := command(t, append(environ, "CURRENCY=CHF"), testPIN, "account", "create", "--name=Ada")
	require.Contains(t, o.stdout, " 0.00 CHF\n", "the configured currency")
	require.Equal(t, 0, command(t, environ, "", "verify").code)
}

// TestAccountCreateRefuses: a refusal is one line that says which part is wrong, and opens nothing.
func TestAccountCreateRefuses(t *testing.T) {
	t.Parallel()
	environ, path := database(t)
	createAccount(t, environ)
	for name, test := range map[string]struct {
		stdin string
		args  string
		names string // what the message must name
	}{
		"weak PIN":          {"1234\n", "", "PIN"},
		"common PIN":        {"2580\n", "", "PIN"},
		"no PIN":            {"", "", "PIN"},
		"empty PIN":         {"\n", "", "PIN"},
		"short PIN":         {"730\n", "", "PIN"},
		"long PIN":          {"7301649284157\n", "", "PIN"},
		"endless PIN":       {strings.Repeat("7301649", 100_000), "", "PIN"},
		"letters in PIN":    {"73o164\n", "", "PIN"},
		"spaces round PIN":  {" 730164 \n", "", "PIN"},
		"blank name":        {testPIN, "--name=\u00a0", "name"},
		"name of markup":    {testPIN, "--name=<b>Ada</b>", "name"},
		"name of control":   {testPIN, "--name=Ada\x1b[31m", "name"},
		"name of overrides": {testPIN, "--name=Ada\u202e", "name"},
		"name of 101":       {testPIN, "--name=" + strings.Repeat("a", 101), "name"},
		"currency":          {testPIN, "--currency=usd", "currency"},
		"negative deposit":  {testPIN, "--initial-deposit=-1", "deposit"},
		"too much":          {testPIN, "--initial-deposit=1000000000001", "deposit"},
	} {
		t.Run(name, func(t *testing.T) {
			args := []string{"account", "create", "--name=Ada"}
			if test.args != "" {
				args = append(args, test.args)
			}
			o := command(t, environ, test.stdin, args...)
			require.Equal(t, 1, o.code)
			require.Contains(t, strings.ToLower(o.err), strings.ToLower(test.names))
			require.NotContains(t, o.err, "\n")
			require.Empty(t, o.stdout+o.stderr)
			if pin := strings.TrimSpace(test.stdin); pin != "" {
				require.NotContains(t, o.err, pin)
			}
		})
	}
	require.Equal(t, "1", ask(t, path, `SELECT count(*) FROM accounts`))
}

func TestAccountRole(t *testing.T) {
	t.Parallel()
	environ, path := database(t)
	number := createAccount(t, environ)
	for _, role := range []string{"admin", "admin", "customer"} {
		o := command(t, environ, "", "account", "role", number, role)
		require.Equal(t, outcome{stdout: number + "  Ada Lovelace  " + role + "  not locked  0.00 USD\n"}, o)
		require.Equal(t, role, ask(t, path, `SELECT role FROM accounts`))
	}
	require.Equal(t, "2", ask(t, path, `SELECT count(*) FROM events WHERE event_type = 'role_changed' AND actor = 'operator'`),
		"what changes nothing is no event")
	createAccount(t, environ, "--role=admin")
	require.Equal(t, "3", ask(t, path, `SELECT count(*) FROM events WHERE event_type = 'role_changed' AND actor = 'operator'`))
}

func TestAccountUnlock(t *testing.T) {
	t.Parallel()
	environ, path := database(t)
	number := createAccount(t, environ)
	o := command(t, environ, "", "account", "unlock", number)
	require.Equal(t, outcome{code: 1, err: "The account is not locked."}, o)

	edit(t, path, `UPDATE accounts SET sign_in_locked = 1, failed_attempts = 3`)
	o = command(t, environ, "", "account", "role", number, "customer")
	require.Contains(t, o.stdout, "  locked  ")
	o = command(t, environ, "", "account", "unlock", number)
	require.Equal(t, outcome{stdout: number + "  Ada Lovelace  customer  not locked  0.00 USD\n"}, o)
	require.Equal(t, "0 0", ask(t, path, `SELECT sign_in_locked || ' ' || failed_attempts FROM accounts`))
	require.Equal(t, "account_unlocked operator", ask(t, path, `SELECT event_type || ' ' || actor FROM events`))
}

func TestAccountUnknown(t *testing.T) {
	t.Parallel()
	environ, _ := database(t)
	for _, line := range []string{"account role 481207359142 admin", "account unlock 481207359142", "account reset-pin 481207359142"} {
		o := command(t, environ, "", strings.Fields(line)...)
		require.Equal(t, 1, o.code, line)
		require.Regexp(t, `no (such )?account`, o.err, line)
		require.Empty(t, o.stdout, line)
	}
}

// TestCommandsPrintNoSecret runs every command that handles a PIN or a key and looks for them in what it prints, logs and
// stores.
func TestCommandsPrintNoSecret(t *testing.T) {
	t.Parallel()
	environ, path := database(t)
	logFile := filepath.Join(t.TempDir(), "bank.log")
	environ = append(environ, "LOG_LEVEL=debug", "LOG_FILE="+logFile)
	const pin = "59140827"
	var printed strings.Builder
	run := func(code int, stdin string, args ...string) string {
		t.Helper()
		o := command(t, environ, stdin, args...)
		require.Equal(t, code, o.code, "%v: %s", args, o.err)
		printed.WriteString(o.stdout + o.stderr + o.err + "\n")
		return o.stdout
	}
	number := run(0, pin+"\n", "account", "create", "--name=Ada", "--role=admin")[:12]
	run(1, pin+pin+"\n", "account", "create", "--name=Ada")
	run(1, pin+"\n", "account", "create", "--name=Ada", "--currency=nonsense")
	run(0, "", "account", "role", number, "customer")
	run(1, "", "account", "unlock", number)
	run(0, "", "account", "reset-pin", number)
	run(0, "", "verify")
	run(0, "", "backup", filepath.Join(t.TempDir(), "copy.db"))
	run(0, "", "migrate")

	log, err := os.ReadFile(logFile)
	require.NoError(t, err)
	require.Contains(t, string(log), "secrets.env", "the log says that secrets were made")
	stored, err := os.ReadFile(path)
	require.NoError(t, err)
	wal, _ := os.ReadFile(path + "-wal")
	made, err := os.ReadFile(filepath.Join(filepath.Dir(path), "secrets.env"))
	require.NoError(t, err)
	secrets := regexp.MustCompile(`(?m)^[A-Z_]+=(\S+)$`).FindAllStringSubmatch(string(made), -1)
	require.Len(t, secrets, 3)
	for _, secret := range append(secrets, []string{"", pin}) {
		for place, text := range map[string]string{
			"output": printed.String(), "log": string(log), "database": string(stored) + string(wal),
		} {
			require.NotContains(t, text, secret[1], place)
		}
	}
}
