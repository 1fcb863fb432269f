package auth

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/credentials"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/store"
)

// refreshGrace is how long a spent refresh token still gets its successor even if that has been spent, too: for a second tab
// that comes late.
const refreshGrace = 10 * time.Second

// RefreshTokens spends a refresh token and issues its successor. A spent token gets the same successor again within
// refreshGrace, and after that until the successor is spent, since the answer may never have reached the client. Any other
// use of a spent token ends the session, since somebody else must have a copy.
func (s *Service) RefreshTokens(ctx context.Context, caller Caller, refresh string) (Tokens, error) {
	now := s.now()
	t, err := s.readToken(refresh, credentials.RefreshToken, now)
	if err != nil {
		return Tokens{}, s.refuseToken(ctx, caller, t.account, err)
	}
	renewed, err := store.Update(ctx, s.store, func(ctx context.Context, q db.Querier) (renewal, error) {
		session, err := s.liveSession(ctx, q, t.Session, t.customer, now)
		if err != nil {
			return renewal{}, err
		}
		next, err := s.succeed(ctx, q, caller, &session, t, now)
		if errors.Is(err, errTokenRevoked) {
			return renewal{stolen: true}, s.endStolenSession(ctx, q, caller, t, now) // must be committed, so the refusal follows below
		}
		return renewal{session: session, next: next}, err
	})
	if err != nil {
		return Tokens{}, s.refuseToken(ctx, caller, t.account, err)
	}
	if renewed.stolen {
		return Tokens{}, errTokenRevoked
	}
	return s.issue(&renewed.session, renewed.next.id, renewed.next.issued, now)
}

// renewal is what a transaction of RefreshTokens returns.
type renewal struct {
	session db.SessionByIDRow
	next    successor
	stolen  bool // somebody else must have a copy of the token; nothing else is set
}

// successor is the refresh token that replaces a spent one.
type successor struct {
	id     uuid.UUID
	issued time.Time
}

// succeed returns a refresh token's successor. A token that is not spent gets a new one. A spent token gets the one it
// already has, within its grace or while that successor is the session's current token. For any other token, succeed returns
// errTokenRevoked.
func (s *Service) succeed(ctx context.Context, q db.Querier, caller Caller, session *db.SessionByIDRow, t token, now time.Time,
) (successor, error) {
	if session.RefreshJti == t.ID {
		next, err := s.spend(ctx, q, caller, session, now)
		if !errors.Is(err, store.ErrNotFound) {
			return next, err
		}
		// Another server has spent it since it was read. The servers' clocks may differ widely, so only the session can tell.
		if *session, err = s.liveSession(ctx, q, t.Session, t.customer, now); err != nil {
			return successor{}, err
		}
	}
	spent, err := q.BlacklistedTokenByJti(ctx, t.ID)
	if errors.Is(err, store.ErrNotFound) {
		return successor{}, errTokenRevoked
	}
	if err != nil {
		return successor{}, err
	}
	if spent.SuccessorJti == nil {
		return successor{}, errTokenRevoked
	}
	next := successor{id: *spent.SuccessorJti, issued: time.UnixMicro(spent.RevokedAt).UTC()}
	if next.id == session.RefreshJti {
		return next, s.noteRepeat(ctx, q, caller, session, now)
	}
	if now.Sub(next.issued) > refreshGrace {
		return successor{}, errTokenRevoked
	}
	return next, nil
}

// noteRepeat records that a renewal was repeated, which counts as a use of the session like the renewal itself. A repeat
// right after it, as from several tabs, needs no further write.
func (s *Service) noteRepeat(ctx context.Context, q db.Querier, caller Caller, session *db.SessionByIDRow, now time.Time) error {
	if now.Sub(time.UnixMicro(session.LastUsedAt)) <= refreshGrace {
		return nil
	}
	session.LastUsedAt = now.UnixMicro()
	return q.UpdateSessionUse(ctx, db.UpdateSessionUseParams{
		ID: session.ID, UsedAt: session.LastUsedAt, ClientAddress: caller.Address, UserAgent: cleanUserAgent(caller.UserAgent),
	})
}

// spend replaces the session's current refresh token. It returns store.ErrNotFound if the token is no longer the session's.
func (s *Service) spend(ctx context.Context, q db.Querier, caller Caller, session *db.SessionByIDRow, now time.Time,
) (successor, error) {
	id, err := s.newID(now)
	if err != nil {
		return successor{}, err
	}
	spent, err := q.UpdateSessionRefresh(ctx, db.UpdateSessionRefreshParams{
		SuccessorJti: id, ID: session.ID, RefreshJti: session.RefreshJti,
		UsedAt: now.UnixMicro(), ClientAddress: caller.Address, UserAgent: cleanUserAgent(caller.UserAgent),
	})
	if err != nil {
		return successor{}, err
	}
	if spent == 0 {
		return successor{}, store.ErrNotFound
	}
	session.LastUsedAt = now.UnixMicro()
	err = q.InsertBlacklistedToken(ctx, db.InsertBlacklistedTokenParams{
		Jti: session.RefreshJti, SuccessorJti: &id, RevokedAt: now.UnixMicro(), ExpiresAt: session.ExpiresAt,
	})
	return successor{id: id, issued: now}, err
}

func (s *Service) endStolenSession(ctx context.Context, q db.Querier, caller Caller, t token, now time.Time) error {
	ended, err := endSession(ctx, q, t.Session, now)
	if err != nil || !ended { // another server has ended it since it was read, so this need not be a theft
		return err
	}
	return s.Record(ctx, q, EventRefreshTokenReused, t.account, caller)
}
