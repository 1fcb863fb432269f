package bank

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/db"
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
func (b *Bank) ListSessions(ctx context.Context, caller Caller) ([]Session, error) {
	if err := caller.require(SelfManage, caller.Account); err != nil {
		return nil, err
	}
	rows, err := store.View(ctx, b.store, func(ctx context.Context, q db.Querier) ([]db.ListSessionsRow, error) {
		account, err := accountByNumber(ctx, q, caller.Account)
		if err != nil {
			return nil, err
		}
		now := b.now()
		return q.ListSessions(ctx, db.ListSessionsParams{
			AccountNumber: int64(caller.Account), Now: now.UnixMicro(), IdleSince: idleSince(b.idle.of(account.Role), now), RowLimit: maxSessions,
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

// EndSession ends one of the caller's sessions. Another account's session is refused like one that does not exist.
func (b *Bank) EndSession(ctx context.Context, caller Caller, id uuid.UUID) error {
	if err := caller.require(SelfManage, caller.Account); err != nil {
		return err
	}
	now := b.now()
	return b.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
		session, err := q.SessionByID(ctx, id)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if err != nil || session.AccountNumber != int64(caller.Account) || b.over(&session, now) != nil {
			return refuse(CodeSessionNotFound, "This account has no active session with this id.")
		}
		return b.signOut(ctx, q, caller, id, now)
	})
}

// EndOtherSessions ends every session of the caller's account except the current one.
func (b *Bank) EndOtherSessions(ctx context.Context, caller Caller) error {
	if err := caller.require(SelfManage, caller.Account); err != nil {
		return err
	}
	return b.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
		ended, err := q.EndOtherSessions(ctx, db.EndOtherSessionsParams{
			EndedAt: b.now().UnixMicro(), AccountNumber: int64(caller.Account), ID: caller.Session,
		})
		if err != nil || ended == 0 {
			return err
		}
		return b.recordDetail(ctx, q, EventSignedOut, caller.Account, caller, "all others")
	})
}

// AdminEndSessions ends every session of an account, for administrators, and returns how many were live.
func (b *Bank) AdminEndSessions(ctx context.Context, caller Caller, number AccountNumber) (live int64, err error) {
	if err := caller.require(CustomersManage, number); err != nil {
		return 0, err
	}
	_, err = b.change(ctx, number, func(ctx context.Context, q db.Querier, account Account) error {
		now := b.now()
		var err error
		live, err = q.CountLiveSessions(ctx, db.CountLiveSessionsParams{
			AccountNumber: int64(number), Now: now.UnixMicro(), IdleSince: idleSince(b.idle.of(account.Role), now),
		})
		if err != nil {
			return err
		}
		if _, err := q.EndOtherSessions(ctx, db.EndOtherSessionsParams{
			EndedAt: now.UnixMicro(), AccountNumber: int64(number), ID: uuid.Nil, // all of them
		}); err != nil {
			return err
		}
		return b.record(ctx, q, EventSessionsEnded, number, caller)
	})
	return live, err
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
func (b *Bank) CheckSession(ctx context.Context, refresh string) (SessionState, error) {
	now := b.now()
	t, err := b.tokens.read(refresh, refreshToken, now)
	var session db.SessionByIDRow
	if err == nil {
		session, err = store.Read(ctx, b.store, func(ctx context.Context, q db.Querier) (db.SessionByIDRow, error) {
			return b.liveSession(ctx, q, t, now)
		})
	}
	if isRefusal(err) {
		return SessionState{}, nil
	}
	if err != nil {
		return SessionState{}, err
	}
	role, lacks := b.sessionRole(&session)
	return SessionState{SignedIn: true, Role: role, Lacks: lacks}, nil
}
