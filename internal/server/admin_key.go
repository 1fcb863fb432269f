package server

import (
	"net/netip"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/bankingcore/bankcore/internal/bank"
)

const (
	// adminKeyTotal is how many times a client's quota of wrong admin keys all clients have together.
	adminKeyTotal = 12
	// provenNetworks bounds the networks that are remembered, and provenFor is for how long.
	provenNetworks = 1024
	provenFor      = 24 * time.Hour
)

// adminKeyGuard bounds how often the admin key can be guessed. Only wrong keys count. A client that has used up its quota, or its
// network's, is refused before its key is compared. So is everyone once all have used up theirs, but for networks from which the
// right key came within a day: a flood does not shut the operator out.
type adminKeyGuard struct {
	mu     sync.Mutex // so that no two guesses see the same count
	client *localCounter
	total  *rateLimiter
	proven *lru.Cache[netip.Prefix, time.Time]
	now    func() time.Time
}

func newAdminKeyGuard(limit Limit, now func() time.Time) *adminKeyGuard {
	all := Limit{Requests: adminKeyTotal * limit.Requests, Window: limit.Window}
	proven, err := lru.New[netip.Prefix, time.Time](provenNetworks)
	if err != nil {
		panic(err) // of a size that is not positive
	}
	return &adminKeyGuard{
		client: newLocalCounter("admin key", limit, now), total: newRateLimiter("admin keys", all, 1, now), proven: proven, now: now,
	}
}

// try lets a client have a key compared. It counts a wrong one.
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
