package server

import (
	"net/netip"
	"time"
)

// The quotas of a client's networks, as multiples of the client's own. At 5 sign-ins a minute that is 160 for the addresses of a
// company, a campus or a mobile provider's gateway (/24, /48), and 1,280 for all customers of an IPv6 provider (/32), which is half of
// what two cores can hash.
const (
	siteFactor     = 32
	providerFactor = 256
)

// reach is a network that a client lies in, with its quota as a multiple of the client's. The zero reach is all clients; it has no quota.
type reach struct {
	prefix netip.Prefix
	factor int
}

// client is what a limit counts: an address or an account.
type client struct {
	key     string
	address []reach // the widest last; none for an account
}

var everyone = []reach{{}}

func (c client) reaches() []reach {
	if len(c.address) == 0 {
		return everyone
	}
	return c.address
}

// is6 reports whether the client has an IPv6 address.
func (c client) is6() bool { return len(c.address) > 0 && c.address[0].prefix.Addr().Is6() }

// addressClient returns the client at an address: the whole address for IPv4, however it is written, and the /64 for IPv6, the least
// that a subscriber is given and can pick addresses from freely. Zones are dropped, because callers may be able to choose them.
func addressClient(a netip.Addr) client {
	a = a.Unmap().WithZone("")
	within := func(bits, factor int) reach { return reach{netip.PrefixFrom(a, bits).Masked(), factor} }
	switch {
	case a.Is6():
		return client{key: within(64, 1).prefix.String(), address: []reach{within(48, siteFactor), within(32, providerFactor)}}
	case a.Is4():
		return client{key: a.String(), address: []reach{within(24, siteFactor)}}
	}
	return client{key: a.String()}
}

// network is what a limiter knows about a network while it remembers one of its clients.
type network struct {
	reach     reach
	recent    recent
	clients   int              // in the limiter's table
	evictable ranking[*keyLog] // only in the widest: clients below their quota, the least harm first
	place     int              // among the limiter's crowds
}

// before orders clients by how much of their quota they have used, the least first, and then by when they expire. The key decides
// ties, so that tests can predict the order.
func (k *keyLog) before(other *keyLog) bool {
	switch {
	case k.used != other.used:
		return k.used < other.used
	case k.newest() != other.newest():
		return k.newest() < other.newest()
	}
	return k.key < other.key
}

func (k *keyLog) position() *int { return &k.place }

func (n *network) before(other *network) bool { return len(n.evictable) > len(other.evictable) }
func (n *network) position() *int             { return &n.place }

// join counts one more client in a network.
func (l *rateLimiter) join(in reach) *network {
	n := l.networks[in]
	if n == nil {
		n = &network{reach: in, place: absent}
		l.networks[in] = n
	}
	n.clients++
	return n
}

// rank records how much harm it would do to forget a client. A client that has used up its quota is never evicted.
func (l *rateLimiter) rank(log *keyLog) {
	widest := log.widest()
	if log.used < l.limit.Requests {
		widest.evictable.put(log)
	} else {
		widest.evictable.remove(log)
	}
	l.crowds.put(widest)
}

// victim returns the client that makes room for a newcomer: in the network with the most evictable clients, the one whose count
// matters least. It returns nil if the newcomer is in that same network: a network that fills the table is refused before others are,
// since its newcomer's count would be evicted next. Accounts lie in no network and make room for each other.
func (l *rateLimiter) victim(newcomer client) *keyLog {
	if len(l.crowds) == 0 || len(l.crowds[0].evictable) == 0 {
		return nil
	}
	heaviest, reaches := l.crowds[0], newcomer.reaches()
	own := l.networks[reaches[len(reaches)-1]]
	if own != nil && own.reach.prefix.IsValid() && len(own.evictable) >= len(heaviest.evictable) {
		return nil
	}
	return heaviest.evictable[0]
}

// forget removes a client, and each of its networks of which it was the last client.
func (l *rateLimiter) forget(log *keyLog) {
	log.unlink()
	delete(l.logs, log.key)
	widest := log.widest()
	widest.evictable.remove(log)
	l.crowds.put(widest)
	for _, n := range log.networks {
		if n.clients--; n.clients == 0 {
			l.crowds.remove(n)
			delete(l.networks, n.reach)
		}
	}
}

// wait returns how long a network's quota will stay used up; 0 if it is not.
func (n *network) wait(now time.Duration, limit Limit) time.Duration {
	if n == nil || n.reach.factor == 0 || n.recent.total(now, limit.Window) < n.reach.factor*limit.Requests {
		return 0
	}
	return n.recent.untilFewer(now, limit.Window)
}

// steps is how many steps a window is divided into for recent.
const steps = 12

// recent counts accepted requests within a window, in constant memory. A request counts for the window and at most one step longer,
// so no window ever holds more than the quota.
type recent struct {
	counts [steps + 1]uint32
	newest int64 // the step that was counted last
}

func stepOf(window time.Duration) time.Duration { return (window + steps - 1) / steps }

// advance forgets requests that have left the window, and returns the current step.
func (r *recent) advance(now, window time.Duration) int64 {
	present := int64(now / stepOf(window))
	for range min(present-r.newest, int64(len(r.counts))) {
		r.newest++
		r.counts[r.newest%int64(len(r.counts))] = 0
	}
	r.newest = present
	return present
}

func (r *recent) add(now, window time.Duration) {
	r.counts[r.advance(now, window)%int64(len(r.counts))]++
}

// remove takes back one request that was counted at the given time, unless it has left the window.
func (r *recent) remove(at, window time.Duration) {
	step := int64(at / stepOf(window))
	if count := &r.counts[step%int64(len(r.counts))]; r.newest-step < int64(len(r.counts)) && *count > 0 {
		*count--
	}
}

func (r *recent) total(now, window time.Duration) int {
	r.advance(now, window)
	sum := 0
	for _, count := range r.counts {
		sum += int(count)
	}
	return sum
}

// untilFewer returns how long it takes until the oldest requests have left the window.
func (r *recent) untilFewer(now, window time.Duration) time.Duration {
	present := r.advance(now, window)
	for step := max(0, present-steps); step < present; step++ {
		if r.counts[step%int64(len(r.counts))] > 0 {
			return time.Duration(step+int64(len(r.counts)))*stepOf(window) - now
		}
	}
	return time.Duration(present+int64(len(r.counts)))*stepOf(window) - now
}
