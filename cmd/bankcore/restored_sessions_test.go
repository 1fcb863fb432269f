package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/pgtest"
)

const restoreKey = "ADMIN_KEY=the-key-of-a-test-Vk8dQz3mXw7pLr5tNc2y"

func (p *process) events(query string) string {
	p.t.Helper()
	r := p.call("GET", "/admin/events"+query, nil, "X-Admin-Key", strings.TrimPrefix(restoreKey, "ADMIN_KEY="))
	require.Equal(p.t, 200, r.status, r.body)
	return r.body
}

// TestCustomersSignInAgainAfterARestore: no customer stays signed in or is taken for a thief, and the audit trail says why.
func TestCustomersSignInAgainAfterARestore(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	p := serve(t, folder, []string{restoreKey})
	number := p.open(testPIN, 1000)
	session := p.login(number, testPIN)
	environ := []string{restoreKey, "DATABASE_URL=sqlite:" + filepath.Join(folder, "data", "bankcore.db")}
	backup := filepath.Join(t.TempDir(), "backup.db")
	require.Equal(t, 0, command(t, environ, "", "backup", backup).code)
	renew := func(token any) reply { return p.call("POST", "/auth/refresh", map[string]any{"refresh_token": token}) }
	renewed := renew(session.field(t, "refresh_token"))
	require.Equal(t, 200, renewed.status)
	later := p.open(testPIN, 5)
	stranger := p.login(later, testPIN)
	p.stop()

	o := command(t, environ, "", "restore", backup)
	require.Equal(t, 0, o.code, o.err)
	require.Contains(t, o.stdout, "sessions ended: 1; PINs, second factors, locks and roles are those of the backup\n")
	require.Contains(t, o.stdout, "restored and checked "+backup+"\n")
	p = serve(t, folder, []string{restoreKey})
	for _, token := range []any{
		session.field(t, "refresh_token"), renewed.field(t, "refresh_token"), stranger.field(t, "refresh_token"),
	} {
		r := renew(token)
		require.Equal(t, 401, r.status)
		require.Equal(t, "token_revoked", r.field(t, "code"))
	}
	for _, access := range []any{renewed.field(t, "access_token"), stranger.field(t, "access_token")} {
		require.Equal(t, 401, p.call("GET", "/auth/sessions", nil, "Authorization", "Bearer "+access.(string)).status)
	}
	require.Contains(t, p.events(""), `"account_number":null,"actor":"operator"`)
	require.NotContains(t, p.events(""), "refresh_token_reused")
	require.Equal(t, 200, p.login(number, testPIN).status)
	p.stop()
	require.Contains(t, command(t, environ, "", "verify").stdout, "checked 1 accounts with 1 entries")
}

// TestARestoreByOtherMeansIsTold runs restore --in-place, as an operator does after PostgreSQL's own tools have restored the
// database.
func TestARestoreByOtherMeansIsTold(t *testing.T) {
	t.Parallel()
	environ := append(slices.Clone(sharedSecrets), "DATABASE_URL="+pgtest.URL(t))
	p := serve(t, t.TempDir(), environ)
	number := p.open(testPIN, 1000)
	session := p.login(number, testPIN)
	o := command(t, environ, "", "restore", "--in-place")
	require.Equal(t, outcome{stdout: "sessions ended: 1; PINs, second factors, locks and roles are those of the backup\n"}, o)
	r := p.call("POST", "/auth/refresh", map[string]any{"refresh_token": session.field(t, "refresh_token")})
	require.Equal(t, "token_revoked", r.field(t, "code"))
	require.Equal(t, 200, p.login(number, testPIN).status)
	p.stop()
	for _, line := range []string{"restore", "restore a b", "restore --in-place a", "restore --in-place --incomplete", "restore --incomplete a", "restore --in-place --unsigned", "restore --in-place --identity a"} {
		require.Equal(t, 2, command(t, environ, "", strings.Fields(line)...).code, line)
	}
}

// TestARestoreIsSeenInTheDashboard looks for it among the events of all accounts.
func TestARestoreIsSeenInTheDashboard(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	p := serve(t, folder, unlimited)
	environ := []string{"DATABASE_URL=sqlite:" + filepath.Join(folder, "data", "bankcore.db")}
	number := createAccount(t, environ, "--role=admin")
	require.Equal(t, 0, command(t, environ, "", "restore", "--in-place").code)
	issueCode(t, environ, number)
	v := newPerson(t, p)
	v.dashboard("#/sign-in")
	v.signIn(number, testPIN)
	v.press("Events")
	v.see("Bank restored from a backup")
	v.see("All accounts by the operator")
	v.see("Code for a new PIN issued")
	v.look("admin-events-restored")
	v.choose("Event", "Bank restored from a backup")
	v.until(`document.querySelectorAll('main li').length === 1`, "one restore")
	v.requireCalm()
}
