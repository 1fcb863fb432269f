package server_test

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/testkit/banktest"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

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
	require.Nil(t, a.field("last_used_at"))
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
	require.NoError(t, w.auth.FlushKeyUses(context.Background()))
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

	require.Equal(t, 201, w.call("POST", "/admin/clients", as, body(map[string]any{"name": "Unused", "permissions": []string{"accounts:read"}})).status)
	const latest = "2026-11-22T07:40:00.123456Z"
	require.Equal(t, latest, w.call("GET", path, as).field("last_used_at"))
	require.Equal(t, latest, w.call("PATCH", path, as, rawBody(`{"rate_limit":0}`)).field("last_used_at"))
	clients := w.call("GET", "/admin/clients", as).field("data").([]any)
	require.Nil(t, clients[0].(map[string]any)["last_used_at"])
	require.Equal(t, latest, clients[1].(map[string]any)["last_used_at"])

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
	id, key := w.serviceClient(auth.ReportsRead)
	other, err := auth.New(w.store, auth.Config{
		SecretKey: testSecretKey, AdminKey: testAdminKey, PinPepper: testPepper, Now: w.clock.Now, Random: rand.Reader, KDF: banktest.QuickKDF,
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
	_, key := w.clientWith(func(c *auth.ClientSettings) {
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
	storetest.Concurrent(t)
	w := newWorld(t, func(o *options) {
		for name := range o.limits {
			o.limits[name] = perMinute(1)
		}
	})
	ada := w.open("482913", 0)
	id, key := w.clientWith(func(c *auth.ClientSettings) { c.RateLimit = 20 })
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
	require.NoError(t, w.auth.FlushRepeats(context.Background()))

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
