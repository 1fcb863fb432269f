package ledger

import (
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
)

// HoldStatus is the status of a hold.
type HoldStatus string

// The statuses. All but the first are final.
const (
	HoldPending  HoldStatus = "pending"
	HoldCaptured HoldStatus = "captured"
	HoldVoided   HoldStatus = "voided"
	HoldExpired  HoldStatus = "expired"
)

// Hold is money of an account that is reserved. It still belongs to the balance, but only a capture of the hold can take it.
type Hold struct {
	ID          uuid.UUID
	Account     AccountNumber
	To          AccountNumber // receives what is captured; 0 for a withdrawal
	Amount      Money
	Currency    string
	Description string
	Reference   string // the hold's own, not that of a transfer; "" for none
	PlacedBy    string
	CreatedAt   time.Time
	ExpiresAt   time.Time

	// What can change.
	Status   HoldStatus
	Captured Money     // so far
	ClosedAt time.Time // zero while it is pending
}

// Left returns what is still held.
func (h *Hold) Left() Money {
	if h.Status != HoldPending {
		return 0
	}
	return h.Amount - h.Captured
}

// Due reports whether the hold has expired at a moment, but is still pending.
func (h *Hold) Due(moment time.Time) bool {
	return h.Status == HoldPending && !moment.Before(h.ExpiresAt)
}

// At returns the hold as it is at a moment: expired, even if that has not been written yet.
func (h Hold) At(moment time.Time) Hold {
	if h.Due(moment) {
		h.Status, h.ClosedAt = HoldExpired, h.ExpiresAt
	}
	return h
}

// HoldAction is something that is done to holds without moving money.
type HoldAction int

// The actions.
const (
	PlaceHold    HoldAction = iota
	VoidHold                // voiding a voided hold changes nothing
	ReleaseHolds            // releases the money of holds that have expired
)

// HoldChange is an order to place, void or release holds.
type HoldChange struct {
	Action HoldAction
	// Hold is the hold to place. To void a hold, only ID and Account are set; to release holds, only Account.
	Hold Hold
	Time time.Time // the bank's; UTC, whole microseconds
}

// The refusals of holds.
var (
	ErrHoldNotFound = &Refusal{Code: CodeHoldNotFound, Message: "This account has no hold with this id."}

	errHoldExpired  = &Refusal{Code: CodeHoldExpired, Message: "This hold has expired: nothing is held any more."}
	errHoldCaptured = &Refusal{Code: CodeHoldNotPending, Message: "This hold is captured already."}
	errHoldVoided   = &Refusal{Code: CodeHoldNotPending, Message: "This hold is voided already."}
	errHoldExceeded = &Refusal{Code: CodeHoldExceeded, Message: "There is less left of this hold."}
)

// ended returns why nothing can be done with a hold any more, or nil.
func (h *Hold) ended(moment time.Time) *Refusal {
	switch h.At(moment).Status {
	case HoldCaptured:
		return errHoldCaptured
	case HoldVoided:
		return errHoldVoided
	case HoldExpired:
		return errHoldExpired
	default:
		return nil
	}
}

// change carries out what an order does to holds.
func (b *Batch) change(c *HoldChange) (outcome Outcome, err error) {
	switch c.Action {
	case PlaceHold:
		outcome.Hold, err = b.place(c.Hold, c.Time)
	case VoidHold:
		outcome.Hold, outcome.Before, err = b.void(c)
	case ReleaseHolds:
		due := b.due(c.Hold.Account, c.Time)
		for _, h := range due {
			b.keep(h.At(c.Time))
		}
		outcome.Released = len(due)
	}
	return outcome, err
}

