package server_test

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/api"
	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

var asOperator = bank.Caller{Operator: true}

// serviceClient creates a service client, and a key for it.
func (w *world) serviceClient(permissions ...bank.Permission) (id, key string) {
	w.t.Helper()
	return w.clientWith(func(c *bank.ClientSettings) { c.Permissions = permissions })
}

func (w *world) clientWith(change ...func(*bank.ClientSettings)) (id, key string) {
	w.t.Helper()
	settings := bank.ClientSettings{Name: "Payroll", Permissions: bank.ClientPermissions()}
	for _, c := range change {
		c(&settings)
	}
	client, err := w.bank.AdminCreateClient(context.Background(), asOperator, settings)
	require.NoError(w.t, err)
	return client.ID.String(), w.newKey(client.ID.String())
}

func (w *world) newKey(client string) string {
	w.t.Helper()
	key, err := w.bank.AdminCreateClientKey(context.Background(), asOperator, uuid.MustParse(client))
	require.NoError(w.t, err)
	return key.Text
}

func onlyFor(account string) func(*bank.ClientSettings) {
	return func(c *bank.ClientSettings) {
		number, err := ledger.ParseAccountNumber(account)
		if err != nil {
			panic(err)
		}
		c.Accounts = []ledger.AccountNumber{number}
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
	key, err := auth.NewClientKey(io.MultiReader(strings.NewReader(string(first)), rand.Reader))
	require.NoError(t, err)
	require.Equal(t, id, key.ID)
	return key.Text
}

func TestClientPermissionsAreThoseOfTheContract(t *testing.T) {
	t.Parallel()
	spec, err := api.GetSpec()
	require.NoError(t, err)
	var listed []bank.Permission
	for _, name := range spec.Components.Schemas["ClientPermission"].Value.Enum {
		listed = append(listed, bank.Permission(fmt.Sprint(name)))
	}
	require.ElementsMatch(t, bank.ClientPermissions(), listed)
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
			return asClient(func(c *bank.ClientSettings) {
				c.Permissions = []bank.Permission{bank.AccountsOpen}
				if possible(o) {
					c.Permissions = []bank.Permission{bank.Permission(o.permission())}
				}
			})(s, o)
		}, func(o contractOperation, has bool) string { return yesIf(has, o) }},
		"with every other permission": {func(s *stage, o contractOperation) *draft {
			return asClient(func(c *bank.ClientSettings) {
				c.Permissions = slices.DeleteFunc(bank.ClientPermissions(), func(p bank.Permission) bool { return string(p) == o.permission() })
			})(s, o)
		}, func(contractOperation, bool) string { return "no" }},
		"restricted to this account": {func(s *stage, o contractOperation) *draft {
			return asClient(onlyFor(s.ada.number))(s, o)
		}, func(o contractOperation, has bool) string { return yesIf(has && o.namesAda(), o) }},
		"restricted to another account": {func(s *stage, o contractOperation) *draft {
			return asClient(onlyFor(s.open("730164", 0).number))(s, o)
		}, func(contractOperation, bool) string { return "no" }},
		"expired": {func(s *stage, o contractOperation) *draft {
			d := asClient(func(c *bank.ClientSettings) { c.ExpiresAt = s.clock.Now().Add(time.Minute) })(s, o)
			s.clock.pass(time.Minute)
			return d
		}, func(contractOperation, bool) string { return "401 invalid_client_key" }},
		"revoked": {func(s *stage, o contractOperation) *draft {
			d := properDraft(s, o)
			id, key := s.clientWith()
			require.NoError(s.t, s.bank.AdminRevokeClient(context.Background(), asOperator, uuid.MustParse(id)))
			d.credentials = []requestOption{bearer(key)}
			return d
		}, func(contractOperation, bool) string { return "401 invalid_client_key" }},
		"from another network": {func(s *stage, o contractOperation) *draft {
			return asClient(func(c *bank.ClientSettings) { c.Networks = []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24")} })(s, o)
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
func asClient(change ...func(*bank.ClientSettings)) func(s *stage, o contractOperation) *draft {
	return func(s *stage, o contractOperation) *draft {
		d := properDraft(s, o)
		_, key := s.clientWith(change...)
		d.credentials = []requestOption{bearer(key)}
		return d
	}
}

// possible reports whether a client can have the permission that an operation needs.
func possible(o contractOperation) bool {
	return slices.Contains(bank.ClientPermissions(), bank.Permission(o.permission()))
}

// namesAda reports whether the path of a proper draft names Ada's account, and what it needs is needed for that account.
func (o contractOperation) namesAda() bool { return o.namesAccount() && o.OperationID != "getPayee" }

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
	for _, p := range []bank.Permission{bank.SelfManage, bank.ClientsManage, bank.RolesManage, bank.RequestsDecide} {
		_, err := w.bank.AdminCreateClient(context.Background(), asOperator, bank.ClientSettings{Name: "Payroll", Permissions: []bank.Permission{p}})
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

// TestAKeyIsReplacedWithoutAStop: both keys work until the first is revoked, and a change of the client holds for both at once.
func TestAKeyIsReplacedWithoutAStop(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.open("482913", 100)
	_, admin := w.admin()
	as := bearer(admin.AccessToken)
	a := w.call("POST", "/admin/clients", as, body(map[string]any{
		"name": "Card processor", "permissions": []string{"deposits:write", "accounts:read"}, "account_numbers": []string{ada.number},
	}))
	require.Equal(t, 201, a.status, a.text())
	path := a.header.Get("Location")
	newKey := func() string {
		a := w.call("POST", path+"/keys", as)
		require.Equal(t, 201, a.status, a.text())
		require.Equal(t, "no-store", a.header.Get("Cache-Control"))
		return a.field("key").(string)
	}
	deposit := func(key string) *answer {
		return w.post("/accounts/"+ada.number+"/deposit", `{"amount":1}`, bearer(key), idempotencyKey("the same for both keys"))
	}
	first := newKey()
	require.Equal(t, 201, deposit(first).status)
	second := newKey()
	replayed := deposit(second)
	require.Equal(t, 201, replayed.status)
	require.Equal(t, "true", replayed.header.Get("Idempotent-Replayed"), "the idempotency key is the client's")
	require.Equal(t, "too_many_keys", w.call("POST", path+"/keys", as).code())

	w.clock.pass(10 * time.Minute)
	require.Equal(t, 201, deposit(second).status)
	require.NoError(t, w.bank.FlushKeyUses(context.Background()))
	var list struct {
		Data []struct {
			ID       string
			LastUsed *string `json:"last_used_at"`
		}
	}
	listed := w.call("GET", path+"/keys", as)
	listed.decode(&list)
	require.NotContains(t, listed.text(), first[16:])
	used := map[string]string{}
	for _, k := range list.Data {
		used[k.ID] = *k.LastUsed
	}
	require.Equal(t, map[string]string{first[8:16]: "2026-11-22T07:30:00.123456Z", second[8:16]: "2026-11-22T07:40:00.123456Z"}, used)

	require.Equal(t, 204, w.call("DELETE", path+"/keys/"+first[8:16], as).status)
	require.Equal(t, "invalid_client_key", deposit(first).code())
	require.Equal(t, 201, deposit(second).status)
	require.Equal(t, 200, w.call("PATCH", path, as, rawBody(`{"permissions":["accounts:read"]}`)).status)
	require.Equal(t, "forbidden", deposit(second).code(), "from the next request on")
	require.Equal(t, int64(101), w.balance(ada.number))
}

// TestAnotherServerRefusesARevokedKeyAtOnce, since nothing about a key is remembered.
func TestAnotherServerRefusesARevokedKeyAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, key := w.serviceClient(bank.ReportsRead)
	other, err := bank.New(w.store, bank.Config{
		SecretKey: testSecretKey, AdminKey: testAdminKey, PinPepper: testPepper, Currency: "USD", Now: w.clock.Now, Random: rand.Reader, KDF: quickKDF,
	})
	require.NoError(t, err)
	require.Equal(t, 200, w.call("GET", "/admin/stats", bearer(key)).status)
	require.NoError(t, other.AdminRevokeClientKey(context.Background(), asOperator, uuid.MustParse(id), key[8:16]))
	require.Equal(t, "invalid_client_key", w.call("GET", "/admin/stats", bearer(key)).code())
}

// TestAKeyWorksFromItsNetworksAlone, by the address that a trusted proxy reports, and by no other claim.
func TestAKeyWorksFromItsNetworksAlone(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t, behindTwoProxies)
	_, key := w.clientWith(func(c *bank.ClientSettings) {
		c.Networks = []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("2001:db8:1::/48")}
	})
	for _, try := range []struct {
		option requestOption
		status int
	}{
		{forwardedFor("203.0.113.7"), 200},
		{forwardedFor("::ffff:203.0.113.7"), 200},
		{forwardedFor("[2001:db8:1:2::7]:443"), 200},
		{forwardedFor("2001:db8:2::7"), 403},
		{forwardedFor("203.0.114.7"), 403},
		{forwardedFor("203.0.113.7, 198.51.100.1"), 403}, // what a stranger claims before the proxy adds the stranger's address
		{header("X-Real-Ip", "203.0.113.7"), 403},
		{header("Forwarded", "for=203.0.113.7"), 403},
		{header("User-Agent", "no claim at all"), 403},
	} {
		a := w.call("GET", "/admin/stats", bearer(key), try.option)
		require.Equal(t, try.status, a.status, a.text())
		if try.status == 403 {
			require.Equal(t, "client_network_refused", a.code())
			require.NotContains(t, a.text(), "203.0.113")
		}
	}
}

// TestAKeysLimitIsExact under parallel requests, and in the place of the limits of operations and addresses.
func TestAKeysLimitIsExact(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *options) {
		for name := range o.limits {
			o.limits[name] = perMinute(1)
		}
	})
	ada := w.open("482913", 0)
	id, key := w.clientWith(func(c *bank.ClientSettings) { c.RateLimit = 20 })
	send := func(key string) *answer {
		a, err := w.try("POST", "/accounts/"+ada.number+"/deposit", bearer(key), rawBody(`{"amount":1}`))
		if err != nil {
			panic(err)
		}
		return a
	}
	var accepted, refused atomic.Int64
	var all sync.WaitGroup
	for range 200 {
		all.Go(func() {
			switch a := send(key); a.status {
			case 201:
				accepted.Add(1)
			case 429:
				refused.Add(1)
			}
		})
	}
	all.Wait()
	require.Equal(t, []int64{20, 180}, []int64{accepted.Load(), refused.Load()})
	require.Equal(t, int64(20), w.balance(ada.number))
	a := send(key)
	require.Equal(t, `"client";q=20;w=60`, a.header.Get("RateLimit-Policy"))
	require.Equal(t, "60", a.header.Get("Retry-After"))
	require.Equal(t, 201, send(w.newKey(id)).status, "each key has a limit of its own")
	w.clock.pass(time.Minute)
	require.Equal(t, 201, send(key).status)
}

