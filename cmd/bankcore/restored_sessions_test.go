package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
	"github.com/bankingcore/bankcore/internal/testkit/pgtest"
)

const restoreKey = "ADMIN_KEY=the-key-of-a-test-Vk8dQz3mXw7pLr5tNc2y"

func events(p *bankcoretest.Process, query string) string {
	p.T.Helper()
	r := p.Call("GET", "/admin/events"+query, nil, "X-Admin-Key", strings.TrimPrefix(restoreKey, "ADMIN_KEY="))
	require.Equal(p.T, 200, r.Status, r.Body)
	return r.Body
}

// TestCustomersSignInAgainAfterARestore: no customer stays signed in or is taken for a thief, and the audit trail says why.
func TestCustomersSignInAgainAfterARestore(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	p := bankcoretest.Serve(t, folder, []string{restoreKey})
	number := p.Open(bankcoretest.PIN, 1000)
	session := p.Login(number, bankcoretest.PIN)
	environ := []string{restoreKey, "DATABASE_URL=sqlite:" + filepath.Join(folder, "data", "bankcore.db")}
	backup := filepath.Join(t.TempDir(), "backup.db")
	require.Equal(t, 0, command(t, environ, "", "backup", backup).Code)
	renew := func(token any) bankcoretest.Reply {
		return p.Call("POST", "/auth/refresh", map[string]any{"refresh_token": token})
	}
	renewed := renew(session.Field(t, "refresh_token"))
	require.Equal(t, 200, renewed.Status)
	later := p.Open(bankcoretest.PIN, 5)
	stranger := p.Login(later, bankcoretest.PIN)
	p.Stop()

	o := command(t, environ, "", "restore", backup)
	require.Equal(t, 0, o.Code, o.Err)
	require.Contains(t, o.Stdout, "sessions ended: 1; PINs, second factors, locks and roles are those of the backup\n")
	require.Contains(t, o.Stdout, "restored and checked "+backup+"\n")
	p = bankcoretest.Serve(t, folder, []string{restoreKey})
	for _, token := range []any{
		session.Field(t, "refresh_token"), renewed.Field(t, "refresh_token"), stranger.Field(t, "refresh_token"),
	} {
		r := renew(token)
		require.Equal(t, 401, r.Status)
		require.Equal(t, "token_revoked", r.Field(t, "code"))
	}
	for _, access := range []any{renewed.Field(t, "access_token"), stranger.Field(t, "access_token")} {
		require.Equal(t, 401, p.Call("GET", "/auth/sessions", nil, "Authorization", "Bearer "+access.(string)).Status)
	}
	require.Contains(t, events(p, ""), `"account_number":null,"actor":"operator"`)
	require.NotContains(t, events(p, ""), "refresh_token_reused")
	require.Equal(t, 200, p.Login(number, bankcoretest.PIN).Status)
	p.Stop()
	require.Contains(t, command(t, environ, "", "verify").Stdout, "checked 1 accounts with 1 entries")
}

// TestARestoreByOtherMeansIsTold runs restore --in-place, as an operator does after PostgreSQL's own tools have restored the
// database.
func TestARestoreByOtherMeansIsTold(t *testing.T) {
	t.Parallel()
	environ := append(slices.Clone(bankcoretest.SharedSecrets), "DATABASE_URL="+pgtest.URL(t))
	p := bankcoretest.Serve(t, t.TempDir(), environ)
	number := p.Open(bankcoretest.PIN, 1000)
	session := p.Login(number, bankcoretest.PIN)
	o := command(t, environ, "", "restore", "--in-place")
	require.Equal(t, bankcoretest.Outcome{Stdout: "sessions ended: 1; PINs, second factors, locks and roles are those of the backup\n"}, o)
	r := p.Call("POST", "/auth/refresh", map[string]any{"refresh_token": session.Field(t, "refresh_token")})
	require.Equal(t, "token_revoked", r.Field(t, "code"))
	require.Equal(t, 200, p.Login(number, bankcoretest.PIN).Status)
	p.Stop()
	for _, line := range []string{"restore", "restore a b", "restore --in-place a", "restore --in-place --incomplete", "restore --incomplete a", "restore --in-place --unsigned", "restore --in-place --identity a"} {
		require.Equal(t, 2, command(t, environ, "", strings.Fields(line)...).Code, line)
	}
}
