package checker

import (
	"cmp"
	"net/http"
	"time"
)

// Hold is money of an account that is reserved, as in the contract.
type Hold struct {
	ID          string `json:"id"`
	Account     string `json:"account_number"`
	To          string `json:"to_account"`
	Amount      int64  `json:"amount"`
	Captured    int64  `json:"captured_amount"`
	Left        int64  `json:"held_amount"`
	Status      string `json:"status"`
	Description string `json:"description"`
}

// HoldKind is something that a client does with a hold.
type HoldKind string

// The kinds.
const (
	Place   HoldKind = ""
	Capture HoldKind = "capture"
	Void    HoldKind = "void"
)

// HoldCall is one attempt to do something with a hold. A Description identifies each hold that is asked for.
type HoldCall struct {
	Kind        HoldKind
	Account, To string
	ID          string // of the hold; "" for one to place
	Amount      int64  // 0 in a capture of all that is held
	Final       bool   // of a capture
	Key         string
	Description string // of a hold to place

	Called, Answered time.Duration
	Outcome          Outcome
	Status           int
	Code             string
	Replayed         bool
	Hold             Hold  // of an acknowledgement, except a capture's
	Entry            Entry // of an acknowledged capture
}

// The refusals of holds.
const (
	holdNotPending = "hold_not_pending"
	holdExceeded   = "hold_exceeded"
)

// holdID returns the id of the call's hold, or "" if the client does not know that it was placed.
func (h *HoldCall) holdID() string { return cmp.Or(h.ID, h.Hold.ID) }

// ends reports whether the call, if it takes effect, ends its hold.
func (h *HoldCall) ends() bool {
	return h.Kind == Void || h.Kind == Capture && (h.Final || h.Amount == 0)
}

// fits reports whether an unanswered call can have written an entry.
func (h *HoldCall) fits(e *Entry) bool {
	return h.Kind == Capture && h.ID == e.Hold && h.Outcome == Unknown && (h.Amount == 0 || h.Amount == e.Amount)
}

// capture assigns the entry of a capture to the calls that asked for it, and reports whether there are any.
func (c *check) capture(e *Entry) bool {
	asked := &effort{
		Request: Request{Type: e.Type, Account: e.Account, To: e.Counterparty, Amount: e.Amount, Description: e.ID},
		called:  never, answered: never,
	}
	keys := map[string]bool{}
	for i := range c.holdCalls {
		if h := &c.holdCalls[i]; h.Kind == Capture && h.Outcome == Acknowledged && h.Entry.ID == e.ID {
			keys[h.Key] = true
			asked.answered = min(asked.answered, h.Answered)
			if !h.Replayed {
				asked.called = min(asked.called, h.Called)
			}
		}
	}
	for i := range c.holdCalls {
		if h := &c.holdCalls[i]; h.fits(e) && (len(keys) == 0 || h.Key != "" && keys[h.Key]) {
			asked.called = min(asked.called, h.Called)
		}
	}
	c.captures[cmp.Or(e.Transfer, e.ID)] = asked
	return asked.called != never
}

// holds checks the final state of each hold, and the answers about it.
func (c *check) holds() {
	entries, taken := map[string]*Entry{}, map[string]int64{}
	for i := range c.ledger.Accounts {
		a := &c.ledger.Accounts[i]
		for j := range a.Entries {
			e := &a.Entries[j]
			if e.Hold != "" && takes(e.Type) {
				entries[e.ID] = e
				taken[e.Hold] += e.Amount
			}
			c.reserved(a, e)
		}
	}
	found, placed := map[string]*Hold{}, map[string]int{}
	for i := range c.ledger.Accounts {
		a := &c.ledger.Accounts[i]
		held := int64(0)
		for j := range a.Holds {
			h := &a.Holds[j]
			found[h.ID] = h
			placed[h.Description]++
			held += h.Left
			if taken[h.ID] != h.Captured || h.Captured > h.Amount {
				c.violation("hold %s: entries have taken %d of %d, and it says %d", h.ID, taken[h.ID], h.Amount, h.Captured)
			}
			delete(taken, h.ID)
		}
		if held != a.Held || held > a.Balance {
			c.violation("account %s: %d of %d is held, and %d by its holds", a.Number, a.Held, a.Balance, held)
		}
	}
	for id, amount := range taken {
		c.violation("entries have taken %d of the hold %s, which is not there", amount, id)
	}
	for description, times := range placed {
		if times > 1 {
			c.violation("%s was placed %d times", description, times)
		}
	}
	for i := range c.holdCalls {
		c.answer(&c.holdCalls[i], found, entries)
	}
}

