package main

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// TestTheOperatorEndsTheSessionsOfAnAccount while a server runs: a customer calls about a lost phone.
func TestTheOperatorEndsTheSessionsOfAnAccount(t *testing.T) {
	t.Parallel()
	for engine, url := range emptyDatabases(t) {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			environ := append(slices.Clone(bankcoretest.SharedSecrets), "DATABASE_URL="+url)
			p := bankcoretest.Serve(t, t.TempDir(), environ)
			number := p.Open(bankcoretest.PIN, 500)
			signedIn := p.Login(number, bankcoretest.PIN)
			require.Equal(t, 200, signedIn.Status)
			require.Equal(t, 43200.0, signedIn.Field(t, "idle_expires_in"), "SESSION_IDLE's default")
			o := command(t, environ, "", "account", "end-sessions", number)
			require.Equal(t, 0, o.Code, o.Err)
			require.Equal(t, number+"  sessions ended: 1\n", o.Stdout)
			renewed := p.Call("POST", "/auth/refresh", map[string]any{"refresh_token": signedIn.Field(t, "refresh_token")})
			require.Equal(t, 401, renewed.Status)
			require.Equal(t, "token_revoked", renewed.Field(t, "code"))
			p.Stop()
		})
	}
	environ, _ := database(t)
	require.Equal(t, 1, command(t, environ, "", "account", "end-sessions", "999999999990").Code)
	require.Equal(t, 2, command(t, environ, "", "account", "end-sessions", "12").Code)
}