// TestAClientsDeedsAreInTheAuditTrail under its own name, and refusals with what is known of them.
func TestAClientsDeedsAreInTheAuditTrail(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.open("482913", 0)
	_, admin := w.admin()
	a := w.call("POST", "/admin/clients", bearer(admin.AccessToken), rawBody(`{"name":"Payroll","permissions":["reports:read","accounts:read"]}`))
	id := a.field("id").(string)
	key := w.call("POST", "/admin/clients/"+id+"/keys", bearer(admin.AccessToken)).field("key").(string)
	require.Equal(t, 200, w.call("GET", "/accounts/"+ada.number, bearer(key)).status)
	require.Equal(t, 200, w.call("PATCH", "/admin/clients/"+id, bearer(admin.AccessToken),
		rawBody(`{"permissions":["reports:read"],"ip_networks":["203.0.113.7"],"rate_limit":7,"expires_at":"2027-01-01T00:00:00Z"}`)).status)
	require.Equal(t, 200, w.call("PATCH", "/admin/clients/"+id, bearer(admin.AccessToken), rawBody(`{"rate_limit":7}`)).status)
	w.call("GET", "/admin/stats", bearer(key))
	require.Equal(t, 204, w.call("DELETE", "/admin/clients/"+id+"/keys/"+key[8:16], bearer(admin.AccessToken)).status)
	for range 3 {
		w.call("GET", "/admin/stats", bearer(key))
		w.call("GET", "/admin/stats", bearer(forgedKey(t, key[8:16])))
	}
	require.Equal(t, 204, w.call("DELETE", "/admin/clients/"+id, bearer(admin.AccessToken)).status)
	require.NoError(t, w.bank.FlushRepeats(context.Background()))

	type line struct {
		Type, Detail, Actor string
		Count               int64
	}
	type event struct {
		Type            string `json:"event_type"`
		Detail, Actor   string
		Count, Sequence int64
	}
	var events struct{ Data []event }
	w.call("GET", "/admin/events?limit=200", adminKey(testAdminKey)).decode(&events)
	slices.SortFunc(events.Data, func(a, b event) int { return cmp.Compare(a.Sequence, b.Sequence) })
	var got []line
	for _, e := range events.Data {
		if strings.HasPrefix(e.Type, "client_") || strings.HasPrefix(e.Actor, "client:") {
			actor := e.Actor
			if actor != "client:"+id && actor != "anonymous" {
				actor = "admin"
			}
			got = append(got, line{e.Type, e.Detail, actor, e.Count})
		}
	}
	client, kid := "client:"+id, id+" "+key[8:16]
	last := got[len(got)-2:]
	require.ElementsMatch(t, []line{{"client_key_refused", "", client, 2}, {"client_key_refused", "", "anonymous", 2}}, last)
	require.Equal(t, []line{
		{"client_created", id + " accounts:read reports:read", "admin", 1},
		{"client_key_created", kid, "admin", 1},
		{"data_read", "getAccount", client, 1},
		{"client_changed", id + " permissions=accounts:read reports:read>reports:read; ip_networks=>203.0.113.7/32; rate_limit=0>7; expires_at=>2027-01-01T00:00:00Z", "admin", 1},
		{"client_network_refused", kid + " adminStats", client, 1},
		{"client_key_revoked", kid, "admin", 1},
		{"client_key_refused", kid + " adminStats", client, 1},
		{"client_key_refused", "adminStats", "anonymous", 1},
		{"client_revoked", id, "admin", 1},
	}, got[:len(got)-2])
	require.NotContains(t, fmt.Sprint(events), key[16:])
}

// TestAKeyOpensNothingElse: it is no token, no admin key and no refresh token, and no token is taken for a key.
func TestAKeyOpensNothingElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, key := w.clientWith()
	require.Equal(t, 403, w.call("GET", "/admin/stats", adminKey(key)).status)
	require.Equal(t, 401, w.call("GET", "/admin/stats", header("Authorization", "Basic "+key)).status)
	require.Equal(t, 401, w.call("GET", "/admin/stats", header("Authorization", key)).status)
	require.Equal(t, 401, w.call("POST", "/auth/refresh", body(map[string]string{"refresh_token": key})).status)
	require.Equal(t, 401, w.call("GET", "/admin/stats", header("Cookie", plainCookie+"="+key)).status)
	require.Equal(t, 200, w.call("GET", "/admin/stats", header("Authorization", "bearer "+key)).status, "RFC 9110: schemes know no case")
	for _, wrong := range []string{"bc_live_", "bc_live_" + strings.Repeat("0", 47), strings.ToUpper(key), " " + key, "bc_live_" + testAdminKey} {
		require.Equal(t, 401, w.call("GET", "/admin/stats", bearer(wrong)).status, wrong)
	}
}
