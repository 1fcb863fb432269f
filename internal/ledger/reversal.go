package ledger

import "github.com/google/uuid"

// A reversal takes back what an earlier entry brought into an account, or returns what one took out of it, in whole or in part. The
// earlier entry stays as it is, and each reversal names it. A reversal of a transfer has two legs, each of which names the earlier entry of
// its own account.

// MaxReversals is the most reversals that an entry can have. Only one that gives back all that is left can be the last of them.
const MaxReversals = 100

// Reversed is what has been reversed of an entry.
type Reversed struct {
	Amount Money
	Times  int64
}

// The refusals of reversals.
var (
	ErrNotReversible = &Refusal{Code: CodeNotReversible,
		Message: "Only what an account has received by a transfer, a deposit or an initial deposit, and a withdrawal, can be reversed."}

	errReversedTooOften = &Refusal{Code: CodeNotReversible, Message: "This has been reversed in 99 parts. Only all that is left can be the last one."}
)

// ReversalType returns the type of the entries that reverse one of this type, in the account where the reversal starts, or "" if there
// are none: a transfer is reversed from the recipient's account.
func (t EntryType) ReversalType() EntryType {
	switch t {
	case TypeTransferIn, TypeDeposit, TypeAccountOpened:
		return TypeReversalOut
	case TypeWithdrawal:
		return TypeReversalIn
	default:
		return ""
	}
}

// exceeds returns the refusal of an amount that is more than is left of what is reversed.
func (p *Posting) exceeds(done Reversed) *Refusal {
	left := p.Original - done.Amount
	switch {
	case left <= 0:
		return &Refusal{Code: CodeReversalExceeded, Message: "All of this has been given back.", Limit: &LimitExceeded{}}
	case p.Amount > left:
		return &Refusal{
			Code: CodeReversalExceeded, Message: "This is more than is left to give back.", Limit: &LimitExceeded{Remaining: left},
		}
	case done.Times >= MaxReversals-1 && p.Amount != 0 && p.Amount != left: // or small parts could keep the rest from ever being given back
		return errReversedTooOften
	}
	return nil
}

// reversal gives the posting of a reversal its amount: all that is left, unless it says how much.
func (b *Batch) reversal(p *Posting) error {
	done := b.Reversed[p.Reverses]
	if refusal := p.exceeds(done); refusal != nil {
		return refusal
	}
	if p.Amount == 0 {
		p.Amount = p.Original - done.Amount
	}
	return nil
}

// countReversal counts an entry that reverses another.
func (b *Batch) countReversal(e *Entry) {
	done := b.Reversed[e.Reverses]
	b.last.reversed = append(b.last.reversed, reversedBefore{e.Reverses, done})
	b.Reversed[e.Reverses] = Reversed{done.Amount + e.Amount, done.Times + 1}
}

// reversedBefore is what was reversed of an entry before an order.
type reversedBefore struct {
	id   uuid.UUID
	done Reversed
}

// FaultAgainst returns what is wrong with a reversal of an earlier entry, or "".
func (e *Entry) FaultAgainst(original *Entry) string {
	reversed := original.Type.ReversalType()
	if original.Type == TypeTransferOut { // this side only gets back what the other side gives
		reversed = TypeReversalIn
	}
	switch {
	case e.Reverses != original.ID || e.Account != original.Account || e.Sequence <= original.Sequence:
		return "it reverses no earlier entry of its account"
	case e.Type != reversed:
		return "its type does not fit what it reverses"
	case e.Counterparty != original.Counterparty || (e.Transfer == uuid.Nil) != (original.Transfer == uuid.Nil):
		return "it reverses money of another account"
	case e.Via != original.SettledAgainst():
		return "it is not settled as what it reverses"
	}
	return ""
}
