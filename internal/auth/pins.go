package auth

import (
	"context"
	"runtime"

	"github.com/bankingcore/bankcore/internal/credentials"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/store"
)

// pinHasher hashes PINs, no more at once than there are processors. Callers wait for their turn.
type pinHasher struct {
	hasher *credentials.PINHasher
	queue  *admission
}

func newPinHasher(hasher *credentials.PINHasher) *pinHasher {
	return &pinHasher{hasher: hasher, queue: newAdmission(runtime.GOMAXPROCS(0))}
}

// hash returns the stored form of a PIN. It returns early if the caller has gone.
func (h *pinHasher) hash(ctx context.Context, who entrant, pin string) (string, error) {
	at, err := h.queue.enter(who)
	if err != nil {
		return "", err
	}
	defer h.queue.leave(at)
	if err := h.queue.wait(ctx, at); err != nil {
		return "", err
	}
	defer h.queue.done()
	return h.hasher.Hash(pin)
}

// matches reports whether a PIN is the one that was hashed, in one turn. The attempt has been counted, so it is carried out
// even if the caller has gone.
func (h *pinHasher) matches(at *waiter, pin, hash string) (bool, error) {
	if err := h.queue.wait(context.Background(), at); err != nil {
		return false, err
	}
	defer h.queue.done()
	return h.hasher.Matches(pin, hash)
}

// renew returns the stored form that should replace a right PIN's hash, made with the pepper in use. If it cannot be made
// now, the old hash stays until the next time.
func (h *pinHasher) renew(ctx context.Context, who entrant, pin, hash string) string {
	if !h.hasher.Outdated(hash) {
		return hash
	}
	renewed, err := h.hash(ctx, who, pin)
	if err != nil {
		return hash
	}
	return renewed
}

// CountPeppers reads every customer's hash. If all of them name their pepper, sign-ins cost one hash again from then on,
// however many peppers are listed.
func (s *Service) CountPeppers(ctx context.Context) (credentials.PepperUse, error) {
	var use credentials.PepperUse
	err := store.CustomerPages(ctx, s.store, func(rows []db.Customer) error {
		for i := range rows {
			if err := s.pins.hasher.Count(rows[i].PinHash, &use); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && use.Unmarked == 0 {
		s.pins.hasher.AllMarked()
	}
	return use, err
}

// CheckNewPin refuses what is not a PIN, and the PINs that an attacker tries first.
func CheckNewPin(pointer, pin string) error {
	if !credentials.IsPIN(pin) {
		return invalid(pointer, "must be 4 to 12 digits")
	}
	if credentials.IsWeakPIN(pin) {
		return refuse(CodeWeakPin,
			"Choose a PIN that is not a date or a year, repeats no digits, follows no pattern, and is not among the most used.")
	}
	return nil
}

// checkChangedPin is CheckNewPin plus the minimum length for staff.
func (s *Service) checkChangedPin(caller Caller, pin string) error {
	if err := CheckNewPin("/new_pin", pin); err != nil {
		return err
	}
	if s.staffSecondFactor && caller.staff() {
		return CheckStaffPin(pin)
	}
	return nil
}

// CheckStaffPin refuses a PIN that is too short for an employee or an administrator.
func CheckStaffPin(pin string) error {
	if len(pin) < MinStaffPin {
		return refuse(CodeWeakPin, "An employee's or administrator's PIN must have %d digits or more.", MinStaffPin)
	}
	return nil
}
