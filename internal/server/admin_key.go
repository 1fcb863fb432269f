package server

import (
	"net/netip"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/bankingcore/bankcore/internal/ratelimit"
)

const (
	// adminKeyTotal is the quota of wrong admin keys for all clients together, as a multiple of one client's.
	adminKeyTotal = 12
	// provenNetworks bounds how many networks are remembered, and provenFor for how long.
	provenNetworks = 1024
	provenFor      = 24 * time.Hour
)

// adminKeyGuard bounds how often the admin key can be guessed. Only wrong keys count. A client that has used up its own quota or its
// network's is refused before its key is compared. Once the quota of all clients together is used up, every client is refused, except
// from networks that sent the right key within the last day: a flood of guesses does not shut the operator out.
type adminKeyGuard struct {
	mu     sync.Mutex // no two guesses may see the same count
	client *ratelimit.Local
	total  *ratelimit.Table
	proven *lru.Cache[netip.Prefix, time.Time]
	now    func() time.Time
}

func newAdminKeyGuard(limit ratelimit.Limit, now func() time.Time) *adminKeyGuard {
	all := ratelimit.Limit{Requests: adminKeyTotal * limit.Requests, Window: limit.Window}
	proven, err := lru.New[netip.Prefix, time.Time](provenNetworks)
	if err != nil {
		panic(err) // only if the size is not positive
	}
	return &adminKeyGuard{
		client: ratelimit.NewLocal("admin key", limit, now), total: ratelimit.NewTable("admin keys", all, 1, now), proven: proven, now: now,
	}
}

// try compares a client's key unless a quota is used up, and counts a wrong one.
func (g *adminKeyGuard) try(from netip.Addr, compare func() bool) (ratelimit.Admission, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	c, everyone := ratelimit.ByAddress(from), ratelimit.ByKey("all")
	if admission := g.client.Peek(c); !admission.Accepted {
		return admission, false
	}
	if admission := g.total.Peek(everyone); !admission.Accepted && !g.isProven(c) {
		return admission, false
	}
	if compare() {
		g.proven.Add(c.Nearest(), g.now())
		return ratelimit.Admission{Accepted: true}, true
	}
	g.client.Take(c)
	g.total.Take(everyone)
	return ratelimit.Admission{Accepted: true}, false
}

func (g *adminKeyGuard) isProven(c ratelimit.Client) bool {
	since, known := g.proven.Get(c.Nearest())
	return known && g.now().Sub(since) < provenFor
}
