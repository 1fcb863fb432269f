// Package ratelimit limits how many requests a client may make within a window that slides: the decision, the table in memory that counts
// for one process, and the counter that adds a database's count for all.
package ratelimit

import (
	"sort"
	"time"
)

// Limit is a quota: at most Requests accepted in any half-open span [t, t+Window), for every t. The zero Limit is off.
type Limit struct {
	Requests int
	Window   time.Duration
}

// Off reports whether the limit accepts every request.
func (l Limit) Off() bool { return l.Requests == 0 }

// Admission is the decision on one request under a rate limit.
type Admission struct {
	Accepted  bool
	Remaining int           // how many more requests would be accepted now
	Reset     time.Duration // until a slot frees up; for a refused request, until a retry can succeed
}

// Admit decides on a request that comes now, for any limit that is on, wherever its requests are counted. It uses the times
// at which n earlier requests were accepted, oldest first and none after now. A request that was accepted exactly one window
// ago no longer counts. There may be more than the quota, if another server has, or had, a larger one.
func (l Limit) Admit(now time.Duration, n int, accepted func(i int) time.Duration) Admission {
	used := n - sort.Search(n, func(i int) bool { return accepted(i) > now-l.Window })
	if used >= l.Requests {
		return Admission{Reset: accepted(n-l.Requests) + l.Window - now}
	}
	oldest := now
	if used > 0 {
		oldest = accepted(n - used)
	}
	return Admission{Accepted: true, Remaining: l.Requests - used - 1, Reset: oldest + l.Window - now}
}
