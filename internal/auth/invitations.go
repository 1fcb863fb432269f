package auth

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/audit"
	"github.com/bankingcore/bankcore/internal/credentials"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// Openings is who may open accounts. Staff, service clients with the permission and the operator always may.
type Openings string

// The values of Openings.
const (
	OpeningsAnyone Openings = "anyone"
	OpeningsCode   Openings = "code"  // callers with an invitation code
	OpeningsStaff  Openings = "staff" // no others
)

const (
	// MaxInvitationUses is how many accounts one code can open.
	MaxInvitationUses = 10_000
	// MaxInvitationLifetime is the longest time that a code can be valid.
	MaxInvitationLifetime = 365 * 24 * time.Hour
)

// The refusals of openings.
var (
	errOpeningsClosed     = refuse(CodeOpeningsClosed, "Only the bank's staff can open an account. Ask the bank for one.")
	errInvitationRequired = refuse(CodeInvitationRequired, "This bank opens accounts for those who have an invitation. Send its code as invitation_code.")
	errInvalidInvitation  = refuse(CodeInvalidInvitation, "The invitation code is wrong, used up or expired. Ask the bank for another one.")
)

// Openings returns who may open accounts at this bank.
func (s *Service) Openings() Openings { return s.openings }

// IssueInvitationParams holds the inputs of IssueInvitation: how many accounts the code can open, and how long it is valid.
type IssueInvitationParams struct {
	Uses     int
	Lifetime time.Duration
}

// Invitation is a code that was just issued. The code is stored nowhere.
type Invitation struct {
	Code      string // in groups, to be read out
	ExpiresAt time.Time
}

// IssueInvitation creates a code that opens accounts, for the operator.
func (s *Service) IssueInvitation(ctx context.Context, caller Caller, p IssueInvitationParams) (Invitation, error) {
	if err := s.Require(ctx, caller, BankOperate, AllAccounts); err != nil {
		return Invitation{}, err
	}
	if p.Uses < 1 || p.Uses > MaxInvitationUses || p.Lifetime <= 0 || p.Lifetime > MaxInvitationLifetime {
		return Invitation{}, refuse(ledger.CodeInvalidRequest, "An invitation has 1 to %d uses and is valid for at most 365 days.", MaxInvitationUses)
	}
	code, err := credentials.NewCode(s.random)
	if err != nil {
		return Invitation{}, err
	}
	expires, err := store.Update(ctx, s.store, func(ctx context.Context, q db.Querier) (time.Time, error) {
		now := s.now()
		id, err := s.newID(now)
		if err != nil {
			return time.Time{}, err
		}
		expires := now.Add(p.Lifetime)
		if err := q.InsertInvitation(ctx, db.InsertInvitationParams{
			ID: id, CodeHash: invitationHash(s.keys[0], code), UsesLeft: int64(p.Uses), ExpiresAt: expires.UnixMicro(),
		}); err != nil {
			return time.Time{}, err
		}
		return expires, s.Record(ctx, q, EventInvitationIssued, audit.WholeBank, caller)
	})
	return Invitation{Code: credentials.GroupCode(code), ExpiresAt: expires}, err
}

// invitationHash returns what is stored of a code.
func invitationHash(keys *credentials.Keys, code string) []byte {
	return keys.MAC(credentials.ForInvitations, code)
}

// MayOpen refuses an opening without the required invitation, before its PIN costs a hash. It returns the invitation to use,
// or uuid.Nil if none is needed. Codes that are wrong, used up or expired take the same look-ups.
func (s *Service) MayOpen(ctx context.Context, caller Caller, text string) (invitation uuid.UUID, err error) {
	opens, err := s.May(ctx, caller, AccountsOpen, AllAccounts)
	switch {
	case err != nil || opens || s.openings == OpeningsAnyone:
		return uuid.Nil, err
	case s.openings != OpeningsCode:
		return uuid.Nil, errOpeningsClosed
	case text == "":
		return uuid.Nil, errInvitationRequired
	}
	code, ok := credentials.ParseCode(text)
	if !ok {
		return uuid.Nil, errInvalidInvitation
	}
	return store.Read(ctx, s.store, func(ctx context.Context, q db.Querier) (uuid.UUID, error) {
		for _, keys := range s.keys {
			id, err := q.GoodInvitation(ctx, db.GoodInvitationParams{CodeHash: invitationHash(keys, code), Now: s.now().UnixMicro()})
			if !errors.Is(err, store.ErrNotFound) {
				return id, err
			}
		}
		return uuid.Nil, errInvalidInvitation
	})
}

// UseInvitation counts a use in the transaction that opens the account, so parallel openings cannot exceed the uses.
func (s *Service) UseInvitation(ctx context.Context, q db.Querier, invitation uuid.UUID) error {
	if invitation == uuid.Nil {
		return nil
	}
	used, err := q.UseInvitation(ctx, db.UseInvitationParams{ID: invitation, Now: s.now().UnixMicro()})
	if err == nil && used == 0 {
		err = errInvalidInvitation
	}
	return err
}
