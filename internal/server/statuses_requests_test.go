package server_test

import (
	"github.com/stretchr/testify/require"
)

// requestDraft fills in a request of Ada's to her bank, or of an administrator's about one.
func requestDraft(s *stage, d *draft) {
	s.t.Helper()
	switch d.operation.OperationID {
	case "createRequest":
		d.body = anotherName()
	case "listAccountRequests", "getRequest", "withdrawRequest":
		d.entry = s.ask(anotherName())
	default:
		_, session := s.admin()
		d.credentials = signedIn(session)
	}
	switch d.operation.OperationID {
	case "adminCreateRequest":
		d.body = anotherName()
	case "setAccountRole":
		d.body = map[string]any{"role": "employee"}
	case "adminGetRequest", "adminListRequests":
		d.entry = s.ask(anotherName())
	case "approveRequest", "rejectRequest":
		d.entry, d.body = s.ask(anotherName()), map[string]any{"note": "Certificate seen"}
	}
}

func anotherName() map[string]any {
	return map[string]any{"kind": "change_name", "wanted": map[string]any{"name": "Ada King"}}
}

// ask makes a request of Ada's and returns its id.
func (s *stage) ask(wanted map[string]any) string {
	s.t.Helper()
	path := "/accounts/" + s.ada.number + "/requests"
	a := s.call("POST", path, body(wanted), bearer(s.session.AccessToken))
	if a.status == 409 && a.code() == "request_pending" { // an earlier draft has asked
		var page struct{ Data []struct{ ID string } }
		s.call("GET", path, bearer(s.session.AccessToken)).decode(&page)
		return page.Data[0].ID
	}
	require.Equal(s.t, 201, a.status, a.text())
	return a.field("id").(string)
}

// renamed gives Ada the name that she asks for.
func renamed(s *stage, _ *draft) {
	behindTheServer(s.world, "UPDATE customers SET name = 'Ada King' WHERE id = (SELECT customer_id FROM accounts WHERE account_number = "+
		s.ada.number+")")
}

// sentBefore sends the request once, so that it comes too late.
func sentBefore(s *stage, d *draft) {
	a := s.send(d)
	require.Equal(s.t, successes[d.operation.OperationID], a.status, a.text())
}

func sentOtherwise(s *stage, d *draft) {
	d.more = append(d.more, idempotencyKey("once"))
	sentBefore(s, d)
	d.body["note"] = "Please"
}

func ofAda(s *stage, d *draft) { d.credentials = signedIn(s.session) }

func ofNobody(_ *stage, d *draft) { d.account = unusedNumber }

func unknownRequest(_ *stage, d *draft) { d.entry = unusedID }

// atTheDesk sends the movement as an administrator to a bank where it needs approval.
func atTheDesk(s *stage, d *draft) {
	*s = *newStage(newWorld(s.t, func(o *options) { o.approvalAbove = 99 }))
	_, session := s.admin()
	d.account, d.credentials = s.ada.number, signedIn(session)
}

// ofAClosedAccount asks for the end of an account that is at its end.
func ofAClosedAccount(s *stage, d *draft) {
	closed(s, d)
	d.body = map[string]any{"kind": "close_account"}
}

