package server_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAnApproverSeesWhatAMovementIsSettledAgainst: the request names it, and what is approved has exactly that. A code that the bank has
// given up since cannot be approved.
func TestAnApproverSeesWhatAMovementIsSettledAgainst(t *testing.T) {
	t.Parallel()
	s := newStage(newWorld(t, func(o *options) { o.approvalAbove, o.settlements = 1_000, []string{"giro"} }))
	_, session := s.employee()
	_, admin := s.admin()
	asks, decides := bearer(session.AccessToken), bearer(admin.AccessToken)
	via := func(a *answer) any {
		return a.field("wanted").(map[string]any)["via"]
	}
	ask := func(kind, content string) *answer {
		a := s.post("/accounts/"+s.ada.number+"/"+kind, content, asks)
		require.Equal(t, 202, a.status, a.text())
		return a
	}
	for _, c := range []struct{ kind, content, via string }{
		{"deposit", `{"amount":2000}`, "cash"}, {"deposit", `{"amount":2000,"via":"card"}`, "card"}, {"withdraw", `{"amount":2000,"via":"bank"}`, "bank"},
		{"deposit", `{"amount":2000,"via":"giro"}`, "giro"},
	} {
		asked := ask(c.kind, c.content)
		require.Equal(t, c.via, via(asked))
		link := asked.header.Get("Location")
		require.Equal(t, c.via, via(s.call("GET", link, decides)))
		approved := s.post(link+"/approve", `{}`, decides)
		require.Equal(t, 200, approved.status, approved.text())
		id := approved.field("request").(map[string]any)["transaction_id"].(string)
		entry := s.call("GET", "/accounts/"+s.ada.number+"/transactions/"+id, bearer(s.session.AccessToken))
		require.Equal(t, c.via, entry.field("via"))
	}

	late := ask("deposit", `{"amount":2000,"via":"giro"}`).header.Get("Location")
	s.restartWith(func(o *options) { o.settlements = nil })
	before := s.everything()
	requireRefused(t, 422, "request_impossible", s.post(late+"/approve", `{}`, decides))
	require.Equal(t, before, s.everything())
	require.Equal(t, "giro", via(s.call("GET", late, decides)))
	forged := s.post("/accounts/"+s.ada.number+"/requests", `{"kind":"change_name","wanted":{"name":"Ada King","via":"cash"}}`, bearer(s.session.AccessToken))
	requireRefused(t, 400, "invalid_request", forged)
	s.verify()
}
