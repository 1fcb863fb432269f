package server

import (
	"net/netip"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/bankingcore/bankcore/internal/bank"
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
	client *localCounter
	total  *rateLimiter
	proven *lru.Cache[netip.Prefix, time.Time]
	now    func() time.Time
}

func newAdminKeyGuard(limit Limit, now func() time.Time) *adminKeyGuard {
	all := Limit{Requests: adminKeyTotal * limit.Requests, Window: limit.Window}
	proven, err := lru.New[netip.Prefix, time.Time](provenNetworks)
	if err != nil {
		panic(err) // only if the size is not positive
	}
	return &adminKeyGuard{
		client: newLocalCounter("admin key", limit, now), total: newRateLimiter("admin keys", all, 1, now), proven: proven, now: now,
	}
}

// try compares a client's key unless a quota is used up, and counts a wrong one.
func (g *adminKeyGuard) try(from netip.Addr, compare func() bool) (bank.Admission, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	c, everyone := addressClient(from), client{key: "all"}
	if admission := g.client.peek(c); !admission.Accepted {
		return admission, false
	}
	if admission := g.total.peek(everyone); !admission.Accepted && !g.isProven(c) {
		return admission, false
	}
	if compare() {
		g.proven.Add(c.nearest(), g.now())
		return bank.Admission{Accepted: true}, true
	}
	g.client.table(c).take(c)
	g.total.take(everyone)
	return bank.Admission{Accepted: true}, false
}

func (g *adminKeyGuard) isProven(c client) bool {
	since, known := g.proven.Get(c.nearest())
	return known && g.now().Sub(since) < provenFor
}

// nearest is the smallest network that the client's address lies in: its /24 or /48.
func (c client) nearest() netip.Prefix { return c.reaches()[0].prefix }
