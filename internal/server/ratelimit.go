package server

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/bankingcore/bankcore/internal/bank"
)

// Limit is a quota. The zero Limit is off.
type Limit = bank.RateLimit

// rateLimiter counts the requests that this process accepts, per key, with an exact sliding window log; a fixed window
// would let twice the quota through around its boundary, and a token bucket a burst on top of its rate.
//
// Its table is bounded, and when it is full of live keys a new key is refused until one expires. The alternative,
// evicting a live key, would let anyone with enough addresses erase the count against a victim's account, or their
// own. Failing closed costs strangers a wait under a flood; failing open would cost the limit itself.
type rateLimiter struct {
	limit    Limit
	capacity int
	now      func() time.Time
	start    time.Time

	mu      sync.Mutex
	elapsed time.Duration      // since start, never decreasing
	logs    map[string]*keyLog // at most capacity
	queue   keyLog             // sentinel of a circular list, longest without an accepted request first
}

// newRateLimiter builds a limiter for at most capacity keys. The clock should be time.Now itself: truncating or
// converting a reading strips its monotonic part, and a wall clock set back makes every window last longer.
func newRateLimiter(name string, limit Limit, capacity int, now func() time.Time) *rateLimiter {
	if limit.Requests < 0 || (!limit.Off() && limit.Window <= 0) || capacity < 1 {
		panic(fmt.Sprintf("rate limit %q: invalid limit %+v or capacity %d", name, limit, capacity))
	}
	l := &rateLimiter{limit: limit, capacity: capacity, now: now, start: now(), logs: map[string]*keyLog{}}
	l.queue.prev, l.queue.next = &l.queue, &l.queue
	return l
}

// count is take, which never fails.
func (l *rateLimiter) count(_ context.Context, key string) (bank.Admission, error) {
	return l.take(key), nil
}

// take accepts and counts one request of key, or refuses it. A refused request is not counted, so a client that
// keeps knocking is let in as soon as one that waits. Keys must be of bounded length; they are kept for a window.
func (l *rateLimiter) take(key string) bank.Admission {
	if l.limit.Off() {
		return bank.Admission{Accepted: true}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.tick()
	l.dropExpired(now)
	log := l.logs[key]
	if log == nil {
		if len(l.logs) >= l.capacity {
			return bank.Admission{Reset: l.untilFree(l.queue.next.newest(), now)}
		}
		log = l.track(key)
	}
	admission := l.limit.Admit(now, len(log.times), log.at)
	if admission.Accepted {
		log.add(now, l.limit.Requests)
		log.moveBefore(&l.queue)
	}
	return admission
}

// tick reads the clock under the lock, so that logs stay sorted, and holds time still while the clock is behind.
func (l *rateLimiter) tick() time.Duration {
	l.elapsed = max(l.elapsed, l.now().Sub(l.start))
	return l.elapsed
}

func (l *rateLimiter) untilFree(accepted, now time.Duration) time.Duration {
	return accepted + l.limit.Window - now
}

// dropExpired forgets at most two keys: each call adds at most one, so the table still shrinks, a full table always
// has room once anything in it has expired, and no request pays for clearing up after a flood.
func (l *rateLimiter) dropExpired(now time.Duration) {
	for range 2 {
		first := l.queue.next
		if first == &l.queue || l.untilFree(first.newest(), now) > 0 {
			return
		}
		first.unlink()
		delete(l.logs, first.key)
	}
}

// track copies the key: a substring of a request's path or header would keep that whole request in memory.
func (l *rateLimiter) track(key string) *keyLog {
	log := &keyLog{key: strings.Clone(key)}
	log.prev, log.next = log, log
	l.logs[log.key] = log
	return log
}

// keyLog is when the last accepted requests of one key came. It grows up to the quota and is a ring from then on, so
// a key that came once costs one entry, however large the quota.
type keyLog struct {
	key        string
	times      []time.Duration
	oldest     int
	prev, next *keyLog
}

func (k *keyLog) at(i int) time.Duration { return k.times[(k.oldest+i)%len(k.times)] }
func (k *keyLog) newest() time.Duration  { return k.at(len(k.times) - 1) }
func (k *keyLog) unlink()                { k.prev.next, k.next.prev = k.next, k.prev }

func (k *keyLog) add(t time.Duration, quota int) {
	if len(k.times) < quota {
		k.times = append(k.times, t)
		return
	}
	k.times[k.oldest] = t
	k.oldest = (k.oldest + 1) % quota
}

func (k *keyLog) moveBefore(mark *keyLog) {
	k.unlink()
	k.prev, k.next = mark.prev, mark
	k.prev.next, mark.prev = k, k
}

// addressKey is the key of a client address: IPv4 in full, however it is written, and IPv6 by its /64, the least a
// subscriber is given and may pick addresses from freely. Zones are dropped; callers may be able to choose them.
func addressKey(a netip.Addr) string {
	a = a.Unmap()
	if a.Is6() {
		return netip.PrefixFrom(a.WithZone(""), 64).Masked().String()
	}
	return a.String()
}
