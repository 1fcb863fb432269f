package auth

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/credentials"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// Lifetimes of tokens and sessions.
const (
	AccessLifetime  = 15 * time.Minute
	SessionLifetime = 7 * 24 * time.Hour // since the sign-in, however often the tokens are renewed
)

// Tokens are a session's tokens. The refresh token can be exchanged for new ones until SessionExpiresIn has passed.
type Tokens struct {
	Access           string
	Refresh          string
	AccessExpiresIn  time.Duration
	SessionExpiresIn time.Duration
	IdleExpiresIn    time.Duration // until the session ends unless it is renewed; 0 for no limit
	Account          ledger.AccountNumber
	Role             Role
	Lacks            []Requirement // see Caller
}

// LoginParams holds the inputs of Login.
type LoginParams struct {
	Account ledger.AccountNumber
	Pin     string
	Code    string // of the second factor; "" for none
}

// Login starts a session for a customer who proves the PIN with the number of any account of theirs, and the second factor if they have
// one. The session is good for all of their accounts.
func (s *Service) Login(ctx context.Context, caller Caller, p LoginParams) (Tokens, error) {
	var session db.SessionByIDRow
	var now time.Time
	given := proof{caller: caller, who: signingIn(caller, p.Account), number: p.Account, pin: p.Pin, code: p.Code}
	err := s.prove(ctx, given, func(ctx context.Context, q db.Querier, who proved) error {
		now = s.now()
		var err error
		if session, err = s.startSession(ctx, q, given, who, now); err != nil {
			return err
		}
		owner := caller // as the PIN has proved
		owner.Customer, owner.Account = who.customer, p.Account
		return s.RecordDetail(ctx, q, EventSignedIn, p.Account, owner, session.ID.String())
	})
	if err != nil {
		return Tokens{}, err
	}
	return s.issue(&session, session.RefreshJti, now, now)
}

func (s *Service) startSession(ctx context.Context, q db.Querier, given proof, who proved, now time.Time,
) (db.SessionByIDRow, error) {
	id, err := s.newID(now)
	if err != nil {
		return db.SessionByIDRow{}, err
	}
	refreshID, err := s.newID(now)
	if err != nil {
		return db.SessionByIDRow{}, err
	}
	if err := q.InsertSession(ctx, db.InsertSessionParams{
		ID:            id,
		CustomerID:    who.customer,
		AccountNumber: int64(given.number),
		RefreshJti:    refreshID,
		ClientAddress: given.caller.Address,
		UserAgent:     cleanUserAgent(given.caller.UserAgent),
		CreatedAt:     now.UnixMicro(),
		ExpiresAt:     now.Add(SessionLifetime).UnixMicro(),
		SecondFactor:  who.secondFactor,
		LongPin:       len(given.pin) >= MinStaffPin,
	}); err != nil {
		return db.SessionByIDRow{}, err
	}
	// The customer's row has been locked since the PIN was proved, so no other sign-in can interfere.
	if _, err := q.EndExcessSessions(ctx, db.EndExcessSessionsParams{
		EndedAt: now.UnixMicro(), CustomerID: who.customer, ID: id, Kept: maxSessions - 1, RowLimit: sessionBatch,
	}); err != nil {
		return db.SessionByIDRow{}, err
	}
	return q.SessionByID(ctx, id)
}

// issue signs the tokens of a session. The refresh token's text depends only on its id, the time it was first issued, and the
// SECRET_KEY in use; the access token is new each time. If the SECRET_KEY is replaced between two answers to one refresh
// token, their texts differ, but both have the same id, and spending is by id.
func (s *Service) issue(session *db.SessionByIDRow, refreshID uuid.UUID, refreshIssued, now time.Time) (Tokens, error) {
	expires := time.UnixMicro(session.ExpiresAt).UTC()
	account, customer := ledger.AccountNumber(session.AccountNumber), session.CustomerID.String()
	idleEnd := s.idleEnd(session)
	accessExpires := accessExpiry(now, expires, idleEnd)
	accessID, err := s.newID(now)
	if err != nil {
		return Tokens{}, err
	}
	access, err := s.tokens.Sign(credentials.Token{
		Kind: credentials.AccessToken, ID: accessID, Session: session.ID, Subject: customer, Account: account.String(),
		Issued: now, Expires: accessExpires,
	})
	if err != nil {
		return Tokens{}, err
	}
	refresh, err := s.tokens.Sign(credentials.Token{
		Kind: credentials.RefreshToken, ID: refreshID, Session: session.ID, Subject: customer, Account: account.String(),
		Issued: refreshIssued, Expires: expires,
	})
	if err != nil {
		return Tokens{}, err
	}
	role, lacks := s.sessionRole(session)
	tokens := Tokens{
		Access: access, Refresh: refresh, AccessExpiresIn: accessExpires.Sub(now), SessionExpiresIn: expires.Sub(now),
		Account: account, Role: role, Lacks: lacks,
	}
	if !idleEnd.IsZero() {
		tokens.IdleExpiresIn = idleEnd.Sub(now)
	}
	return tokens, nil
}

// sessionRole returns the role that a session may act in, and what it lacks for its customer's role.
func (s *Service) sessionRole(session *db.SessionByIDRow) (Role, []Requirement) {
	role := Role(session.Role)
	if !s.RequiresSecondFactor(role) {
		return role, nil
	}
	var lacks []Requirement
	if !session.SecondFactor {
		lacks = append(lacks, RequiresSecondFactor)
	}
	if !session.LongPin {
		lacks = append(lacks, RequiresLongerPin)
	}
	if lacks != nil {
		return RoleCustomer, lacks
	}
	return role, nil
}

// endSession ends a session, unless it has ended already, and blacklists its current refresh token.
func endSession(ctx context.Context, q db.Querier, id uuid.UUID, now time.Time) (ended bool, err error) {
	session, err := q.EndSession(ctx, db.EndSessionParams{EndedAt: now.UnixMicro(), ID: id})
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, q.InsertBlacklistedToken(ctx, db.InsertBlacklistedTokenParams{
		Jti: session.RefreshJti, RevokedAt: now.UnixMicro(), ExpiresAt: session.ExpiresAt,
	})
}

// Logout ends the caller's session and so invalidates all of its tokens. If a refresh token is given, it must belong to the
// same session.
func (s *Service) Logout(ctx context.Context, caller Caller, refresh string) error {
	if err := s.Require(ctx, caller, SelfManage, caller.Account); err != nil {
		return err
	}
	now := s.now()
	if refresh != "" {
		t, err := s.readToken(refresh, credentials.RefreshToken, now)
		if err != nil {
			return err
		}
		if t.Session != caller.Session {
			return errInvalidToken
		}
	}
	return s.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
		return s.signOut(ctx, q, caller, caller.Session, now)
	})
}

// signOut ends a session of the caller and records an event, unless it had ended already.
func (s *Service) signOut(ctx context.Context, q db.Querier, caller Caller, session uuid.UUID, now time.Time) error {
	ended, err := endSession(ctx, q, session, now)
	if err != nil || !ended {
		return err
	}
	return s.RecordDetail(ctx, q, EventSignedOut, caller.Account, caller, session.String())
}
