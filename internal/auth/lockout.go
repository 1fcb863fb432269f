package auth

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// maxAttempts is how many wrong PINs in a row lock an account.
const maxAttempts = 3

// attempt is a guess at a PIN that has been counted.
type attempt struct {
	customer uuid.UUID // uuid.Nil if there is no such account
	hash     string    // the right PIN's; "" if there is no such account
	count    int64     // including this one
}

// proof holds what a caller gives to prove who they are: a number of an account of theirs, and the PIN.
type proof struct {
	caller Caller
	who    entrant // for a place among the waiting callers
	number ledger.AccountNumber
	pin    string
	code   string // of the second factor; "" for none

	replacement string // hash to store in place of the current one; "" to keep it
}

// provePin is the only place that checks a customer's PIN. The attempt is counted, durably, before the PIN is hashed. So even
// parallel guesses are limited to three, and a crash in between costs an attempt instead of granting one. A wrong PIN is
// recorded and refused.
func (s *Service) provePin(ctx context.Context, given proof) (attempt, error) {
	at, err := s.pins.queue.enter(given.who)
	if err != nil {
		return attempt{}, err
	}
	defer s.pins.queue.leave(at)
	counted, err := s.countAttempt(ctx, given.number)
	if err != nil {
		return attempt{}, err
	}
	right, err := s.pins.matches(at, given.pin, counted.hash)
	if err != nil || right {
		return counted, err
	}
	// A caller who hangs up does not prevent the record.
	if err := s.attemptFailed(context.WithoutCancel(ctx), given, counted); err != nil {
		return attempt{}, err
	}
	return attempt{}, errInvalidCredentials
}

// errHashReplaced means that the stored hash was replaced while a PIN was compared with it: by another PIN's, or by the same
// PIN's under another pepper.
var errHashReplaced = errors.New("bank: the PIN's hash was replaced")

// proved holds the identity that a caller has proved, and whether a second factor was part of the proof.
type proved struct {
	customer     uuid.UUID
	secondFactor bool
}

// provedFunc runs once a caller has proved to be a customer.
type provedFunc = func(ctx context.Context, q db.Querier, who proved) error

// prove runs fn for a caller who proves who they are, in the transaction that resets the count of attempts. If the customer has
// a second factor, a right PIN alone is refused, and so is a wrong code, which counts like a wrong PIN. A hash made with an
// earlier pepper is replaced in the same transaction.
func (s *Service) prove(ctx context.Context, given proof, fn provedFunc) (err error) {
	if given.code != "" {
		if given.code, err = parseFactorCode(given.code); err != nil {
			return err
		}
	}
	err = s.tryProof(ctx, given, fn)
	if errors.Is(err, errHashReplaced) { // try again; this counts as another attempt
		err = s.tryProof(ctx, given, fn)
	}
	if errors.Is(err, errHashReplaced) {
		return errInvalidCredentials
	}
	return err
}

func (s *Service) tryProof(ctx context.Context, given proof, fn provedFunc) error {
	counted, err := s.provePin(ctx, given)
	if err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx) // the PIN was right, so the count is reset even if the caller hangs up now
	replacement := given.replacement
	if replacement == "" {
		replacement = s.pins.renew(ctx, given.who, given.pin, counted.hash)
	}
	err = s.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
		if err := resetCount(ctx, q, given.caller, counted, replacement); err != nil {
			return err
		}
		used, err := s.useSecondFactor(ctx, q, counted.customer, given.code)
		if err != nil {
			return err
		}
		if err := fn(ctx, q, proved{counted.customer, used != noCode}); err != nil || used != recoveryCode {
			return err
		}
		return s.Record(ctx, q, EventRecoveryCodeUsed, given.number, given.caller)
	})
	if errors.Is(err, errInvalidSecondFactor) { // the count stays
		return cmp.Or(s.attemptFailed(ctx, given, counted), err)
	}
	if ledger.IsRefusal(err) {
		return cmp.Or(s.takeAttemptBack(ctx, counted), err)
	}
	return err
}

// takeAttemptBack takes back this attempt only, for a right PIN that was not enough, or for a refused operation. Resetting
// the count would let an attacker who knows the PIN try any number of codes.
func (s *Service) takeAttemptBack(ctx context.Context, counted attempt) error {
	return s.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
		changed, err := q.TakePinAttemptBack(ctx, db.TakePinAttemptBackParams{
			Most: maxAttempts, ID: counted.customer, PinHash: counted.hash,
		})
		if err == nil && changed == 0 {
			err = errHashReplaced
		}
		return err
	})
}

// resetCount resets the count of attempts, and stores replacement if it is a different hash.
func resetCount(ctx context.Context, q db.Querier, caller Caller, counted attempt, replacement string) error {
	var changed int64
	var err error
	if replacement == counted.hash {
		changed, err = q.ResetPinAttempts(ctx, db.ResetPinAttemptsParams{ID: counted.customer, PinHash: counted.hash})
	} else {
		changed, err = q.UpdatePin(ctx, db.UpdatePinParams{ID: counted.customer, OldHash: counted.hash, NewHash: replacement})
	}
	if err == nil && changed == 0 {
		err = errHashReplaced
	}
	if err != nil || caller.Session == uuid.Nil {
		return err
	}
	return q.ResetSessionWrongPins(ctx, caller.Session)
}

