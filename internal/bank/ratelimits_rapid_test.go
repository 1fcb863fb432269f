package bank

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/ratelimit"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// databaseClock replaces the database's clock and moves only when a test moves it.
type databaseClock struct {
	*storetest.Clock
	now time.Time
}

func holdDatabaseClock(t *testing.T, br *branch) *databaseClock {
	t.Helper()
	return &databaseClock{storetest.HoldClock(t, br.url, br.clock.Now()), br.clock.Now()}
}

func (c *databaseClock) pass(d time.Duration) {
	c.now = c.now.Add(d)
	c.Tell(c.now)
}

// node returns another bank on the same database, as in another process.
func (br *branch) node(t *testing.T) *Bank {
	t.Helper()
	s, err := store.Open(context.Background(), br.url)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	node := &branch{url: br.url, clock: br.clock, store: s}
	node.reopen(t, func(*auth.Config, *Config) {})
	return node.bank
}

func perMinute(requests int) ratelimit.Limit {
	return ratelimit.Limit{Requests: requests, Window: time.Minute}
}

func count(t require.TestingT, b *Bank, key string, limit ratelimit.Limit) ratelimit.Admission {
	admission, err := b.CountRequest(context.Background(), "login", key, limit)
	require.NoError(t, err)
	return admission
}

// pauses draws pauses that often end on the edges of windows.
func pauses(window time.Duration) *rapid.Generator[time.Duration] {
	return rapid.OneOf(
		rapid.SampledFrom([]time.Duration{0, time.Microsecond, window - time.Microsecond, window, window + time.Microsecond}),
		rapid.Map(rapid.Int64Range(0, window.Microseconds()/4), func(n int64) time.Duration { return time.Duration(n) * time.Microsecond }),
	)
}

// acceptedLog decides in the slow and obvious way: it keeps every accepted request for ever.
type acceptedLog []time.Time

func (l acceptedLog) live(now time.Time, window time.Duration) []time.Time {
	var live []time.Time
	for _, at := range l {
		if now.Sub(at) < window {
			live = append(live, at)
		}
	}
	return live
}

func (l *acceptedLog) answer(now time.Time, limit ratelimit.Limit) ratelimit.Admission {
	live := l.live(now, limit.Window)
	if len(live) >= limit.Requests {
		return ratelimit.Admission{Reset: live[len(live)-limit.Requests].Add(limit.Window).Sub(now)}
	}
	*l = append(*l, now)
	return ratelimit.Admission{
		Accepted: true, Remaining: limit.Requests - len(live) - 1, Reset: append(live, now)[0].Add(limit.Window).Sub(now),
	}
}

// requireNoWindowOver checks every window that begins with an accepted request: a window with the most requests can always be
// moved to begin with one.
func (l acceptedLog) requireNoWindowOver(t require.TestingT, limit ratelimit.Limit) {
	for i, from := range l {
		inside := 0
		for _, at := range l[i:] {
			if at.Sub(from) < limit.Window {
				inside++
			}
		}
		require.LessOrEqual(t, inside, limit.Requests, "in the window from %s", from)
	}
}

// TestCountRequestIsExact sends requests of several clients to two nodes in turn, and compares each decision with the
// model's.
func TestCountRequestIsExact(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	nodes := []*Bank{br.bank, br.node(t)}
	clock := holdDatabaseClock(t, br)
	run := 0
	rapid.Check(t, func(t *rapid.T) {
		run++
		limit := perMinute(rapid.IntRange(1, 5).Draw(t, "requests"))
		model := map[string]*acceptedLog{"a": {}, "b": {}}
		last := ratelimit.Admission{}
		for range rapid.IntRange(1, 20).Draw(t, "arrivals") {
			switch rapid.IntRange(0, 5).Draw(t, "pause kind") {
			case 0:
				clock.pass(last.Reset)
			case 1:
				clock.pass(max(0, last.Reset-time.Microsecond))
			default:
				clock.pass(pauses(limit.Window).Draw(t, "pause"))
			}
			key := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "key")
			node := nodes[rapid.IntRange(0, 1).Draw(t, "node")]
			last = count(t, node, fmt.Sprintf("%d %s", run, key), limit)
			require.Equal(t, model[key].answer(clock.now, limit), last)
		}
		for _, log := range model {
			log.requireNoWindowOver(t, limit)
		}
	})
}

// TestRequestLogIsExact does the same with rows alone, with quotas that differ between nodes and clocks that are set back.
func TestRequestLogIsExact(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	rapid.Check(t, func(t *rapid.T) {
		most := perMinute(rapid.IntRange(1, 8).Draw(t, "requests"))
		steady := rapid.Bool().Draw(t, "the clock is never set back")
		begin := time.Date(2026, 11, 22, 7, 30, 0, 0, time.UTC)
		now, behind := begin, time.Duration(0)
		var row []byte
		accepted := &acceptedLog{}
		ask := func(limit ratelimit.Limit) ratelimit.Admission {
			log, err := readRequestLog(row, now.Add(-behind).UnixMicro())
			require.NoError(t, err)
			admission := log.admit(limit)
			if admission.Accepted || log.heldBack {
				row = log.encode()
			}
			require.Positive(t, admission.Reset)
			require.LessOrEqual(t, admission.Reset, limit.Window)
			return admission
		}
		for range rapid.IntRange(1, 60).Draw(t, "arrivals") {
			now = now.Add(pauses(most.Window).Draw(t, "pause"))
			if !steady && rapid.IntRange(0, 4).Draw(t, "set back") == 0 {
				behind += time.Duration(rapid.Int64Range(0, time.Hour.Microseconds()).Draw(t, "by")) * time.Microsecond
			}
			limit := perMinute(rapid.IntRange(1, most.Requests).Draw(t, "this node's requests"))
			admission := ask(limit)
			if steady {
				require.Equal(t, accepted.answer(now, limit), admission)
			} else if admission.Accepted {
				*accepted = append(*accepted, now)
			}
			if !admission.Accepted && rapid.Bool().Draw(t, "wait as told") {
				now = now.Add(admission.Reset)
				require.True(t, ask(limit).Accepted, "a client that waits as told is let in, even after the clock was set back")
				*accepted = append(*accepted, now)
			}
			require.LessOrEqual(t, len(row), 8*most.Requests)
		}
		accepted.requireNoWindowOver(t, most)
	})
}
