package server_test

import "github.com/stretchr/testify/require"

// freeze freezes an account in both directions, for the bank.
func (s *stage) freeze(number string) {
	s.t.Helper()
	a := s.call("POST", "/accounts/"+number+"/freeze", adminKey(testAdminKey),
		body(map[string]any{"debits": true, "credits": true, "reason": "fraud"}))
	require.Equal(s.t, 200, a.status, a.text())
}

// close closes an empty account.
func (s *stage) close(number string) {
	s.t.Helper()
	a := s.call("POST", "/accounts/"+number+"/close", adminKey(testAdminKey), body(map[string]any{"reason": "other"}))
	require.Equal(s.t, 200, a.status, a.text())
}

// empty takes all of Ada's money out of her account.
func (s *stage) empty() {
	s.t.Helper()
	a := s.post("/accounts/"+s.ada.number+"/withdraw", `{"amount":100000}`, bearer(s.session.AccessToken))
	require.Equal(s.t, 201, a.status, a.text())
}

// closed closes Ada's account before the request.
func closed(s *stage, _ *draft) {
	s.empty()
	s.close(s.ada.number)
}

// frozen freezes Ada's account before the request.
func frozen(s *stage, _ *draft) { s.freeze(s.ada.number) }

// limited sets a limit below what the request moves.
func limited(s *stage, _ *draft) {
	a := s.call("PUT", "/accounts/"+s.ada.number+"/limits", bearer(s.session.AccessToken), body(map[string]any{"daily": 99}))
	require.Equal(s.t, 200, a.status, a.text())
}

// sweep makes the request close an account with money in it, for an administrator, and returns which one gets the money.
func sweep(s *stage, d *draft) (heir string) {
	_, session := s.admin()
	d.account, d.credentials = s.open("730164", 5).number, signedIn(session)
	heir = s.open("730164", 0).number
	d.body["sweep_to"] = heir
	return heir
}
