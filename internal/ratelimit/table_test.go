package ratelimit

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// handClock moves only when told to, and has no monotonic reading, which is the harder case for the limiter.
type handClock struct{ at time.Time }

func newHandClock() *handClock { return &handClock{at: time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)} }

func (c *handClock) now() time.Time          { return c.at }
func (c *handClock) advance(d time.Duration) { c.at = c.at.Add(d) }

// logModel computes what the limiter must answer in the slow and obvious way: it keeps every accepted request for ever.
type logModel struct {
	limit    Limit
	capacity int
	accepted map[string][]time.Time
	used     map[string]int // how much of the quota, at the last accepted request
}

// live returns the accepted requests of a key in the half-open window that ends at now.
func (m *logModel) live(key string, now time.Time) []time.Time {
	var live []time.Time
	for _, at := range m.accepted[key] {
		if now.Sub(at) < m.limit.Window {
			live = append(live, at)
		}
	}
	return live
}

func (m *logModel) take(key string, now time.Time) Admission {
	mine := m.live(key, now)
	if len(mine) == 0 {
		if room, reset := m.makeRoom(now); !room {
			return Admission{Reset: reset}
		}
	}
	left := m.limit.Requests - len(mine)
	if left == 0 {
		return Admission{Reset: mine[0].Add(m.limit.Window).Sub(now)}
	}
	m.accepted[key] = append(m.accepted[key], now)
	m.used[key] = len(mine) + 1
	oldest := m.live(key, now)[0]
	return Admission{Accepted: true, Remaining: left - 1, Reset: oldest.Add(m.limit.Window).Sub(now)}
}

// makeRoom forgets the key that has used the least of its quota, or among equals the one that expires first, if the table is full of
// live keys. It never forgets a key at its quota; if there is no other, it returns how long until the first of them expires.
func (m *logModel) makeRoom(now time.Time) (bool, time.Duration) {
	keys, first := 0, m.limit.Window
	victim, least := "", m.limit.Requests
	newest := func(key string) time.Time { return m.accepted[key][len(m.accepted[key])-1] }
	for _, key := range slices.Sorted(maps.Keys(m.accepted)) {
		if len(m.live(key, now)) == 0 {
			continue
		}
		keys++
		first = min(first, newest(key).Add(m.limit.Window).Sub(now))
		used := m.used[key]
		if used < least || victim != "" && used == least && newest(key).Before(newest(victim)) {
			victim, least = key, used
		}
	}
	if keys < m.capacity {
		return true, 0
	}
	delete(m.accepted, victim)
	return victim != "", first
}

// requireNoWindowOver checks the promise itself, from every accepted request on: the fullest window can always be moved to start at one.
func (m *logModel) requireNoWindowOver(t require.TestingT) {
	for key, times := range m.accepted {
		for i, from := range times {
			count := 0
			for _, at := range times[i:] {
				if at.Sub(from) < m.limit.Window {
					count++
				}
			}
			require.LessOrEqual(t, count, m.limit.Requests, "key %s, window from %s", key, from)
		}
	}
}

func TestRateLimiterIsExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		limit := Limit{Requests: rapid.IntRange(1, 6).Draw(t, "requests"), Window: time.Minute}
		capacity := rapid.IntRange(1, 5).Draw(t, "capacity")
		clock := newHandClock()
		limiter := NewTable("login", limit, capacity, clock.now)
		model := &logModel{limit: limit, capacity: capacity, accepted: map[string][]time.Time{}, used: map[string]int{}}
		pause := rapid.OneOf(
			rapid.SampledFrom([]time.Duration{0, 1, limit.Window - 1, limit.Window, limit.Window + 1}),
			rapid.Map(rapid.Int64Range(0, int64(limit.Window)/4), func(n int64) time.Duration { return time.Duration(n) }),
		)
		last := Admission{}
		for range rapid.IntRange(1, 80).Draw(t, "arrivals") {
			// Off-by-one errors would show exactly at the announced reset, and just before it.
			switch rapid.IntRange(0, 5).Draw(t, "pause kind") {
			case 0:
				clock.advance(last.Reset)
			case 1:
				clock.advance(max(0, last.Reset-1))
			default:
				clock.advance(pause.Draw(t, "pause"))
			}
			key := rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f"}).Draw(t, "key")
			last = limiter.Take(Client{key: key})
			require.Equal(t, model.take(key, clock.now()), last)
			require.LessOrEqual(t, len(limiter.logs), capacity)
		}
		model.requireNoWindowOver(t)
	})
}

// TestRateLimiterSlides spells out one case by hand, so that the model above is not the only check.
func TestRateLimiterSlides(t *testing.T) {
	t.Parallel()
	clock := newHandClock()
	limiter := NewTable("login", Limit{Requests: 2, Window: time.Minute}, 10, clock.now)
	steps := []struct {
		after time.Duration
		want  Admission
	}{
		{0, Admission{Accepted: true, Remaining: 1, Reset: time.Minute}},
		{50 * time.Second, Admission{Accepted: true, Remaining: 0, Reset: 10 * time.Second}},
		{5 * time.Second, Admission{Reset: 5 * time.Second}},
		{5*time.Second - 1, Admission{Reset: 1}},
		{1, Admission{Accepted: true, Remaining: 0, Reset: 50 * time.Second}},
		{1, Admission{Reset: 50*time.Second - 1}},
		{50*time.Second - 1, Admission{Accepted: true, Remaining: 0, Reset: 10 * time.Second}},
		{2 * time.Minute, Admission{Accepted: true, Remaining: 1, Reset: time.Minute}},
	}
	for i, step := range steps {
		clock.advance(step.after)
		require.Equal(t, step.want, limiter.Take(Client{key: "a"}), "step %d", i)
	}
}

