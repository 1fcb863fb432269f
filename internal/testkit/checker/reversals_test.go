package checker

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// giveBack records that Grace gives back a part of what Ada has sent.
func (s *story) giveBack(description string, amount int64) {
	received, sent := s.account(grace).Entries[1], s.account(ada).Entries[2]
	r := Request{Type: ReversalOut, Account: grace, To: ada, Amount: amount, Key: description, Description: description, Reverses: received.ID}
	c := Call{Request: r, Outcome: Acknowledged, Status: 201}
	c.Called, c.Answered = s.moment()
	e := Entry{
		Type: ReversalOut, Amount: amount, Description: description, Counterparty: ada, Transfer: idOf("transfer-" + description), Reverses: received.ID,
	}
	c.Entry = s.post(grace, e)
	e.Type, e.Counterparty, e.Reverses = ReversalIn, grace, sent.ID
	s.post(ada, e)
	s.record.add(c)
}

// TestCheckSeesBrokenReversals changes what was given back, and expects the check to object to the story.
func TestCheckSeesBrokenReversals(t *testing.T) {
	t.Parallel()
	last := func(s *story, number string) *Entry { e := s.account(number).Entries; return &e[len(e)-1] }
	exceeding := func(amount int64) func(s *story) {
		return func(s *story) {
			s.refuse(Request{
				Type: ReversalOut, Account: grace, To: ada, Amount: amount, Key: "g", Description: "g", Reverses: s.account(grace).Entries[1].ID,
			}, reversalExceeded)
		}
	}
	for says, change := range map[string]func(s *story){
		"":                                             exceeding(21),
		"it moved 30, and 31 are reversed":             func(s *story) { s.giveBack("g", 21) },
		"it reverses an entry that does not":           func(s *story) { last(s, grace).Reverses = idOf("nothing"); s.rehash() },
		"it reverses no earlier entry of its":          func(s *story) { last(s, grace).Reverses = s.account(ada).Entries[2].ID; s.rehash() },
		"its type does not fit what it":                func(s *story) { last(s, grace).Reverses = s.account(grace).Entries[2].ID; s.rehash() },
		"f asked for {":                                func(s *story) { s.heard("f", 1).Reverses = idOf("another") },
		"g was refused for no reason: as much is left": exceeding(20),
		"g was refused for no reason: to give back is not to spend": func(s *story) {
			exceeding(21)(s)
			s.heard("g", 1).Code = limitExceeded
		},
		"g was refused for no reason: it reverses what was received": func(s *story) {
			exceeding(21)(s)
			s.heard("g", 1).Code = notReversible
		},
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			s := newStory()
			s.giveBack("f", 10)
			change(s)
			v := Check(s.record, s.ledger)
			if says == "" {
				require.Empty(t, v.Violations)
				return
			}
			require.Contains(t, strings.Join(v.Violations, "\n"), says)
		})
	}
}
