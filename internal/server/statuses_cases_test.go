package server_test

import (
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// bend turns a successful request, or the world that it meets, into a failing one. It may be nil.
type bend func(s *stage, d *draft)

// unusedNumber has a valid check digit but belongs to no account: no account number is drawn that low.
const unusedNumber = "100000000008"

// successes are the statuses of the operations when they succeed.
var successes = map[string]int{
	"openAccount": 201, "getAccount": 200, "deposit": 201, "withdraw": 201, "transfer": 201,
	"listTransactions": 200, "getTransaction": 200, "getIdempotencyKey": 200, "transferMany": 201, "getTransferBatch": 200, "changePin": 204, "unlockAccount": 200,
	"login": 200, "refreshTokens": 200, "logout": 204, "resetPin": 204,
	"adminListAccounts": 200, "adminStats": 200, "adminActivity": 200, "adminListEvents": 200, "adminEndSessions": 200,
	"getSecondFactor": 200, "startSecondFactor": 200, "confirmSecondFactor": 200, "removeSecondFactor": 204, "replaceRecoveryCodes": 200,
	"getBalances": 200, "getStatement": 200, "listAccountEvents": 200, "getPayee": 200,
	"listSessions": 200, "checkSession": 200, "endSession": 204, "endOtherSessions": 204,
	"health": 200, "ready": 200, "version": 200, "listCurrencies": 200,
}

// particularCases belong to one operation only.
var particularCases = []struct {
	operation string
	status    int
	code      string
	bend      bend
}{
	{"login", 200, "", set("session", "cookie")},
	{"refreshTokens", 200, "", inCookie},
	{"getStatement", 200, "", accepting("application/pdf")},
	{"getStatement", 200, "", accepting("text/csv")},
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

	{"transfer", 400, "invalid_request", set("amount", 0)},
	{"transferMany", 400, "invalid_request", set("items", []any{})},
	{"transferMany", 400, "invalid_request", set("mode", "some")},
	{"getStatement", 400, "invalid_request", asking("")},
	{"getStatement", 400, "invalid_request", asking("?month=2026-13")},
	{"getStatement", 400, "invalid_request", asking("?month=2026-12")}, // not begun yet
	{"getBalances", 400, "invalid_request", asking("?days=0")},
	{"getBalances", 400, "invalid_request", asking("?days=367")},
	{"adminActivity", 400, "invalid_request", asking("?days=91")},
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

	{"openAccount", 403, "invitation_required", openedBy(bank.OpeningsCode)},
	{"openAccount", 403, "invalid_invitation", func(s *stage, d *draft) {
		openedBy(bank.OpeningsCode)(s, d)
		d.body["invitation_code"] = otherCode
	}},
	{"openAccount", 403, "openings_closed", openedBy(bank.OpeningsStaff)},
	{"unlockAccount", 403, "forbidden", func(s *stage, d *draft) { // the administrator's own account
		admin, session := s.admin()
		d.account, d.credentials = admin.number, []requestOption{bearer(session.AccessToken)}
	}},

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
	{"transfer", 409, "reference_used", func(s *stage, d *draft) {
		d.body["reference"] = "2026-11/0001"
		require.Equal(s.t, 201, s.send(d).status) // and then once more
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

	{"transferMany", 422, "batch_refused", func(_ *stage, d *draft) { firstItem(d)["amount"] = 100_001 }},
	{"transferMany", 422, "idempotency_key_reused", func(s *stage, d *draft) {
		d.more = append(d.more, idempotencyKey("k"))
		require.Equal(s.t, 201, s.send(d).status)
		firstItem(d)["amount"] = 101
	}},

	{"openAccount", 423, "account_locked", func(s *stage, d *draft) { s.lock(openedBefore(s, d)) }},
	{"changePin", 423, "account_locked", lockedAccount},
	{"login", 423, "account_locked", lockedAccount},
	{"startSecondFactor", 423, "account_locked", lockedAccount},
	{"removeSecondFactor", 423, "account_locked", lockedAccount},
	{"replaceRecoveryCodes", 423, "account_locked", lockedAccount},

	{"openAccount", 500, "internal", damaged("ALTER TABLE transactions RENAME TO lost")},
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
	{"adminListEvents", 500, "internal", damaged("ALTER TABLE events RENAME TO lost")},
}

// statusCases are the ways to produce every status: by statusKey, then by the problem's code ("" for a success). What follows from an
// operation's nature is tried on every such operation, whatever statuses the contract lists for it.
func statusCases(operations map[string]contractOperation) map[string]map[string][]bend {
	cases := map[string]map[string][]bend{}
	add := func(operation string, status int, code string, bends ...bend) {
		key := statusKey(operation, status)
		if cases[key] == nil {
			cases[key] = map[string][]bend{}
		}
		cases[key][code] = append(cases[key][code], bends...)
	}
	for operation, status := range successes {
		add(operation, status, "", nil)
	}
	for _, c := range particularCases {
		add(c.operation, c.status, c.code, c.bend)
	}
	for id, o := range operations {
		add(id, 400, "invalid_request", func(_ *stage, d *draft) { d.query = "?surprise=1" })
		if o.namesAccount() {
			add(id, 400, "invalid_request", func(_ *stage, d *draft) { d.account = "12345" })
		}
		if o.hasBody() {
			add(id, 400, "invalid_request", bodyOf(`{"amount": `), bodyOf(`[]`), bodyOf(`null`))
			add(id, 413, "payload_too_large", bodyOf(`"`+strings.Repeat("x", o.maxBody())+`"`))
			add(id, 415, "unsupported_media_type", ofType("text/plain"), ofType("application/x-www-form-urlencoded"))
		} else {
			add(id, 400, "invalid_request", bodyOf(`{}`), bodyOf(strings.Repeat(" ", 16<<10+1)))
		}
		addCredentialCases(o, add)
		if o.limit() != "" {
			add(id, 429, "rate_limited", quotaSpent)
		}
		if o.takes("adminKey") {
			add(id, 429, "rate_limited", adminKeyGuessed)
		}
		if id != "health" && id != "version" && id != "listCurrencies" { // these need no database
			add(id, 503, "unavailable", func(s *stage, _ *draft) { require.NoError(s.t, s.store.Close()) })
		}
	}
	return cases
}

func addCredentialCases(o contractOperation, add func(operation string, status int, code string, bends ...bend)) {
	if o.takes("bearerAuth") {
		add(o.OperationID, 401, "unauthenticated", as(), as(header("Authorization", "Basic YWRhOjQ4MjkxMw==")))
		add(o.OperationID, 401, "invalid_token", as(bearer("not.a.token")))
		add(o.OperationID, 401, "token_revoked", func(s *stage, d *draft) {
			d.credentials = []requestOption{bearer(s.session.AccessToken)}
			logOut(s)
		})
	}
	if o.takes("bearerAuth") && (o.ofAccount() || o.takes("adminKey")) {
		add(o.OperationID, 403, "forbidden", func(s *stage, d *draft) {
			d.account = s.open("730164", 0).number
			d.credentials = []requestOption{bearer(s.session.AccessToken)}
		})
	}
	if o.takes("adminKey") {
		add(o.OperationID, 403, "invalid_admin_key", as(adminKey("wrong")), as(adminKey("")))
	}
	if o.takes("adminKey") && o.ofAccount() {
		add(o.OperationID, 404, "account_not_found", func(_ *stage, d *draft) {
			d.account = unusedNumber
			d.credentials = []requestOption{adminKey(testAdminKey)}
		})
	}
}
