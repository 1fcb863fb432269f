package server

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/bankingcore/bankcore/internal/bank"
)

// Limit is a quota. The zero Limit is off.
type Limit = bank.RateLimit

// rateLimiter counts the requests that this process accepts, by client, with an exact sliding window log. A fixed window would let
// twice the quota through around its boundary, and a token bucket a burst on top of its rate. A client also counts against the
// networks that its address lies in, which have larger quotas, so that many addresses of one network do not add up.
//
// Its table is bounded. In a full table, a newcomer replaces the client whose count matters least; see victim.
type rateLimiter struct {
	limit    Limit
	capacity int
	now      func() time.Time
	start    time.Time

	mu       sync.Mutex
	elapsed  time.Duration      // since start, never decreasing
	logs     map[string]*keyLog // at most capacity
	queue    keyLog             // sentinel of a circular list, longest without an accepted request first
	networks map[reach]*network // of the clients in logs, and no others
	crowds   ranking[*network]  // the widest networks only, by evictable clients, the most first
}

// newRateLimiter returns a limiter for at most capacity clients. The clock should be time.Now itself: truncating or converting a
// reading strips its monotonic part, and then every window lasts longer when the wall clock is set back.
func newRateLimiter(name string, limit Limit, capacity int, now func() time.Time) *rateLimiter {
	if limit.Requests < 0 || (!limit.Off() && limit.Window <= 0) || capacity < 1 {
		panic(fmt.Sprintf("rate limit %q: invalid limit %+v or capacity %d", name, limit, capacity))
	}
	l := &rateLimiter{
		limit: limit, capacity: capacity, now: now, start: now(),
		logs: map[string]*keyLog{}, networks: map[reach]*network{},
	}
	l.queue.prev, l.queue.next = &l.queue, &l.queue
	return l
}

// take accepts and counts one request of a client, or refuses it. A refused request is not counted, so a client that keeps trying is
// accepted as soon as one that waits. Keys must be of bounded length; they are kept for a window.
func (l *rateLimiter) take(c client) bank.Admission {
	return l.decide(c, (*rateLimiter).record)
}

// peek is take without counting.
func (l *rateLimiter) peek(c client) bank.Admission {
	return l.decide(c, func(*rateLimiter, client, time.Duration, bank.Admission) {})
}

func (l *rateLimiter) decide(c client, accept func(*rateLimiter, client, time.Duration, bank.Admission)) bank.Admission {
	if l.limit.Off() {
		return bank.Admission{Accepted: true}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.tick()
	l.dropExpired(now)
	admission := l.judge(c, now)
	if admission.Accepted {
		accept(l, c, now, admission)
	}
	return admission
}

func (l *rateLimiter) judge(c client, now time.Duration) bank.Admission {
	log := l.logs[c.key]
	admission := l.limit.Admit(now, log.size(), log.at)
	if !admission.Accepted {
		return admission
	}
	for _, in := range slices.Backward(c.reaches()) { // in a flood, the widest is the one used up
		if wait := l.networks[in].wait(now, l.limit); wait > 0 {
			return bank.Admission{Reset: wait}
		}
	}
	if log == nil && l.full() && l.victim(c) == nil {
		return bank.Admission{Reset: l.untilFree(l.queue.next.newest(), now)}
	}
	return admission
}

func (l *rateLimiter) record(c client, now time.Duration, admission bank.Admission) {
	log := l.logs[c.key]
	if log == nil {
		if l.full() {
			l.forget(l.victim(c))
		}
		log = l.track(c)
	}
	log.add(now, l.limit.Requests)
	log.moveBefore(&l.queue)
	for _, network := range log.networks {
		network.recent.add(now, l.limit.Window)
	}
	log.used = l.limit.Requests - admission.Remaining
	l.rank(log)
}

// cancel takes back a client's newest request, which was accepted here and then refused by the bank's database.
func (l *rateLimiter) cancel(c client) {
	l.mu.Lock()
	defer l.mu.Unlock()
	log := l.logs[c.key]
	if log == nil {
		return
	}
	at := log.removeNewest()
	for _, network := range log.networks {
		network.recent.remove(at, l.limit.Window)
	}
	if log.size() == 0 {
		l.forget(log)
		return
	}
	log.used = max(1, log.used-1)
	l.rank(log)
}

func (l *rateLimiter) full() bool { return len(l.logs) >= l.capacity }

// tick reads the clock under the lock, so that logs stay sorted. If the clock goes back, time stands still until it has caught up.
func (l *rateLimiter) tick() time.Duration {
	l.elapsed = max(l.elapsed, l.now().Sub(l.start))
	return l.elapsed
}

func (l *rateLimiter) untilFree(accepted, now time.Duration) time.Duration {
	return accepted + l.limit.Window - now
}

// dropExpired forgets at most two clients. Each call adds at most one, so the table still shrinks, a full table always has room once
// an entry has expired, and no request pays for the cleanup after a flood.
func (l *rateLimiter) dropExpired(now time.Duration) {
	for range 2 {
		first := l.queue.next
		if first == &l.queue || l.untilFree(first.newest(), now) > 0 {
			return
		}
		l.forget(first)
	}
}

// track copies the key: a substring of a request's path or header would keep the whole request in memory.
func (l *rateLimiter) track(c client) *keyLog {
	log := &keyLog{key: strings.Clone(c.key), place: absent}
	log.prev, log.next = log, log
	for _, in := range c.reaches() {
		log.networks = append(log.networks, l.join(in))
	}
	l.logs[log.key] = log
	return log
}

// keyLog holds the times of a key's last accepted requests. It grows up to the quota and is then a ring, so a key that was seen once
// costs one entry, however large the quota.
type keyLog struct {
	key        string
	times      []time.Duration
	oldest     int
	prev, next *keyLog

	networks []*network // the widest last
	used     int        // how much of the quota, at the last accepted request
	place    int        // among its widest network's evictable clients
}

func (k *keyLog) size() int {
	if k == nil {
		return 0
	}
	return len(k.times)
}

func (k *keyLog) at(i int) time.Duration { return k.times[(k.oldest+i)%len(k.times)] }
func (k *keyLog) newest() time.Duration  { return k.at(len(k.times) - 1) }
func (k *keyLog) unlink()                { k.prev.next, k.next.prev = k.next, k.prev }
func (k *keyLog) widest() *network       { return k.networks[len(k.networks)-1] }

func (k *keyLog) add(t time.Duration, quota int) {
	if len(k.times) < quota {
		k.times = append(k.times, t)
		return
	}
	k.times[k.oldest] = t
	k.oldest = (k.oldest + 1) % quota
}

// removeNewest leaves the log starting with its oldest entry, so that add can append.
func (k *keyLog) removeNewest() time.Duration {
	newest, rest := k.newest(), make([]time.Duration, len(k.times)-1)
	for i := range rest {
		rest[i] = k.at(i)
	}
	k.times, k.oldest = rest, 0
	return newest
}

func (k *keyLog) moveBefore(mark *keyLog) {
	k.unlink()
	k.prev, k.next = mark.prev, mark
	k.prev.next, mark.prev = k, k
}
