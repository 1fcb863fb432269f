package server_test

import (
	"slices"
	"strings"
)

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
	for _, c := range slices.Concat(particularCases, clientCases, requestCases, standingOrderCases, reversalCases, holdCases) {
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
			add(id, 503, "unavailable", cutOff)
		}
	}
	return cases
}

func addCredentialCases(o contractOperation, add func(operation string, status int, code string, bends ...bend)) {
	if o.takes("bearerAuth") {
		add(o.OperationID, 401, "unauthenticated", as(header("Authorization", "Basic YWRhOjQ4MjkxMw==")))
		if !o.optional() {
			add(o.OperationID, 401, "unauthenticated", as())
		}
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
	if o.takes("bearerAuth") {
		addClientCases(o, add)
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
