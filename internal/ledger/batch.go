package ledger

import (
	"errors"

	"github.com/google/uuid"
)

// Batch carries out orders one after the other in memory. It begins with the part of the bank that they touch, and each order meets
// what those before it have left, as if each were posted alone. Nothing of an order that is refused remains.
type Batch struct {
	Accounts   map[AccountNumber]Account  // as the last entry of each left it; one that is missing does not exist
	Claims     map[KeyName]Claim          // under the keys that are taken
	References map[ReferenceName]struct{} // those that are taken
	Reversed   map[uuid.UUID]Reversed     // of the entries that orders reverse

	Entries  []Entry   // to be added, in this order
	Claimed  []KeyName // taken by this batch; Claims has what is to be stored
	Repeated []KeyName // taken before this batch, by orders that it has met again

	last changes
}

// changes is what a batch was before an order, as far as the order has changed it.
type changes struct {
	accounts         []Account // before each entry
	references       []ReferenceName
	reversed         []reversedBefore
	entries, claimed int // how many there were
}

// NewBatch returns a batch that has room for a number of orders, and knows nothing yet.
func NewBatch(orders int) *Batch {
	return &Batch{
		Accounts:   make(map[AccountNumber]Account, 2*orders),
		Claims:     make(map[KeyName]Claim, orders),
		References: map[ReferenceName]struct{}{},
		Reversed:   map[uuid.UUID]Reversed{},
		Entries:    make([]Entry, 0, 2*orders),
	}
}

// Decide carries out an order. An error, such as a *Refusal, applies to the order as a whole. If one of several postings is refused and
// the order is for all of them, the error is ErrBatchRefused and the results have the refusals.
func (b *Batch) Decide(o *Order) (outcome Outcome, err error) {
	b.last = changes{b.last.accounts[:0], b.last.references[:0], b.last.reversed[:0], len(b.Entries), len(b.Claimed)}
	kept := false
	defer func() { // after a panic, too
		if !kept {
			b.Undo()
		}
	}()
	keyed := o.Key.Text != ""
	if keyed {
		if earlier, taken := b.Claims[o.Key.KeyName]; taken {
			return b.repeat(o, earlier)
		}
	}
	outcome.Results = make([]Result, len(o.Postings))
	for i := range o.Postings {
		result := &outcome.Results[i]
		if result.Entry, err = b.post(&o.Postings[i]); err == nil {
			continue
		}
		if len(o.Postings) == 1 && !o.Each && !o.Trial || !errors.As(err, &result.Refusal) {
			return Outcome{}, err
		}
	}
	if !o.Each && !o.Trial && outcome.Refused() > 0 {
		return outcome, ErrBatchRefused
	}
	if kept = !o.Trial; kept && keyed {
		claim := o.Key.Claim
		claim.Time = o.Postings[0].Time
		b.Claims[o.Key.KeyName] = claim
		b.Claimed = append(b.Claimed, o.Key.KeyName)
	}
	return outcome, nil
}

// repeat answers an order whose key is taken.
func (b *Batch) repeat(o *Order, earlier Claim) (Outcome, error) {
	b.Repeated = append(b.Repeated, o.Key.KeyName)
	if !o.Key.Matches(earlier.Fingerprint) {
		return Outcome{}, ErrKeyReused
	}
	return Outcome{Earlier: &earlier}, nil
}

// post carries out one posting and returns the entry in its own account.
func (b *Batch) post(p *Posting) (Entry, error) {
	name := ReferenceName{p.Account, p.Reference}
	if _, taken := b.References[name]; taken {
		return Entry{}, errReferenceUsed
	}
	var err error
	if p.Type.Reverses() {
		if p, err = b.reversal(p); err != nil {
			return Entry{}, err
		}
	}
	entries, err := Decide(*p, b.Accounts)
	if err != nil {
		return Entry{}, err
	}
	for i := range entries {
		e := &entries[i]
		before := b.Accounts[e.Account]
		b.last.accounts = append(b.last.accounts, before)
		after := e.State()
		after.Rules = before.Rules.after(p, e)
		b.Accounts[e.Account] = after
		b.Entries = append(b.Entries, *e)
	}
	if p.Reference != "" {
		b.References[name] = struct{}{}
		b.last.references = append(b.last.references, name)
	}
	if p.Reverses != uuid.Nil {
		b.countReversal(&entries[0])
	}
	return entries[0], nil
}

// Undo takes back what the last order has changed.
func (b *Batch) Undo() {
	for i := len(b.last.accounts) - 1; i >= 0; i-- { // the last change first
		b.Accounts[b.last.accounts[i].Number] = b.last.accounts[i]
	}
	for _, name := range b.last.references {
		delete(b.References, name)
	}
	for i := len(b.last.reversed) - 1; i >= 0; i-- {
		b.Reversed[b.last.reversed[i].id] = b.last.reversed[i].done
	}
	for _, name := range b.Claimed[b.last.claimed:] {
		delete(b.Claims, name)
	}
	b.Entries, b.Claimed = b.Entries[:b.last.entries], b.Claimed[:b.last.claimed]
}
