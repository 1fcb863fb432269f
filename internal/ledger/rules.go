package ledger

import (
	"time"

	"github.com/google/uuid"
)

// Rules are what holds for an account beyond what holds for every account. A value is never changed: the rules after an entry are another.
type Rules struct {
	Closed bool
	Freeze Freeze
	Limits Limits
	Spent  Spent // kept while Limits.Counted

	changed bool // Spent has changed since the rules were read
}

// Freeze says which directions of money are frozen. The zero Freeze is none.
type Freeze struct {
	Debits, Credits bool
	Until           time.Time // zero for a freeze without an end
}

// At returns what of the freeze is left at a moment.
func (f Freeze) At(moment time.Time) Freeze {
	if !f.Until.IsZero() && !moment.Before(f.Until) {
		return Freeze{}
	}
	return f
}

// Any reports whether anything is frozen.
func (f Freeze) Any() bool { return f.Debits || f.Credits }

// The refusals of accounts that are frozen or closed. Those of a recipient say no more than that it cannot receive.
var (
	ErrAccountClosed = &Refusal{Code: CodeAccountClosed, Message: "This account is closed."}
	ErrAccountFrozen = &Refusal{Code: CodeAccountFrozen, Message: "This account is frozen."}

	errDebitsFrozen    = &Refusal{Code: CodeAccountFrozen, Message: "This account is frozen: no money can leave it."}
	errCreditsFrozen   = &Refusal{Code: CodeAccountFrozen, Message: "This account is frozen: no money can arrive."}
	errPayerClosed     = &Refusal{Code: CodeAccountClosed, Message: "The account that would get the money back is closed."}
	errPayerFrozen     = &Refusal{Code: CodeAccountFrozen, Message: "The account that would get the money back is frozen."}
	errRecipientClosed = &Refusal{Code: CodeAccountClosed, Pointer: toAccount, Message: "The account that would receive the money is closed."}
	errRecipientFrozen = &Refusal{Code: CodeAccountFrozen, Pointer: toAccount, Message: "The account that would receive the money is frozen."}
)

const toAccount = "/to_account"

// allow returns the refusal of a leg, or nil.
func (r *Rules) allow(p *Posting, l *leg) *Refusal {
	closed, frozen := ErrAccountClosed, errCreditsFrozen
	freeze := r.Freeze.At(p.Time)
	stops := freeze.Credits
	switch {
	case l.kind.Takes():
		frozen, stops = errDebitsFrozen, freeze.Debits
	case l.kind == TypeTransferIn:
		closed, frozen = errRecipientClosed, errRecipientFrozen
	case l.kind == TypeReversalIn && l.transfer != uuid.Nil:
		closed, frozen = errPayerClosed, errPayerFrozen
	}
	switch {
	case r.Closed:
		return closed
	case stops:
		return frozen
	case p.spends(l.kind):
		return r.Limits.exceededBy(p.Amount, r.Spent, p.period(r, l.time))
	}
	return nil
}

// spends reports whether an entry of the posting counts for limits. Giving something back is not spending it.
func (p *Posting) spends(t EntryType) bool { return t.Takes() && !t.Reverses() && !p.Sweep }

// period returns the period of a moment, if the rules need one.
func (p *Posting) period(r *Rules, moment time.Time) Period {
	if !r.Limits.Counted() {
		return Period{}
	}
	return p.Calendar(moment)
}

// after returns the rules as an entry of a posting leaves them.
func (r *Rules) after(p *Posting, e *Entry) *Rules {
	if r == nil || !p.spends(e.Type) || !r.Limits.Counted() {
		return r
	}
	next := *r
	next.Spent = r.Spent.At(p.Calendar(e.Timestamp))
	next.Spent.OnDay += e.Amount
	next.Spent.InMonth += e.Amount
	next.changed = true
	return &next
}

// SpentChanged reports whether Spent has changed since the rules were read, and is to be written.
func (r *Rules) SpentChanged() bool { return r.changed }