// countAttempt counts a guess, unless the account is locked or was just unlocked. An unknown account costs the same write and
// gets an empty hash.
func (s *Service) countAttempt(ctx context.Context, number ledger.AccountNumber) (attempt, error) {
	return store.Update(ctx, s.store, func(ctx context.Context, q db.Querier) (attempt, error) {
		row, err := q.CountPinAttempt(ctx, db.CountPinAttemptParams{Most: maxAttempts, AccountNumber: int64(number)})
		if err == nil {
			return attempt{row.ID, row.PinHash, row.FailedAttempts}, s.mayGuess(ctx, q, number)
		}
		if !errors.Is(err, store.ErrNotFound) {
			return attempt{}, err
		}
		if _, err = store.CustomerOf(ctx, q, number); err == nil {
			return attempt{}, errAccountLocked
		}
		if !errors.Is(err, ledger.ErrAccountNotFound) {
			return attempt{}, err
		}
		if err := q.CountUnknownAccountAttempt(ctx); err != nil {
			return attempt{}, err
		}
		return attempt{}, s.mayGuess(ctx, q, number) // costs as much as for an existing account
	})
}

// attemptFailed records a wrong PIN or code, and the lock if it caused one. Inside a session it also counts there: a client
// that gives three wrong ones in a row is probably not the one that signed in, and the session ends.
func (s *Service) attemptFailed(ctx context.Context, given proof, counted attempt) error {
	caller, number := given.caller, given.number
	if counted.hash == "" {
		s.Counters.LoginsFailed.Add(1)
		return s.recordRepeat(ctx, EventLoginFailed, number, 0, caller)
	}
	locked, err := store.Update(ctx, s.store, func(ctx context.Context, q db.Querier) (bool, error) {
		now := s.now()
		if err := countInSession(ctx, q, caller.Session, now); err != nil {
			return false, err
		}
		locked := false
		if counted.count >= maxAttempts {
			customer, err := q.CustomerByID(ctx, counted.customer)
			if err != nil {
				return false, err
			}
			locked = customer.SignInLocked // a right PIN checked at the same time may have lifted the lock
		}
		if err := s.recordAt(ctx, q, now, EventLoginFailed, number, caller); err != nil || !locked {
			return false, err
		}
		// A moment later, because ids of one moment are in no order: the cause must come before the effect in lists.
		return true, s.recordAt(ctx, q, now.Add(time.Microsecond), EventAccountLocked, number, caller)
	})
	if err != nil {
		return err
	}
	s.Counters.LoginsFailed.Add(1)
	if locked {
		s.Counters.AccountsLocked.Add(1)
	}
	return nil
}

// countInSession counts a wrong PIN in a session, if there is one, and ends the session at the last attempt.
func countInSession(ctx context.Context, q db.Querier, session uuid.UUID, now time.Time) error {
	if session == uuid.Nil {
		return nil
	}
	wrong, err := q.CountSessionWrongPin(ctx, session)
	if errors.Is(err, store.ErrNotFound) || (err == nil && wrong < maxAttempts) {
		return nil
	}
	if err == nil {
		_, err = endSession(ctx, q, session, now)
	}
	return err
}

// ChangePinParams holds the inputs of ChangePin.
type ChangePinParams struct {
	Account ledger.AccountNumber
	Current string
	Code    string // of the second factor; "" for none
	New     string
}

// ChangePin changes the PIN of the caller's own account and ends its other sessions. It requires the current PIN, so it is
// refused while the account is locked.
func (s *Service) ChangePin(ctx context.Context, caller Caller, p ChangePinParams) error {
	if err := s.Require(ctx, caller, SelfManage, p.Account); err != nil {
		return err
	}
	if caller.SignInLocked {
		return errAccountLocked
	}
	if err := s.checkChangedPin(caller, p.New); err != nil {
		return err
	}
	given := proof{caller: caller, who: signingIn(caller, p.Account), number: p.Account, pin: p.Current, code: p.Code}
	var err error
	if given.replacement, err = s.pins.hash(ctx, given.who, p.New); err != nil {
		return err
	}
	return s.prove(ctx, given, func(ctx context.Context, q db.Querier, who proved) error {
		if _, err := q.EndOtherSessions(ctx, db.EndOtherSessionsParams{
			EndedAt: s.now().UnixMicro(), CustomerID: who.customer, ID: caller.Session,
		}); err != nil {
			return err
		}
		if err := q.UpdateSessionProofs(ctx, db.UpdateSessionProofsParams{
			SecondFactor: who.secondFactor, LongPin: len(p.New) >= MinStaffPin, ID: caller.Session,
		}); err != nil {
			return err
		}
		return s.Record(ctx, q, EventPinChanged, p.Account, caller)
	})
}
