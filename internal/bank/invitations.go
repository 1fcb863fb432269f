package bank

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/store"
)

// Openings says who opens accounts. The operator always does.
type Openings string

// The ways to get an account.
const (
	OpeningsAnyone Openings = "anyone"
	OpeningsCode   Openings = "code"  // whoever has an invitation
	OpeningsStaff  Openings = "staff" // the bank itself
)

const (
	// MaxInvitationUses is how many accounts one code opens at most.
	MaxInvitationUses = 10_000
	// MaxInvitationLifetime is how long a code is good at most.
	MaxInvitationLifetime = 365 * 24 * time.Hour
)

// The refusals of openings.
var (
	errOpeningsClosed     = refuse(CodeOpeningsClosed, "Ask the bank for an account; its staff opens it.")
	errInvitationRequired = refuse(CodeInvitationRequired, "This bank opens accounts for those who have an invitation. Send its code as invitation_code.")
	errInvalidInvitation  = refuse(CodeInvalidInvitation, "The invitation code is wrong, used up or expired. Ask the bank for another one.")
)

// Openings says who opens accounts at this bank.
func (b *Bank) Openings() Openings { return b.openings }

// IssueInvitationParams holds how many accounts a code opens, and for how long it is good.
type IssueInvitationParams struct {
	Uses     int
	Lifetime time.Duration
}

// Invitation is a code that was just issued. Nothing but this value holds the code.
type Invitation struct {
	Code      string // in groups that can be read out
	ExpiresAt time.Time
}

// IssueInvitation makes a code with which accounts are opened, for the operator.
func (b *Bank) IssueInvitation(ctx context.Context, caller Caller, p IssueInvitationParams) (Invitation, error) {
	if err := caller.mustBeOperator(); err != nil {
		return Invitation{}, err
	}
	if p.Uses < 1 || p.Uses > MaxInvitationUses || p.Lifetime <= 0 || p.Lifetime > MaxInvitationLifetime {
		return Invitation{}, refuse(CodeInvalidRequest, "An invitation has 1 to %d uses, and is good for 365 days at most.", MaxInvitationUses)
	}
	code, err := b.newCode()
	if err != nil {
		return Invitation{}, err
	}
	var expires time.Time
	err = b.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
		now := b.now()
		id, err := b.newID(now)
		if err != nil {
			return err
		}
		expires = now.Add(p.Lifetime)
		if err := q.InsertInvitation(ctx, db.InsertInvitationParams{
			ID: id, CodeHash: b.keys[0].invitationHash(code), UsesLeft: int64(p.Uses), ExpiresAt: expires.UnixMicro(),
		}); err != nil {
			return err
		}
		return b.record(ctx, q, EventInvitationIssued, WholeBank, caller)
	})
	return Invitation{Code: groupCode(code), ExpiresAt: expires}, err
}

// invitationHash is what is stored of a code.
func (k *keySet) invitationHash(code string) []byte {
	mac := hmac.New(sha256.New, k.invitation[:])
	mac.Write([]byte(code))
	return mac.Sum(nil)
}

// mayOpen refuses an opening that nobody has invited, before its PIN costs a hash. It returns the invitation to use, or uuid.Nil if
// none is needed. Codes that are wrong, used up or expired take the same look-ups.
func (b *Bank) mayOpen(ctx context.Context, caller Caller, text string) (invitation uuid.UUID, err error) {
	switch {
	case caller.Operator || b.openings == OpeningsAnyone:
		return uuid.Nil, nil
	case b.openings != OpeningsCode:
		return uuid.Nil, errOpeningsClosed
	case text == "":
		return uuid.Nil, errInvitationRequired
	}
	code, err := parseCode(text)
	if err != nil {
		return uuid.Nil, errInvalidInvitation
	}
	err = b.store.Read(ctx, func(ctx context.Context, q db.Querier) error {
		for _, keys := range b.keys {
			var err error
			invitation, err = q.GoodInvitation(ctx, db.GoodInvitationParams{CodeHash: keys.invitationHash(code), Now: b.now().UnixMicro()})
			if !errors.Is(err, store.ErrNotFound) {
				return err
			}
		}
		return errInvalidInvitation
	})
	return invitation, err
}

// useInvitation counts a use in the transaction that opens the account; of parallel openings, no more get through than it has uses.
func (b *Bank) useInvitation(ctx context.Context, q db.Querier, invitation uuid.UUID) error {
	if invitation == uuid.Nil {
		return nil
	}
	used, err := q.UseInvitation(ctx, db.UseInvitationParams{ID: invitation, Now: b.now().UnixMicro()})
	if err == nil && used == 0 {
		err = errInvalidInvitation
	}
	return err
}
