package server_test

import (
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// standingOrderDraft fills in a request about standing orders of Ada's.
func standingOrderDraft(s *stage, d *draft) {
	s.t.Helper()
	switch d.operation.OperationID {
	case "createStandingOrder", "previewStandingOrder":
		d.body = s.rent()
	case "resumeStandingOrder":
		d.entry = s.order()
		a := s.call("POST", "/accounts/"+s.ada.number+"/standing-orders/"+d.entry+"/pause", bearer(s.session.AccessToken))
		require.Equal(s.t, 200, a.status, a.text())
	default:
		d.entry = s.order()
	}
}

// rent returns the body of a standing order of Ada's.
func (s *stage) rent() map[string]any {
	return map[string]any{
		"to_account": s.open("730164", 0).number, "amount": 100, "frequency": "monthly", "first_on": "2026-12-31", "if_short": "retry",
	}
}

// order makes a standing order of Ada's and returns its id.
func (s *stage) order() string {
	s.t.Helper()
	a := s.call("POST", "/accounts/"+s.ada.number+"/standing-orders", body(s.rent()), bearer(s.session.AccessToken))
	require.Equal(s.t, 201, a.status, a.text())
	return a.field("id").(string)
}

// orderEnded ends the order that the request is about.
func orderEnded(s *stage, d *draft) {
	a := s.call("POST", "/accounts/"+d.account+"/standing-orders/"+d.entry+"/end", signedIn(s.session)...)
	require.Equal(s.t, 200, a.status, a.text())
}

// anothersOrder names an order of another account.
func anothersOrder(s *stage, d *draft) {
	d.entry = newStage(s.world).order()
}

// byPayer sends the request as a client that may pay from every account, about one that does not exist.
func byPayer(s *stage, d *draft) {
	_, key := s.serviceClient(auth.TransfersWrite)
	d.account, d.credentials = unusedNumber, []requestOption{bearer(key)}
}

func completedOrder(s *stage, d *draft) {
	behindTheServer(s.world, "UPDATE standing_orders SET status = 'completed', next_on = NULL, try_on = NULL WHERE id = '"+d.entry+"'")
}

var standingOrderCases = []particularCase{
	{"createStandingOrder", 201, "", func(_ *stage, d *draft) {
		d.body["frequency"], d.body["first_on"], d.body["every"], d.body["times"] = "weekly", "2026-11-22", 2, 10
	}},
	{"createStandingOrder", 201, "", func(_ *stage, d *draft) { d.body["until"], d.body["day"] = "2026-12-31", 31 }},
	{"createStandingOrder", 201, "", func(_ *stage, d *draft) { d.body["frequency"] = "once" }},
	{"pauseStandingOrder", 200, "", func(s *stage, d *draft) { require.Equal(s.t, 200, s.send(d).status) }},
	{"endStandingOrder", 200, "", orderEnded},
	{"listStandingOrders", 200, "", asking("?limit=1")},
	{"getIdempotencyKey", 303, "", func(s *stage, d *draft) {
		d.key = "of-an-order"
		a := s.call("POST", "/accounts/"+s.ada.number+"/standing-orders", body(s.rent()), bearer(s.session.AccessToken), idempotencyKey(d.key))
		require.Equal(s.t, 201, a.status, a.text())
	}},

	{"createStandingOrder", 400, "invalid_request", set("first_on", "2027-02-29")},
	{"createStandingOrder", 400, "invalid_request", set("until", "0001-01-01")},    // not the same as none
	{"createStandingOrder", 400, "invalid_request", set("first_on", "2026-11-21")}, // yesterday
	{"createStandingOrder", 400, "invalid_request", set("first_on", "2026-12-31T00:00:00Z")},
	{"createStandingOrder", 400, "invalid_request", set("until", "2027-00-01")},
	{"createStandingOrder", 400, "invalid_request", set("until", "2026-12-30")},
	{"createStandingOrder", 400, "invalid_request", set("day", 30)},
	{"createStandingOrder", 400, "invalid_request", set("day", "last")},
	{"createStandingOrder", 400, "invalid_request", set("every", 0)},
	{"createStandingOrder", 400, "invalid_request", set("frequency", "hourly")},
	{"createStandingOrder", 400, "invalid_request", without("if_short")},
	{"previewStandingOrder", 400, "invalid_request", set("times", 0)},
	{"previewStandingOrder", 400, "invalid_request", set("first_on", "2126-12-31")},
	{"getStandingOrder", 400, "invalid_request", func(_ *stage, d *draft) { d.entry = "x" }},
	{"listStandingOrders", 400, "invalid_request", asking("?cursor=x")},
	{"listStandingOrderRuns", 400, "invalid_request", asking("?cursor=x")},

	{"createStandingOrder", 404, "account_not_found", set("to_account", unusedNumber)},
	{"previewStandingOrder", 404, "account_not_found", set("to_account", unusedNumber)},
	{"getStandingOrder", 404, "standing_order_not_found", anothersOrder},
	{"getStandingOrder", 404, "standing_order_not_found", unknownRequest},
	{"listStandingOrderRuns", 404, "standing_order_not_found", anothersOrder},
	{"pauseStandingOrder", 404, "standing_order_not_found", anothersOrder},
	{"resumeStandingOrder", 404, "standing_order_not_found", anothersOrder},
	{"endStandingOrder", 404, "standing_order_not_found", anothersOrder},
	{"pauseStandingOrder", 404, "account_not_found", byEmployee},
	{"resumeStandingOrder", 404, "account_not_found", byPayer},
	{"endStandingOrder", 404, "account_not_found", byEmployee},

	{"createStandingOrder", 409, "account_closed", closed},
	{"createStandingOrder", 409, "account_closed", func(s *stage, d *draft) { s.close(d.body["to_account"].(string)) }},
	{"previewStandingOrder", 409, "account_closed", closed},
	{"createStandingOrder", 409, "too_many_standing_orders", hundredOrders},
	{"previewStandingOrder", 409, "too_many_standing_orders", hundredOrders},
	{"pauseStandingOrder", 409, "standing_order_over", orderEnded},
	{"resumeStandingOrder", 409, "standing_order_over", orderEnded},
	{"endStandingOrder", 409, "standing_order_over", completedOrder},

	{"createStandingOrder", 422, "same_account", func(_ *stage, d *draft) { d.body["to_account"] = d.account }},
	{"previewStandingOrder", 422, "same_account", func(_ *stage, d *draft) { d.body["to_account"] = d.account }},
	{"createStandingOrder", 422, "currency_mismatch", toEuros},
	{"previewStandingOrder", 422, "currency_mismatch", toEuros},
	{"createStandingOrder", 422, "idempotency_key_reused", func(s *stage, d *draft) {
		d.more = append(d.more, idempotencyKey("k"))
		sentBefore(s, d)
		d.body["every"] = 2
	}},

	{"createStandingOrder", 500, "internal", damaged("ALTER TABLE standing_orders RENAME TO lost")},
	{"previewStandingOrder", 500, "internal", damaged("ALTER TABLE standing_orders RENAME TO lost")},
	{"listStandingOrders", 500, "internal", damaged("ALTER TABLE standing_orders RENAME TO lost")},
	{"getStandingOrder", 500, "internal", damaged("ALTER TABLE standing_orders RENAME TO lost")},
	{"listStandingOrderRuns", 500, "internal", damaged("ALTER TABLE standing_order_runs RENAME TO lost")},
	{"pauseStandingOrder", 500, "internal", damaged("ALTER TABLE standing_orders RENAME TO lost")},
	{"resumeStandingOrder", 500, "internal", damaged("ALTER TABLE standing_orders RENAME TO lost")},
	{"endStandingOrder", 500, "internal", damaged("ALTER TABLE standing_orders RENAME TO lost")},
}

func toEuros(s *stage, d *draft) {
	a := s.call("POST", "/accounts", body(map[string]any{"account_holder_name": "Bob", "pin": "730164", "currency": "EUR"}))
	d.body["to_account"] = a.field("account_number")
}

// hundredOrders makes as many orders as an account can have.
func hundredOrders(s *stage, d *draft) {
	behindTheServer(s.world, `INSERT INTO standing_orders (id, account_number, to_account, amount, description, frequency, every, first_on,
		month_day, until_on, times, if_short, created_at, status, end_reason, next_index, next_on, try_on)
		WITH RECURSIVE hundred AS (SELECT 100 AS n UNION ALL SELECT n + 1 FROM hundred WHERE n < 199)
		SELECT CAST('019aa8a4-6c40-7' || n || '-9d5e-' || a.account_number AS `+storetest.UUID()+`), a.account_number, b.account_number, 1, '', 'daily',
		1, 99999, 0, NULL, 0, 'skip', 1, 'active', '', 0, 99999, 99999 FROM hundred, accounts AS a JOIN accounts AS b USING (account_number) WHERE account_number = `+d.account)
}
