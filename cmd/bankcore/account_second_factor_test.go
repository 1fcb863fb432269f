package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

const (
	longPIN          = "84620375"
	withSecondFactor = "STAFF_SECOND_FACTOR=on"
)

var (
	printedSecret   = regexp.MustCompile(`(?m)^    ([A-Z2-7]{32})$`)
	printedRecovery = regexp.MustCompile(`(?m)^    ([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})$`)
)

// loginWithCode signs in with both factors.
func loginWithCode(p *bankcoretest.Process, number, pin, code string) bankcoretest.Reply {
	p.T.Helper()
	return p.Call("POST", "/auth/login", map[string]any{"account_number": number, "pin": pin, "code": code})
}

// TestMakingAnAdministrator runs the command from a program: it prints the account, its secret and its recovery codes, and they
// work.
func TestMakingAnAdministrator(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	p := bankcoretest.Serve(t, folder, append([]string{withSecondFactor}, bankcoretest.Unlimited...))
	path := filepath.Join(folder, "data", "bankcore.db")
	environ := []string{"DATABASE_URL=sqlite:" + path, withSecondFactor}
	create := []string{"account", "create", "--name=Grace", "--role=admin"}
	o := command(t, environ, bankcoretest.PIN+"\n", create...)
	require.Equal(t, bankcoretest.Outcome{Code: 1, Err: "An employee's or administrator's PIN must have 8 digits or more."}, o)
	require.Equal(t, "0", bankcoretest.Ask(t, path, `SELECT count(*) FROM accounts`))

	o = command(t, environ, longPIN+"\n", create...)
	require.Equal(t, 0, o.Code, o.Err)
	number := o.Stdout[:12]
	require.Contains(t, o.Stdout, "▀", "there is a QR code")
	require.Len(t, printedSecret.FindAllString(o.Stdout, -1), 1)
	secret := printedSecret.FindStringSubmatch(o.Stdout)[1]
	codes := printedRecovery.FindAllStringSubmatch(o.Stdout, -1)
	require.Len(t, codes, 10)
	require.Equal(t, "second_factor_enabled operator", bankcoretest.Ask(t, path, `SELECT event_type || ' ' || actor FROM events ORDER BY id DESC LIMIT 1`))

	require.Equal(t, "second_factor_required", p.Login(number, longPIN).Field(t, "code"))
	r := loginWithCode(p, number, longPIN, bankcoretest.AppCode(t, secret, 1))
	require.Equal(t, "admin", r.Field(t, "role"), r.Body)
	r = loginWithCode(p, number, longPIN, codes[4][1])
	require.Equal(t, 200, p.Call("GET", "/admin/stats", nil, "Authorization", "Bearer "+r.Field(t, "access_token").(string)).Status)

	o = command(t, environ, "", "account", "role", number, "admin")
	require.Equal(t, 0, o.Code, o.Err)
	require.Regexp(t, printedAccount, o.Stdout, "an account with a second factor keeps it")

	// The phone and the paper are lost.
	o = command(t, environ, "", "account", "second-factor-off", number)
	require.Equal(t, 0, o.Code, o.Err)
	require.Regexp(t, printedAccount, o.Stdout)
	require.Equal(t, "second_factor_disabled operator", bankcoretest.Ask(t, path, `SELECT event_type || ' ' || actor FROM events ORDER BY id DESC LIMIT 1`))
	r = p.Login(number, longPIN)
	require.Equal(t, "customer", r.Field(t, "role"))
	require.Equal(t, []any{"second_factor"}, r.Field(t, "role_requires"))
	o = command(t, environ, "", "account", "second-factor-off", number)
	require.Equal(t, 1, o.Code)
	o = command(t, environ, "", "account", "role", number, "admin")
	require.Equal(t, 0, o.Code, o.Err)
	again := printedSecret.FindStringSubmatch(o.Stdout)[1]
	require.NotEqual(t, secret, again)
	require.Equal(t, "admin", loginWithCode(p, number, longPIN, bankcoretest.AppCode(t, again, 0)).Field(t, "role"))
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
	p := &bankcoretest.Process{T: t, Stdout: bankcoretest.NewTranscript(), Stderr: bankcoretest.NewTranscript(), Ended: make(chan struct{})}
	var err error
	go func() {
		defer close(p.Ended)
		err = run(context.Background(), []string{"account", "role", number, "admin"}, append(environ, withSecondFactor), stdin, p.Stdout, p.Stderr)
	}()
	secret := p.Await(p.Stdout, printedSecret)[1]
	require.NotContains(t, p.Stdout.String(), "Recovery")
	fmt.Fprintln(typed, "12345")
	p.Await(p.Stderr, regexp.MustCompile("That code is wrong"))
	fmt.Fprintln(typed, bankcoretest.AppCode(t, secret, 0))
	<-p.Ended
	require.NoError(t, err)
	require.Len(t, printedRecovery.FindAllString(p.Stdout.String(), -1), 10)
	require.Equal(t, "1", bankcoretest.Ask(t, path, `SELECT count(*) FROM second_factors WHERE confirmed_at IS NOT NULL`))
}

// TestASecondFactorIsInABackup: after a restore, the same phone and the same paper work.
func TestASecondFactorIsInABackup(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	environ := []string{"DATABASE_URL=sqlite:" + filepath.Join(folder, "data", "bankcore.db"), withSecondFactor}
	require.Equal(t, 0, command(t, environ, "", "migrate").Code)
	o := command(t, environ, longPIN+"\n", "account", "create", "--name=Grace", "--role=admin")
	require.Equal(t, 0, o.Code, o.Err)
	number, secret := o.Stdout[:12], printedSecret.FindStringSubmatch(o.Stdout)[1]
	recovery := printedRecovery.FindAllStringSubmatch(o.Stdout, -1)[7][1]
	backup := filepath.Join(t.TempDir(), "backup.db")
	require.Equal(t, 0, command(t, environ, "", "backup", backup).Code)
	require.Equal(t, 0, command(t, environ, "", "account", "second-factor-off", number).Code)

	o = command(t, environ, "", "restore", backup)
	require.Equal(t, 0, o.Code, o.Err)
	require.Equal(t, 0, command(t, environ, "", "verify").Code)
	p := bankcoretest.Serve(t, folder, append([]string{withSecondFactor}, bankcoretest.Unlimited...))
	require.Equal(t, "second_factor_required", p.Login(number, longPIN).Field(t, "code"))
	require.Equal(t, "admin", loginWithCode(p, number, longPIN, bankcoretest.AppCode(t, secret, 0)).Field(t, "role"))
	require.Equal(t, "admin", loginWithCode(p, number, longPIN, recovery).Field(t, "role"))
}
