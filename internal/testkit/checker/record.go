// Package checker decides whether a bank has kept its word. A Record holds what clients requested, what they were answered, and when; a
// Ledger is what the database holds afterwards. Check compares the two. It is for tests, and shares no code with what it judges,
// except for reading the database.
package checker

import (
	"math"
	"slices"
	"sync"
	"time"
)

// Request requests one movement of money. Its Description identifies it: no two requests of a record have the same one, so every entry
// shows which request has written it.
type Request struct {
	Type        string // Deposit, Withdrawal, TransferOut or ReversalOut
	Account     string
	To          string // the recipient of a transfer or of a reversal
	Reverses    string // the id of the entry that a reversal reverses
	Amount      int64
	Key         string // the Idempotency-Key; two requests under one key are a retry with another body
	Description string
}

// Outcome is what a client knows about a call.
type Outcome int

// The outcomes. An Unknown call may or may not have taken effect; a Refused one has not, and never will.
const (
	Unknown Outcome = iota
	Acknowledged
	Refused
)

// never is the end of a call that was never answered.
const never = time.Duration(math.MaxInt64)

// span is the time between two moments.
type span struct{ called, answered time.Duration }

// Call is one attempt of a request. Its effect, if it has one, is between Called and Answered.
type Call struct {
	Request
	Called   time.Duration // since the record began
	Answered time.Duration
	Outcome  Outcome
	Status   int    // 0 without an answer
	Code     string // of a refusal
	Entry    Entry  // of an acknowledgement
	Replayed bool
}

// Read is one read of an account: of its newest entry, or only of its balance.
type Read struct {
	Account  string
	Called   time.Duration
	Answered time.Duration
	Newest   *Entry // nil if the balance was read
	Balance  int64
}

// Opening is an account that was opened before the load.
type Opening struct {
	Account string
	Deposit int64
}

// Record is what clients have requested and heard. It is safe for concurrent use.
type Record struct {
	now   func() time.Time
	began time.Time

	mu       sync.Mutex
	calls    []Call
	reads    []Read
	openings []Opening
	changes  []Rule
	holds    []HoldCall
	orders   []Ordered
	serials  int
	deaf     span          // when no answer is heard
	settled  time.Duration // when the last process had ended
}

// NewRecord begins a record. The clock needs a monotonic reading, like that of time.Now.
func NewRecord(now func() time.Time) *Record { return &Record{now: now, began: now()} }

func (r *Record) elapsed() time.Duration { return r.now().Sub(r.began) }

func (r *Record) add(c Call) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.unheard(c.Called, c.Answered) {
		c = Call{Request: c.Request, Called: c.Called, Answered: never}
	}
	if c.Answered == never && c.Called < r.settled {
		c.Answered = r.settled
	}
	r.calls = append(r.calls, c)
}

// unheard reports whether an answer came while none could be heard.
func (r *Record) unheard(called, answered time.Duration) bool {
	return called < r.deaf.answered && answered > r.deaf.called
}

func (r *Record) addRead(read Read) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.unheard(read.Called, read.Answered) {
		r.reads = append(r.reads, read)
	}
}

func (r *Record) addOpening(o Opening) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.openings = append(r.openings, o)
}

func (r *Record) addRule(rule Rule) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.changes = append(r.changes, rule)
}

func (r *Record) addHold(h HoldCall) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.unheard(h.Called, h.Answered) {
		h.forget()
	}
	if h.Answered == never && h.Called < r.settled {
		h.Answered = r.settled
	}
	r.holds = append(r.holds, h)
}

// forget turns the call into one that was never answered.
func (h *HoldCall) forget() {
	h.Outcome, h.Answered, h.Status, h.Code, h.Replayed, h.Hold, h.Entry = Unknown, never, 0, "", false, Hold{}, Entry{}
}

func (r *Record) addOrder(o Ordered) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.orders = append(r.orders, o)
}

// serial returns a new number, for names that are used once.
func (r *Record) serial() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.serials++
	return r.serials
}

// Deafen makes all answers unheard from now on until Settle, as when the whole machine loses power.
func (r *Record) Deafen() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.deaf = span{r.elapsed(), never}
}

// Settle records that every process has ended that was called so far: what it has not done by now, it will not do.
func (r *Record) Settle() {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.elapsed()
	r.settled, r.deaf.answered = now, min(now, r.deaf.answered)
	for i := range r.calls {
		if r.calls[i].Answered == never {
			r.calls[i].Answered = now
		}
	}
	for i := range r.holds {
		if r.holds[i].Answered == never {
			r.holds[i].Answered = now
		}
	}
}

// Calls returns a copy of the calls so far, in the order of the answers.
func (r *Record) Calls() []Call {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Call(nil), r.calls...)
}

// HoldCalls returns a copy of the calls about holds so far, in the order of the answers.
func (r *Record) HoldCalls() []HoldCall {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.holds)
}

// Moment returns how long the record has been running.
func (r *Record) Moment() time.Duration { return r.elapsed() }

// Restored returns the record for a bank that is restored to some moment after since: what was acknowledged later may or may not be
// there, and the reasons of later refusals may be gone.
func (r *Record) Restored(since time.Duration) *Record {
	r.mu.Lock()
	defer r.mu.Unlock()
	restored := &Record{now: r.now, began: r.began, openings: slices.Clone(r.openings), changes: slices.Clone(r.changes), orders: slices.Clone(r.orders), serials: r.serials}
	for _, c := range r.calls {
		if c.Answered > since {
			if c.Outcome == Refused {
				continue
			}
			c.Outcome, c.Entry, c.Replayed = Unknown, Entry{}, false
		}
		restored.calls = append(restored.calls, c)
	}
	for _, h := range r.holds {
		if answered := h.Answered; answered > since {
			if h.Outcome == Refused {
				continue
			}
			h.forget()
			h.Answered = answered
		}
		restored.holds = append(restored.holds, h)
	}
	for _, read := range r.reads {
		if read.Answered <= since {
			restored.reads = append(restored.reads, read)
		}
	}
	return restored
}

// Unheard returns the requests whose outcome is unknown, each once.
func (r *Record) Unheard() []Request {
	known, unheard := map[string]bool{}, []Request(nil)
	calls := r.Calls()
	for _, c := range calls {
		known[c.Description] = known[c.Description] || c.Outcome == Acknowledged
	}
	for _, c := range calls {
		if !known[c.Description] && c.Outcome == Unknown {
			known[c.Description] = true
			unheard = append(unheard, c.Request)
		}
	}
	return unheard
}