func (b *Batch) place(h Hold, now time.Time) (Hold, error) {
	if err := CheckAmount(TypeTransferOut, h.Amount); err != nil {
		return Hold{}, err
	}
	account, known := b.Accounts[h.Account]
	if !known {
		return Hold{}, ErrAccountNotFound
	}
	if h.To != 0 {
		recipient, err := account.recipient(h.To, b.Accounts)
		if err != nil {
			return Hold{}, err
		}
		if recipient.Rules != nil && recipient.Rules.Closed {
			return Hold{}, errRecipientClosed
		}
	}
	if account.Rules != nil {
		if refusal := account.Rules.allowHold(h.Amount, now); refusal != nil {
			return Hold{}, refusal
		}
	}
	if h.Amount > account.Available() && !b.release(h.Account, h.Amount, now) {
		return Hold{}, errInsufficientFunds
	}
	h.Currency, h.Status, h.Captured, h.ClosedAt = account.Currency, HoldPending, 0, time.Time{}
	b.Placed = append(b.Placed, h.ID)
	b.keep(h)
	return h, nil
}

// allowHold returns the refusal of a hold, or nil. Of the limits, only that of a single movement matters: the others count captures.
func (r *Rules) allowHold(amount Money, now time.Time) *Refusal {
	single := Limits{PerTransfer: r.Limits.PerTransfer}
	switch {
	case r.Closed:
		return ErrAccountClosed
	case r.Freeze.At(now).Debits:
		return errDebitsFrozen
	}
	return single.exceededBy(amount, Spent{}, Period{})
}

func (b *Batch) void(c *HoldChange) (h Hold, before bool, err error) {
	h, known := b.Holds[c.Hold.ID]
	if !known || h.Account != c.Hold.Account {
		return Hold{}, false, ErrHoldNotFound
	}
	if before = h.Status == HoldVoided; !before {
		if refusal := h.ended(c.Time); refusal != nil {
			return Hold{}, false, refusal
		}
		h.Status, h.ClosedAt = HoldVoided, c.Time
	}
	b.keep(h)
	return h, before, nil
}

// capture takes the amount of a posting from the hold that it names, so that the account can pay it. If the posting has no amount, capture
// sets it to all that is left.
func (b *Batch) capture(p *Posting) error {
	h, known := b.Holds[p.Hold]
	if !known || h.Account != p.Account {
		return ErrHoldNotFound
	}
	if refusal := h.ended(p.Time); refusal != nil {
		return refusal
	}
	if (p.Type == TypeTransferOut) != (h.To != 0) || p.To != h.To {
		return fmt.Errorf("ledger: %s to %s captures a hold for %s", p.Type, p.To, h.To)
	}
	if p.Amount == 0 {
		p.Amount = h.Left()
	}
	if p.Amount > h.Left() {
		return errHoldExceeded
	}
	h.Captured += p.Amount
	if p.Final || h.Left() == 0 {
		h.Status, h.ClosedAt = HoldCaptured, p.Time
	}
	b.keep(h)
	return nil
}

// due returns the holds of an account that have expired and are still pending.
func (b *Batch) due(account AccountNumber, now time.Time) (due []Hold) {
	for _, h := range b.Holds {
		if h.Account == account && h.Due(now) {
			due = append(due, h)
		}
	}
	return due
}

// release releases the money of an account's expired holds, if the account can then pay an amount, and reports whether it can.
func (b *Batch) release(number AccountNumber, amount Money, now time.Time) bool {
	account := b.Accounts[number]
	if account.Held == 0 {
		return false
	}
	available, due := account.Available(), b.due(number, now)
	for i := range due {
		available += due[i].Left()
	}
	if available < amount {
		return false
	}
	for _, h := range due {
		b.keep(h.At(now))
	}
	return true
}

// keep stores a changed hold, and adjusts the sum that is held of its account.
func (b *Batch) keep(h Hold) {
	before, known := b.Holds[h.ID]
	if !known {
		before.ID = h.ID
	}
	account := b.Accounts[h.Account]
	b.last.holds = append(b.last.holds, before)
	b.last.accounts = append(b.last.accounts, account)
	account.Held += h.Left() - before.Left()
	b.Accounts[h.Account], b.Holds[h.ID] = account, h
	if known && !slices.Contains(b.Placed, h.ID) && !slices.Contains(b.Changed, h.ID) {
		b.Changed = append(b.Changed, h.ID)
	}
}
