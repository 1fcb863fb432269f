package server_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/api"
	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/credentials"
	"github.com/bankingcore/bankcore/internal/ledger"
)

var asOperator = auth.Caller{Operator: true}

// serviceClient creates a service client, and a key for it.
func (w *world) serviceClient(permissions ...auth.Permission) (id, key string) {
	w.t.Helper()
	return w.clientWith(func(c *auth.ClientSettings) { c.Permissions = permissions })
}

func (w *world) clientWith(change ...func(*auth.ClientSettings)) (id, key string) {
	w.t.Helper()
	settings := auth.ClientSettings{Name: "Payroll", Permissions: auth.ClientPermissions()}
	for _, c := range change {
		c(&settings)
	}
	client, err := w.auth.AdminCreateClient(context.Background(), asOperator, settings)
	require.NoError(w.t, err)
	return client.ID.String(), w.newKey(client.ID.String())
}

func (w *world) newKey(client string) string {
	w.t.Helper()
	key, err := w.auth.AdminCreateClientKey(context.Background(), asOperator, uuid.MustParse(client))
	require.NoError(w.t, err)
	return key.Text
}

func onlyFor(account string) func(*auth.ClientSettings) {
	return func(c *auth.ClientSettings) {
		number, err := ledger.ParseAccountNumber(account)
		if err != nil {
			panic(err)
		}
		c.Accounts = []ledger.AccountNumber{number}
		c.Permissions = slices.DeleteFunc(c.Permissions, func(p auth.Permission) bool { return p == auth.CustomersManage })
	}
}

// forgedKey returns a key with an id that exists and a secret of its own.
func forgedKey(t *testing.T, id string) string {
	t.Helper()
	const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
	bits := uint64(0)
	for _, c := range id {
		bits = bits<<5 | uint64(strings.IndexRune(alphabet, c))
	}
	first := []byte{byte(bits >> 32), byte(bits >> 24), byte(bits >> 16), byte(bits >> 8), byte(bits)}
	key, err := credentials.NewClientKey(io.MultiReader(strings.NewReader(string(first)), rand.Reader))
	require.NoError(t, err)
	require.Equal(t, id, key.ID)
	return key.Text
}

func TestClientPermissionsAreThoseOfTheContract(t *testing.T) {
	t.Parallel()
	spec, err := api.GetSpec()
	require.NoError(t, err)
	var listed []auth.Permission
	for _, name := range spec.Components.Schemas["ClientPermission"].Value.Enum {
		listed = append(listed, auth.Permission(fmt.Sprint(name)))
	}
	require.ElementsMatch(t, auth.ClientPermissions(), listed)
}

// TestClientsDoWhatTheirPermissionsSay sends every operation as every kind of service client.
func TestClientsDoWhatTheirPermissionsSay(t *testing.T) {
	t.Parallel()
	kinds := map[string]struct {
		client func(s *stage, o contractOperation) *draft
		want   func(o contractOperation, has bool) string
	}{
		"with every permission": {asClient(), func(o contractOperation, has bool) string { return yesIf(has, o) }},
		"with this permission alone": {func(s *stage, o contractOperation) *draft {
			return asClient(func(c *auth.ClientSettings) {
				c.Permissions = []auth.Permission{auth.AccountsOpen}
				if possible(o) {
					c.Permissions = []auth.Permission{auth.Permission(o.permission())}
				}
			})(s, o)
		}, func(o contractOperation, has bool) string { return yesIf(has, o) }},
		"with every other permission": {func(s *stage, o contractOperation) *draft {
			return asClient(func(c *auth.ClientSettings) {
				c.Permissions = slices.DeleteFunc(auth.ClientPermissions(), func(p auth.Permission) bool { return string(p) == o.permission() })
			})(s, o)
		}, func(contractOperation, bool) string { return "no" }},
		"restricted to this account": {func(s *stage, o contractOperation) *draft {
			return asClient(onlyFor(s.ada.number))(s, o)
		}, func(o contractOperation, has bool) string { return yesIf(has && o.reachesAda(), o) }},
		"restricted to another account": {func(s *stage, o contractOperation) *draft {
			return asClient(onlyFor(s.open("730164", 0).number))(s, o)
		}, func(contractOperation, bool) string { return "no" }},
		"expired": {func(s *stage, o contractOperation) *draft {
			d := asClient(func(c *auth.ClientSettings) { c.ExpiresAt = s.clock.Now().Add(time.Minute) })(s, o)
			s.clock.pass(time.Minute)
			return d
		}, func(contractOperation, bool) string { return "401 invalid_client_key" }},
		"revoked": {func(s *stage, o contractOperation) *draft {
			d := properDraft(s, o)
			id, key := s.clientWith()
			require.NoError(s.t, s.auth.AdminRevokeClient(context.Background(), asOperator, uuid.MustParse(id)))
			d.credentials = []requestOption{bearer(key)}
			return d
		}, func(contractOperation, bool) string { return "401 invalid_client_key" }},
		"from another network": {func(s *stage, o contractOperation) *draft {
			return asClient(func(c *auth.ClientSettings) { c.Networks = []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24")} })(s, o)
		}, func(contractOperation, bool) string { return "403 client_network_refused" }},
		"beside a wrong admin key": {func(s *stage, o contractOperation) *draft {
			d := asClient()(s, o)
			d.credentials = append(d.credentials, adminKey("wrong"))
			return d
		}, func(o contractOperation, has bool) string {
			if o.takes("adminKey") {
				return "key"
			}
			return yesIf(has, o)
		}},
	}
	operations := contractOperations(t)
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			for id, o := range operations {
				if o.permission() == "public" || !o.takes("bearerAuth") {
					continue
				}
				s := newStage(w)
				a := s.send(kind.client(s, o))
				require.Equal(t, kind.want(o, possible(o)), matrixCell(a), "%s: %s", id, a.text())
			}
		})
	}
}

