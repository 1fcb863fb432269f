package main

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTheOperatorEndsTheSessionsOfAnAccount while a server runs: a customer calls about a lost phone.
func TestTheOperatorEndsTheSessionsOfAnAccount(t *testing.T) {
	t.Parallel()
	for engine, url := range emptyDatabases(t) {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			environ := append(slices.Clone(sharedSecrets), "DATABASE_URL="+url)
			p := serve(t, t.TempDir(), environ)
			number := p.open(testPIN, 500)
			signedIn := p.login(number, testPIN)
			require.Equal(t, 200, signedIn.status)
			require.Equal(t, 43200.0, signedIn.field(t, "idle_expires_in"), "SESSION_IDLE's default")
			o := command(t, environ, "", "account", "end-sessions", number)
			require.Equal(t, 0, o.code, o.err)
			require.Equal(t, number+"  sessions ended: 1\n", o.stdout)
			renewed := p.call("POST", "/auth/refresh", map[string]any{"refresh_token": signedIn.field(t, "refresh_token")})
			require.Equal(t, 401, renewed.status)
			require.Equal(t, "token_revoked", renewed.field(t, "code"))
			p.stop()
		})
	}
	environ, _ := database(t)
	require.Equal(t, 1, command(t, environ, "", "account", "end-sessions", "999999999990").code)
	require.Equal(t, 2, command(t, environ, "", "account", "end-sessions", "12").code)
}
