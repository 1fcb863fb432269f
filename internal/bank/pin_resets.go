package bank

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/store"
)

const (
	// ResetCodeLifetime is how long a reset code is good.
	ResetCodeLifetime = 10 * time.Minute
	// ResetCodeTries is how many codes may be tried for each one that is issued.
	ResetCodeTries = 3
)

var errInvalidResetCode = refuse(CodeInvalidResetCode, "The code is wrong, used up or expired. Ask your bank for another one.")

// PinReset is a one-time code that was just issued. Nothing but this value holds the code.
type PinReset struct {
	Account   Account
	Code      string // in groups that can be read out
	ExpiresAt time.Time
}

// IssuePinReset makes a one-time code with which the account's holder sets another PIN, for the operator. An earlier code of
// the account is good no more.
func (b *Bank) IssuePinReset(ctx context.Context, caller Caller, number AccountNumber) (PinReset, error) {
	if err := caller.mustBeOperator(); err != nil {
		return PinReset{}, err
	}
	code, err := b.newCode()
	if err != nil {
		return PinReset{}, err
	}
	var expires time.Time
	account, err := b.change(ctx, number, func(ctx context.Context, q db.Querier, _ Account) error {
		expires = b.now().Add(ResetCodeLifetime)
		if err := q.InsertPinResetCode(ctx, db.InsertPinResetCodeParams{
			AccountNumber: int64(number), CodeHash: b.keys[0].resetCodeHash(number, code),
			TriesLeft: ResetCodeTries, ExpiresAt: expires.UnixMicro(),
		}); err != nil {
			return err
		}
		return b.record(ctx, q, EventPinResetIssued, number, caller)
	})
	if err != nil {
		return PinReset{}, err
	}
	return PinReset{Account: account, Code: groupCode(code), ExpiresAt: expires}, nil
}

// resetCodeHash is what is stored of a code. It is keyed, and another one for each account.
func (k *keySet) resetCodeHash(number AccountNumber, code string) []byte {
	mac := hmac.New(sha256.New, k.resetCode[:])
	mac.Write([]byte(number.String() + " " + code))
	return mac.Sum(nil)
}

// ResetPinParams sets another PIN in place of a forgotten one.
type ResetPinParams struct {
	Account AccountNumber
	Code    string
	New     string
}

// ResetPin sets the PIN of an account for whoever has its reset code, lifts its lock and ends its sessions. As with a PIN, the
// try is counted, durably, before the code is looked at; and every refusal after that costs the same hash and the same
// commits, so that no clock tells which accounts exist or have a code.
func (b *Bank) ResetPin(ctx context.Context, caller Caller, p ResetPinParams) error {
	code, err := parseCode(p.Code)
	if err != nil {
		return err
	}
	if err := checkNewPin("/new_pin", p.New); err != nil {
		return err
	}
	pinHash, err := b.pins.hash(ctx, signingIn(caller, p.Account), p.New)
	if err != nil {
		return err
	}
	want, account, err := b.countResetTry(ctx, p.Account)
	if err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx) // the try is counted, so it is also carried out
	right := slices.ContainsFunc(b.keys, func(keys *keySet) bool { return hmac.Equal(keys.resetCodeHash(p.Account, code), want) })
	if right {
		if right, err = b.setForgottenPin(ctx, caller, p.Account, want, pinHash); err != nil {
			return err
		}
	}
	if right {
		return nil
	}
	if want == nil { // there was nothing to guess, and there is no end to such tries
		err = b.recordRepeat(ctx, EventPinResetFailed, p.Account, account, caller)
	} else {
		err = b.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
			return b.record(ctx, q, EventPinResetFailed, p.Account, caller)
		})
	}
	if err != nil {
		return err
	}
	return errInvalidResetCode
}

// countResetTry counts a try and returns the hash of the code that it must fit, or nil if there is none to guess, which
// costs the same write; and the account, or 0 if there is none.
func (b *Bank) countResetTry(ctx context.Context, number AccountNumber) (codeHash []byte, account AccountNumber, err error) {
	err = b.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
		account = number
		if _, err := accountByNumber(ctx, q, number); errors.Is(err, errAccountNotFound) {
			account = 0
		} else if err != nil {
			return err
		}
		var err error
		codeHash, err = q.CountPinResetTry(ctx, db.CountPinResetTryParams{AccountNumber: int64(number), Now: b.now().UnixMicro()})
		if errors.Is(err, store.ErrNotFound) {
			codeHash = nil
			return q.CountUnknownAccountAttempt(ctx)
		}
		return err
	})
	return codeHash, account, err
}

// setForgottenPin reports whether the code was still there to be used.
func (b *Bank) setForgottenPin(ctx context.Context, caller Caller, number AccountNumber, codeHash []byte, pinHash string) (set bool, err error) {
	err = b.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
		used, err := q.DeletePinResetCode(ctx, db.DeletePinResetCodeParams{AccountNumber: int64(number), CodeHash: codeHash})
		if set = used > 0; err != nil || !set {
			return err
		}
		if err := q.ResetPin(ctx, db.ResetPinParams{AccountNumber: int64(number), NewHash: pinHash}); err != nil {
			return err
		}
		if _, err := q.EndOtherSessions(ctx, db.EndOtherSessionsParams{
			EndedAt: b.now().UnixMicro(), AccountNumber: int64(number), ID: uuid.Nil, // none is spared
		}); err != nil {
			return err
		}
		return b.record(ctx, q, EventPinReset, number, caller)
	})
	return set, err
}