var requestCases = []particularCase{
	{"deposit", 202, "", atTheDesk},
	{"withdraw", 202, "", atTheDesk},
	{"getIdempotencyKey", 303, "", func(s *stage, d *draft) {
		d.key = "of-a-request"
		a := s.call("POST", "/accounts/"+s.ada.number+"/requests", body(anotherName()), bearer(s.session.AccessToken), idempotencyKey(d.key))
		require.Equal(s.t, 201, a.status, a.text())
	}},
	{"approveRequest", 200, "", func(s *stage, d *draft) { d.entry = s.ask(map[string]any{"kind": "reset_pin"}) }},
	{"createRequest", 201, "", func(_ *stage, d *draft) {
		d.body = map[string]any{"kind": "raise_limit", "wanted": map[string]any{"daily": 5000, "monthly": 0}, "note": "Holidays"}
	}},
	{"adminListRequests", 200, "", asking("?status=pending&kind=change_name&limit=1")},

	{"createRequest", 400, "invalid_request", set("kind", "change_role")},
	{"createRequest", 400, "invalid_request", set("wanted", map[string]any{"name": "Ada King", "amount": 5})},
	{"createRequest", 400, "invalid_request", func(_ *stage, d *draft) {
		d.body = map[string]any{"kind": "close_account", "wanted": map[string]any{"sweep_to": unusedNumber}}
	}},
	{"setAccountRole", 400, "invalid_request", set("role", "operator")},
	{"adminListRequests", 400, "invalid_request", asking("?status=open")},

	{"adminListRequests", 403, "forbidden", ofAda},
	{"adminGetRequest", 403, "forbidden", ofAda},
	{"approveRequest", 403, "forbidden", ofAda},
	{"rejectRequest", 403, "forbidden", ofAda},
	{"adminCreateRequest", 403, "forbidden", ofAda},
	{"setAccountRole", 403, "forbidden", ofAda},
	{"issuePinReset", 403, "forbidden", ofAda},

	{"adminCreateRequest", 404, "account_not_found", ofNobody},
	{"setAccountRole", 404, "account_not_found", ofNobody},
	{"issuePinReset", 404, "account_not_found", ofNobody},
	{"getRequest", 404, "request_not_found", unknownRequest},
	{"withdrawRequest", 404, "request_not_found", unknownRequest},
	{"adminGetRequest", 404, "request_not_found", unknownRequest},
	{"approveRequest", 404, "request_not_found", unknownRequest},
	{"rejectRequest", 404, "request_not_found", unknownRequest},

	{"createRequest", 409, "request_pending", sentBefore},
	{"createRequest", 409, "nothing_to_change", renamed},
	{"createRequest", 409, "account_closed", ofAClosedAccount},
	{"adminCreateRequest", 409, "request_pending", sentBefore},
	{"adminCreateRequest", 409, "nothing_to_change", renamed},
	{"adminCreateRequest", 409, "account_closed", ofAClosedAccount},
	{"setAccountRole", 409, "request_pending", sentBefore},
	{"setAccountRole", 409, "nothing_to_change", set("role", "customer")},
	{"withdrawRequest", 409, "request_not_pending", sentBefore},
	{"rejectRequest", 409, "request_not_pending", sentBefore},
	{"approveRequest", 409, "request_not_pending", sentBefore},
	{"approveRequest", 409, "nothing_to_change", renamed},

	{"createRequest", 422, "idempotency_key_reused", sentOtherwise},
	{"adminCreateRequest", 422, "idempotency_key_reused", sentOtherwise},
	{"approveRequest", 422, "request_impossible", func(s *stage, d *draft) { // there is money in the account
		d.entry = s.ask(map[string]any{"kind": "close_account"})
	}},

	{"createRequest", 500, "internal", damaged("ALTER TABLE requests RENAME TO lost")},
	{"adminCreateRequest", 500, "internal", damaged("ALTER TABLE requests RENAME TO lost")},
	{"listAccountRequests", 500, "internal", damaged("ALTER TABLE requests RENAME TO lost")},
	{"getRequest", 500, "internal", damaged("ALTER TABLE requests RENAME TO lost")},
	{"withdrawRequest", 500, "internal", damaged("ALTER TABLE requests RENAME TO lost")},
	{"adminListRequests", 500, "internal", damaged("ALTER TABLE requests RENAME TO lost")},
	{"adminGetRequest", 500, "internal", damaged("ALTER TABLE requests RENAME TO lost")},
	{"approveRequest", 500, "internal", damaged("ALTER TABLE requests RENAME TO lost")},
	{"rejectRequest", 500, "internal", damaged("ALTER TABLE requests RENAME TO lost")},
	{"setAccountRole", 500, "internal", damaged("ALTER TABLE requests RENAME TO lost")},
	{"issuePinReset", 500, "internal", damaged("ALTER TABLE pin_reset_codes RENAME TO lost")},
}
