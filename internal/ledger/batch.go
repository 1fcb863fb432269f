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
	Holds      map[uuid.UUID]Hold         // those that orders name, and those of the accounts that are due; any other does not exist

	Entries  []Entry     // to be added, in this order
	Placed   []uuid.UUID // holds to be added; Holds has them
	Changed  []uuid.UUID // holds from before this batch that it has changed
	Claimed  []KeyName   // taken by this batch; Claims has what is to be stored
	Repeated []KeyName   // taken before this batch, by orders that were sent again

	last changes
}

// changes is what a batch was before an order, as far as the order has changed it.
type changes struct {
	accounts   []Account // before each entry, and each change of a hold
	references []ReferenceName
	reversed   []reversedBefore
	holds      []Hold // before each change; only the id of a hold that was just placed
	began      lengths
}

// lengths are how much of a batch there was at a moment.
type lengths struct{ accounts, references, reversed, holds, entries, claimed, placed, changed int }

func (b *Batch) lengths() lengths {
	return lengths{
		len(b.last.accounts), len(b.last.references), len(b.last.reversed), len(b.last.holds),
		len(b.Entries), len(b.Claimed), len(b.Placed), len(b.Changed),
	}
}

// NewBatch returns a batch that has room for a number of orders, and knows nothing yet.
func NewBatch(orders int) *Batch {
	return &Batch{
		Accounts:   make(map[AccountNumber]Account, 2*orders),
		Claims:     make(map[KeyName]Claim, orders),
		References: map[ReferenceName]struct{}{},
		Reversed:   map[uuid.UUID]Reversed{},
		Holds:      map[uuid.UUID]Hold{},
		Entries:    make([]Entry, 0, 2*orders),
	}
}

// Decide carries out an order. An error, such as a *Refusal, applies to the order as a whole. If one of several postings is refused and
// the order is for all of them, the error is ErrBatchRefused and the results have the refusals.
func (b *Batch) Decide(o *Order) (outcome Outcome, err error) {
	b.last = changes{
		accounts: b.last.accounts[:0], references: b.last.references[:0], reversed: b.last.reversed[:0], holds: b.last.holds[:0],
	}
	b.last.began = b.lengths()
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
	if o.Hold != nil {
		if outcome, err = b.change(o.Hold); err != nil {
			return Outcome{}, err
		}
	}
	outcome.Results = make([]Result, len(o.Postings))
	for i := range o.Postings {
		result := &outcome.Results[i]
		if result.Entry, err = b.post(o.Postings[i]); err == nil {
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
		claim.Time = o.Time()
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

// post carries out one posting and returns the entry in its own account. A refused posting leaves nothing behind.
func (b *Batch) post(p Posting) (_ Entry, err error) {
	name := ReferenceName{p.Account, p.Reference}
	if _, taken := b.References[name]; taken {
		return Entry{}, errReferenceUsed
	}
	began := b.lengths()
	entries, err := b.entries(&p)
	if err != nil {
		b.undoTo(began)
		return Entry{}, err
	}
	for i := range entries {
		e := &entries[i]
		before := b.Accounts[e.Account]
		b.last.accounts = append(b.last.accounts, before)
		after := e.State()
		after.Rules, after.Held = before.Rules.after(&p, e), before.Held
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

// entries decides on a posting. It first releases what the posting captures of a hold and, if needed, the money of holds that have
// expired.
func (b *Batch) entries(p *Posting) ([]Entry, error) {
	if p.Type.Reverses() {
		if err := b.reversal(p); err != nil {
			return nil, err
		}
	}
	if p.Hold != uuid.Nil {
		if err := b.capture(p); err != nil {
			return nil, err
		}
	}
	entries, err := Decide(*p, b.Accounts)
	if errors.Is(err, errInsufficientFunds) && b.release(p.Account, p.Amount, p.Time) {
		entries, err = Decide(*p, b.Accounts)
	}
	return entries, err
}

// Undo takes back what the last order has changed.
func (b *Batch) Undo() { b.undoTo(b.last.began) }

func (b *Batch) undoTo(l lengths) {
	for i := len(b.last.accounts) - 1; i >= l.accounts; i-- { // the last change first
		b.Accounts[b.last.accounts[i].Number] = b.last.accounts[i]
	}
	for i := len(b.last.holds) - 1; i >= l.holds; i-- {
		if before := b.last.holds[i]; before.Status == "" {
			delete(b.Holds, before.ID)
		} else {
			b.Holds[before.ID] = before
		}
	}
	for _, name := range b.last.references[l.references:] {
		delete(b.References, name)
	}
	for i := len(b.last.reversed) - 1; i >= l.reversed; i-- {
		b.Reversed[b.last.reversed[i].id] = b.last.reversed[i].done
	}
	for _, name := range b.Claimed[l.claimed:] {
		delete(b.Claims, name)
	}
	b.last.accounts, b.last.references = b.last.accounts[:l.accounts], b.last.references[:l.references]
	b.last.reversed, b.last.holds = b.last.reversed[:l.reversed], b.last.holds[:l.holds]
	b.Entries, b.Claimed = b.Entries[:l.entries], b.Claimed[:l.claimed]
	b.Placed, b.Changed = b.Placed[:l.placed], b.Changed[:l.changed]
}
