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

// TestTheOperatorGivesAProgramAKey creates a client while a server runs, replaces its key without a stop, and revokes it.
func TestTheOperatorGivesAProgramAKey(t *testing.T) {
	t.Parallel()
	for engine, url := range emptyDatabases(t) {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			environ := append(slices.Clone(bankcoretest.SharedSecrets), "DATABASE_URL="+url)
			p := bankcoretest.Serve(t, t.TempDir(), environ)
			number := p.Open(bankcoretest.PIN, 500)
			client := func(args ...string) string {
				o := command(t, environ, "", append([]string{"client"}, args...)...)
				require.Equal(t, 0, o.Code, o.Err)
				return strings.TrimSpace(o.Stdout)
			}
			deposit := func(key string) bankcoretest.Reply {
				return p.Call("POST", "/accounts/"+number+"/deposit", map[string]any{"amount": 100}, "Authorization", "Bearer "+key)
			}
			id := client("create", "--name", "Card processor", "--permission", "deposits:write,accounts:read", "--account", number)
			first := client("key", id)
			require.Equal(t, 201, deposit(first).Status)
			second := client("key", id)
			require.Equal(t, 201, deposit(second).Status)
			require.Equal(t, 201, deposit(first).Status, "both keys work")
			require.Equal(t, 1, command(t, environ, "", "client", "key", id).Code, "two keys are enough")

			client("revoke", id, first[8:16])
			require.Equal(t, 401, deposit(first).Status)
			require.Equal(t, 201, deposit(second).Status)
			list := client("list")
			require.Contains(t, list, id+"  Card processor  active  accounts:read,deposits:write  accounts: 1\n    "+second[8:16]+"  made ")
			require.NotContains(t, list, first[8:16])
			require.NotContains(t, list, second[16:])

			client("revoke", id)
			require.Equal(t, 401, deposit(second).Status)
			require.Contains(t, client("list"), "Card processor  revoked")
			require.Equal(t, 1, command(t, environ, "", "client", "key", id).Code)
			p.Stop()
		})
	}
}

// TestAKeyIsPrintedAndKeptNowhere looks for it in the log and in the database.
func TestAKeyIsPrintedAndKeptNowhere(t *testing.T) {
	t.Parallel()
	environ, path := database(t)
	logFile := filepath.Join(t.TempDir(), "bank.log")
	environ = append(environ, "LOG_LEVEL=debug", "LOG_FILE="+logFile)
	made := command(t, environ, "", "client", "create", "--name=Payroll", "--permission=transfers:write", "--network=2001:db8::/32", "--expires=90d")
	require.Equal(t, 0, made.Code, made.Err)
	o := command(t, environ, "", "client", "key", strings.TrimSpace(made.Stdout))
	require.Regexp(t, `^bc_live_[0-9a-hjkmnp-tv-z]{47}\n$`, o.Stdout)
	secret := strings.TrimSpace(o.Stdout)[16:48]
	for _, file := range []string{logFile, path} {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NotContains(t, string(content), secret, file)
	}
	require.Equal(t, "1", bankcoretest.Ask(t, path, `SELECT count(*) FROM client_keys WHERE length(secret_hash) = 32`))
	require.Equal(t, "2", bankcoretest.Ask(t, path, `SELECT count(*) FROM events WHERE event_type LIKE 'client_%' AND actor = 'operator'`))
	require.Contains(t, command(t, environ, "", "client", "list").Stdout, "  from 2001:db8::/32\n")
}

func TestAClientIsBounded(t *testing.T) {
	t.Parallel()
	environ, _ := database(t)
	for _, bad := range []struct{ flag, says string }{
		{"--permission=clients:manage", "a permission is not a permission that a service client can have"},
		{"--permission=bank:operate", "a permission is not a permission that a service client can have"},
		{"--account=100000000008", "an account: there is no account 100000000008"},
		{"--network=::ffff:192.0.2.1", "a network must be an address or a network"},
		{"--rate-limit=600001", "the rate limit must be 0 to 600000"},
		{"--rate-limit=-1", "the rate limit must be 0 to 600000"},
	} {
		o := command(t, environ, "", "client", "create", "--name=Payroll", "--permission=accounts:read", bad.flag)
		require.Equal(t, 1, o.Code, bad.flag)
		require.Contains(t, o.Err, bad.says)
	}
	require.Empty(t, command(t, environ, "", "client", "list").Stdout)
}
