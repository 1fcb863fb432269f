package ratelimit

import "time"

// network is what a table knows about a network while it remembers one of its clients.
type network struct {
	reach     reach
	recent    recent
	clients   int              // in the table
	evictable ranking[*keyLog] // only in the widest: clients below their quota, the least harm first
	place     int              // among the table's crowds
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
func (t *Table) join(in reach) *network {
	n := t.networks[in]
	if n == nil {
		n = &network{reach: in, place: absent}
		t.networks[in] = n
	}
	n.clients++
	return n
}

// rank records how much harm it would do to forget a client. A client that has used up its quota is never evicted.
func (t *Table) rank(log *keyLog) {
	widest := log.widest()
	if log.used < t.limit.Requests {
		widest.evictable.put(log)
	} else {
		widest.evictable.remove(log)
	}
	t.crowds.put(widest)
}

// victim returns the client that makes room for a newcomer: in the network with the most evictable clients, the one whose count
// matters least. It returns nil if the newcomer is in that same network: a network that fills the table is refused before others are,
// since its newcomer's count would be evicted next. Accounts lie in no network and make room for each other.
func (t *Table) victim(newcomer Client) *keyLog {
	if len(t.crowds) == 0 || len(t.crowds[0].evictable) == 0 {
		return nil
	}
	heaviest, reaches := t.crowds[0], newcomer.reaches()
	own := t.networks[reaches[len(reaches)-1]]
	if own != nil && own.reach.prefix.IsValid() && len(own.evictable) >= len(heaviest.evictable) {
		return nil
	}
	return heaviest.evictable[0]
}

// forget removes a client, and each of its networks of which it was the last client.
func (t *Table) forget(log *keyLog) {
	log.unlink()
	delete(t.logs, log.key)
	widest := log.widest()
	widest.evictable.remove(log)
	t.crowds.put(widest)
	for _, n := range log.networks {
		if n.clients--; n.clients == 0 {
			t.crowds.remove(n)
			delete(t.networks, n.reach)
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
