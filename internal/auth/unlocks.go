package auth

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ids"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// An unlock allows three more guesses, so unlocks are limited, and each one delays the next guess. Otherwise an attacker with
// an administrator's session could make any number of guesses in a row.
const (
	maxUnlocks   = 10 // of one account within unlockWindow, except by the operator
	unlockWindow = 24 * time.Hour
	// The first delay is about as long as an owner takes to type the number and the PIN after an unlock; each further one is
	// twice as long.
	firstGuessDelay   = 5 * time.Second
	longestGuessDelay = 15 * time.Minute
)

// RequireToUnlock refuses callers who may not lift the lock of an account's customer.
func (s *Service) RequireToUnlock(ctx context.Context, caller Caller, number ledger.AccountNumber) error {
	if err := s.Require(ctx, caller, CustomersManage, number); err != nil {
		return err
	}
	own, err := s.Owns(ctx, caller, number)
	if err == nil && own {
		// Otherwise an attacker with a session of staff could keep guessing that person's PIN.
		err = refuse(CodeForbidden, "Only another member of staff or the admin key can unlock this account.")
	}
	return err
}

// Unlock lifts the lock of an account's customer and resets the count of wrong PINs in the caller's transaction, for a caller who may.
func (s *Service) Unlock(ctx context.Context, q db.Querier, caller Caller, number ledger.AccountNumber, customer uuid.UUID) error {
	unlocked, err := q.UnlockCustomer(ctx, customer) // first, because it makes concurrent unlocks wait
	if err != nil {
		return err
	}
	if unlocked == 0 {
		return refuse(CodeAccountNotLocked, "The account is not locked.")
	}
	if err := s.mayUnlock(ctx, q, caller, number); err != nil {
		return err
	}
	return s.Record(ctx, q, EventAccountUnlocked, number, caller)
}

// mayUnlock refuses an unlock beyond the limit. A limit for the operator, who has the database, would be pointless.
func (s *Service) mayUnlock(ctx context.Context, q db.Querier, caller Caller, number ledger.AccountNumber) error {
	if caller.Operator {
		return nil
	}
	now := s.now()
	unlocks, err := recentUnlocks(ctx, q, number, now)
	if err != nil || len(unlocks) < maxUnlocks {
		return err
	}
	return tooEarly(unlocks[maxUnlocks-1].Add(unlockWindow).Sub(now),
		"This account has been unlocked %d times within 24 hours. Only the bank's operator can unlock it now.", maxUnlocks)
}

// mayGuess refuses an attempt that comes too soon after an unlock. It runs while the account's row is locked, so that no
// unlock can interfere; the refusal rolls the count back.
func (s *Service) mayGuess(ctx context.Context, q db.Querier, number ledger.AccountNumber) error {
	now := s.now()
	unlocks, err := recentUnlocks(ctx, q, number, now)
	if err != nil || len(unlocks) == 0 {
		return err
	}
	delay := guessDelay(len(unlocks))
	left := unlocks[0].Add(delay).Sub(now)
	if left <= 0 {
		return nil
	}
	// If the clock was set back, the wait is still no longer than the delay.
	return tooEarly(min(left, delay), "This account has just been unlocked. Wait a moment before you try the PIN.")
}

// guessDelay is how long the next guess must wait after the n-th unlock within unlockWindow.
func guessDelay(n int) time.Duration {
	delay := firstGuessDelay
	for ; n > 1 && delay < longestGuessDelay; n-- {
		delay *= 2
	}
	return min(delay, longestGuessDelay)
}

// recentUnlocks returns the times of an account's last unlocks, newest first. They come from the audit trail, which is the
// same on every server and after a copy.
func recentUnlocks(ctx context.Context, q db.Querier, number ledger.AccountNumber, now time.Time) ([]time.Time, error) {
	rows, err := q.ListUnlocks(ctx, db.ListUnlocksParams{
		AccountNumber: int64(number), SinceID: ids.FirstAt(now.Add(-unlockWindow)), RowLimit: maxUnlocks,
	})
	times := make([]time.Time, len(rows))
	for i, micros := range rows {
		times[i] = time.UnixMicro(micros).UTC()
	}
	return times, err
}
