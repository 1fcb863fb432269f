package bank

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/store"
)

// maxAttempts is how many wrong PINs in a row lock an account.
const maxAttempts = 3

// attempt is a guess at a PIN that has been counted.
type attempt struct {
	hash  string // of the right PIN; "" if there is no such account
	count int64  // this one included
}

// provePin is the one way in which a PIN is looked at. The attempt is counted, durably, before the PIN is hashed, so that
// any number of parallel guesses are three at most, and a crash in between costs an attempt instead of giving one away. For
// a right PIN it returns the hash that it fits, and the caller's transaction takes the count back; a wrong PIN is recorded.
func (b *Bank) provePin(ctx context.Context, who entrant, caller Caller, number AccountNumber, pin string,
) (hash string, err error) {
	at, err := b.pins.queue.enter(who)
	if err != nil {
		return "", err
	}
	defer b.pins.queue.leave(at)
	counted, err := b.countAttempt(ctx, number)
	if err != nil {
		return "", err
	}
	right, err := b.pins.matches(at, pin, counted.hash)
	if err != nil {
		return "", err
	}
	if right {
		return counted.hash, nil
	}
	// A caller who hangs up does not take the record with it.
	return "", b.attemptFailed(context.WithoutCancel(ctx), caller, number, counted)
}

// errHashReplaced says that the stored hash was replaced while a PIN was compared with it: by another PIN, or by a hash of the
// same one with another pepper.
var errHashReplaced = errors.New("bank: the PIN's hash was replaced")

// withPin runs fn for a caller who proves the PIN, in the transaction that takes the count back. A hash that was made with an
// earlier pepper is replaced in the same transaction.
func (b *Bank) withPin(ctx context.Context, who entrant, caller Caller, number AccountNumber, pin string,
	fn func(ctx context.Context, q db.Querier) error,
) error {
	return b.withPinReplaced(ctx, who, caller, number, pin, "", fn)
}

// withPinReplaced is withPin that also replaces the stored hash, unless replacement is "".
func (b *Bank) withPinReplaced(ctx context.Context, who entrant, caller Caller, number AccountNumber, pin, replacement string,
	fn func(ctx context.Context, q db.Querier) error,
) error {
	err := b.tryPin(ctx, who, caller, number, pin, replacement, fn)
	if errors.Is(err, errHashReplaced) { // once more, as another attempt, which is counted too
		err = b.tryPin(ctx, who, caller, number, pin, replacement, fn)
	}
	if errors.Is(err, errHashReplaced) {
		return errInvalidCredentials
	}
	return err
}

func (b *Bank) tryPin(ctx context.Context, who entrant, caller Caller, number AccountNumber, pin, replacement string,
	fn func(ctx context.Context, q db.Querier) error,
) error {
	hash, err := b.provePin(ctx, who, caller, number, pin)
	if err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx) // a caller who hangs up now has given the right PIN, and is not left with a count
	if replacement == "" {
		replacement = b.pins.renew(ctx, who, pin, hash)
	}
	return b.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
		if err := takeCountBack(ctx, q, number, hash, replacement); err != nil {
			return err
		}
		return fn(ctx, q)
	})
}

// takeCountBack also stores another hash in place of the one that the PIN fits.
func takeCountBack(ctx context.Context, q db.Querier, number AccountNumber, hash, replacement string) error {
	var changed int64
	var err error
	if replacement == hash {
		changed, err = q.ResetPinAttempts(ctx, db.ResetPinAttemptsParams{AccountNumber: int64(number), PinHash: hash})
	} else {
		changed, err = q.UpdatePin(ctx, db.UpdatePinParams{AccountNumber: int64(number), OldHash: hash, NewHash: replacement})
	}
	if err == nil && changed == 0 {
		err = errHashReplaced
	}
	return err
}

// countAttempt counts a guess, unless the account is locked or has just been unlocked. An unknown account costs the same
// write, and gets an empty hash.
func (b *Bank) countAttempt(ctx context.Context, number AccountNumber) (attempt, error) {
	var counted attempt
	err := b.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
		row, err := q.CountPinAttempt(ctx, db.CountPinAttemptParams{Most: maxAttempts, AccountNumber: int64(number)})
		if err == nil {
			counted = attempt{hash: row.PinHash, count: row.FailedAttempts}
			return b.mayGuess(ctx, q, number)
		}
		if !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if _, err = accountByNumber(ctx, q, number); err == nil {
			return errAccountLocked
		}
		if !errors.Is(err, errAccountNotFound) {
			return err
		}
		counted = attempt{}
		if err := q.CountUnknownAccountAttempt(ctx); err != nil {
			return err
		}
		return b.mayGuess(ctx, q, number) // which costs as much as for an account that exists
	})
	return counted, err
}

// attemptFailed records a wrong PIN, and the lock if it was the last one. Inside a session it counts there, too: whoever gives
// three wrong PINs in a row is not the one who signed in, and the session ends. It returns the refusal.
func (b *Bank) attemptFailed(ctx context.Context, caller Caller, number AccountNumber, counted attempt) error {
	if counted.hash == "" {
		b.Counters.LoginsFailed.Add(1)
		if err := b.recordRepeat(ctx, EventLoginFailed, number, 0, caller); err != nil {
			return err
		}
		return errInvalidCredentials
	}
	locked := false
	err := b.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
		now := b.now()
		if err := countInSession(ctx, q, caller.Session, now); err != nil {
			return err
		}
		locked = false
		if counted.count >= maxAttempts {
			account, err := accountByNumber(ctx, q, number)
			if err != nil {
				return err
			}
			locked = account.Locked // unless a right PIN that was looked at meanwhile has lifted the lock again
		}
		if err := b.recordAt(ctx, q, now, EventLoginFailed, number, caller); err != nil || !locked {
			return err
		}
		// A moment later, because ids of one moment are in no order: lists show the cause before the effect.
		return b.recordAt(ctx, q, now.Add(time.Microsecond), EventAccountLocked, number, caller)
	})
	if err != nil {
		return err
	}
	b.Counters.LoginsFailed.Add(1)
	if locked {
		b.Counters.AccountsLocked.Add(1)
	}
	return errInvalidCredentials
}

// countInSession counts a wrong PIN of a session, if there is one, and ends it with the last.
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

// ChangePinParams asks for another PIN.
type ChangePinParams struct {
	Account AccountNumber
	Current string
	New     string
}

// ChangePin gives the caller's own account another PIN and ends its other sessions. It takes a PIN, so a lock refuses it.
func (b *Bank) ChangePin(ctx context.Context, caller Caller, p ChangePinParams) error {
	if err := caller.mustOwn(p.Account); err != nil {
		return err
	}
	if caller.Locked {
		return errAccountLocked
	}
	if err := checkNewPin("/new_pin", p.New); err != nil {
		return err
	}
	who := signingIn(caller, p.Account)
	newHash, err := b.pins.hash(ctx, who, p.New)
	if err != nil {
		return err
	}
	return b.withPinReplaced(ctx, who, caller, p.Account, p.Current, newHash, func(ctx context.Context, q db.Querier) error {
		if _, err := q.EndOtherSessions(ctx, db.EndOtherSessionsParams{
			EndedAt: b.now().UnixMicro(), AccountNumber: int64(p.Account), ID: caller.Session,
		}); err != nil {
			return err
		}
		if err := q.ResetSessionWrongPins(ctx, caller.Session); err != nil {
			return err
		}
		return b.record(ctx, q, EventPinChanged, p.Account, caller)
	})
}
