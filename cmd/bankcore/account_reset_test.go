package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var printedCode = regexp.MustCompile(`(?m)^ {4}([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})$`)

// issueCode returns the code that "account reset-pin" prints.
func issueCode(t *testing.T, environ []string, number string) string {
	t.Helper()
	o := command(t, environ, "", "account", "reset-pin", number)
	require.Equal(t, 0, o.code, o.err)
	require.Contains(t, o.stdout, "One-time code for account "+number+" (Ada Lovelace):\n")
	require.Contains(t, o.stdout, " UTC (10 minutes) and for three tries")
	code := printedCode.FindStringSubmatch(o.stdout)
	require.NotNil(t, code, o.stdout)
	return code[1]
}

// TestTheOperatorHelpsACustomerWhoForgotThePIN issues a code while a server runs, on which the customer then sets a new PIN.
func TestTheOperatorHelpsACustomerWhoForgotThePIN(t *testing.T) {
	t.Parallel()
	for engine, url := range emptyDatabases(t) {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			environ := append(slices.Clone(sharedSecrets), "DATABASE_URL="+url)
			p := serve(t, t.TempDir(), environ)
			number := p.open(testPIN, 500)
			for range 3 {
				require.Equal(t, 401, p.login(number, "999998").status)
			}
			code := issueCode(t, environ, number)
			reset := func(code string) reply {
				return p.call("POST", "/auth/reset-pin", map[string]any{"account_number": number, "code": code, "new_pin": "604713"})
			}
			require.Equal(t, 401, reset("0000-0000-0000").status)
			require.Equal(t, 204, reset(strings.ToLower(code)).status)
			p.stop()
			p = serve(t, t.TempDir(), append(environ, "RATE_LIMIT_LOGIN=off"))
			require.Equal(t, 200, p.login(number, "604713").status)
			require.Equal(t, 401, p.login(number, testPIN).status)
			p.stop()
		})
	}
}

// TestAResetCodeIsPrintedAndKeptNowhere looks for the code in the log, in the database, and in what its use prints.
func TestAResetCodeIsPrintedAndKeptNowhere(t *testing.T) {
	t.Parallel()
	environ, path := database(t)
	logFile := filepath.Join(t.TempDir(), "bank.log")
	environ = append(environ, "LOG_LEVEL=debug", "LOG_FILE="+logFile)
	code := issueCode(t, environ, createAccount(t, environ))
	log, err := os.ReadFile(logFile)
	require.NoError(t, err)
	stored, err := os.ReadFile(path)
	require.NoError(t, err)
	for _, spelling := range []string{code, strings.ReplaceAll(code, "-", "")} {
		require.NotContains(t, string(log), spelling)
		require.NotContains(t, string(stored), spelling)
	}
	require.Equal(t, "1", ask(t, path, `SELECT count(*) FROM pin_reset_codes`))
}
