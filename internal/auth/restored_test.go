package auth_test

import (
	"context"
	"crypto/rand"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/audit"
	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// goBack takes a session back to before its token was renewed, as in a backup from that time.
func goBack(t *testing.T, br *branch, session string) {
	t.Helper()
	pool := storetest.Raw(t, br.URL)
	for _, statement := range []string{
		"UPDATE sessions SET refresh_jti = (SELECT jti FROM token_blacklist WHERE successor_jti = refresh_jti) WHERE CAST(id AS TEXT) = '" + session + "'",
		"DELETE FROM token_blacklist",
	} {
		result, err := pool.Exec(statement)
		require.NoError(t, err)
		changed, err := result.RowsAffected()
		require.NoError(t, err)
		require.EqualValues(t, 1, changed)
	}
	require.NoError(t, pool.Close())
}

// TestARestoreRaisesNoFalseAlarm sends a restored bank refresh tokens that it has never issued.
func TestARestoreRaisesNoFalseAlarm(t *testing.T) {
	t.Parallel()
	for name, told := range map[string]bool{"as it is": false, "after EndRestoredSessions": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := context.Background()
			br := newBranch(t)
			ada, bob := br.open(t, 100), br.open(t, 0)
			first, err := br.Auth.Login(ctx, auth.Caller{}, auth.LoginParams{Account: ada.Number, Pin: goodPin})
			require.NoError(t, err)
			_, err = br.Auth.Login(ctx, auth.Caller{}, auth.LoginParams{Account: bob.Number, Pin: goodPin})
			require.NoError(t, err)
			renewed, err := br.Auth.RefreshTokens(ctx, auth.Caller{}, first.Refresh)
			require.NoError(t, err)
			caller, err := br.Auth.Authenticate(ctx, auth.Caller{}, first.Access)
			require.NoError(t, err)
			_, err = br.Auth.IssuePinReset(ctx, operator, bob.Number)
			require.NoError(t, err)
			invited, err := br.Auth.IssueInvitation(ctx, operator, auth.IssueInvitationParams{Uses: 1, Lifetime: 24 * time.Hour})
			require.NoError(t, err)
			goBack(t, br, caller.Session.String())
			br.Clock.Pass(time.Hour)

			if told {
				ended, err := auth.EndRestoredSessions(ctx, br.Store, br.Clock.Now, rand.Reader)
				require.NoError(t, err)
				require.EqualValues(t, 2, ended)
			}
			_, err = br.Auth.RefreshTokens(ctx, auth.Caller{}, renewed.Refresh)
			requireCode(t, auth.CodeTokenRevoked, err)
			alarms, err := br.Bank.AdminListEvents(ctx, operator, bank.ListEventsParams{Type: auth.EventRefreshTokenReused})
			require.NoError(t, err)
			if !told {
				require.Len(t, alarms.Events, 1, "this is the false alarm")
				return
			}
			require.Empty(t, alarms.Events)
			_, err = br.Auth.RefreshTokens(ctx, auth.Caller{}, first.Refresh)
			requireCode(t, auth.CodeTokenRevoked, err)
			restores, err := br.Bank.AdminListEvents(ctx, operator, bank.ListEventsParams{Type: auth.EventDatabaseRestored})
			require.NoError(t, err)
			require.Len(t, restores.Events, 1)
			require.Equal(t, audit.WholeBank, restores.Events[0].Account)
			require.Equal(t, "operator", restores.Events[0].Actor)
			require.Contains(t, storetest.Text(t, br.URL, "SELECT COUNT(*) AS n FROM pin_reset_codes"), "n=0")
			_, err = br.Auth.Login(ctx, auth.Caller{}, auth.LoginParams{Account: ada.Number, Pin: goodPin})
			require.NoError(t, err, "the bank goes on")
			closed := br.Reopened(t, func(c *auth.Config) { c.Openings = auth.OpeningsCode })
			_, err = closed.Bank.OpenAccount(ctx, auth.Caller{}, bank.OpenAccountParams{Holder: "Eve", Pin: goodPin, InvitationCode: invited.Code})
			require.NoError(t, err, "invitations are left as they are")
		})
	}
}
