package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

var printedAccount = regexp.MustCompile(`^(\d{12})  (.+)  (customer|admin)  (locked|not locked)  ([\d.]+) ([A-Z]{3})\n$`)

// createAccount opens an account with the command and returns its number.
func createAccount(t *testing.T, environ []string, args ...string) string {
	t.Helper()
	o := command(t, environ, bankcoretest.PIN+"\n", append([]string{"account", "create", "--name", "Ada Lovelace"}, args...)...)
	require.Equal(t, 0, o.Code, o.Err)
	require.Regexp(t, printedAccount, o.Stdout)
	return printedAccount.FindStringSubmatch(o.Stdout)[1]
}

func TestAccountCreate(t *testing.T) {
	t.Parallel()
	environ, _ := database(t)
	for name, test := range map[string]struct {
		stdin string
		args  []string
		want  string // after the number
	}{
		"plain":      {bankcoretest.PIN + "\n", []string{"--name", "Ada Lovelace"}, "Ada Lovelace  customer  not locked  0.00 USD"},
		"no newline": {bankcoretest.PIN, []string{"--name=Ada"}, "Ada  customer  not locked  0.00 USD"},
		"windows":    {bankcoretest.PIN + "\r\n", []string{"--name=Ada"}, "Ada  customer  not locked  0.00 USD"},
		"more lines": {bankcoretest.PIN + "\n99\n", []string{"--name=Ada"}, "Ada  customer  not locked  0.00 USD"},
		"name":       {bankcoretest.PIN, []string{"--name", "  Zoe\u0308 García-Núñez "}, "Zoë García-Núñez  customer  not locked  0.00 USD"},
		"deposit":    {bankcoretest.PIN, []string{"--name=Ada", "--initial-deposit=100000"}, "Ada  customer  not locked  1000.00 USD"},
		"currency":   {bankcoretest.PIN, []string{"--name=Ada", "--currency", "JPY"}, "Ada  customer  not locked  0 JPY"},
		"admin":      {bankcoretest.PIN, []string{"--name=Grace", "--role", "admin"}, "Grace  admin  not locked  0.00 USD"},
		"pin of 12":  {"730164928415\n", []string{"--name=Ada"}, "Ada  customer  not locked  0.00 USD"},
	} {
		o := command(t, environ, test.stdin, append([]string{"account", "create"}, test.args...)...)
		require.Equal(t, 0, o.Code, "%s: %s", name, o.Err)
		require.Regexp(t, printedAccount, o.Stdout, name)
		require.Equal(t, test.want, strings.TrimSuffix(o.Stdout[14:], "\n"), name)
	}
	o := command(t, append(environ, "CURRENCY=CHF"), bankcoretest.PIN, "account", "create", "--name=Ada")
	require.Contains(t, o.Stdout, " 0.00 CHF\n", "the configured currency")
	require.Equal(t, 0, command(t, environ, "", "verify").Code)
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
		"blank name":        {bankcoretest.PIN, "--name=\u00a0", "name"},
		"name of markup":    {bankcoretest.PIN, "--name=<b>Ada</b>", "name"},
		"name of control":   {bankcoretest.PIN, "--name=Ada\x1b[31m", "name"},
		"name of overrides": {bankcoretest.PIN, "--name=Ada\u202e", "name"},
		"name of 101":       {bankcoretest.PIN, "--name=" + strings.Repeat("a", 101), "name"},
		"currency":          {bankcoretest.PIN, "--currency=usd", "currency"},
		"negative deposit":  {bankcoretest.PIN, "--initial-deposit=-1", "deposit"},
		"too much":          {bankcoretest.PIN, "--initial-deposit=1000000000001", "deposit"},
	} {
		t.Run(name, func(t *testing.T) {
			args := []string{"account", "create", "--name=Ada"}
			if test.args != "" {
				args = append(args, test.args)
			}
			o := command(t, environ, test.stdin, args...)
			require.Equal(t, 1, o.Code)
			require.Contains(t, strings.ToLower(o.Err), strings.ToLower(test.names))
			require.NotContains(t, o.Err, "\n")
			require.Empty(t, o.Stdout+o.Stderr)
			if pin := strings.TrimSpace(test.stdin); pin != "" {
				require.NotContains(t, o.Err, pin)
			}
		})
	}
	require.Equal(t, "1", bankcoretest.Ask(t, path, `SELECT count(*) FROM accounts`))
}

func TestAccountRole(t *testing.T) {
	t.Parallel()
	environ, path := database(t)
	number := createAccount(t, environ)
	for _, role := range []string{"admin", "admin", "customer"} {
		o := command(t, environ, "", "account", "role", number, role)
		require.Equal(t, bankcoretest.Outcome{Stdout: number + "  Ada Lovelace  " + role + "  not locked  0.00 USD\n"}, o)
		require.Equal(t, role, bankcoretest.Ask(t, path, `SELECT role FROM customers`))
	}
	require.Equal(t, "2", bankcoretest.Ask(t, path, `SELECT count(*) FROM events WHERE event_type = 'role_changed' AND actor = 'operator'`),
		"what changes nothing is no event")
	createAccount(t, environ, "--role=admin")
	require.Equal(t, "3", bankcoretest.Ask(t, path, `SELECT count(*) FROM events WHERE event_type = 'role_changed' AND actor = 'operator'`))
}

func TestAccountUnlock(t *testing.T) {
	t.Parallel()
	environ, path := database(t)
	number := createAccount(t, environ)
	o := command(t, environ, "", "account", "unlock", number)
	require.Equal(t, bankcoretest.Outcome{Code: 1, Err: "The account is not locked."}, o)

	bankcoretest.Edit(t, path, `UPDATE customers SET sign_in_locked = 1, failed_attempts = 3`)
	o = command(t, environ, "", "account", "role", number, "customer")
	require.Contains(t, o.Stdout, "  locked  ")
	o = command(t, environ, "", "account", "unlock", number)
	require.Equal(t, bankcoretest.Outcome{Stdout: number + "  Ada Lovelace  customer  not locked  0.00 USD\n"}, o)
	require.Equal(t, "0 0", bankcoretest.Ask(t, path, `SELECT sign_in_locked || ' ' || failed_attempts FROM customers`))
	require.Equal(t, "account_unlocked operator", bankcoretest.Ask(t, path, `SELECT event_type || ' ' || actor FROM events ORDER BY sequence DESC LIMIT 1`))
}

func TestAccountUnknown(t *testing.T) {
	t.Parallel()
	environ, _ := database(t)
	for _, line := range []string{"account role 481207359144 admin", "account unlock 481207359144", "account reset-pin 481207359144"} {
		o := command(t, environ, "", strings.Fields(line)...)
		require.Equal(t, 1, o.Code, line)
		require.Regexp(t, `no (such )?account`, o.Err, line)
		require.Empty(t, o.Stdout, line)
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
		require.Equal(t, code, o.Code, "%v: %s", args, o.Err)
		printed.WriteString(o.Stdout + o.Stderr + o.Err + "\n")
		return o.Stdout
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
