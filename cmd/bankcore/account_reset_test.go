package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

var printedCode = regexp.MustCompile(`(?m)^ {4}([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})$`)

// issueCode returns the code that "account reset-pin" prints.
func issueCode(t *testing.T, environ []string, number string) string {
	t.Helper()
	o := command(t, environ, "", "account", "reset-pin", number)
	require.Equal(t, 0, o.Code, o.Err)
	require.Contains(t, o.Stdout, "One-time code for account "+number+" (Ada Lovelace):\n")
	require.Contains(t, o.Stdout, " UTC (10 minutes) and for three tries")
	code := printedCode.FindStringSubmatch(o.Stdout)
	require.NotNil(t, code, o.Stdout)
	return code[1]
}

// TestTheOperatorHelpsACustomerWhoForgotThePIN issues a code while a server runs, on which the customer then sets a new PIN.
func TestTheOperatorHelpsACustomerWhoForgotThePIN(t *testing.T) {
	t.Parallel()
	for engine, url := range emptyDatabases(t) {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			environ := append(slices.Clone(bankcoretest.SharedSecrets), "DATABASE_URL="+url)
			p := bankcoretest.Serve(t, t.TempDir(), environ)
			number := p.Open(bankcoretest.PIN, 500)
			for range 3 {
				require.Equal(t, 401, p.Login(number, "999998").Status)
			}
			code := issueCode(t, environ, number)
			reset := func(code string) bankcoretest.Reply {
				return p.Call("POST", "/auth/reset-pin", map[string]any{"account_number": number, "code": code, "new_pin": "604713"})
			}
			require.Equal(t, 401, reset("0000-0000-0000").Status)
			require.Equal(t, 204, reset(strings.ToLower(code)).Status)
			p.Stop()
			p = bankcoretest.Serve(t, t.TempDir(), append(environ, "RATE_LIMIT_LOGIN=off"))
			require.Equal(t, 200, p.Login(number, "604713").Status)
			require.Equal(t, 401, p.Login(number, bankcoretest.PIN).Status)
			p.Stop()
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
	require.Equal(t, "1", bankcoretest.Ask(t, path, `SELECT count(*) FROM pin_reset_codes`))
}
