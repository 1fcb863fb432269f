package main

import (
	"encoding/json"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/gofrs/flock"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/setup"
	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// TestServeFromNothing: in an empty folder, with no configuration, one command starts a bank that works.
func TestServeFromNothing(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	p := bankcoretest.Serve(t, folder, nil)
	for path, media := range map[string]string{
		"/healthz": "application/json", "/readyz": "application/json", "/version": "application/json",
		"/app/": "text/html", "/swagger/index.html": "text/html", "/openapi.yaml": "application/yaml", "/openapi.json": "application/json",
		"/problems/weak_pin": "text/html",
	} {
		r := p.Call("GET", path, nil)
		require.Equal(t, 200, r.Status, "%s: %s", path, r.Body)
		require.Contains(t, r.Header.Get("Content-Type"), media, path)
		require.Empty(t, r.Header.Get("Strict-Transport-Security"), "not without TLS")
	}
	require.Contains(t, p.AtOps().Call("GET", "/metrics", nil).Header.Get("Content-Type"), "text/plain")
	require.Equal(t, setup.Version, p.Call("GET", "/version", nil).Field(t, "version"))
	require.Contains(t, p.Stdout.String(), p.URL+"/app/")
	require.Contains(t, p.Stdout.String(), p.URL+"/swagger/index.html")

	for _, name := range []string{"bankcore.db", "secrets.env"} {
		info, err := os.Stat(filepath.Join(folder, "data", name))
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), name)
	}
	info, err := os.Stat(filepath.Join(folder, "data"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), info.Mode().Perm())

	number := p.Open(bankcoretest.PIN, 1000)
	p.Stop()
	require.Len(t, regexp.MustCompile(`(?m)^.*data/secrets\.env.*$`).FindAllString(p.Stderr.String(), -1), 1)
	require.Contains(t, p.Stderr.String(), "msg=stopped")
	require.NoFileExists(t, filepath.Join(folder, "data", "bankcore.db-wal"), "a clean end leaves one file")

	again := bankcoretest.Serve(t, folder, nil)
	auth := again.Authorization(number, bankcoretest.PIN) // the same pepper
	require.EqualValues(t, 1000, again.Call("GET", "/accounts/"+number, nil, auth...).Field(t, "balance"))
	require.NotContains(t, again.Stderr.String(), "secrets.env", "made once")
	again.Stop()
}

// TestServeOnce: a SQLite database has one server, and every other command works beside it.
func TestServeOnce(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	p := bankcoretest.Serve(t, folder, nil)
	second := bankcoretest.Start(t, folder, nil, "serve")
	require.Equal(t, 1, second.Exit())
	require.Empty(t, second.Stdout.String())
	require.Regexp(t, `^bankcore: [^\n]*in use[^\n]*data/bankcore\.db\n$`, second.Stderr.String())

	beside := []string{"DATABASE_URL=sqlite:" + filepath.Join(folder, "data", "bankcore.db")}
	number := createAccount(t, beside, "--initial-deposit=500")
	auth := p.Authorization(number, bankcoretest.PIN)
	for range 3 {
		require.Equal(t, 401, p.Login(number, "999998").Status)
	}
	require.Equal(t, 423, p.Login(number, bankcoretest.PIN).Status)
	o := command(t, beside, "", "account", "unlock", number)
	require.Equal(t, 0, o.Code, o.Err)
	require.Equal(t, 201, p.Call("POST", "/accounts/"+number+"/deposit", map[string]any{"amount": 1}, auth...).Status)
	require.Equal(t, 403, p.Call("GET", "/admin/stats", nil, auth...).Status)
	require.Equal(t, 0, command(t, beside, "", "account", "role", number, "admin").Code)
	require.Equal(t, 200, p.Call("GET", "/admin/stats", nil, auth...).Status, "a role takes effect at once")

	require.Equal(t, bankcoretest.Outcome{Stdout: "the database is up to date\n"}, command(t, beside, "", "migrate"))
	require.Contains(t, command(t, beside, "", "verify").Stdout, "balances 501 = opened 500 + deposited 1 - withdrawn 0")
	backup := filepath.Join(t.TempDir(), "copy.db")
	require.Equal(t, 0, command(t, beside, "", "backup", backup).Code)
	require.Contains(t, command(t, []string{"DATABASE_URL=sqlite:" + backup}, "", "verify").Stdout, "balances 501")
	require.Equal(t, 200, p.Call("GET", "/readyz", nil).Status)
	p.Stop()
	bankcoretest.Serve(t, folder, nil).Stop() // the claim ends with its server
}

