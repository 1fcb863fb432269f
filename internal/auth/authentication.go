package auth

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/credentials"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// token is a signed token whose customer and account have been read.
type token struct {
	credentials.Token
	customer uuid.UUID
	account  ledger.AccountNumber
}

// readToken reads a token. For an expired one, it returns the customer and the account along with the refusal.
func (s *Service) readToken(text string, kind credentials.TokenKind, now time.Time) (token, error) {
	signed, err := s.tokens.Read(text, kind, now)
	customer, customerErr := uuid.Parse(signed.Subject)
	account, accountErr := ledger.ParseAccountNumber(signed.Account)
	if cmp.Or(err, customerErr, accountErr) != nil {
		return token{customer: customer, account: account}, errInvalidToken
	}
	return token{signed, customer, account}, nil
}

// Authenticate adds the session of an access token to a caller. The session, the role and the lock are read anew for each
// request, so that a sign-out or a change of role takes effect immediately.
//
// An operation that posts needs the session only to be live, which is decided together with the posting: that saves a round trip, and
// nothing can end the session in between. Only a session that is known to be over is read here, so that its tokens use up no rate limit
// of the customer.
func (s *Service) Authenticate(ctx context.Context, caller Caller, access string) (Caller, error) {
	t, err := s.readToken(access, credentials.AccessToken, s.now())
	if err != nil {
		return Caller{}, s.refuseToken(ctx, caller, t.account, err)
	}
	caller.Customer, caller.Account, caller.Session = t.customer, t.account, t.Session
	if slices.Contains(postingOperations, caller.Operation) && !s.ended.Contains(t.Session) {
		caller.Role, caller.unchecked = RoleCustomer, true
		return caller, nil
	}
	return s.checkSession(ctx, caller)
}

// checkSession reads the session of a caller whose token is valid.
func (s *Service) checkSession(ctx context.Context, caller Caller) (Caller, error) {
	session, err := store.Read(ctx, s.store, func(ctx context.Context, q db.Querier) (db.SessionByIDRow, error) {
		return s.liveSession(ctx, q, caller.Session, caller.Customer, s.now())
	})
	if err != nil {
		return Caller{}, s.refuseToken(ctx, caller, caller.Account, err)
	}
	caller.unchecked = false
	caller.SignInLocked = session.SignInLocked
	caller.Role, caller.Lacks = s.sessionRole(&session)
	return caller, nil
}

// Admit returns the check of a caller's session for an order: that it is live and, if the order depends on its role, that it still has it.
func (s *Service) Admit(caller Caller) func(*db.SessionByIDRow) error {
	return func(session *db.SessionByIDRow) error {
		if session == nil {
			return errTokenRevoked
		}
		if err := s.checkLive(session, caller.Customer, s.now()); err != nil {
			return err
		}
		if role, _ := s.sessionRole(session); role != caller.Role && !caller.unchecked {
			return refuse(CodeForbidden, "The rights of this session have just changed.")
		}
		return nil
	}
}

// SessionEnded returns the refusal of an order whose session Admit has refused, and records it if it must be recorded. It returns any
// other error as it is.
func (s *Service) SessionEnded(ctx context.Context, caller Caller, err error) error {
	if caller.Session == uuid.Nil || !isOver(err) {
		return err
	}
	s.ended.Add(caller.Session, struct{}{})
	return s.refuseToken(ctx, caller, caller.Account, err)
}

// CheckAdminKey returns the caller with the rights of the admin key, if the key is right.
func (s *Service) CheckAdminKey(caller Caller, key string) (Caller, error) {
	if !s.adminKeys.Hold(key) {
		return Caller{}, refuse(CodeInvalidAdminKey, "The X-Admin-Key header does not hold the admin key.")
	}
	caller.AdminKey = true
	return caller, nil
}

// liveSession returns a customer's session, or a refusal if it is over.
func (s *Service) liveSession(ctx context.Context, q db.Querier, id, customer uuid.UUID, now time.Time,
) (db.SessionByIDRow, error) {
	session, err := q.SessionByID(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return db.SessionByIDRow{}, errTokenRevoked
	}
	if err != nil {
		return db.SessionByIDRow{}, err
	}
	if err := s.checkLive(&session, customer, now); err != nil {
		return db.SessionByIDRow{}, err
	}
	return session, nil
}

func (s *Service) checkLive(session *db.SessionByIDRow, customer uuid.UUID, now time.Time) error {
	if session.CustomerID != customer {
		return errTokenRevoked
	}
	return s.over(session, now)
}
