package server_test

import (
	"github.com/stretchr/testify/require"
)

// reversalDraft completes a request of Ada's that gives back what Bob has sent her.
func reversalDraft(s *stage, d *draft) {
	s.t.Helper()
	_, d.entry = s.paidByBob(200)
	d.body = map[string]any{"amount": 100, "reason": "Returned"}
}

// paidByBob transfers an amount to Ada, and returns the sender and Ada's entry.
func (s *stage) paidByBob(amount int64) (bob customer, entry string) {
	s.t.Helper()
	bob = s.open("730164", amount)
	a := s.call("POST", "/accounts/"+bob.number+"/transfer", bearer(s.login(bob).AccessToken), body(map[string]any{"to_account": s.ada.number, "amount": amount}))
	require.Equal(s.t, 201, a.status, a.text())
	return bob, newestEntry(s.world, s.ada.number)
}

// payingBack changes the account that gets money back, before the request.
func payingBack(change func(s *stage, bob customer)) bend {
	return func(s *stage, d *draft) {
		var bob customer
		bob, d.entry = s.paidByBob(200)
		change(s, bob)
	}
}

// spendAll withdraws all of Ada's balance.
func spendAll(s *stage, _ *draft) {
	s.empty()
	a := s.post("/accounts/"+s.ada.number+"/withdraw", `{"amount":200}`, bearer(s.session.AccessToken))
	require.Equal(s.t, 201, a.status, a.text())
}

var reversalCases = []particularCase{
	{"reverseTransaction", 201, "", func(_ *stage, d *draft) { delete(d.body, "amount") }},
	{"reverseTransaction", 201, "", func(s *stage, d *draft) { // a deposit, at the desk
		_, session := s.employee()
		d.account = s.open("730164", 500).number
		d.entry, d.credentials = newestEntry(s.world, d.account), signedIn(session)
	}},
	{"reverseTransaction", 400, "invalid_request", set("amount", 0)},
	{"reverseTransaction", 400, "invalid_request", set("reason", "")},
	{"reverseTransaction", 400, "invalid_request", set("reason", "\u202e")},
	{"reverseTransaction", 400, "invalid_request", func(_ *stage, d *draft) { delete(d.body, "reason") }},
	{"reverseTransaction", 400, "invalid_request", func(_ *stage, d *draft) { d.entry = "x" }},
	{"reverseTransaction", 403, "forbidden", func(s *stage, d *draft) { // Ada's own initial deposit
		ada := s.open("482913", 500)
		d.account, d.entry, d.credentials = ada.number, newestEntry(s.world, ada.number), signedIn(s.login(ada))
	}},
	{"reverseTransaction", 404, "transaction_not_found", func(_ *stage, d *draft) { d.entry = unusedID }},
	{"reverseTransaction", 404, "account_not_found", byEmployee},
	{"reverseTransaction", 409, "not_reversible", func(s *stage, d *draft) {
		require.Equal(s.t, 201, s.send(d).status)
		d.entry = newestEntry(s.world, s.ada.number) // the reversal
	}},
	{"reverseTransaction", 409, "account_closed", func(s *stage, _ *draft) {
		spendAll(s, nil)
		s.close(s.ada.number)
	}},
	{"reverseTransaction", 409, "account_closed", payingBack(func(s *stage, bob customer) { s.close(bob.number) })},
	{"reverseTransaction", 422, "reversal_exceeded", set("amount", 201)},
	{"reverseTransaction", 422, "reversal_exceeded", func(s *stage, d *draft) {
		delete(d.body, "amount")
		require.Equal(s.t, 201, s.send(d).status) // and then once more
	}},
	{"reverseTransaction", 422, "insufficient_funds", spendAll},
	{"reverseTransaction", 422, "balance_limit_exceeded", payingBack(func(s *stage, bob customer) { fillAccount(s, bob.number) })},
	{"reverseTransaction", 422, "idempotency_key_reused", keyUsedBefore},
	{"reverseTransaction", 423, "account_frozen", frozen},
	{"reverseTransaction", 423, "account_frozen", payingBack(func(s *stage, bob customer) { s.freeze(bob.number) })},
	{"reverseTransaction", 500, "internal", damaged("ALTER TABLE transactions RENAME TO lost")},
}
