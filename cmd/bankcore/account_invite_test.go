package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// invite returns the code that "account invite" prints.
func invite(t *testing.T, environ []string, args ...string) string {
	t.Helper()
	o := command(t, environ, "", append([]string{"account", "invite"}, args...)...)
	require.Equal(t, 0, o.Code, o.Err)
	code := printedCode.FindStringSubmatch(o.Stdout)
	require.NotNil(t, code, o.Stdout)
	return code[1]
}

// TestTheOperatorInvitesACustomer issues a code while a server runs, on which the customer then opens an account.
func TestTheOperatorInvitesACustomer(t *testing.T) {
	t.Parallel()
	for engine, url := range emptyDatabases(t) {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			environ := append(slices.Clone(bankcoretest.SharedSecrets), "DATABASE_URL="+url, "OPENINGS=code")
			p := bankcoretest.Serve(t, t.TempDir(), environ)
			open := func(code string) bankcoretest.Reply {
				return p.Call("POST", "/accounts", map[string]any{"account_holder_name": "Ada", "pin": bankcoretest.PIN, "invitation_code": code})
			}
			code := invite(t, environ, "--uses", "2", "--expires", "36h")
			require.Equal(t, 403, open("0000-0000-0000").Status)
			require.Equal(t, 201, open(code).Status)
			require.Equal(t, 201, open(strings.ToLower(code)).Status)
			require.Equal(t, 403, open(code).Status)
			o := command(t, environ, bankcoretest.PIN, "account", "create", "--name=Grace")
			require.Equal(t, 0, o.Code, "the operator opens accounts in every mode: %s", o.Err)
			p.Stop()
		})
	}
}

// TestAnInvitationIsPrintedAndKeptNowhere looks for the code in the log and in the database.
func TestAnInvitationIsPrintedAndKeptNowhere(t *testing.T) {
	t.Parallel()
	environ, path := database(t)
	logFile := filepath.Join(t.TempDir(), "bank.log")
	environ = append(environ, "LOG_LEVEL=debug", "LOG_FILE="+logFile)
	code := invite(t, environ)
	log, err := os.ReadFile(logFile)
	require.NoError(t, err)
	stored, err := os.ReadFile(path)
	require.NoError(t, err)
	for _, spelling := range []string{code, strings.ReplaceAll(code, "-", "")} {
		require.NotContains(t, string(log), spelling)
		require.NotContains(t, string(stored), spelling)
	}
	require.Equal(t, "1", bankcoretest.Ask(t, path, `SELECT uses_left FROM invitations`))
	require.Equal(t, "1", bankcoretest.Ask(t, path, `SELECT count(*) FROM events WHERE event_type = 'invitation_issued' AND actor = 'operator'`))

	o := command(t, environ, "", "account", "invite")
	require.Contains(t, o.Stderr, "OPENINGS is anyone here")
	o = command(t, append(environ, "OPENINGS=code"), "", "account", "invite", "--uses=20", "--expires=1d")
	require.Empty(t, o.Stderr)
	require.Contains(t, o.Stdout, "Invitation for 20 accounts, good until ")
}

func TestAnInvitationIsBounded(t *testing.T) {
	t.Parallel()
	environ, path := database(t)
	for _, bad := range []string{
		"--uses=0", "--uses=-1", "--uses=10001", "--uses=many", "--expires=0", "--expires=59s", "--expires=366d", "--expires=8761h",
		"--expires=-1d", "--expires=7", "--expires=1w", "--expires=", "somebody",
	} {
		require.Equal(t, 2, command(t, environ, "", "account", "invite", bad).Code, bad)
	}
	for _, good := range []string{"--uses=10000", "--expires=1m", "--expires=365d", "--expires=1h30m"} {
		invite(t, environ, good)
	}
	require.Equal(t, "4", bankcoretest.Ask(t, path, `SELECT count(*) FROM invitations`))
}
