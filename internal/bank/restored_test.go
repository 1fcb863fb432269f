package bank

import (
	"context"
	"crypto/rand"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/audit"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// goBack takes a session back to before its token was renewed, as in a backup from that time.
func goBack(t *testing.T, br *branch, session string) {
	t.Helper()
	pool := storetest.Raw(t, br.url)
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
			first, err := br.bank.Login(ctx, Caller{}, LoginParams{Account: ada.Number, Pin: goodPin})
			require.NoError(t, err)
			_, err = br.bank.Login(ctx, Caller{}, LoginParams{Account: bob.Number, Pin: goodPin})
			require.NoError(t, err)
			renewed, err := br.bank.RefreshTokens(ctx, Caller{}, first.Refresh)
			require.NoError(t, err)
			caller, err := br.bank.Authenticate(ctx, Caller{}, first.Access)
			require.NoError(t, err)
			_, err = br.bank.IssuePinReset(ctx, operator, bob.Number)
			require.NoError(t, err)
			invited, err := br.bank.IssueInvitation(ctx, operator, IssueInvitationParams{Uses: 1, Lifetime: 24 * time.Hour})
			require.NoError(t, err)
			goBack(t, br, caller.Session.String())
			br.clock.pass(time.Hour)

			if told {
				ended, err := EndRestoredSessions(ctx, br.store, br.clock.Now, rand.Reader)
				require.NoError(t, err)
				require.EqualValues(t, 2, ended)
			}
			_, err = br.bank.RefreshTokens(ctx, Caller{}, renewed.Refresh)
			requireCode(t, CodeTokenRevoked, err)
			alarms, err := br.bank.AdminListEvents(ctx, operator, ListEventsParams{Type: EventRefreshTokenReused})
			require.NoError(t, err)
			if !told {
				require.Len(t, alarms.Events, 1, "this is the false alarm")
				return
			}
			require.Empty(t, alarms.Events)
			_, err = br.bank.RefreshTokens(ctx, Caller{}, first.Refresh)
			requireCode(t, CodeTokenRevoked, err)
			restores, err := br.bank.AdminListEvents(ctx, operator, ListEventsParams{Type: EventDatabaseRestored})
			require.NoError(t, err)
			require.Len(t, restores.Events, 1)
			require.Equal(t, audit.WholeBank, restores.Events[0].Account)
			require.Equal(t, "operator", restores.Events[0].Actor)
			require.Contains(t, storetest.Text(t, br.url, "SELECT COUNT(*) AS n FROM pin_reset_codes"), "n=0")
			_, err = br.bank.Login(ctx, Caller{}, LoginParams{Account: ada.Number, Pin: goodPin})
			require.NoError(t, err, "the bank goes on")
			br.bank.openings = OpeningsCode
			_, err = br.bank.OpenAccount(ctx, Caller{}, OpenAccountParams{Holder: "Eve", Pin: goodPin, InvitationCode: invited.Code})
			require.NoError(t, err, "invitations are left as they are")
		})
	}
}
