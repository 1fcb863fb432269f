package server_test

import (
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// bend turns a successful request, or the world that it meets, into a failing one. It may be nil.
type bend func(s *stage, d *draft)

// unusedNumber has a valid check digit but belongs to no account: no account number is drawn that low.
const unusedNumber = "100000000008"

// successes are the statuses of the operations when they succeed.
var successes = map[string]int{
	"openAccount": 201, "listAccounts": 200, "changeAccount": 200, "getAccount": 200, "getBalance": 200, "deposit": 201, "withdraw": 201, "transfer": 201,
	"listTransactions": 200, "getTransaction": 200, "reverseTransaction": 201, "getIdempotencyKey": 200, "transferMany": 201, "getTransferBatch": 200, "changePin": 204, "unlockAccount": 200,
	"login": 200, "refreshTokens": 200, "logout": 204, "resetPin": 204,
	"adminListAccounts": 200, "adminStats": 200, "adminActivity": 200, "adminListEvents": 200, "adminEndSessions": 200,
	"adminTrialBalance": 200, "adminGetPolicies": 200,
	"getSecondFactor": 200, "startSecondFactor": 200, "confirmSecondFactor": 200, "removeSecondFactor": 204, "replaceRecoveryCodes": 200,
	"createRequest": 201, "adminCreateRequest": 201, "listAccountRequests": 200, "getRequest": 200, "withdrawRequest": 200,
	"adminListRequests": 200, "adminGetRequest": 200, "approveRequest": 200, "rejectRequest": 200, "setAccountRole": 202, "issuePinReset": 201,
	"getBalances": 200, "getStatement": 200, "listAccountEvents": 200, "getPayee": 200,
	"listSessions": 200, "checkSession": 200, "endSession": 204, "endOtherSessions": 204,
	"freezeAccount": 200, "unfreezeAccount": 200, "closeAccount": 200, "getLimits": 200, "setLimits": 200,
	"placeHold": 201, "listHolds": 200, "getHold": 200, "captureHold": 201, "voidHold": 200,
	"adminCreateClient": 201, "adminListClients": 200, "adminGetClient": 200, "adminChangeClient": 200, "adminRevokeClient": 204,
	"adminCreateClientKey": 201, "adminListClientKeys": 200, "adminRevokeClientKey": 204,
	"createStandingOrder": 201, "previewStandingOrder": 200, "listStandingOrders": 200, "getStandingOrder": 200, "listStandingOrderRuns": 200,
	"pauseStandingOrder": 200, "resumeStandingOrder": 200, "endStandingOrder": 200,
	"health": 200, "ready": 200, "version": 200, "listCurrencies": 200,
}

type particularCase struct {
	operation string
	status    int
	code      string
	bend      bend
}

// particularCases belong to one operation only.
var particularCases = []particularCase{
	{"openAccount", 201, "", furtherAccount},
	{"login", 200, "", set("session", "cookie")},
	{"refreshTokens", 200, "", inCookie},
	{"getStatement", 200, "", accepting("application/pdf")},
	{"getStatement", 200, "", accepting("text/csv")},
	{"adminTrialBalance", 200, "", accepting("text/csv")},
	{"transferMany", 201, "", set("mode", "each")},
	{"transferMany", 201, "", set("dry_run", true)},
	{"getIdempotencyKey", 303, "", func(s *stage, d *draft) {
		d.key = "of-a-batch"
		a := s.send(manyDraft(s, d.credentials, idempotencyKey(d.key)))
		require.Equal(s.t, 201, a.status, a.text())
	}},
	{"checkSession", 200, "", func(_ *stage, d *draft) { d.more = nil }},
	{"logout", 204, "", inCookie},
	{"logout", 204, "", func(s *stage, d *draft) { d.body = map[string]any{"refresh_token": s.session.RefreshToken} }},

	{"openAccount", 400, "invalid_request", without("account_holder_name")},
	{"openAccount", 400, "invalid_request", without("pin")},
	{"openAccount", 400, "invalid_request", set("customer_of", "481207359144")},
	{"openAccount", 400, "invalid_request", set("nickname", "\u202e")},
	{"changeAccount", 400, "invalid_request", set("nickname", "\u202e")},
	{"changeAccount", 400, "invalid_request", set("nickname", strings.Repeat("é", 51))},
	{"getBalance", 400, "invalid_request", asking("?at=yesterday")},
	{"getBalance", 400, "invalid_request", asking("?at=2026-11-22T07:30:00.123457Z")}, // in a microsecond
	{"transfer", 400, "invalid_request", set("amount", 0)},
	{"transferMany", 400, "invalid_request", set("items", []any{})},
	{"transferMany", 400, "invalid_request", set("mode", "some")},
	{"transferMany", 404, "account_not_found", func(s *stage, d *draft) {
		_, key := s.serviceClient(auth.TransfersWrite)
		d.account, d.credentials = unusedNumber, []requestOption{bearer(key)}
	}},
	{"getStatement", 400, "invalid_request", asking("")},
	{"getStatement", 400, "invalid_request", asking("?month=2026-13")},
	{"getStatement", 400, "invalid_request", asking("?month=2026-12")}, // not begun yet
	{"getBalances", 400, "invalid_request", asking("?days=0")},
	{"getBalances", 400, "invalid_request", asking("?days=367")},
	{"adminActivity", 400, "invalid_request", asking("?days=91")},
	{"adminTrialBalance", 400, "invalid_request", asking("?at=2026-02-30T00:00:00Z")},
	{"adminTrialBalance", 400, "invalid_request", asking("?at=2099-01-01T00:00:00Z")}, // not come yet
	{"adminListEvents", 400, "invalid_request", asking("?actor=somebody")},
	{"adminListEvents", 400, "invalid_request", asking("?from=2026-02-30T00:00:00Z")},
	{"adminListEvents", 400, "invalid_request", asking("?to=2026-02-30T00:00:00Z")},
	{"deposit", 400, "invalid_request", set("via", "pigeon")},
	{"withdraw", 400, "invalid_request", set("via", "Cash")},
	{"openAccount", 400, "invalid_request", set("via", "card")}, // of no deposit
	{"endSession", 400, "invalid_request", func(_ *stage, d *draft) { d.entry = "x" }},
	{"getIdempotencyKey", 400, "invalid_request", func(_ *stage, d *draft) { d.key = "cl%C3%A9" }},
	{"getIdempotencyKey", 400, "invalid_request", func(_ *stage, d *draft) { d.key = strings.Repeat("k", 256) }},

	{"removeSecondFactor", 400, "invalid_request", set("code", "49203x")},
	{"confirmSecondFactor", 400, "invalid_request", set("code", "12345")},

	{"login", 401, "second_factor_required", withFactor},
	{"login", 401, "invalid_second_factor", func(s *stage, d *draft) {
		withFactor(s, d)
		d.body["code"] = otherCode
	}},
	{"changePin", 401, "second_factor_required", withFactor},
	{"changePin", 401, "invalid_second_factor", func(s *stage, d *draft) {
		withFactor(s, d)
		d.body["code"] = otherCode
	}},
	{"startSecondFactor", 401, "invalid_credentials", set("pin", "604713")},
	{"confirmSecondFactor", 401, "invalid_second_factor", set("code", otherCode)},
	{"removeSecondFactor", 401, "invalid_credentials", set("pin", "604713")},
	{"removeSecondFactor", 401, "invalid_second_factor", set("code", otherCode)},
	{"replaceRecoveryCodes", 401, "invalid_credentials", set("pin", "604713")},
	{"replaceRecoveryCodes", 401, "invalid_second_factor", set("code", otherCode)},
	{"changePin", 401, "invalid_credentials", set("current_pin", "604713")},
	{"login", 401, "invalid_credentials", set("pin", "604713")},
	{"login", 401, "invalid_credentials", set("account_number", unusedNumber)},
	{"resetPin", 401, "invalid_reset_code", set("code", otherCode)},
	{"resetPin", 401, "invalid_reset_code", set("account_number", unusedNumber)},
	{"refreshTokens", 401, "unauthenticated", func(_ *stage, d *draft) { d.body = nil }},
	{"refreshTokens", 401, "invalid_token", set("refresh_token", "not.a.token")},
	{"refreshTokens", 401, "invalid_token", func(s *stage, d *draft) { d.body["refresh_token"] = s.session.AccessToken }},
	{"refreshTokens", 401, "token_revoked", func(s *stage, d *draft) {
		d.body["refresh_token"] = s.session.RefreshToken
		logOut(s)
	}},
	{"logout", 401, "invalid_token", func(s *stage, d *draft) {
		d.body = map[string]any{"refresh_token": s.login(s.ada).RefreshToken} // of another session
	}},

	{"login", 403, "forbidden", func(_ *stage, d *draft) {
		d.body["session"] = "cookie"
		fromAnotherSite(d)
	}},
	{"refreshTokens", 403, "forbidden", func(s *stage, d *draft) {
		inCookie(s, d)
		fromAnotherSite(d)
	}},
	{"logout", 403, "forbidden", func(s *stage, d *draft) {
		inCookie(s, d)
		fromAnotherSite(d)
	}},

	{"openAccount", 403, "invitation_required", openedBy(auth.OpeningsCode)},
	{"openAccount", 403, "invalid_invitation", func(s *stage, d *draft) {
		openedBy(auth.OpeningsCode)(s, d)
		d.body["invitation_code"] = otherCode
	}},
	{"openAccount", 403, "openings_closed", openedBy(auth.OpeningsStaff)},
	{"openAccount", 403, "forbidden", func(s *stage, d *draft) { d.credentials = signedIn(s.session) }},
	{"openAccount", 403, "forbidden", func(s *stage, d *draft) {
		furtherAccount(s, d)
		d.body["customer_of"] = s.open("730164", 0).number
	}},
	{"openAccount", 403, "cash_closed", func(s *stage, d *draft) {
		d.account = ""
		cashBy(auth.CashStaff)(s, d)
		d.body["initial_deposit"] = 1
	}},
	{"deposit", 403, "cash_closed", cashBy(auth.CashStaff)},
	{"withdraw", 403, "cash_closed", cashBy(auth.CashStaff)},
	{"unlockAccount", 403, "forbidden", func(s *stage, d *draft) { // the administrator's own account
		admin, session := s.admin()
		d.account, d.credentials = admin.number, []requestOption{bearer(session.AccessToken)}
	}},

	{"openAccount", 404, "account_not_found", func(s *stage, d *draft) {
		_, session := s.admin()
		d.body, d.credentials = map[string]any{"customer_of": unusedNumber}, signedIn(session)
	}},
	{"deposit", 404, "account_not_found", byEmployee},
	{"withdraw", 404, "account_not_found", byEmployee},
	{"transfer", 404, "account_not_found", set("to_account", unusedNumber)},
	{"transfer", 404, "account_not_found", set("to_account", "100000000009")}, // a wrong check digit
	{"getTransaction", 404, "transaction_not_found", func(_ *stage, d *draft) { d.entry = "019aa8a4-6c40-7a52-9d5e-3f1c8e6b7a90" }},
	{"getTransaction", 404, "transaction_not_found", func(s *stage, d *draft) {
		d.entry = newestEntry(s.world, s.open("730164", 0).number) // of another account
	}},
	{"getTransferBatch", 404, "batch_not_found", func(_ *stage, d *draft) { d.entry = "019aa8a4-6c40-7a52-9d5e-3f1c8e6b7a90" }},
	{"getTransferBatch", 404, "batch_not_found", func(s *stage, d *draft) { // of another account
		bob := s.open("730164", 0)
		d.account, d.credentials = bob.number, signedIn(s.login(bob))
	}},
	{"getIdempotencyKey", 404, "idempotency_key_not_found", func(_ *stage, d *draft) { d.key = "another" }},
	{"getPayee", 404, "account_not_found", func(_ *stage, d *draft) { d.account = unusedNumber }},
	{"adminEndSessions", 404, "account_not_found", func(_ *stage, d *draft) { d.account = unusedNumber }},
	{"endSession", 404, "session_not_found", func(_ *stage, d *draft) { d.entry = "019aa8a4-6c40-7a52-9d5e-3f1c8e6b7a90" }},
	{"endSession", 404, "session_not_found", func(s *stage, d *draft) {
		d.entry = newestSession(s.world, s.login(s.open("730164", 0))) // of another account
	}},
	{"endSession", 404, "session_not_found", func(s *stage, d *draft) {
		require.Equal(s.t, 204, s.send(d).status) // and then once more
	}},
	{"getStatement", 406, "not_acceptable", accepting("application/json")},
	{"getStatement", 406, "not_acceptable", accepting("text/csv;q=0, image/*")},
	{"openAccount", 409, "too_many_accounts", func(s *stage, d *draft) {
		furtherAccount(s, d)
		for range auth.MaxAccounts - 1 {
			require.Equal(s.t, 201, s.send(d).status)
		}
	}},
	{"adminTrialBalance", 406, "not_acceptable", accepting("application/pdf")},
	{"transfer", 409, "reference_used", func(s *stage, d *draft) {
		d.body["reference"] = "2026-11/0001"
		require.Equal(s.t, 201, s.send(d).status) // and then once more
	}},
	{"deposit", 409, "account_closed", closed},
	{"withdraw", 409, "account_closed", closed},
	{"transfer", 409, "account_closed", closed},
	{"transfer", 409, "account_closed", func(s *stage, d *draft) { s.close(d.body["to_account"].(string)) }},
	{"freezeAccount", 409, "account_closed", closed},
	{"setLimits", 409, "account_closed", closed},
	{"unfreezeAccount", 409, "account_closed", func(s *stage, d *draft) {
		require.Equal(s.t, 200, s.send(d).status)
		closed(s, d)
	}},
	{"unfreezeAccount", 409, "account_not_frozen", func(s *stage, d *draft) {
		require.Equal(s.t, 200, s.send(d).status) // and then once more
	}},
	{"closeAccount", 409, "account_closed", func(s *stage, d *draft) {
		require.Equal(s.t, 200, s.send(d).status) // and then once more
	}},
	{"closeAccount", 409, "account_closed", func(s *stage, d *draft) {
		heir := sweep(s, d)
		s.close(heir)
	}},
	{"closeAccount", 409, "account_not_empty", func(s *stage, d *draft) {
		sweep(s, d)
		delete(d.body, "sweep_to")
	}},
	{"unlockAccount", 409, "account_not_locked", func(s *stage, d *draft) { d.account = s.open("730164", 0).number }},

	{"startSecondFactor", 409, "second_factor_enabled", withFactor},
	{"confirmSecondFactor", 409, "second_factor_not_started", func(s *stage, d *draft) {
		require.Equal(s.t, 200, s.send(d).status) // and then once more
	}},
	{"removeSecondFactor", 409, "second_factor_not_started", func(s *stage, d *draft) {
		require.Equal(s.t, 204, s.send(d).status) // and then once more
	}},
	{"replaceRecoveryCodes", 409, "second_factor_not_started", func(s *stage, d *draft) {
		s.removeFactor(s.ada, s.session, d.body["code"].(string))
	}},

	{"openAccount", 422, "weak_pin", set("pin", "123456")},
	{"openAccount", 422, "idempotency_key_reused", func(s *stage, d *draft) {
		openedBefore(s, d)
		d.body["pin"] = "604713"
	}},
	{"resetPin", 422, "weak_pin", set("new_pin", "777777")},
	{"changePin", 422, "weak_pin", set("new_pin", "777777")},
	{"deposit", 422, "balance_limit_exceeded", func(s *stage, _ *draft) { fillAccount(s, s.ada.number) }},
	{"deposit", 422, "idempotency_key_reused", keyUsedBefore},
	{"withdraw", 422, "insufficient_funds", set("amount", 100_001)},
	{"withdraw", 422, "idempotency_key_reused", keyUsedBefore},
	{"getStatement", 422, "statement_too_large", func(s *stage, _ *draft) {
		// Only the last entry's place in the history is checked before the rest is read.
		moveAccount(s, s.ada.number, "last_sequence = 25000")
		behindTheServer(s.world, `INSERT INTO transactions (id, account_number, sequence, previous_id, transaction_type, amount,
			currency, balance_after, timestamp, description, hash) SELECT CAST('019aa8a4-6c40-7a52-9d5e-`+s.ada.number+`' AS `+storetest.UUID()+`),
			account_number, 25001, last_id, 2, 1, 'USD', 1, last_timestamp + 1, '', `+storetest.Zeros(32)+`
			FROM accounts WHERE account_number = `+s.ada.number)
	}},
	{"transfer", 422, "insufficient_funds", set("amount", 100_001)},
	{"transfer", 422, "same_account", func(s *stage, d *draft) { d.body["to_account"] = s.ada.number }},
	{"transfer", 422, "currency_mismatch", func(s *stage, d *draft) {
		a := s.call("POST", "/accounts", body(map[string]any{"account_holder_name": "Bob", "pin": "730164", "currency": "EUR"}))
		d.body["to_account"] = a.field("account_number")
	}},
	{"transfer", 422, "balance_limit_exceeded", func(s *stage, d *draft) { fillAccount(s, d.body["to_account"].(string)) }},
	{"transfer", 422, "idempotency_key_reused", keyUsedBefore},

	{"withdraw", 422, "limit_exceeded", limited},
	{"transfer", 422, "limit_exceeded", limited},
	{"closeAccount", 422, "same_account", func(s *stage, d *draft) {
		sweep(s, d)
		d.body["sweep_to"] = d.account
	}},
	{"closeAccount", 422, "currency_mismatch", func(s *stage, d *draft) {
		sweep(s, d)
		a := s.call("POST", "/accounts", body(map[string]any{"account_holder_name": "Bob", "pin": "730164", "currency": "EUR"}))
		d.body["sweep_to"] = a.field("account_number")
	}},
	{"closeAccount", 422, "balance_limit_exceeded", func(s *stage, d *draft) { fillAccount(s, sweep(s, d)) }},

	{"transferMany", 422, "batch_refused", func(_ *stage, d *draft) { firstItem(d)["amount"] = 100_001 }},
	{"transferMany", 422, "idempotency_key_reused", func(s *stage, d *draft) {
		d.more = append(d.more, idempotencyKey("k"))
		require.Equal(s.t, 201, s.send(d).status)
		firstItem(d)["amount"] = 101
	}},

	{"openAccount", 423, "account_locked", func(s *stage, d *draft) { s.lock(openedBefore(s, d)) }},
	{"changePin", 423, "account_locked", lockedAccount},
	{"deposit", 423, "account_frozen", frozen},
	{"withdraw", 423, "account_frozen", frozen},
	{"transfer", 423, "account_frozen", frozen},
	{"transfer", 423, "account_frozen", func(s *stage, d *draft) { s.freeze(d.body["to_account"].(string)) }},
	{"freezeAccount", 423, "account_frozen", frozen}, // an owner's freeze replaces none of the bank's
	{"closeAccount", 423, "account_frozen", frozen},
	{"closeAccount", 423, "account_frozen", func(s *stage, d *draft) { s.freeze(sweep(s, d)) }},
	{"login", 423, "account_locked", lockedAccount},
	{"startSecondFactor", 423, "account_locked", lockedAccount},
	{"removeSecondFactor", 423, "account_locked", lockedAccount},
	{"replaceRecoveryCodes", 423, "account_locked", lockedAccount},

	{"openAccount", 500, "internal", damaged("ALTER TABLE transactions RENAME TO lost")},
	{"listAccounts", 500, "internal", damaged("ALTER TABLE customers RENAME COLUMN name_folded TO lost")},
	{"changeAccount", 500, "internal", damaged("ALTER TABLE customers RENAME COLUMN name_folded TO lost")},
	{"getBalance", 500, "internal", damaged("ALTER TABLE transactions RENAME TO lost")},
	{"getAccount", 500, "internal", damaged("ALTER TABLE customers RENAME COLUMN name_folded TO lost")},
	{"deposit", 500, "internal", damaged("ALTER TABLE transactions RENAME TO lost")},
	{"withdraw", 500, "internal", damaged("ALTER TABLE transactions RENAME TO lost")},
	{"transfer", 500, "internal", damaged("ALTER TABLE transactions RENAME TO lost")},
	{"transferMany", 500, "internal", damaged("ALTER TABLE transfer_batches RENAME TO lost")},
	{"getTransferBatch", 500, "internal", damaged("ALTER TABLE transfer_batches RENAME TO lost")},
	{"listTransactions", 500, "internal", damaged("ALTER TABLE transactions RENAME TO lost")},
	{"getTransaction", 500, "internal", damaged("ALTER TABLE transactions RENAME TO lost")},
	{"getIdempotencyKey", 500, "internal", damaged("ALTER TABLE idempotency_keys RENAME TO lost")},
	{"changePin", 500, "internal", damaged("UPDATE customers SET pin_hash = 'illegible'")},
	{"getSecondFactor", 500, "internal", damaged("ALTER TABLE second_factors RENAME TO lost")},
	{"startSecondFactor", 500, "internal", damaged("ALTER TABLE second_factors RENAME TO lost")},
	{"confirmSecondFactor", 500, "internal", damaged("ALTER TABLE second_factors RENAME TO lost")},
	{"removeSecondFactor", 500, "internal", damaged("ALTER TABLE second_factors RENAME TO lost")},
	{"replaceRecoveryCodes", 500, "internal", damaged("ALTER TABLE recovery_codes RENAME TO lost")},
	{"freezeAccount", 500, "internal", damaged("ALTER TABLE events RENAME TO lost")},
	{"unfreezeAccount", 500, "internal", damaged("ALTER TABLE events RENAME TO lost")},
	{"closeAccount", 500, "internal", damaged("ALTER TABLE events RENAME TO lost")},
	{"getLimits", 500, "internal", damaged("ALTER TABLE customers RENAME COLUMN name_folded TO lost")},
	{"setLimits", 500, "internal", damaged("ALTER TABLE events RENAME TO lost")},
	{"unlockAccount", 500, "internal", damaged("ALTER TABLE events RENAME TO lost")},
	{"login", 500, "internal", damaged("UPDATE customers SET pin_hash = 'illegible'")},
	{"resetPin", 500, "internal", damaged("ALTER TABLE pin_reset_codes RENAME TO lost")},
	{"refreshTokens", 500, "internal", damaged("ALTER TABLE token_blacklist RENAME TO lost")},
	{"logout", 500, "internal", damaged("ALTER TABLE token_blacklist RENAME TO lost")},
	{"getBalances", 500, "internal", damaged("ALTER TABLE transactions RENAME TO lost")},
	{"getStatement", 500, "internal", damaged("ALTER TABLE transactions RENAME TO lost")},
	{"listAccountEvents", 500, "internal", damaged("ALTER TABLE events RENAME TO lost")},
	{"getPayee", 500, "internal", damaged("ALTER TABLE customers RENAME COLUMN name_folded TO lost")},
	{"checkSession", 500, "internal", damaged("ALTER TABLE sessions RENAME COLUMN ended_at TO lost")},
	{"listSessions", 500, "internal", damaged("ALTER TABLE sessions RENAME COLUMN user_agent TO lost")},
	{"endSession", 500, "internal", damaged("ALTER TABLE token_blacklist RENAME TO lost")},
	{"endOtherSessions", 500, "internal", damaged(storetest.Break("sessions", "TRUE"))},
	{"adminEndSessions", 500, "internal", damaged(storetest.Break("sessions", "TRUE"))},
	{"adminActivity", 500, "internal", damaged("ALTER TABLE events RENAME TO lost")},
	{"adminListAccounts", 500, "internal", damaged("ALTER TABLE customers RENAME COLUMN name_folded TO lost")},
	{"adminStats", 500, "internal", damaged("ALTER TABLE transactions RENAME TO lost")},
	{"adminTrialBalance", 500, "internal", damaged("ALTER TABLE transactions RENAME TO lost")},
	{"adminGetPolicies", 500, "internal", func(s *stage, d *draft) {
		d.credentials = []requestOption{bearer(s.session.AccessToken)}
		damaged("ALTER TABLE sessions RENAME COLUMN ended_at TO lost")(s, d)
	}},
	{"adminListEvents", 500, "internal", damaged("ALTER TABLE events RENAME TO lost")},
}
