package bank

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"sort"
	"time"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/store"
)

// RateLimit is a quota: at most Requests accepted in any half-open span [t, t+Window) of time, wherever it starts.
// The zero RateLimit is off.
type RateLimit struct {
	Requests int
	Window   time.Duration
}

// Off reports that the limit lets everything through.
func (l RateLimit) Off() bool { return l.Requests == 0 }

// Admission is the answer to one request under a rate limit.
type Admission struct {
	Accepted  bool
	Remaining int           // requests that would still be accepted now
	Reset     time.Duration // until one more slot frees up; for a refused request, until it is worth retrying
}

// Admit is the rule of every limit that is on, wherever its requests are counted: it judges a request that comes now by
// the times at which n requests before it were accepted, the oldest first and none after now. One that was accepted exactly
// a window ago has left it. More than the quota may be there, where another server has, or had, a larger one.
func (l RateLimit) Admit(now time.Duration, n int, accepted func(i int) time.Duration) Admission {
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

// errRefused rolls back what was only locked.
var errRefused = errors.New("bank: over the rate limit")

// CountRequest accepts and counts one request of a key under a limit, or refuses it, as one of all servers on the database
// and by its clock. A refused request is not counted. If the database does not answer, the error is ErrUnavailable, and the
// request must not be let through.
func (b *Bank) CountRequest(ctx context.Context, name, key string, limit RateLimit) (Admission, error) {
	if limit.Off() {
		return Admission{Accepted: true}, nil
	}
	admission, refused, err := b.refusedAlready(ctx, name, key, limit)
	if err != nil || refused {
		return admission, err
	}
	err = b.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
		row, err := q.LockRateLimit(ctx, db.LockRateLimitParams{LimitName: name, LimitKey: key})
		if err != nil {
			return err
		}
		log, err := readRequestLog(row.Accepted, row.Now)
		if err != nil {
			return err
		}
		if admission = log.admit(limit); !admission.Accepted && !log.heldBack {
			return errRefused
		}
		return q.UpdateRateLimit(ctx, db.UpdateRateLimitParams{
			Accepted: log.encode(), ExpiresAt: log.expiry(limit).Microseconds(), LimitName: name, LimitKey: key,
		})
	})
	switch {
	case errors.Is(err, errRefused):
		return admission, nil
	case errors.Is(err, ErrUnknown): // whether it was counted; the request itself was certainly not carried out
		return Admission{}, fmt.Errorf("%w: count a request: %v", ErrUnavailable, err) //nolint:errorlint // see above
	case err != nil:
		return Admission{}, fmt.Errorf("count a request: %w", err)
	}
	return admission, nil
}

// refusedAlready looks, without a lock, whether the quota is used up. What has been accepted stays so, so a refusal holds,
// and somebody who keeps knocking costs the others a read, not a turn of the writer or a wait at the row.
func (b *Bank) refusedAlready(ctx context.Context, name, key string, limit RateLimit) (Admission, bool, error) {
	var row db.RateLimitByKeyRow
	err := b.store.Read(ctx, func(ctx context.Context, q db.Querier) error {
		var err error
		row, err = q.RateLimitByKey(ctx, db.RateLimitByKeyParams{LimitName: name, LimitKey: key})
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return Admission{}, false, nil
	}
	if err != nil {
		return Admission{}, false, fmt.Errorf("count a request: %w", err)
	}
	log, err := readRequestLog(row.Accepted, row.Now)
	if err != nil {
		return Admission{}, false, fmt.Errorf("count a request: %w", err)
	}
	admission := log.admit(limit)
	return admission, !admission.Accepted && !log.heldBack, nil
}

// requestLog is when the requests of one key were accepted, as a row of rate_limits keeps it. Times are since 1970.
type requestLog struct {
	now      time.Duration
	times    []time.Duration // the oldest first, none after now
	heldBack bool            // they were moved to be so, and should be written
}

// maxMicros is the last time that a duration since 1970 can hold, in the year 2262.
const maxMicros = math.MaxInt64 / int64(time.Microsecond)

// readRequestLog takes a row apart. If the clock was set back, all times move with it, so that the newest is of just now:
// that is later than they truly are, so they count too long rather than too short, and for a window at most.
func readRequestLog(accepted []byte, now int64) (*requestLog, error) {
	if len(accepted)%8 != 0 || now < 0 || now > maxMicros {
		return nil, errors.New("a row of rate_limits is malformed")
	}
	log := &requestLog{now: time.Duration(now) * time.Microsecond}
	for before := uint64(0); len(accepted) > 0; accepted = accepted[8:] {
		micros := binary.BigEndian.Uint64(accepted)
		if micros < before || micros > uint64(maxMicros) {
			return nil, errors.New("a row of rate_limits is malformed")
		}
		log.times = append(log.times, time.Duration(micros)*time.Microsecond)
		before = micros
	}
	if n := len(log.times); n > 0 && log.times[n-1] > log.now {
		log.heldBack = true
		ahead := log.times[n-1] - log.now
		for i := range log.times {
			log.times[i] = max(0, log.times[i]-ahead)
		}
	}
	return log, nil
}

// admit judges a request that comes now. If it is accepted, it is added, and what has left the window goes.
func (l *requestLog) admit(limit RateLimit) Admission {
	admission := limit.Admit(l.now, len(l.times), func(i int) time.Duration { return l.times[i] })
	if admission.Accepted {
		used := limit.Requests - admission.Remaining - 1
		l.times = append(l.times[len(l.times)-used:], l.now)
	}
	return admission
}

// expiry is when none of the times counts any more.
func (l *requestLog) expiry(limit RateLimit) time.Duration {
	return l.times[len(l.times)-1] + limit.Window
}

func (l *requestLog) encode() []byte {
	accepted := make([]byte, 0, 8*len(l.times))
	for _, at := range l.times {
		accepted = binary.BigEndian.AppendUint64(accepted, uint64(at.Microseconds()))
	}
	return accepted
}
