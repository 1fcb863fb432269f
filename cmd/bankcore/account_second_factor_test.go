package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

const (
	longPIN          = "84620375"
	withSecondFactor = "STAFF_SECOND_FACTOR=on"
)

var (
	printedSecret   = regexp.MustCompile(`(?m)^    ([A-Z2-7]{32})$`)
	printedRecovery = regexp.MustCompile(`(?m)^    ([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})$`)
)

// appCode returns what an authenticator app shows, some steps from now.
func appCode(t *testing.T, secret string, steps int) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, time.Now().Add(time.Duration(steps)*30*time.Second))
	require.NoError(t, err)
	return code
}

// signIn signs in with both factors.
func (p *process) signIn(number, pin, code string) reply {
	p.t.Helper()
	return p.call("POST", "/auth/login", map[string]any{"account_number": number, "pin": pin, "code": code})
}

// TestMakingAnAdministrator runs the command from a program: it prints the account, its secret and its recovery codes, and they
// work.
func TestMakingAnAdministrator(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	p := serve(t, folder, append([]string{withSecondFactor}, unlimited...))
	path := filepath.Join(folder, "data", "bankcore.db")
	environ := []string{"DATABASE_URL=sqlite:" + path, withSecondFactor}
	create := []string{"account", "create", "--name=Grace", "--role=admin"}
	o := command(t, environ, testPIN+"\n", create...)
	require.Equal(t, outcome{code: 1, err: "An administrator's PIN must have 8 digits or more."}, o)
	require.Equal(t, "0", ask(t, path, `SELECT count(*) FROM accounts`))

	o = command(t, environ, longPIN+"\n", create...)
	require.Equal(t, 0, o.code, o.err)
	number := o.stdout[:12]
	require.Contains(t, o.stdout, "▀", "there is a QR code")
	require.Len(t, printedSecret.FindAllString(o.stdout, -1), 1)
	secret := printedSecret.FindStringSubmatch(o.stdout)[1]
	codes := printedRecovery.FindAllStringSubmatch(o.stdout, -1)
	require.Len(t, codes, 10)
	require.Equal(t, "second_factor_enabled operator", ask(t, path, `SELECT event_type || ' ' || actor FROM events ORDER BY id DESC LIMIT 1`))

	require.Equal(t, "second_factor_required", p.login(number, longPIN).field(t, "code"))
	r := p.signIn(number, longPIN, appCode(t, secret, 1))
	require.Equal(t, "admin", r.field(t, "role"), r.body)
	r = p.signIn(number, longPIN, codes[4][1])
	require.Equal(t, 200, p.call("GET", "/admin/stats", nil, "Authorization", "Bearer "+r.field(t, "access_token").(string)).status)

	o = command(t, environ, "", "account", "role", number, "admin")
	require.Equal(t, 0, o.code, o.err)
	require.Regexp(t, printedAccount, o.stdout, "an account with a second factor keeps it")

	// The phone and the paper are lost.
	o = command(t, environ, "", "account", "second-factor-off", number)
	require.Equal(t, 0, o.code, o.err)
	require.Regexp(t, printedAccount, o.stdout)
	require.Equal(t, "second_factor_disabled operator", ask(t, path, `SELECT event_type || ' ' || actor FROM events ORDER BY id DESC LIMIT 1`))
	r = p.login(number, longPIN)
	require.Equal(t, "customer", r.field(t, "role"))
	require.Equal(t, []any{"second_factor"}, r.field(t, "role_requires"))
	o = command(t, environ, "", "account", "second-factor-off", number)
	require.Equal(t, 1, o.code)
	o = command(t, environ, "", "account", "role", number, "admin")
	require.Equal(t, 0, o.code, o.err)
	again := printedSecret.FindStringSubmatch(o.stdout)[1]
	require.NotEqual(t, secret, again)
	require.Equal(t, "admin", p.signIn(number, longPIN, appCode(t, again, 0)).field(t, "role"))
}

// terminal opens a pseudo-terminal: what a test writes to it, a program reads as typed.
func terminal(t *testing.T) (typed *os.File, stdin *os.File) {
	t.Helper()
	typed, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	require.NoError(t, err)
	t.Cleanup(func() { _ = typed.Close() })
	require.NoError(t, unix.IoctlSetPointerInt(int(typed.Fd()), unix.TIOCSPTLCK, 0))
	number, err := unix.IoctlGetInt(int(typed.Fd()), unix.TIOCGPTN)
	require.NoError(t, err)
	stdin, err = os.OpenFile(fmt.Sprint("/dev/pts/", number), os.O_RDWR|unix.O_NOCTTY, 0)
	require.NoError(t, err)
	t.Cleanup(func() { _ = stdin.Close() })
	return typed, stdin
}

// TestMakingAnAdministratorAtATerminal scans the QR code and types what the app shows, a wrong code first.
func TestMakingAnAdministratorAtATerminal(t *testing.T) {
	t.Parallel()
	environ, path := database(t)
	number := createAccount(t, environ)
	typed, stdin := terminal(t)
	p := &process{t: t, stdout: newTranscript(), stderr: newTranscript(), ended: make(chan struct{})}
	var err error
	go func() {
		defer close(p.ended)
		err = run(context.Background(), []string{"account", "role", number, "admin"}, append(environ, withSecondFactor), stdin, p.stdout, p.stderr)
	}()
	secret := p.await(p.stdout, printedSecret)[1]
	require.NotContains(t, p.stdout.String(), "Recovery")
	fmt.Fprintln(typed, "12345")
	p.await(p.stderr, regexp.MustCompile("That code is wrong"))
	fmt.Fprintln(typed, appCode(t, secret, 0))
	<-p.ended
	require.NoError(t, err)
	require.Len(t, printedRecovery.FindAllString(p.stdout.String(), -1), 10)
	require.Equal(t, "1", ask(t, path, `SELECT count(*) FROM second_factors WHERE confirmed_at IS NOT NULL`))
}

// TestASecondFactorIsInABackup: after a restore, the same phone and the same paper work.
func TestASecondFactorIsInABackup(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	environ := []string{"DATABASE_URL=sqlite:" + filepath.Join(folder, "data", "bankcore.db"), withSecondFactor}
	require.Equal(t, 0, command(t, environ, "", "migrate").code)
	o := command(t, environ, longPIN+"\n", "account", "create", "--name=Grace", "--role=admin")
	require.Equal(t, 0, o.code, o.err)
	number, secret := o.stdout[:12], printedSecret.FindStringSubmatch(o.stdout)[1]
	recovery := printedRecovery.FindAllStringSubmatch(o.stdout, -1)[7][1]
	backup := filepath.Join(t.TempDir(), "backup.db")
	require.Equal(t, 0, command(t, environ, "", "backup", backup).code)
	require.Equal(t, 0, command(t, environ, "", "account", "second-factor-off", number).code)

	o = command(t, environ, "", "restore", backup)
	require.Equal(t, 0, o.code, o.err)
	require.Equal(t, 0, command(t, environ, "", "verify").code)
	p := serve(t, folder, append([]string{withSecondFactor}, unlimited...))
	require.Equal(t, "second_factor_required", p.login(number, longPIN).field(t, "code"))
	require.Equal(t, "admin", p.signIn(number, longPIN, appCode(t, secret, 0)).field(t, "role"))
	require.Equal(t, "admin", p.signIn(number, longPIN, recovery).field(t, "role"))
}
