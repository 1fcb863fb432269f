package ledger

import (
	"crypto/hmac"
	"slices"
	"time"

	"github.com/google/uuid"
)

// Order is what a request wants posted: one posting or many, at most once under its key.
type Order struct {
	Postings []Posting
	// Hold is what the order does to holds, instead of posting; nil for nothing.
	Hold *HoldChange
	// Each posts what is not refused. Without it, all postings are carried out or none is.
	Each bool
	// Trial decides without posting anything. A trial has no key.
	Trial bool
	Key   Key
}

// Key is an order's idempotency key. The zero Key is none: every order without a key is a new one.
type Key struct {
	KeyName

	Fingerprints [][]byte // of the request: the one to store, then those under which an earlier request may be stored
	Claim        Claim    // what to store; its fingerprint is the first one
}

// KeyName identifies a key: the same text in another scope is another key.
type KeyName struct{ Scope, Text string }

// Claim is what is stored under a key: the fingerprint of the request that took it, and what that has made.
type Claim struct {
	Fingerprint []byte
	Kind        Kind
	ID          uuid.UUID
	Time        time.Time // of the order, by which keys are purged; Decide sets it, and claims from before the batch have none
}

// Kind is the kind of thing that a key names.
type Kind int64

// The kinds, as the database stores them.
const (
	KindEntry   Kind = 1 // the entry in the posting's own account
	KindBatch   Kind = 2 // the results of many transfers
	KindRequest Kind = 3 // something that another is to decide
	KindHold    Kind = 4

	KindStandingOrder Kind = 5 // transfers that are ordered for later
)

// ReferenceName identifies a sender's own reference of a transfer, which no other transfer of the sender's has.
type ReferenceName struct {
	Account   AccountNumber
	Reference string
}

// Outcome is what became of an order.
type Outcome struct {
	// Earlier is set if an earlier order under the key was carried out: this one repeats it, and has no results of its own.
	Earlier *Claim
	Results []Result // one for each posting
	Hold    Hold     // that the order has placed or voided, as it is then
	// Before is set if there was nothing left to do: the hold was voided already.
	Before bool
	// Released is how many holds an order to release them has released.
	Released int
}

// Result is what became of a posting. Without a refusal it was carried out, unless the order was refused as a whole or a trial.
type Result struct {
	Entry   Entry // in the posting's own account
	Refusal *Refusal
}

// Matches reports whether a stored fingerprint is this request's.
func (k *Key) Matches(stored []byte) bool {
	return slices.ContainsFunc(k.Fingerprints, func(own []byte) bool { return hmac.Equal(stored, own) })
}

// Time returns the bank's time of the order.
func (o *Order) Time() time.Time {
	if o.Hold != nil {
		return o.Hold.Time
	}
	return o.Postings[0].Time
}

// Moves reports whether one of the postings that were carried out is an account's own.
func (o *Outcome) Moves(account AccountNumber) bool {
	return slices.ContainsFunc(o.Results, func(r Result) bool { return r.Refusal == nil && r.Entry.Account == account })
}

// Refused returns the number of postings that were refused.
func (o *Outcome) Refused() int {
	refused := 0
	for i := range o.Results {
		if o.Results[i].Refusal != nil {
			refused++
		}
	}
	return refused
}
