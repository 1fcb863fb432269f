package server_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestTheOriginalSystemsWalk sends what clients of the system that this bank replaces send: to its paths, with its members, and with the
// answers that they read. Members may be added to an answer, but none of these changes.
func TestTheOriginalSystemsWalk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	send := func(status int, method, path, content string, more ...requestOption) map[string]any {
		t.Helper()
		w.clock.pass(time.Second)
		if content != "" {
			more = append(more, rawBody(content))
		}
		a := w.call(method, path, more...)
		require.Equal(t, status, a.status, a.text())
		var got map[string]any
		if len(a.body) > 0 {
			a.decode(&got)
		}
		return got
	}
	requireHas := func(want, got map[string]any) {
		t.Helper()
		for member, value := range want {
			require.Equal(t, value, got[member], member)
		}
	}

	opened := send(201, "POST", "/accounts", `{"account_holder_name":"Ada Lovelace","pin":"482913","initial_deposit":1000}`)
	requireHas(map[string]any{"account_holder_name": "Ada Lovelace", "balance": 1000.0, "currency": "USD", "role": "customer", "is_locked": false}, opened)
	number := opened["account_number"].(string)
	other := send(201, "POST", "/accounts", `{"account_holder_name":"Bob","pin":"730164"}`)["account_number"].(string)
	path, pin := "/accounts/"+number, `{"account_number":"`+number+`","pin":"482913"}`
	signedIn := send(200, "POST", "/auth/login", pin)
	require.Equal(t, "Bearer", signedIn["token_type"])
	token := bearer(signedIn["access_token"].(string))
	require.NotEmpty(t, signedIn["refresh_token"])

	requireHas(map[string]any{"account_number": number, "transaction_type": "deposit", "amount": 500.0, "balance_after": 1500.0, "description": "Salary"},
		send(201, "POST", path+"/deposit", `{"amount":500,"description":"Salary"}`, token))
	requireHas(map[string]any{"transaction_type": "withdrawal", "amount": 200.0, "balance_after": 1300.0, "description": ""},
		send(201, "POST", path+"/withdraw", `{"amount":200}`, token))
	requireHas(map[string]any{"transaction_type": "transfer_out", "amount": 300.0, "balance_after": 1000.0, "counterparty_account": other},
		send(201, "POST", path+"/transfer", `{"to_account":"`+other+`","amount":300,"description":"Rent"}`, token))
	require.Equal(t, "insufficient_funds", send(422, "POST", path+"/withdraw", `{"amount":1001}`, token)["code"])

	history := send(200, "GET", path+"/transactions", "", token)
	require.Nil(t, history["next_cursor"])
	var types []any
	for _, entry := range history["data"].([]any) {
		types = append(types, entry.(map[string]any)["transaction_type"])
	}
	require.Equal(t, []any{"transfer_out", "withdrawal", "deposit", "account_opened"}, types)
	requireHas(map[string]any{"account_number": number, "balance": 1000.0, "is_locked": false}, send(200, "GET", path, "", token))

	wrong := `{"account_number":"` + number + `","pin":"604713"}`
	for range 3 {
		require.Equal(t, "invalid_credentials", send(401, "POST", "/auth/login", wrong)["code"])
	}
	require.Equal(t, "account_locked", send(423, "POST", "/auth/login", pin)["code"])
	requireHas(map[string]any{"is_locked": true, "balance": 1000.0}, send(200, "GET", path, "", adminKey(testAdminKey)))
	requireHas(map[string]any{"account_number": number, "is_locked": false}, send(200, "POST", path+"/unlock", "", adminKey(testAdminKey)))
	w.clock.pass(time.Hour)
	send(204, "POST", "/auth/logout", "", bearer(send(200, "POST", "/auth/login", pin)["access_token"].(string)))
	w.verify()
}
