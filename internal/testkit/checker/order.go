package checker

import (
	"cmp"
	"slices"
	"sort"
	"time"
)

// seen records that at a given time a client knew that an account had reached a sequence.
type seen struct {
	at       time.Duration
	sequence int64
}

// order checks real time: an operation that was answered before another was requested comes before it, and can be read.
func (c *check) order() {
	for i := range c.ledger.Accounts {
		a := &c.ledger.Accounts[i]
		spans := c.spans(a)
		c.entriesInOrder(a, spans)
		c.readsInOrder(a, spans)
	}
}

// spans returns, for each entry of an account, when its request was in progress.
func (c *check) spans(a *Account) []span {
	spans := make([]span, len(a.Entries))
	for i := range a.Entries {
		if e := c.effortOf(&a.Entries[i]); e != nil {
			spans[i] = span{e.called, e.answered}
		}
	}
	return spans
}

// effortOf returns the request behind an entry; both legs of a transfer have its description.
func (c *check) effortOf(e *Entry) *effort {
	if e.Type == Opened {
		return nil
	}
	if sweep := c.sweeps[e.Transfer]; sweep != nil {
		return sweep
	}
	if e.Hold != "" {
		return c.captures[cmp.Or(e.Transfer, e.ID)]
	}
	if paid := c.paid[e.Transfer]; paid != nil {
		return paid
	}
	return c.efforts[e.Description]
}

func (c *check) entriesInOrder(a *Account, spans []span) {
	earliest, by := never, int64(0) // the first answer to a later entry
	for i := len(spans) - 1; i >= 0; i-- {
		if spans[i].called > earliest {
			c.violation("account %s: entry %d was asked for after entry %d was answered", a.Number, a.Entries[i].Sequence, by)
		}
		if spans[i].answered < earliest {
			earliest, by = spans[i].answered, a.Entries[i].Sequence
		}
	}
}

// readsInOrder checks that a read sees what a client knew before, and nothing that had not been requested yet.
func (c *check) readsInOrder(a *Account, spans []span) {
	known := make([]seen, 0, len(spans))
	for i, s := range spans {
		known = append(known, seen{s.answered, a.Entries[i].Sequence})
	}
	var reads []*Read
	for i := range c.reads {
		if r := &c.reads[i]; r.Account == a.Number {
			reads = append(reads, r)
			if r.Newest != nil {
				known = append(known, seen{r.Answered, r.Newest.Sequence})
			}
		}
	}
	slices.SortFunc(known, func(x, y seen) int { return cmp.Compare(x.at, y.at) })
	for i := 1; i < len(known); i++ {
		known[i].sequence = max(known[i].sequence, known[i-1].sequence)
	}
	for _, r := range reads {
		least := int64(0)
		if n := sort.Search(len(known), func(i int) bool { return known[i].at >= r.Called }); n > 0 {
			least = known[n-1].sequence
		}
		c.read(a, spans, r, least)
	}
}

func (c *check) read(a *Account, spans []span, r *Read, least int64) {
	if r.Newest != nil {
		i := r.Newest.Sequence - 1
		switch {
		case i < 0 || i >= int64(len(a.Entries)) || a.Entries[i] != *r.Newest:
			c.violation("account %s: an entry was read that is not there: %+v", a.Number, *r.Newest)
		case r.Newest.Sequence < least:
			c.violation("account %s: a read saw entry %d as the newest when entry %d was known", a.Number, r.Newest.Sequence, least)
		case spans[i].called > r.Answered:
			c.violation("account %s: entry %d was read before it was asked for", a.Number, r.Newest.Sequence)
		}
		return
	}
	for i := max(least-1, 0); i < int64(len(a.Entries)); i++ {
		if a.Entries[i].BalanceAfter == r.Balance && spans[i].called <= r.Answered {
			return
		}
	}
	c.violation("account %s: a read saw the balance %d, which it did not have from entry %d on", a.Number, r.Balance, least)
}
