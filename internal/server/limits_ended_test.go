package server_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// TestAnEndedSessionUsesUpNoLimit: whoever holds a token of a session that is over cannot keep the account's owner from paying. The first
// request counts, because it is what shows that the session is over.
func TestAnEndedSessionUsesUpNoLimit(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	for store, newWorld := range worldsByLimitStore {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, func(o *options) { o.limits["transfer"] = perMinute(5) })
			ada, bob := w.open("8352", 1000), w.open("8352", 0)
			stolen, own := w.login(ada), w.login(ada)
			require.Equal(t, 204, w.call("POST", "/auth/logout", bearer(stolen.AccessToken)).status)
			pay := func(token string) *answer {
				return w.call("POST", "/accounts/"+ada.number+"/transfer", bearer(token), body(map[string]any{"to_account": bob.number, "amount": 1}))
			}
			for range 10 {
				a := pay(stolen.AccessToken)
				require.Equal(t, 401, a.status)
				require.Equal(t, "token_revoked", a.code())
			}
			for range 4 {
				require.Equal(t, 201, pay(own.AccessToken).status)
			}
			require.Equal(t, 429, pay(own.AccessToken).status)
		})
	}
}
