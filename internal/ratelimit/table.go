package ratelimit

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// Table counts the requests that this process accepts, by client, with an exact sliding window log. A fixed window would let
// twice the quota through around its boundary, and a token bucket a burst on top of its rate. A client also counts against the
// networks that its address lies in, which have larger quotas, so that many addresses of one network do not add up.
//
// It is bounded. In a full table, a newcomer replaces the client whose count matters least; see victim.
type Table struct {
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

// NewTable returns a table for at most capacity clients. The clock should be time.Now itself: truncating or converting a
// reading strips its monotonic part, and then every window lasts longer when the wall clock is set back.
func NewTable(name string, limit Limit, capacity int, now func() time.Time) *Table {
	if limit.Requests < 0 || (!limit.Off() && limit.Window <= 0) || capacity < 1 {
		panic(fmt.Sprintf("rate limit %q: invalid limit %+v or capacity %d", name, limit, capacity))
	}
	t := &Table{
		limit: limit, capacity: capacity, now: now, start: now(),
		logs: map[string]*keyLog{}, networks: map[reach]*network{},
	}
	t.queue.prev, t.queue.next = &t.queue, &t.queue
	return t
}

// Take accepts and counts one request of a client, or refuses it. A refused request is not counted, so a client that keeps trying is
// accepted as soon as one that waits. Keys must be of bounded length; they are kept for a window.
func (t *Table) Take(c Client) Admission {
	return t.decide(c, (*Table).record)
}

// Peek is Take without counting.
func (t *Table) Peek(c Client) Admission {
	return t.decide(c, func(*Table, Client, time.Duration, Admission) {})
}

func (t *Table) decide(c Client, accept func(*Table, Client, time.Duration, Admission)) Admission {
	if t.limit.Off() {
		return Admission{Accepted: true}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.tick()
	t.dropExpired(now)
	admission := t.judge(c, now)
	if admission.Accepted {
		accept(t, c, now, admission)
	}
	return admission
}

func (t *Table) judge(c Client, now time.Duration) Admission {
	log := t.logs[c.key]
	admission := t.limit.Admit(now, log.size(), log.at)
	if !admission.Accepted {
		return admission
	}
	for _, in := range slices.Backward(c.reaches()) { // in a flood, the widest is the one used up
		if wait := t.networks[in].wait(now, t.limit); wait > 0 {
			return Admission{Reset: wait}
		}
	}
	if log == nil && t.full() && t.victim(c) == nil {
		return Admission{Reset: t.untilFree(t.queue.next.newest(), now)}
	}
	return admission
}

func (t *Table) record(c Client, now time.Duration, admission Admission) {
	log := t.logs[c.key]
	if log == nil {
		if t.full() {
			t.forget(t.victim(c))
		}
		log = t.track(c)
	}
	log.add(now, t.limit.Requests)
	log.moveBefore(&t.queue)
	for _, network := range log.networks {
		network.recent.add(now, t.limit.Window)
	}
	log.used = t.limit.Requests - admission.Remaining
	t.rank(log)
}

// cancel takes back a client's newest request, which was accepted here and then refused by the database.
func (t *Table) cancel(c Client) {
	t.mu.Lock()
	defer t.mu.Unlock()
	log := t.logs[c.key]
	if log == nil {
		return
	}
	at := log.removeNewest()
	for _, network := range log.networks {
		network.recent.remove(at, t.limit.Window)
	}
	if log.size() == 0 {
		t.forget(log)
		return
	}
	log.used = max(1, log.used-1)
	t.rank(log)
}

func (t *Table) full() bool { return len(t.logs) >= t.capacity }

// tick reads the clock under the lock, so that logs stay sorted. If the clock goes back, time stands still until it has caught up.
func (t *Table) tick() time.Duration {
	t.elapsed = max(t.elapsed, t.now().Sub(t.start))
	return t.elapsed
}

func (t *Table) untilFree(accepted, now time.Duration) time.Duration {
	return accepted + t.limit.Window - now
}

// dropExpired forgets at most two clients. Each call adds at most one, so the table still shrinks, a full table always has room once
// an entry has expired, and no request pays for the cleanup after a flood.
func (t *Table) dropExpired(now time.Duration) {
	for range 2 {
		first := t.queue.next
		if first == &t.queue || t.untilFree(first.newest(), now) > 0 {
			return
		}
		t.forget(first)
	}
}

// track copies the key: a substring of a request's path or header would keep the whole request in memory.
func (t *Table) track(c Client) *keyLog {
	log := &keyLog{key: strings.Clone(c.key), place: absent}
	log.prev, log.next = log, log
	for _, in := range c.reaches() {
		log.networks = append(log.networks, t.join(in))
	}
	t.logs[log.key] = log
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
