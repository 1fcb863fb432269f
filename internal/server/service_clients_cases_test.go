package server_test

import (
	"net/netip"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
)

// unusedID is the id of nothing.
const unusedID = "019aa8a4-6c40-7a52-9d5e-3f1c8e6b7a90"

// clientCases belong to the operations that manage service clients.
var clientCases = []particularCase{
	{"adminCreateClient", 201, "", set("account_numbers", []any{})},
	{"adminCreateClient", 201, "", set("expires_at", nil)},
	{"adminChangeClient", 200, "", set("expires_at", nil)},
	{"adminCreateClient", 400, "invalid_request", set("name", "<b>")},
	{"adminCreateClient", 400, "invalid_request", set("permissions", []any{})},
	{"adminCreateClient", 400, "invalid_request", set("permissions", []any{"clients:manage"})},
	{"adminCreateClient", 400, "invalid_request", set("account_numbers", []any{unusedNumber})},
	{"adminCreateClient", 400, "invalid_request", set("account_numbers", []any{"481207359145"})},
	{"adminCreateClient", 400, "invalid_request", func(s *stage, d *draft) {
		d.body["permissions"], d.body["account_numbers"] = []any{"customers:manage"}, []any{s.ada.number}
	}},
	{"adminCreateClient", 400, "invalid_request", set("ip_networks", []any{"203.0.113.0/33"})},
	{"adminCreateClient", 400, "invalid_request", set("ip_networks", []any{"::ffff:203.0.113.0/120"})},
	{"adminCreateClient", 400, "invalid_request", set("rate_limit", 600_001)},
	{"adminCreateClient", 400, "invalid_request", set("expires_at", "2026-11-22T07:30:00Z")}, // a moment ago
	{"adminCreateClient", 400, "invalid_request", set("expires_at", "2026-13-22T07:30:00Z")},
	{"adminChangeClient", 400, "invalid_request", func(_ *stage, d *draft) { d.body = map[string]any{} }},
	{"adminChangeClient", 400, "invalid_request", set("permissions", []any{"roles:manage"})},
	{"adminGetClient", 400, "invalid_request", ofClient("x")},
	{"adminRevokeClientKey", 400, "invalid_request", func(_ *stage, d *draft) { d.key = "7k3mq9tI" }},
	{"adminCreateClient", 403, "forbidden", set("permissions", []any{"deposits:write"})}, // which the admin key lacks

	{"adminGetClient", 404, "client_not_found", ofClient(unusedID)},
	{"adminChangeClient", 404, "client_not_found", ofClient(unusedID)},
	{"adminRevokeClient", 404, "client_not_found", ofClient(unusedID)},
	{"adminCreateClientKey", 404, "client_not_found", ofClient(unusedID)},
	{"adminListClientKeys", 404, "client_not_found", ofClient(unusedID)},
	{"adminRevokeClientKey", 404, "client_not_found", ofClient(unusedID)},
	{"adminRevokeClientKey", 404, "client_key_not_found", func(_ *stage, d *draft) { d.key = "00000000" }},
	{"adminRevokeClientKey", 404, "client_key_not_found", func(s *stage, d *draft) {
		_, d.key = s.serviceClient(auth.AccountsRead) // of another client
		d.key = d.key[8:16]
	}},
	{"adminRevokeClientKey", 404, "client_key_not_found", func(s *stage, d *draft) {
		require.Equal(s.t, 204, s.send(d).status) // and then once more
	}},
	{"adminRevokeClient", 204, "", func(s *stage, d *draft) {
		require.Equal(s.t, 204, s.send(d).status) // and then once more
	}},
	{"adminChangeClient", 409, "client_revoked", revokedClient},
	{"adminCreateClientKey", 409, "client_revoked", revokedClient},
	{"adminCreateClientKey", 409, "too_many_keys", func(s *stage, d *draft) {
		require.Equal(s.t, 201, s.send(d).status) // and then once more
	}},

	{"adminCreateClient", 500, "internal", damaged("ALTER TABLE service_clients RENAME TO lost")},
	{"adminListClients", 500, "internal", damaged("ALTER TABLE service_clients RENAME TO lost")},
	{"adminGetClient", 500, "internal", damaged("UPDATE service_clients SET account_numbers = '1'")},
	{"adminChangeClient", 500, "internal", damaged("UPDATE service_clients SET ip_networks = 'everywhere'")},
	{"adminRevokeClient", 500, "internal", damaged("ALTER TABLE client_keys RENAME TO lost")},
	{"adminCreateClientKey", 500, "internal", damaged("ALTER TABLE client_keys RENAME TO lost")},
	{"adminListClientKeys", 500, "internal", damaged("ALTER TABLE client_keys RENAME TO lost")},
	{"adminRevokeClientKey", 500, "internal", damaged("ALTER TABLE client_keys RENAME TO lost")},
}

// clientDraft completes a request that manages a client with one key, by the admin key.
func clientDraft(s *stage, d *draft) {
	d.credentials = []requestOption{adminKey(testAdminKey)}
	d.entry, d.key = s.serviceClient(auth.AccountsRead)
	d.key = d.key[8:16]
	switch d.operation.OperationID {
	case "adminCreateClient":
		d.body = map[string]any{"name": "Payroll", "permissions": []any{"accounts:read"}, "ip_networks": []any{"203.0.113.7", "2001:db8::/32"}}
	case "adminChangeClient":
		d.body = map[string]any{"name": "Payroll of the north"}
	}
}

func ofClient(id string) bend { return func(_ *stage, d *draft) { d.entry = id } }

func revokedClient(s *stage, d *draft) {
	s.t.Helper()
	require.Equal(s.t, 204, s.call("DELETE", "/admin/clients/"+d.entry, adminKey(testAdminKey)).status)
}

// addClientCases adds what every operation answers that takes the key of a service client.
func addClientCases(o contractOperation, add func(operation string, status int, code string, bends ...bend)) {
	lacking := auth.AuditRead // a permission that the operation does not need
	if o.permission() == string(lacking) {
		lacking = auth.ReportsRead
	}
	as := func(change ...func(*auth.ClientSettings)) bend {
		return func(s *stage, d *draft) {
			_, key := s.clientWith(append([]func(*auth.ClientSettings){func(c *auth.ClientSettings) {
				c.Permissions = []auth.Permission{lacking}
			}}, change...)...)
			d.credentials = []requestOption{bearer(key)}
		}
	}
	add(o.OperationID, 401, "invalid_client_key", wrongClientKey, malformedClientKey)
	add(o.OperationID, 403, "forbidden", as())
	add(o.OperationID, 403, "client_network_refused", as(func(c *auth.ClientSettings) {
		c.Networks = []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24")}
	}))
	add(o.OperationID, 429, "rate_limited", func(s *stage, d *draft) {
		as(func(c *auth.ClientSettings) { c.RateLimit = 1 })(s, d)
		require.Equal(s.t, 403, s.send(d).status) // and then once more
	})
}

// wrongClientKey sends a key that is right in everything but its secret.
func wrongClientKey(s *stage, d *draft) {
	_, key := s.serviceClient(auth.AccountsRead)
	d.credentials = []requestOption{bearer(forgedKey(s.t, key[8:16]))}
}

func malformedClientKey(s *stage, d *draft) {
	_, key := s.serviceClient(auth.AccountsRead)
	d.credentials = []requestOption{bearer(key[:len(key)-1])}
}
