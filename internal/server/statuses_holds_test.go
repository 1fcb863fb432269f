package server_test

import (
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
)

// holdCases belong to the operations on holds.
var holdCases = []particularCase{
	{"placeHold", 201, "", func(s *stage, d *draft) { d.body["to_account"] = s.open("730164", 0).number }},
	{"captureHold", 201, "", func(_ *stage, d *draft) { d.body = map[string]any{} }},
	{"voidHold", 200, "", sentBefore},
	{"listHolds", 200, "", asking("?status=pending")},
	{"getIdempotencyKey", 303, "", func(s *stage, d *draft) {
		d.key = "of-a-hold"
		s.hold(map[string]any{"amount": 1}, idempotencyKey(d.key))
	}},

	{"placeHold", 400, "invalid_request", set("expires_in", 59)},
	{"placeHold", 400, "invalid_request", set("reference", "\u202e")},
	{"placeHold", 400, "invalid_request", set("amount", 0)},
	{"captureHold", 400, "invalid_request", set("amount", 0)},
	{"captureHold", 400, "invalid_request", set("via", "pigeon")},
	{"captureHold", 400, "invalid_request", func(s *stage, d *draft) {
		toBob(s, d)
		d.body["via"] = "cash" // of a transfer
	}},
	{"listHolds", 400, "invalid_request", asking("?status=open")},
	{"voidHold", 400, "invalid_request", func(_ *stage, d *draft) { d.entry = "x" }},

	{"placeHold", 403, "forbidden", func(s *stage, d *draft) { // staff choose no recipient
		_, session := s.employee()
		d.body["to_account"], d.credentials = s.open("730164", 0).number, signedIn(session)
	}},
	{"captureHold", 403, "forbidden", ofAClient},
	{"voidHold", 403, "forbidden", ofAClient},
	{"captureHold", 403, "cash_closed", func(s *stage, d *draft) {
		cashBy(auth.CashStaff)(s, d)
		d.entry = s.hold(map[string]any{"amount": 100})
	}},

	{"placeHold", 404, "account_not_found", byEmployee},
	{"placeHold", 404, "account_not_found", set("to_account", unusedNumber)},
	{"captureHold", 404, "account_not_found", byEmployee},
	{"voidHold", 404, "account_not_found", byEmployee},
	{"getHold", 404, "hold_not_found", unknownRequest},
	{"captureHold", 404, "hold_not_found", unknownRequest},
	{"voidHold", 404, "hold_not_found", unknownRequest},
	{"voidHold", 404, "hold_not_found", func(s *stage, d *draft) { // of another account
		bob := s.open("730164", 0)
		d.account, d.credentials = bob.number, signedIn(s.login(bob))
	}},

	{"placeHold", 409, "account_closed", closed},
	{"placeHold", 409, "account_closed", func(s *stage, d *draft) {
		to := s.open("730164", 0).number
		s.close(to)
		d.body["to_account"] = to
	}},
	{"captureHold", 409, "account_closed", func(s *stage, d *draft) { s.close(toBob(s, d)) }},
	{"captureHold", 409, "hold_not_pending", sentBefore},
	{"captureHold", 409, "hold_expired", expiredHold},
	{"voidHold", 409, "hold_expired", expiredHold},
	{"voidHold", 409, "hold_not_pending", func(s *stage, d *draft) {
		a := s.post("/accounts/"+d.account+"/holds/"+d.entry+"/capture", `{}`, bearer(s.session.AccessToken))
		require.Equal(s.t, 201, a.status, a.text())
	}},
	{"closeAccount", 409, "account_has_holds", func(s *stage, _ *draft) {
		a := s.post("/accounts/"+s.ada.number+"/deposit", `{"amount":1}`, bearer(s.session.AccessToken))
		require.Equal(s.t, 201, a.status, a.text())
		s.hold(map[string]any{"amount": 1})
	}},

	{"placeHold", 422, "insufficient_funds", set("amount", 100_001)},
	{"placeHold", 422, "limit_exceeded", func(s *stage, _ *draft) {
		a := s.call("PUT", "/accounts/"+s.ada.number+"/limits", bearer(s.session.AccessToken), body(map[string]any{"per_transfer": 99}))
		require.Equal(s.t, 200, a.status, a.text())
	}},
	{"placeHold", 422, "same_account", func(s *stage, d *draft) { d.body["to_account"] = s.ada.number }},
	{"placeHold", 422, "currency_mismatch", func(s *stage, d *draft) {
		a := s.call("POST", "/accounts", body(map[string]any{"account_holder_name": "Bob", "pin": "730164", "currency": "EUR"}))
		d.body["to_account"] = a.field("account_number")
	}},
	{"placeHold", 422, "idempotency_key_reused", keyUsedBefore},
	{"captureHold", 422, "hold_exceeded", set("amount", 201)},
	{"captureHold", 422, "limit_exceeded", limited},
	{"captureHold", 422, "balance_limit_exceeded", func(s *stage, d *draft) { fillAccount(s, toBob(s, d)) }},
	{"captureHold", 422, "idempotency_key_reused", keyUsedBefore},

	{"placeHold", 423, "account_frozen", frozen},
	{"captureHold", 423, "account_frozen", frozen},
	{"captureHold", 423, "account_frozen", func(s *stage, d *draft) { s.freeze(toBob(s, d)) }},

	{"placeHold", 500, "internal", damaged("ALTER TABLE holds RENAME TO lost")},
	{"listHolds", 500, "internal", damaged("ALTER TABLE holds RENAME TO lost")},
	{"getHold", 500, "internal", damaged("ALTER TABLE holds RENAME TO lost")},
	{"captureHold", 500, "internal", damaged("ALTER TABLE holds RENAME TO lost")},
	{"voidHold", 500, "internal", damaged("ALTER TABLE holds RENAME TO lost")},
}

