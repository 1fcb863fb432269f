package bank

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ratelimit"
	"github.com/bankingcore/bankcore/internal/store"
)

// errRefused rolls back what was only locked.
var errRefused = errors.New("bank: over the rate limit")

// CountRequest accepts and counts one request of a key under a limit, or refuses it. All servers on the database share the
// count and use the database's clock. A refused request is not counted. If the database does not answer, the error is
// ErrUnavailable, and the request must not be let through.
func (b *Bank) CountRequest(ctx context.Context, name, key string, limit ratelimit.Limit) (ratelimit.Admission, error) {
	if limit.Off() {
		return ratelimit.Admission{Accepted: true}, nil
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
	case errors.Is(err, ErrUnknown): // it is unknown whether it was counted, but the request itself was certainly not carried out
		return ratelimit.Admission{}, fmt.Errorf("%w: count a request: %v", ErrUnavailable, err) //nolint:errorlint // see above
	case err != nil:
		return ratelimit.Admission{}, fmt.Errorf("count a request: %w", err)
	}
	return admission, nil
}

// refusedAlready checks, without a lock, whether the quota is used up. Accepted requests stay accepted, so a refusal is
// valid, and a client that keeps sending requests costs the others a read, not a turn of the writer or a wait for the row.
func (b *Bank) refusedAlready(ctx context.Context, name, key string, limit ratelimit.Limit) (ratelimit.Admission, bool, error) {
	row, err := store.Read(ctx, b.store, func(ctx context.Context, q db.Querier) (db.RateLimitByKeyRow, error) {
		return q.RateLimitByKey(ctx, db.RateLimitByKeyParams{LimitName: name, LimitKey: key})
	})
	if errors.Is(err, store.ErrNotFound) {
		return ratelimit.Admission{}, false, nil
	}
	if err != nil {
		return ratelimit.Admission{}, false, fmt.Errorf("count a request: %w", err)
	}
	log, err := readRequestLog(row.Accepted, row.Now)
	if err != nil {
		return ratelimit.Admission{}, false, fmt.Errorf("count a request: %w", err)
	}
	admission := log.admit(limit)
	return admission, !admission.Accepted && !log.heldBack, nil
}

// requestLog holds when the requests of one key were accepted, as in a row of rate_limits. Times are since 1970.
type requestLog struct {
	now      time.Duration
	times    []time.Duration // oldest first, none after now
	heldBack bool            // they were moved back to be so, and should be stored
}

// maxMicros is the last time, in the year 2262, that a duration since 1970 can hold.
const maxMicros = math.MaxInt64 / int64(time.Microsecond)

// readRequestLog decodes a row. If the clock was set back, it moves all times back, so that the newest is now. They are then
// later than in truth, so they count for too long rather than too short, but for at most one window.
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

// admit decides on a request that comes now. If it is accepted, admit adds it and drops the times that have left the window.
func (l *requestLog) admit(limit ratelimit.Limit) ratelimit.Admission {
	admission := limit.Admit(l.now, len(l.times), func(i int) time.Duration { return l.times[i] })
	if admission.Accepted {
		used := limit.Requests - admission.Remaining - 1
		l.times = append(l.times[len(l.times)-used:], l.now)
	}
	return admission
}

// expiry returns when none of the times counts any more.
func (l *requestLog) expiry(limit ratelimit.Limit) time.Duration {
	return l.times[len(l.times)-1] + limit.Window
}

func (l *requestLog) encode() []byte {
	accepted := make([]byte, 0, 8*len(l.times))
	for _, at := range l.times {
		accepted = binary.BigEndian.AppendUint64(accepted, uint64(at.Microseconds()))
	}
	return accepted
}
