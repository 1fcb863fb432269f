package auth

import (
	"cmp"
	"context"
	"errors"
	"math"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/credentials"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

const (
	maxSessions  = 100 // live sessions of one account
	maxUserAgent = 256 // characters
)

// Session is a session that has not ended.
type Session struct {
	ID         uuid.UUID
	UserAgent  string // "" if the client did not say
	Address    string // the client's IP address
	CreatedAt  time.Time
	LastUsedAt time.Time // the sign-in, or the last renewal of tokens
	ExpiresAt  time.Time
	Current    bool // the session of this request
}

// ListSessions returns the caller's live sessions, last used first.
func (s *Service) ListSessions(ctx context.Context, caller Caller) ([]Session, error) {
	if err := s.Require(ctx, caller, SelfManage, caller.Account); err != nil {
		return nil, err
	}
	rows, err := store.View(ctx, s.store, func(ctx context.Context, q db.Querier) ([]db.ListSessionsRow, error) {
		customer, err := q.CustomerByID(ctx, caller.Customer)
		if err != nil {
			return nil, err
		}
		now := s.now()
		return q.ListSessions(ctx, db.ListSessionsParams{
			CustomerID: caller.Customer, Now: now.UnixMicro(), IdleSince: idleSince(s.idle.of(Role(customer.Role)), now), RowLimit: maxSessions,
		})
	})
	sessions := make([]Session, 0, len(rows))
	for _, row := range rows {
		sessions = append(sessions, Session{
			ID:         row.ID,
			UserAgent:  row.UserAgent,
			Address:    row.ClientAddress,
			CreatedAt:  time.UnixMicro(row.CreatedAt).UTC(),
			LastUsedAt: time.UnixMicro(row.LastUsedAt).UTC(),
			ExpiresAt:  time.UnixMicro(row.ExpiresAt).UTC(),
			Current:    row.ID == caller.Session,
		})
	}
	return sessions, err
}

// EndSession ends one of the caller's sessions. Another customer's session is refused like one that does not exist.
func (s *Service) EndSession(ctx context.Context, caller Caller, id uuid.UUID) error {
	if err := s.Require(ctx, caller, SelfManage, caller.Account); err != nil {
		return err
	}
	now := s.now()
	return s.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
		session, err := q.SessionByID(ctx, id)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if err != nil || session.CustomerID != caller.Customer || s.over(&session, now) != nil {
			return refuse(CodeSessionNotFound, "This account has no active session with this id.")
		}
		return s.signOut(ctx, q, caller, id, now)
	})
}

// EndOtherSessions ends every session of the caller except the current one.
func (s *Service) EndOtherSessions(ctx context.Context, caller Caller) error {
	if err := s.Require(ctx, caller, SelfManage, caller.Account); err != nil {
		return err
	}
	return s.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
		ended, err := q.EndOtherSessions(ctx, db.EndOtherSessionsParams{
			EndedAt: s.now().UnixMicro(), CustomerID: caller.Customer, ID: caller.Session,
		})
		if err != nil || ended == 0 {
			return err
		}
		return s.RecordDetail(ctx, q, EventSignedOut, caller.Account, caller, "all others")
	})
}

// AdminEndSessions ends every session of an account's customer, for staff, and returns how many were live.
func (s *Service) AdminEndSessions(ctx context.Context, caller Caller, number ledger.AccountNumber) (live int64, err error) {
	if err := s.Require(ctx, caller, CustomersManage, number); err != nil {
		return 0, err
	}
	return store.Update(ctx, s.store, func(ctx context.Context, q db.Querier) (int64, error) {
		customer, err := store.CustomerBy(ctx, q, number)
		if err != nil {
			return 0, err
		}
		now := s.now()
		live, err := q.CountLiveSessions(ctx, db.CountLiveSessionsParams{
			CustomerID: customer.ID, Now: now.UnixMicro(), IdleSince: idleSince(s.idle.of(Role(customer.Role)), now),
		})
		if err != nil {
			return 0, err
		}
		if _, err := q.EndOtherSessions(ctx, db.EndOtherSessionsParams{
			EndedAt: now.UnixMicro(), CustomerID: customer.ID, ID: uuid.Nil, // all of them
		}); err != nil {
			return 0, err
		}
		return live, s.Record(ctx, q, EventSessionsEnded, number, caller)
	})
}

// cleanUserAgent limits the length of a User-Agent and keeps it on one line.
func cleanUserAgent(text string) string {
	kept := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	if characters := []rune(kept); len(characters) > maxUserAgent {
		return string(characters[:maxUserAgent])
	}
	return kept
}

// SessionState is what a browser's session allows.
type SessionState struct {
	SignedIn bool
	Role     Role // "" without a session
	Lacks    []Requirement
}

// CheckSession returns the state of a refresh token's session. It spends nothing, and a session that has ended is not signed
// in.
func (s *Service) CheckSession(ctx context.Context, refresh string) (SessionState, error) {
	now := s.now()
	t, err := s.readToken(refresh, credentials.RefreshToken, now)
	var session db.SessionByIDRow
	if err == nil {
		session, err = store.Read(ctx, s.store, func(ctx context.Context, q db.Querier) (db.SessionByIDRow, error) {
			return s.liveSession(ctx, q, t.Session, t.customer, now)
		})
	}
	if ledger.IsRefusal(err) {
		return SessionState{}, nil
	}
	if err != nil {
		return SessionState{}, err
	}
	role, lacks := s.sessionRole(&session)
	return SessionState{SignedIn: true, Role: role, Lacks: lacks}, nil
}

// IdleLimits are how long a session lasts without renewing its tokens, by its customer's role; 0 means no limit.
type IdleLimits struct {
	Customers time.Duration
	Staff     time.Duration // employees and administrators
}

func (l IdleLimits) of(role Role) time.Duration {
	if role.staff() {
		return l.Staff
	}
	return l.Customers
}

// longest returns the limit after which every session is over, whatever its customer's role, or 0 if there is none.
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
func (s *Service) over(session *db.SessionByIDRow, now time.Time) error {
	if session.EndedAt != nil || now.UnixMicro() >= session.ExpiresAt {
		return errTokenRevoked
	}
	if session.LastUsedAt <= idleSince(s.idle.of(Role(session.Role)), now) {
		return errSessionIdle
	}
	return nil
}

// idleEnd returns when a session is over unless it is renewed, or the zero time if there is no limit.
func (s *Service) idleEnd(session *db.SessionByIDRow) time.Time {
	limit := s.idle.of(Role(session.Role))
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