// holdDraft fills in a request about a hold of Ada's.
func holdDraft(s *stage, d *draft) {
	s.t.Helper()
	if d.operation.OperationID == "placeHold" {
		d.body = map[string]any{"amount": 100}
		return
	}
	a := s.post("/accounts/"+s.ada.number+"/deposit", `{"amount":200}`, bearer(s.session.AccessToken)) // she may have no money left
	require.Equal(s.t, 201, a.status, a.text())
	d.entry = s.hold(map[string]any{"amount": 200})
	if d.operation.OperationID == "captureHold" {
		d.body = map[string]any{"amount": 100}
	}
}

// hold places a hold of Ada's and returns its id.
func (s *stage) hold(wanted map[string]any, more ...requestOption) string {
	s.t.Helper()
	options := append([]requestOption{bearer(s.session.AccessToken), body(wanted)}, more...)
	a := s.call("POST", "/accounts/"+s.ada.number+"/holds", options...)
	require.Equal(s.t, 201, a.status, a.text())
	return a.field("id").(string)
}

// toBob makes the request be about a hold for another account, and returns its number.
func toBob(s *stage, d *draft) string {
	bob := s.open("730164", 0).number
	d.entry = s.hold(map[string]any{"amount": 200, "to_account": bob})
	return bob
}

// ofAClient makes the request be about a hold that a service client has placed.
func ofAClient(s *stage, d *draft) {
	_, key := s.serviceClient(auth.HoldsWrite)
	a := s.call("POST", "/accounts/"+s.ada.number+"/holds", bearer(key), body(map[string]any{"amount": 200}))
	require.Equal(s.t, 201, a.status, a.text())
	d.entry = a.field("id").(string)
}

// expiredHold makes the request be about a hold that has just expired, at a bank of its own.
func expiredHold(s *stage, d *draft) {
	*s = *newStage(newWorld(s.t))
	d.account, d.credentials = s.ada.number, signedIn(s.session)
	d.entry = s.hold(map[string]any{"amount": 200, "expires_in": 60})
	s.clock.pass(time.Minute)
}

// voidHolds voids the pending holds of Ada's.
func (s *stage) voidHolds() {
	s.t.Helper()
	a := s.call("GET", "/accounts/"+s.ada.number+"/holds?status=pending", bearer(s.session.AccessToken))
	require.Equal(s.t, 200, a.status, a.text())
	for _, hold := range a.field("data").([]any) {
		id := hold.(map[string]any)["id"].(string)
		a := s.post("/accounts/"+s.ada.number+"/holds/"+id+"/void", "", bearer(s.session.AccessToken))
		require.Equal(s.t, 200, a.status, a.text())
	}
}