// answer checks one answer.
func (c *check) answer(h *HoldCall, found map[string]*Hold, entries map[string]*Entry) {
	is := found[h.holdID()]
	switch {
	case h.Status == http.StatusInternalServerError:
		c.violation("%s of a hold was answered with an internal error", cmp.Or(h.Kind, "placing"))
	case h.Outcome == Refused:
		if !passing[h.Code] && h.Code != keyReused && !c.justified(h, is) {
			c.violation("%s of a hold of %s was refused for no reason: %s", cmp.Or(h.Kind, "placing"), h.Account, h.Code)
		}
	case h.Outcome != Acknowledged:
	case is == nil:
		c.violation("a hold was answered, and is not there: %+v", *h)
	case h.Kind == Place && (is.Amount != h.Amount || is.To != h.To || is.Account != h.Account || is.Description != h.Description):
		c.violation("%s asked for %+v and got %+v", h.Description, *h, *is)
	case h.Kind == Void && is.Status != "voided":
		c.violation("hold %s was voided, and is %s", h.ID, is.Status)
	case h.Kind == Capture:
		if e := entries[h.Entry.ID]; e == nil || *e != h.Entry || e.Hold != h.ID || e.Counterparty != is.To || h.Amount != 0 && e.Amount != h.Amount {
			c.violation("hold %s: the capture %+v was answered, and is not there", h.ID, h.Entry)
		}
		if h.ends() && is.Status != "captured" {
			c.violation("hold %s was captured for good, and is %s", h.ID, is.Status)
		}
	}
}

// justified reports whether a call can have been refused for the given reason.
func (c *check) justified(h *HoldCall, is *Hold) bool {
	switch h.Code {
	case insufficientFunds:
		return h.Kind == Place && c.mayLack(h.Account, h.Amount, h.Called, h.Answered)
	case holdExceeded, holdNotPending:
		if h.Code == holdExceeded && is != nil && h.Amount > is.Amount {
			return true
		}
		for i := range c.holdCalls {
			other := &c.holdCalls[i]
			took := other.Kind == Capture || other.Kind == Void && h.Kind == Capture
			if took && other != h && other.ID == h.ID && other.Outcome != Refused && other.Called < h.Answered {
				return true
			}
		}
	}
	return false
}

// reserved checks that an entry has not taken money that was certainly held from before its request until its answer.
func (c *check) reserved(a *Account, e *Entry) {
	if !c.holders[a.Number] || !takes(e.Type) || e.Hold != "" {
		return
	}
	asked := c.effortOf(e)
	if asked == nil {
		return
	}
	least := int64(0)
	for i := range c.holdCalls {
		h := &c.holdCalls[i]
		if h.Kind != Place || h.Account != a.Number || h.Outcome != Acknowledged || h.Replayed || h.Answered > asked.called {
			continue
		}
		if used := c.used(h.Hold.ID, func(by *HoldCall) bool { return by.Outcome != Refused && by.Called < asked.answered }); used < h.Amount {
			least += h.Amount - used
		}
	}
	if e.BalanceAfter < least {
		c.violation("account %s: entry %d has left %d, and %d was held", a.Number, e.Sequence, e.BalanceAfter, least)
	}
}

// used returns the most that the calls that count can have captured or released of a hold.
func (c *check) used(id string, counts func(*HoldCall) bool) (sum int64) {
	for i := range c.holdCalls {
		if h := &c.holdCalls[i]; h.Kind != Place && h.ID == id && !h.Replayed && counts(h) {
			if h.ends() {
				return 1 << 62
			}
			sum += h.Amount
		}
	}
	return sum
}

// mayLack reports whether an account can have had too little available for an amount while a call was in progress.
func (c *check) mayLack(account string, amount int64, called, answered time.Duration) bool {
	held := int64(0) // at most
	for i := range c.holdCalls {
		h := &c.holdCalls[i]
		if h.Kind != Place || h.Account != account || h.Outcome == Refused || h.Replayed || h.Called > answered {
			continue
		}
		surely := c.used(h.Hold.ID, func(by *HoldCall) bool { return by.Outcome == Acknowledged && by.Answered < called })
		held += max(0, h.Amount-surely)
	}
	for i := range c.ledger.Accounts {
		a := &c.ledger.Accounts[i]
		for j := range a.Entries {
			over := j+1 < len(a.Entries) && surelyDone(c.effortOf(&a.Entries[j+1]), called)
			if asked := c.effortOf(&a.Entries[j]); a.Number == account && !over && (asked == nil || asked.called < answered) &&
				a.Entries[j].BalanceAfter-held < amount {
				return true
			}
		}
	}
	return false
}

func surelyDone(e *effort, by time.Duration) bool { return e != nil && e.answered < by }