func TestRateLimiterOffLetsEverythingThrough(t *testing.T) {
	t.Parallel()
	limiter := NewTable("login", Limit{}, 1, newHandClock().now)
	for i := range 100 {
		require.True(t, limiter.Take(Client{key: fmt.Sprint(i)}).Accepted)
	}
	require.True(t, Limit{}.Off())
	require.False(t, Limit{Requests: 1, Window: time.Second}.Off())
	require.Empty(t, limiter.logs)
}

func TestNewRateLimiterRefusesNonsense(t *testing.T) {
	t.Parallel()
	now := newHandClock().now
	require.Panics(t, func() { NewTable("x", Limit{Requests: -1, Window: time.Second}, 1, now) })
	require.Panics(t, func() { NewTable("x", Limit{Requests: 1}, 1, now) })
	require.Panics(t, func() { NewTable("x", Limit{Requests: 1, Window: time.Second}, 0, now) })
}

// TestRateLimiterFlood: accounts that flood a table replace each other. One at its quota stays refused, one below it at worst starts
// counting again, and a stranger is served.
func TestRateLimiterFlood(t *testing.T) {
	t.Parallel()
	const flood = 100_000
	for _, test := range []struct{ capacity, tracked int }{{1 << 17, flood + 2}, {1000, 1000}} {
		t.Run(fmt.Sprint(test.capacity), func(t *testing.T) {
			t.Parallel()
			clock := newHandClock()
			limiter := NewTable("login", Limit{Requests: 3, Window: time.Minute}, test.capacity, clock.now)
			for range 3 {
				require.True(t, limiter.Take(Client{key: "victim"}).Accepted)
			}
			for range 2 {
				require.True(t, limiter.Take(Client{key: "half used"}).Accepted)
			}
			for i := range flood {
				require.True(t, limiter.Take(Client{key: fmt.Sprintf("flood %d", i)}).Accepted)
			}
			clock.advance(time.Second)

			require.Len(t, limiter.logs, test.tracked)
			require.Equal(t, Admission{Reset: 59 * time.Second}, limiter.Take(Client{key: "victim"}))
			require.Equal(t, Admission{Accepted: true, Reset: 59 * time.Second}, limiter.Take(Client{key: "half used"}))
			require.Equal(t, 2, limiter.Take(Client{key: "stranger"}).Remaining)
		})
	}
}

func TestRateLimiterExpiryFreesRoom(t *testing.T) {
	t.Parallel()
	const capacity = 1000
	clock := newHandClock()
	limiter := NewTable("login", Limit{Requests: 3, Window: time.Minute}, capacity, clock.now)
	take := func(key string) Admission { return limiter.Take(Client{key: key}) }
	for i := range 3 * capacity {
		require.True(t, take(fmt.Sprint(i/3)).Accepted)
	}
	clock.advance(60*time.Second - 1)
	require.Equal(t, Admission{Reset: 1}, take("new"), "all are at their quotas")
	clock.advance(1)
	require.True(t, take("new").Accepted)
	require.Equal(t, 2, take("999").Remaining)

	for range capacity {
		take("new")
	}
	require.Len(t, limiter.logs, 2, "expired keys are removed as others come, without a request of their own")
	clock.advance(time.Hour)
	take("another")
	require.Len(t, limiter.logs, 1)
}

// TestRateLimiterCopiesKeys: a key that is part of a request's path must not keep the request in memory.
func TestRateLimiterCopiesKeys(t *testing.T) {
	t.Parallel()
	limiter := NewTable("login", Limit{Requests: 1, Window: time.Minute}, 1, newHandClock().now)
	key := "/accounts/123456789012/deposit"[10:22]
	limiter.Take(Client{key: key})
	for held, log := range limiter.logs {
		require.Equal(t, key, held)
		require.NotSame(t, unsafe.StringData(key), unsafe.StringData(held))
		require.NotSame(t, unsafe.StringData(key), unsafe.StringData(log.key))
	}
	require.Len(t, limiter.logs, 1)
}

func TestRateLimiterConcurrently(t *testing.T) {
	t.Parallel()
	const quota, goroutines, tries, keys = 50, 16, 200, 3
	limiter := NewTable("login", Limit{Requests: quota, Window: time.Hour}, keys, time.Now)
	var allowed [keys]atomic.Int64
	var group sync.WaitGroup
	for range goroutines {
		group.Go(func() {
			for i := range tries {
				if limiter.Take(Client{key: fmt.Sprint(i % keys)}).Accepted {
					allowed[i%keys].Add(1)
				}
			}
		})
	}
	group.Wait()
	for key := range keys {
		require.EqualValues(t, quota, allowed[key].Load())
	}
}

func TestRateLimiterClockGoesBackwards(t *testing.T) {
	t.Parallel()
	clock := newHandClock()
	limiter := NewTable("login", Limit{Requests: 2, Window: time.Minute}, 10, clock.now)
	require.True(t, limiter.Take(Client{key: "a"}).Accepted)
	clock.advance(-time.Hour)
	require.Equal(t, Admission{Accepted: true, Remaining: 0, Reset: time.Minute}, limiter.Take(Client{key: "a"}))
	require.Equal(t, Admission{Reset: time.Minute}, limiter.Take(Client{key: "a"}), "no reset is longer than the window")

	clock.advance(2 * time.Minute)
	require.False(t, limiter.Take(Client{key: "a"}).Accepted, "time that the limiter has already seen does not pass twice")
	clock.advance(time.Hour - 2*time.Minute + time.Minute - 1)
	require.Equal(t, Admission{Reset: 1}, limiter.Take(Client{key: "a"}))
	clock.advance(1)
	require.True(t, limiter.Take(Client{key: "a"}).Accepted)
}