// asClient returns a request as a client with every permission sends it.
func asClient(change ...func(*auth.ClientSettings)) func(s *stage, o contractOperation) *draft {
	return func(s *stage, o contractOperation) *draft {
		d := properDraft(s, o)
		_, key := s.clientWith(change...)
		d.credentials = []requestOption{bearer(key)}
		return d
	}
}

// possible reports whether a client can have the permission that an operation needs.
func possible(o contractOperation) bool {
	return slices.Contains(auth.ClientPermissions(), auth.Permission(o.permission()))
}

// reachesAda reports whether a client that is restricted to Ada's account can do an operation on it.
func (o contractOperation) reachesAda() bool {
	return o.namesAccount() && o.OperationID != "getPayee" && o.permission() != string(auth.CustomersManage)
}

func yesIf(yes bool, o contractOperation) string {
	if yes {
		return fmt.Sprint(successes[o.OperationID])
	}
	return "no"
}

// TestAClientCannotWidenItself: no operation gives a client, or a key of its own making, more than it has.
func TestAClientCannotWidenItself(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, p := range []auth.Permission{auth.SelfManage, auth.ClientsManage, auth.RolesManage, auth.RequestsDecide} {
		_, err := w.auth.AdminCreateClient(context.Background(), asOperator, auth.ClientSettings{Name: "Payroll", Permissions: []auth.Permission{p}})
		require.ErrorContains(t, err, "is not a permission that a service client can have")
	}
	id, key := w.clientWith()
	for _, try := range []struct{ method, path, body string }{
		{"POST", "/admin/clients", `{"name":"Payroll","permissions":["accounts:read"]}`},
		{"PATCH", "/admin/clients/" + id, `{"account_numbers":[]}`},
		{"PATCH", "/admin/clients/" + id, `{"expires_at":null}`},
		{"POST", "/admin/clients/" + id + "/keys", ""},
		{"GET", "/admin/clients", ""},
		{"GET", "/admin/clients/" + id, ""},
		{"GET", "/admin/clients/" + id + "/keys", ""},
		{"DELETE", "/admin/clients/" + id + "/keys/" + key[8:16], ""},
		{"DELETE", "/admin/clients/" + id, ""},
	} {
		options := []requestOption{bearer(key)}
		if try.body != "" {
			options = append(options, rawBody(try.body))
		}
		a := w.call(try.method, try.path, options...)
		require.Equal(t, 403, a.status, "%s %s: %s", try.method, try.path, a.text())
		require.Equal(t, "forbidden", a.code())
	}
	// The admin key can neither give what it lacks, nor take a key of a client that has it.
	for _, change := range []string{`{"name":"Mine"}`, `{"permissions":["accounts:read","deposits:write"]}`} {
		require.Equal(t, 403, w.call("PATCH", "/admin/clients/"+id, adminKey(testAdminKey), rawBody(change)).status)
	}
	require.Equal(t, 403, w.call("POST", "/admin/clients/"+id+"/keys", adminKey(testAdminKey)).status)
	require.Equal(t, 204, w.call("DELETE", "/admin/clients/"+id, adminKey(testAdminKey)).status, "revoking it gives nothing")
}

// TestARestrictedClientSeesNothingElse: about every other account it learns the same, whether or not the account exists.
func TestARestrictedClientSeesNothingElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bob := w.open("730164", 5)
	bobsEntry := newestEntry(w, bob.number)
	for id, o := range contractOperations(t) {
		if !o.takes("bearerAuth") || !o.namesAccount() {
			continue
		}
		s := newStage(w)
		d := properDraft(s, o)
		_, key := s.clientWith(onlyFor(s.ada.number))
		d.credentials = []requestOption{bearer(key), header("X-Request-Id", "the-same")}
		var first string
		for _, number := range []string{bob.number, unusedNumber, "000000000000"} {
			d.account, d.entry = number, bobsEntry
			a := s.send(d)
			require.Equal(t, "no", matrixCell(a), "%s: %s", id, a.text())
			if first == "" {
				first = a.text()
			}
			require.Equal(t, first, a.text())
		}
	}
}
