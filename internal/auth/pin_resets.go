package auth

import (
	"context"
	"crypto/hmac"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/credentials"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

const (
	// ResetCodeLifetime is how long a reset code is valid.
	ResetCodeLifetime = 10 * time.Minute
	// ResetCodeTries is how many guesses each issued code allows.
	ResetCodeTries = 3
)

var errInvalidResetCode = refuse(CodeInvalidResetCode, "The code is wrong, used up or expired. Ask your bank for another one.")

// PinReset is a one-time code that was just issued. The code is stored nowhere.
type PinReset struct {
	Account   ledger.AccountNumber
	Code      string // in groups, to be read out
	ExpiresAt time.Time
}

// IssuePinReset creates a one-time code with which the account's holder can set a PIN, for staff to whom the holder has come. It replaces
// an earlier code of the customer. It is also how customers whose account was opened without a PIN get one.
func (s *Service) IssuePinReset(ctx context.Context, caller Caller, number ledger.AccountNumber) (PinReset, error) {
	if err := s.Require(ctx, caller, CustomersManage, number); err != nil {
		return PinReset{}, err
	}
	if caller.AdminKey {
		return PinReset{}, refuse(CodeForbidden, "Only people issue codes for a new PIN, not the admin key.")
	}
	return store.Update(ctx, s.store, func(ctx context.Context, q db.Querier) (PinReset, error) {
		customer, err := store.CustomerBy(ctx, q, number)
		if err != nil {
			return PinReset{}, err
		}
		if err := MayServe(caller, customer.ID, Role(customer.Role)); err != nil {
			return PinReset{}, err
		}
		return s.IssueReset(ctx, q, caller, number, customer.ID, "")
	})
}

// IssueReset creates a reset code for the customer of an account in the caller's transaction, for a caller who may.
func (s *Service) IssueReset(ctx context.Context, q db.Querier, caller Caller, number ledger.AccountNumber, customer uuid.UUID, detail string,
) (PinReset, error) {
	code, err := credentials.NewCode(s.random)
	if err != nil {
		return PinReset{}, err
	}
	expires := s.now().Add(ResetCodeLifetime)
	if err := q.InsertPinResetCode(ctx, db.InsertPinResetCodeParams{
		CustomerID: customer, CodeHash: resetCodeHash(s.keys[0], customer, code),
		TriesLeft: ResetCodeTries, ExpiresAt: expires.UnixMicro(),
	}); err != nil {
		return PinReset{}, err
	}
	return PinReset{Account: number, Code: credentials.GroupCode(code), ExpiresAt: expires},
		s.RecordDetail(ctx, q, EventPinResetIssued, number, caller, detail)
}

// MayServe refuses staff who would act on themselves, or on other staff unless they manage roles. Otherwise an employee could become an
// administrator with a reset code.
func MayServe(caller Caller, customer uuid.UUID, role Role) error {
	switch {
	case caller.Customer == customer && caller.Customer != uuid.Nil:
		return refuse(CodeForbidden, "Staff do not act for themselves: another member of staff must do this.")
	case role.staff() && !caller.Has(RolesManage):
		return refuse(CodeForbidden, "This is the account of a member of staff. Only an administrator can do this.")
	}
	return nil
}

// resetCodeHash returns the stored form of a code. It is keyed, and depends on the customer.
func resetCodeHash(keys *credentials.Keys, customer uuid.UUID, code string) []byte {
	return keys.MAC(credentials.ForResetCodes, customer.String()+" "+code)
}

// ResetPinParams holds the inputs of ResetPin.
type ResetPinParams struct {
	Account ledger.AccountNumber
	Code    string
	New     string
}

// ResetPin sets the PIN of an account for a caller who has its reset code, lifts the lock and ends all sessions. As with a
// PIN, the try is counted, durably, before the code is checked. Every refusal after that costs the same hash and the same
// commits, so timing does not reveal which accounts exist or have a code.
func (s *Service) ResetPin(ctx context.Context, caller Caller, p ResetPinParams) error {
	code, ok := credentials.ParseCode(p.Code)
	if !ok {
		return invalid("/code", "must be 12 letters and digits")
	}
	if err := CheckNewPin("/new_pin", p.New); err != nil {
		return err
	}
	pinHash, err := s.pins.hash(ctx, signingIn(caller, p.Account), p.New)
	if err != nil {
		return err
	}
	counted, err := s.countResetTry(ctx, p.Account)
	if err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx) // the try is counted, so it must be carried out
	right := slices.ContainsFunc(s.keys, func(keys *credentials.Keys) bool {
		return hmac.Equal(resetCodeHash(keys, counted.customer, code), counted.hash)
	})
	if right {
		if right, err = s.setForgottenPin(ctx, caller, p.Account, counted, pinHash); err != nil {
			return err
		}
	}
	if right {
		return nil
	}
	if counted.hash == nil { // there was no code to guess, and nothing limits such tries
		err = s.recordRepeat(ctx, EventPinResetFailed, p.Account, counted.account, caller)
	} else {
		err = s.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
			return s.Record(ctx, q, EventPinResetFailed, p.Account, caller)
		})
	}
	if err != nil {
		return err
	}
	return errInvalidResetCode
}

// resetTry is a guess at a reset code that has been counted.
type resetTry struct {
	account  ledger.AccountNumber // 0 if there is no such account
	customer uuid.UUID            // uuid.Nil if there is no such account
	hash     []byte               // the right code's; nil if there is no code to guess
}

// countResetTry counts a guess. Without a code to guess, it costs the same write.
func (s *Service) countResetTry(ctx context.Context, number ledger.AccountNumber) (resetTry, error) {
	return store.Update(ctx, s.store, func(ctx context.Context, q db.Querier) (resetTry, error) {
		account := number
		customer, err := store.CustomerOf(ctx, q, number)
		if errors.Is(err, ledger.ErrAccountNotFound) {
			account = 0
		} else if err != nil {
			return resetTry{}, err
		}
		hash, err := q.CountPinResetTry(ctx, db.CountPinResetTryParams{CustomerID: customer, Now: s.now().UnixMicro()})
		if errors.Is(err, store.ErrNotFound) {
			return resetTry{account: account, customer: customer}, q.CountUnknownAccountAttempt(ctx)
		}
		return resetTry{account, customer, hash}, err
	})
}

// setForgottenPin sets the PIN and uses up the code. It reports whether the code was still there.
func (s *Service) setForgottenPin(ctx context.Context, caller Caller, number ledger.AccountNumber, counted resetTry, pinHash string,
) (bool, error) {
	return store.Update(ctx, s.store, func(ctx context.Context, q db.Querier) (bool, error) {
		used, err := q.DeletePinResetCode(ctx, db.DeletePinResetCodeParams{CustomerID: counted.customer, CodeHash: counted.hash})
		if err != nil || used == 0 {
			return false, err
		}
		if err := q.ResetPin(ctx, db.ResetPinParams{ID: counted.customer, NewHash: pinHash}); err != nil {
			return false, err
		}
		if _, err := q.EndOtherSessions(ctx, db.EndOtherSessionsParams{
			EndedAt: s.now().UnixMicro(), CustomerID: counted.customer, ID: uuid.Nil, // all of them
		}); err != nil {
			return false, err
		}
		return true, s.Record(ctx, q, EventPinReset, number, caller)
	})
}
