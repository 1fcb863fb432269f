package server_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/ratelimit"
)

// TestPoliciesAreThoseOfTheServer compares the answer of a bank with its own settings, and of one without any.
func TestPoliciesAreThoseOfTheServer(t *testing.T) {
	t.Parallel()
	type limit struct {
		Name      string `json:"name"`
		Requests  int    `json:"requests"`
		Seconds   int64  `json:"seconds"`
		CountedBy string `json:"counted_by"`
	}
	var limits struct {
		RateLimits []limit `json:"rate_limits"`
	}
	w := newWorld(t, func(o *options) {
		o.limits["transfer"] = ratelimit.Limit{Requests: 5, Window: time.Minute}
		o.openings, o.cash, o.approvalAbove, o.staffSecondFactor = auth.OpeningsStaff, auth.CashStaff, 1_000_000, true
		o.idle = auth.IdleLimits{Customers: 12 * time.Hour, Staff: 30 * time.Minute}
		o.own = []ledger.Currency{{Code: "GEM", Name: "GEM"}}
		o.zone = time.FixedZone("Pacific/Auckland", 13*60*60)
	})
	a := w.call("GET", "/admin/policies", adminKey(testAdminKey))
	require.Equal(t, 200, a.status, a.text())
	a.decode(&limits)
	require.Len(t, limits.RateLimits, len(ratelimit.Definitions()))
	require.Contains(t, limits.RateLimits, limit{"transfer", 5, 60, "account"})
	require.Contains(t, limits.RateLimits, limit{"login", 0, 0, "address"})
	for field, want := range map[string]any{
		"openings": "staff", "cash": "staff", "approval_above": 1_000_000.0, "staff_second_factor": true, "currency": "USD",
		"own_currencies": []any{map[string]any{"code": "GEM", "name": "GEM", "decimals": 0.0, "withdrawn": false}},
		"time_zone":      "Pacific/Auckland", "session_idle": map[string]any{"customers": 43_200.0, "staff": 1800.0},
		"settlements": []any{"cash", "bank", "card", "fees", "interest", "suspense"},
	} {
		require.Equal(t, want, a.field(field), field)
	}

	a = newWorld(t).call("GET", "/admin/policies", adminKey(testAdminKey))
	for field, want := range map[string]any{
		"openings": "anyone", "cash": "owner", "approval_above": 0.0, "staff_second_factor": false, "own_currencies": []any{},
		"time_zone": "UTC", "session_idle": map[string]any{"customers": 0.0, "staff": 0.0},
	} {
		require.Equal(t, want, a.field(field), field)
	}
}

// TestTheTrailIsFiltered: who did it, and when; the filters reach the bank as they are.
func TestTheTrailIsFiltered(t *testing.T) {
	t.Parallel()
	s := newStage(newWorld(t))
	actors := func(query string) []any {
		a := s.call("GET", "/admin/events"+query, adminKey(testAdminKey))
		require.Equal(t, 200, a.status, a.text())
		var page struct {
			Data []map[string]any
		}
		a.decode(&page)
		found := []any{}
		for _, event := range page.Data {
			found = append(found, event["actor"].(string)+" "+event["event_type"].(string))
		}
		return found
	}
	s.clock.pass(time.Hour)
	s.tryLogin(s.ada.number, "604713")
	require.Equal(t, []any{"anonymous login_failed"}, actors("?actor=anonymous"))
	require.Equal(t, []any{s.ada.number + " signed_in"}, actors("?actor="+s.ada.number))
	require.Equal(t, []any{s.ada.number + " signed_in"}, actors("?to=2026-11-22T08:00:00Z"))
	require.Equal(t, []any{"anonymous login_failed"}, actors("?from=2026-11-22T08:00:00Z&event_type=login_failed"))
	require.Empty(t, actors("?from=2026-11-22T09:30:00Z"))
}