// TestServeClaimsFirst: the server of a newer version must not migrate the database under a running one before it is
// refused.
func TestServeClaimsFirst(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "bank.db")
	running := flock.New(path + ".lock")
	locked, err := running.TryLock()
	require.NoError(t, err)
	require.True(t, locked)
	defer func() { require.NoError(t, running.Unlock()) }()

	o := command(t, []string{"DATABASE_URL=sqlite:" + path, "ADDR=127.0.0.1:0", "OPS_ADDR=off"}, "", "serve")
	require.Equal(t, 1, o.Code)
	require.Contains(t, o.Err, "in use")
	if _, err := os.Stat(path); err == nil {
		require.Equal(t, "0", bankcoretest.Ask(t, path, `SELECT count(*) FROM sqlite_schema`), "migrated without the claim")
	}
}

// TestServeRefuses: a server that cannot serve says so in one line, and does not say that it listens.
func TestServeRefuses(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = taken.Close() })
	for name, test := range map[string]struct {
		environ []string
		says    string
	}{
		"malformed":     {[]string{"RATE_LIMIT_LOGIN=often"}, "RATE_LIMIT_LOGIN"},
		"limit store":   {[]string{"RATE_LIMIT_STORE=redis"}, "RATE_LIMIT_STORE: expected memory, database, or nothing"},
		"address":       {[]string{"ADDR=" + taken.Addr().String()}, "address already in use"},
		"ops address":   {[]string{"OPS_ADDR=" + taken.Addr().String()}, "OPS_ADDR: listen tcp " + taken.Addr().String()},
		"ops exposed":   {[]string{"OPS_ADDR=0.0.0.0:0"}, "METRICS_TOKEN: expected a token of 32 characters or more, because other machines reach OPS_ADDR"},
		"base path":     {[]string{"BASE_PATH=/accounts/bank"}, "BASE_PATH: expected another beginning than /accounts"},
		"certificate":   {[]string{"TLS_CERT_FILE=absent.pem", "TLS_KEY_FILE=absent.pem"}, "TLS_CERT_FILE"},
		"no PEM":        {[]string{"TLS_CERT_FILE=garbage", "TLS_KEY_FILE=garbage"}, "TLS_CERT_FILE"},
		"database":      {[]string{"DATABASE_URL=sqlite:garbage"}, "garbage"},
		"folder":        {[]string{"DATABASE_URL=sqlite:garbage/bank.db"}, "garbage"},
		"is a folder":   {[]string{"DATABASE_URL=sqlite:/"}, "/"},
		"no PostgreSQL": {[]string{"DATABASE_URL=postgres://bank:hunter2@127.0.0.1:1/bank"}, "connection refused"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(folder, "garbage"), []byte(strings.Repeat("garbage ", 1000)), 0o600))
			p := bankcoretest.Start(t, folder, test.environ, "serve")
			require.Equal(t, 1, p.Exit())
			require.Empty(t, p.Stdout.String())
			lines := strings.Split(strings.TrimSuffix(p.Stderr.String(), "\n"), "\n")
			last := lines[len(lines)-1]
			require.True(t, strings.HasPrefix(last, "bankcore: "), p.Stderr)
			require.Contains(t, last, test.says)
			for _, line := range lines[:len(lines)-1] {
				require.Contains(t, line, "level=INFO", "one line tells what is wrong")
			}
			require.NotContains(t, p.Stderr.String(), "hunter2")
		})
	}
}

