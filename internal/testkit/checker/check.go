package checker

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Verdict is the result of a check.
type Verdict struct {
	Operations   int // requests, however often each was sent
	Acknowledged int
	Unknown      int // never answered
	Effective    int // how many of the unknown took effect
	Refused      int
	Lost         int // acknowledged, and not there
	Doubled      int // there more than once
	Reads        int
	Windows      int // how many porcupine has checked
	Undecided    int // how many of them took too long

	// Violations lists, in plain words, the promises that the bank has broken. If it is empty, the bank has kept its word.
	Violations []string
}

// String returns the counts in one line.
func (v *Verdict) String() string {
	return fmt.Sprintf("operations %d, acknowledged %d, unknown %d (%d of them took effect), refused %d, reads %d, "+
		"windows %d (%d undecided); lost %d, doubled %d",
		v.Operations, v.Acknowledged, v.Unknown, v.Effective, v.Refused, v.Reads, v.Windows, v.Undecided, v.Lost, v.Doubled)
}

// effort is one request with all its calls and entries.
type effort struct {
	Request
	calls   []*Call
	entries []*Entry // on the caller's own account
	// called and answered enclose the time of its effect.
	called, answered time.Duration
}

// check is a comparison in progress.
type check struct {
	verdict  Verdict
	ledger   *Ledger
	openings map[string]int64
	efforts  map[string]*effort
	ruled    map[string][]Rule   // by account, in the order of the answers
	sweeps   map[string]*effort  // by the transfer's id
	captures map[string]*effort  // by the transfer's id, or that of a withdrawal
	paid     map[string]*effort  // by standing orders, by the transfer's id
	ordered  map[string]*Ordered // by description
	calls    []Call

	holdCalls []HoldCall
	holders   map[string]bool // accounts for which a hold was requested
	reads     []Read
}

func (c *check) violation(format string, args ...any) {
	c.verdict.Violations = append(c.verdict.Violations, fmt.Sprintf(format, args...))
}

// Check compares a record with the resulting ledger.
func Check(r *Record, ledger *Ledger) *Verdict {
	c := &check{
		ledger: ledger, openings: map[string]int64{}, efforts: map[string]*effort{}, ruled: map[string][]Rule{}, sweeps: map[string]*effort{},
		captures: map[string]*effort{}, holders: map[string]bool{}, paid: map[string]*effort{}, ordered: map[string]*Ordered{},
		calls: r.Calls(),
	}
	r.mu.Lock()
	c.reads, c.holdCalls = slices.Clone(r.reads), slices.Clone(r.holds)
	for _, o := range r.openings {
		c.openings[o.Account] = o.Deposit
	}
	for _, rule := range r.changes {
		c.ruled[rule.Account] = append(c.ruled[rule.Account], rule)
	}
	for _, o := range r.orders {
		c.ordered[o.Description] = &o
	}
	r.mu.Unlock()
	for i := range c.holdCalls {
		c.holders[c.holdCalls[i].Account] = true
	}
	c.gather()
	c.books()
	c.reversals()
	c.effects()
	c.order()
	c.rules()
	c.holds()
	c.orders()
	c.linear()
	slices.Sort(c.verdict.Violations)
	c.verdict.Reads = len(c.reads)
	return &c.verdict
}

// gather joins each request with its calls and its entries, and finds entries without a request.
func (c *check) gather() {
	for i := range c.calls {
		call := &c.calls[i]
		e := c.efforts[call.Description]
		if e == nil {
			e = &effort{Request: call.Request}
			c.efforts[call.Description] = e
		}
		e.calls = append(e.calls, call)
	}
	found := map[string]bool{}
	for i := range c.ledger.Accounts {
		a := &c.ledger.Accounts[i]
		found[a.Number] = true
		for j := range a.Entries {
			c.assign(&a.Entries[j])
		}
	}
	for account := range c.openings {
		if !found[account] {
			c.violation("account %s was opened and is not there", account)
		}
	}
	for _, e := range c.efforts {
		e.enclose()
	}
}

// assign assigns an entry to its request. The other leg of a transfer is checked by legs.
func (c *check) assign(e *Entry) {
	if e.Type == TransferIn || e.Type == ReversalIn {
		return
	}
	if e.Type == Opened {
		if deposit, asked := c.openings[e.Account]; !asked || deposit != e.Amount {
			c.violation("account %s: no request opened it with %d", e.Account, e.Amount)
		}
		return
	}
	if c.sweep(e) || c.pays(e) || e.Hold != "" && c.capture(e) {
		return
	}
	asked := c.efforts[e.Description]
	if asked == nil {
		c.violation("account %s, entry %d: no request asked for it: %+v", e.Account, e.Sequence, *e)
		return
	}
	asked.entries = append(asked.entries, e)
}

// enclose finds the times between which the request took effect: after it was first sent, and before any client got an answer.
func (e *effort) enclose() {
	e.called, e.answered = never, 0
	heard := never
	for _, call := range e.calls {
		if call.Outcome == Acknowledged {
			heard = min(heard, call.Answered)
		}
		if call.Outcome != Refused && !call.Replayed {
			e.called = min(e.called, call.Called)
			e.answered = max(e.answered, call.Answered)
		}
	}
	if e.called == never { // all were replays, which is a separate violation
		e.called = 0
	}
	e.answered = min(cmp.Or(e.answered, never), heard)
}
