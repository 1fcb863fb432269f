package bank

import (
	"cmp"
	"math"
	"time"

	"github.com/bankingcore/bankcore/internal/db"
)

// IdleLimits are how long a session lasts without renewing its tokens, by its account's role; 0 means no limit.
type IdleLimits struct {
	Customers time.Duration
	Staff     time.Duration // administrators
}

func (l IdleLimits) of(role Role) time.Duration {
	if role == RoleAdmin {
		return l.Staff
	}
	return l.Customers
}

// longest returns the limit after which every session is over, whatever its account's role, or 0 if there is none.
func (l IdleLimits) longest() time.Duration {
	if l.Customers == 0 || l.Staff == 0 {
		return 0
	}
	return max(l.Customers, l.Staff)
}

// idleSince returns the time, in microseconds, such that a session last used at or before it is over.
func idleSince(limit time.Duration, now time.Time) int64 {
	if limit == 0 {
		return math.MinInt64
	}
	return now.Add(-limit).UnixMicro()
}

// over returns the refusal for a session that has ended, or nil for a live one. The account's current role decides its limit.
func (b *Bank) over(session *db.SessionByIDRow, now time.Time) error {
	if session.EndedAt != nil || now.UnixMicro() >= session.ExpiresAt {
		return errTokenRevoked
	}
	if session.LastUsedAt <= idleSince(b.idle.of(Role(session.Role)), now) {
		return errSessionIdle
	}
	return nil
}

// idleEnd returns when a session is over unless it is renewed, or the zero time if there is no limit.
func (b *Bank) idleEnd(session *db.SessionByIDRow) time.Time {
	limit := b.idle.of(Role(session.Role))
	if limit == 0 {
		return time.Time{}
	}
	return time.UnixMicro(session.LastUsedAt).UTC().Add(limit)
}

// accessExpiry returns when an access token issued now expires. It outlives neither its session nor the idle limit, so a
// client that renews when it expires is in time.
func accessExpiry(now, sessionExpires, idleEnd time.Time) time.Time {
	expires := now.Add(AccessLifetime)
	for _, end := range []time.Time{sessionExpires, cmp.Or(idleEnd, expires)} {
		if end.Before(expires) {
			expires = end
		}
	}
	return expires
}