// TestServeLogs: the access log is JSON lines in a file that only its owner can read, and contains no secrets.
func TestServeLogs(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	p := bankcoretest.Serve(t, folder, []string{"LOG_FILE=bank.log", "LOG_FORMAT=json", "LOG_LEVEL=debug"})
	number := p.Open(bankcoretest.PIN, 1000)
	signedIn := p.Login(number, bankcoretest.PIN)
	p.Call("GET", "/accounts/"+number, nil, "Authorization", "Bearer "+signedIn.Field(t, "access_token").(string), "X-Request-Id", "mine-1")
	p.Call("GET", "/accounts/"+number, nil, "X-Admin-Key", "hunter2-hunter2-hunter2-hunter2-hunter2")
	p.Call("GET", "/nowhere/hunter2?pin=hunter2", nil)
	p.Stop()
	require.Empty(t, p.Stderr.String(), "all of it went to the file")

	path := filepath.Join(folder, "bank.log")
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	requests, last := map[string]map[string]any{}, ""
	for line := range strings.SplitSeq(strings.TrimSuffix(string(content), "\n"), "\n") {
		var entry map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &entry), line)
		require.Regexp(t, `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$`, entry["time"])
		if last = entry["msg"].(string); last == "request" {
			requests[entry["request_id"].(string)] = entry
		}
	}
	require.Equal(t, "stopped", last)
	require.Len(t, requests, 5)
	mine := requests["mine-1"]
	require.Equal(t, "GET", mine["method"])
	require.Equal(t, "/accounts/:account_number", mine["route"])
	require.EqualValues(t, 200, mine["status"])
	require.Equal(t, "127.0.0.1", mine["client"])
	for _, secret := range []string{
		bankcoretest.PIN, "hunter2", signedIn.Field(t, "access_token").(string), signedIn.Field(t, "refresh_token").(string), number,
	} {
		require.NotContains(t, string(content), secret)
	}
}

// TestServeReadsDotenv: the file .env in the working directory is read, and the environment wins over it.
func TestServeReadsDotenv(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	dotenv := "ADDR=192.0.2.1:1\nDATABASE_URL=sqlite:here/bank.db\nRATE_LIMIT_LOGIN=1/1m\nCURRENCY=CHF\n"
	require.NoError(t, os.WriteFile(filepath.Join(folder, ".env"), []byte(dotenv), 0o600))
	p := bankcoretest.Serve(t, folder, []string{"CURRENCY=NOK"})
	number := p.Open(bankcoretest.PIN, 1)
	require.Equal(t, http.StatusOK, p.Login(number, bankcoretest.PIN).Status)
	require.Equal(t, http.StatusTooManyRequests, p.Login(number, bankcoretest.PIN).Status)
	p.Stop()
	require.Equal(t, "NOK", bankcoretest.Ask(t, filepath.Join(folder, "here", "bank.db"), `SELECT currency FROM accounts`))
}

// TestServeCountsWhereItIsTold: in memory, without writing anything, or in the database, where the next server finds it.
func TestServeCountsWhereItIsTold(t *testing.T) {
	t.Parallel()
	for setting, rows := range map[string]string{
		"RATE_LIMIT_STORE=": "", "RATE_LIMIT_STORE=memory": "", "RATE_LIMIT_STORE=database": "login 127.0.0.1 8",
	} {
		t.Run(setting, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			p := bankcoretest.Serve(t, folder, []string{setting, "RATE_LIMIT_LOGIN=1/1m", "RATE_LIMIT_REGISTER=off"})
			number := p.Open(bankcoretest.PIN, 1)
			require.Equal(t, http.StatusOK, p.Login(number, bankcoretest.PIN).Status)
			require.Equal(t, http.StatusTooManyRequests, p.Login(number, bankcoretest.PIN).Status)
			p.Stop()
			require.Equal(t, rows, bankcoretest.Ask(t, filepath.Join(folder, "data", "bankcore.db"),
				`SELECT coalesce(group_concat(limit_name || ' ' || limit_key || ' ' || length(accepted)), '') FROM rate_limits`))
		})
	}
}
