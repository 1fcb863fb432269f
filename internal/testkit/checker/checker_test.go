package checker

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// story is a small bank in memory, with its record: two customers, one of whom pays the other and later tries to withdraw too much.
type story struct {
	record *Record
	ledger *Ledger
	now    time.Duration
}

const (
	ada   = "100000000008"
	grace = "900000000000"
)

func newStory() *story {
	s := &story{record: NewRecord(time.Now), ledger: &Ledger{}}
	for _, number := range []string{ada, grace} {
		s.ledger.Accounts = append(s.ledger.Accounts, Account{Number: number, Currency: "USD"})
		s.post(number, Entry{Type: Opened, Amount: 100})
		s.record.addOpening(Opening{number, 100})
	}
	s.call(Request{Type: Deposit, Account: ada, Amount: 10, Key: "a", Description: "a"}, Acknowledged)
	s.call(Request{Type: TransferOut, Account: ada, To: grace, Amount: 30, Key: "b", Description: "b"}, Acknowledged)
	s.repeat()
	s.refuse(Request{Type: Deposit, Account: ada, Amount: 31, Key: "b", Description: "b-changed"}, keyReused)
	s.refuse(Request{Type: Withdrawal, Account: ada, Amount: 500, Key: "c", Description: "c"}, insufficientFunds)
	s.call(Request{Type: TransferOut, Account: grace, To: ada, Amount: 5, Key: "d", Description: "d"}, Unknown)
	s.read(ada)
	s.call(Request{Type: Withdrawal, Account: grace, Amount: 25, Description: "e"}, Acknowledged)
	s.read(grace)
	s.record.Settle()
	return s
}

func (s *story) account(number string) *Account {
	for i := range s.ledger.Accounts {
		if s.ledger.Accounts[i].Number == number {
			return &s.ledger.Accounts[i]
		}
	}
	return nil
}

var noHash = strings.Repeat("0", 64)

// idOf returns the same id for the same name.
func idOf(name string) string { return uuid.NewSHA1(uuid.Nil, []byte(name)).String() }

// rehash gives an entry the hash that fits it and the one before.
func (e *Entry) rehash(previous string) {
	e.Hash = previous
	entry, err := e.parse()
	if err != nil {
		panic(err)
	}
	sum := entry.ChainHash(entry.Hash)
	e.Hash = hex.EncodeToString(sum[:])
}

// post writes an entry like a correct bank.
func (s *story) post(number string, e Entry) Entry {
	a, last := s.account(number), Entry{Hash: noHash}
	if len(a.Entries) > 0 {
		last = a.Entries[len(a.Entries)-1]
	}
	e.Account, e.Sequence, e.Currency, e.Timestamp = number, last.Sequence+1, "USD", "2026-11-22T07:30:00.000000Z"
	e.ID = idOf(fmt.Sprint(number, "-", e.Sequence))
	e.BalanceAfter = last.BalanceAfter + e.Change()
	e.rehash(last.Hash)
	a.Entries, a.Balance = append(a.Entries, e), e.BalanceAfter
	return e
}

// moment returns the times of a call, which begins after all earlier ones have ended.
func (s *story) moment() (called, answered time.Duration) {
	s.now += 2 * time.Millisecond
	return s.now - time.Millisecond, s.now
}

func (s *story) call(r Request, outcome Outcome) {
	c := Call{Request: r, Outcome: outcome, Status: 201}
	c.Called, c.Answered = s.moment()
	e := Entry{Type: r.Type, Amount: r.Amount, Description: r.Description, Counterparty: r.To}
	if r.To != "" {
		e.Transfer = idOf("transfer-" + r.Description)
	}
	c.Entry = s.post(r.Account, e)
	if r.To != "" {
		e.Type, e.Counterparty = TransferIn, r.Account
		s.post(r.To, e)
	}
	if outcome == Unknown {
		c.Entry, c.Status = Entry{}, 0
	}
	s.record.add(c)
}

// repeat repeats the last call, and gets the same answer.
func (s *story) repeat() {
	c := s.record.calls[len(s.record.calls)-1]
	c.Called, c.Answered = s.moment()
	c.Replayed = true
	s.record.add(c)
}

func (s *story) refuse(r Request, code string) {
	c := Call{Request: r, Outcome: Refused, Status: 422, Code: code}
	c.Called, c.Answered = s.moment()
	s.record.add(c)
}

func (s *story) read(number string) {
	entries := s.account(number).Entries
	r := Read{Account: number, Newest: &entries[len(entries)-1]}
	r.Called, r.Answered = s.moment()
	s.record.addRead(r)
	r = Read{Account: number, Balance: r.Newest.BalanceAfter}
	r.Called, r.Answered = s.moment()
	s.record.addRead(r)
}

// rehash makes a history's hashes match again, like an attacker who knows how.
func (s *story) rehash() {
	for i := range s.ledger.Accounts {
		previous := noHash
		for j := range s.ledger.Accounts[i].Entries {
			e := &s.ledger.Accounts[i].Entries[j]
			e.rehash(previous)
			previous = e.Hash
		}
	}
}

// heard returns the n-th call of a request.
func (s *story) heard(description string, n int) *Call {
	for i := range s.record.calls {
		if c := &s.record.calls[i]; c.Description == description {
			if n--; n == 0 {
				return c
			}
		}
	}
	return nil
}

func TestCheckAccusesNobodyForNothing(t *testing.T) {
	t.Parallel()
	s := newStory()
	v := Check(s.record, s.ledger)
	require.Empty(t, v.Violations)
	require.Equal(t, "operations 6, acknowledged 3, unknown 1 (1 of them took effect), refused 2, reads 4, windows 1 (0 undecided); lost 0, doubled 0",
		v.String())
}

// TestCheckSees changes one thing in the answers or in the ledger, and expects the check to name it.
func TestCheckSees(t *testing.T) {
	t.Parallel()
	last := func(a *Account) *Entry { return &a.Entries[len(a.Entries)-1] }
	for says, change := range map[string]func(s *story){
		"a was acknowledged and is lost": func(s *story) { s.account(ada).Entries[1].Description = "other" },
		"no request asked for it":        func(s *story) { s.post(ada, Entry{Type: Deposit, Amount: 1, Description: "gift"}) },
		"e took effect 2 times":          func(s *story) { s.post(grace, Entry{Type: Withdrawal, Amount: 25, Description: "e"}) },
		"c was refused and took effect":  func(s *story) { s.post(ada, Entry{Type: Withdrawal, Amount: 5, Description: "c"}) },
		"the key b was used for both":    func(s *story) { s.post(ada, Entry{Type: Deposit, Amount: 31, Description: "b-changed"}) },
		"b-fresh was told that its key is used": func(s *story) {
			c := s.heard("b-changed", 1)
			c.Key, c.Description = "fresh", "b-fresh"
		},
		"b was carried out 2 times, by its answers":   func(s *story) { s.heard("b", 2).Replayed = false },
		"carried out again after its acknowledgement": func(s *story) { s.heard("b", 2).Replayed = false },
		"b was acknowledged, and refused later": func(s *story) {
			*s.heard("b", 2) = Call{Request: s.heard("b", 1).Request, Called: s.now, Answered: s.now, Outcome: Refused, Code: insufficientFunds}
		},
		"b was answered {":                       func(s *story) { s.heard("b", 2).Entry.BalanceAfter++ },
		"a asked for {":                          func(s *story) { s.heard("a", 1).Amount++ },
		"c was refused for no reason: not_found": func(s *story) { s.heard("c", 1).Code = "not_found" },
		"c was answered with an internal error":  func(s *story) { s.heard("c", 1).Status = 500 },
		"entry 4 is missing":                     func(s *story) { last(s.account(ada)).Sequence++; s.rehash() },
		"entry 4: the balance does not follow":   func(s *story) { last(s.account(ada)).BalanceAfter++; s.rehash() },
		"entry 5: the balance does not follow":   func(s *story) { s.post(ada, Entry{Type: Withdrawal, Amount: 500, Description: "x"}) },
		"no entry can have this amount":          func(s *story) { s.post(ada, Entry{Type: Deposit, Description: "x"}) },
		"the time is before":                     func(s *story) { last(s.account(ada)).Timestamp = "2026-11-21T07:30:00.000000Z"; s.rehash() },
		"the hash does not match":                func(s *story) { last(s.account(ada)).Hash = noHash },
		"its type does not fit its place":        func(s *story) { s.post(ada, Entry{Type: Opened, Amount: 1}) },
		"the currency is not the account's":      func(s *story) { last(s.account(ada)).Currency = "EUR"; s.rehash() },
		"its balance is 1, and that of its last": func(s *story) { s.account(ada).Balance = 1 },
		"money is not conserved":                 func(s *story) { s.account(ada).Balance++ },
		"has 1 legs":                             func(s *story) { s.account(ada).Entries = s.account(ada).Entries[:3] },
		"its legs do not mirror each other":      func(s *story) { s.account(grace).Entries[1].Amount++; s.rehash() },
		"was opened and is not there":            func(s *story) { s.record.addOpening(Opening{Account: "3"}) },
		"no request opened it with 100":          func(s *story) { s.record.openings[0].Deposit = 1 },
		"entry 3 was asked for after entry 4": func(s *story) {
			for n := range 2 {
				c := s.heard("b", n+1)
				c.Called, c.Answered = s.now, s.now
			}
		},
		"an entry was read that is not there":       func(s *story) { s.record.reads[0].Newest = &Entry{ID: "x", Sequence: 2} },
		"a read saw entry 2 as the newest when":     func(s *story) { s.record.reads[0].Newest = &s.account(ada).Entries[1] },
		"was read before it was asked for":          func(s *story) { s.record.reads[0].Called, s.record.reads[0].Answered = 1, 2 },
		"which it did not have from entry":          func(s *story) { s.record.reads[1].Balance = 100 },
		"no order explains the answers to these 9 ": func(s *story) { s.heard("c", 1).Amount = 1 }, // there was enough
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			s := newStory()
			change(s)
			v := Check(s.record, s.ledger)
			require.Contains(t, strings.Join(v.Violations, "\n"), says)
		})
	}
}

// TestCheckSeesBrokenRules changes what was requested of an account's rules, and expects the check to object to the story.
func TestCheckSeesBrokenRules(t *testing.T) {
	t.Parallel()
	limited := func(s *story) { s.rule(Rule{Kind: Limit, Account: ada, Daily: 30}) }
	for says, change := range map[string]func(s *story){
		"": func(s *story) {
			limited(s)
			s.refuse(Request{Type: Withdrawal, Account: ada, Amount: 1, Description: "f"}, limitExceeded)
			s.rule(Rule{Kind: Freeze, Account: ada, Debits: true})
			s.refuse(Request{Type: Withdrawal, Account: ada, Amount: 1, Description: "g"}, accountFrozen)
			s.call(Request{Type: Deposit, Account: ada, Amount: 1, Description: "h"}, Acknowledged)
			s.rule(Rule{Kind: Unfreeze, Account: ada})
			s.rule(Rule{Kind: Freeze, Account: ada, Credits: true})
			s.refuse(Request{Type: TransferOut, Account: grace, To: ada, Amount: 1, Description: "i"}, accountFrozen)
			s.rule(Rule{Kind: Unfreeze, Account: ada})
			s.sweepAway()
			s.refuse(Request{Type: Deposit, Account: ada, Amount: 1, Description: "j"}, accountClosed)
		},
		"30 has left it on 2026-11-22, and its limit is 29": func(s *story) { s.rule(Rule{Kind: Limit, Account: ada, Daily: 29}) },
		"f was refused for no reason: the limit leaves as much": func(s *story) {
			s.rule(Rule{Kind: Limit, Account: ada, Daily: 31})
			s.refuse(Request{Type: Withdrawal, Account: ada, Amount: 1, Description: "f"}, limitExceeded)
		},
		"f was refused for no reason: the account cannot have been frozen": func(s *story) {
			s.rule(Rule{Kind: Freeze, Account: ada, Credits: true})
			s.refuse(Request{Type: Withdrawal, Account: ada, Amount: 1, Description: "f"}, accountFrozen)
		},
		"f was refused for no reason: the account cannot have been closed": func(s *story) {
			s.refuse(Request{Type: Withdrawal, Account: ada, Amount: 1, Description: "f"}, accountClosed)
		},
		"entry 5 was asked for and answered while it was frozen": func(s *story) {
			s.rule(Rule{Kind: Freeze, Account: ada, Debits: true})
			s.call(Request{Type: Withdrawal, Account: ada, Amount: 1, Description: "f"}, Acknowledged)
			s.rule(Rule{Kind: Unfreeze, Account: ada})
		},
		"entry 6 was asked for after the account was closed": func(s *story) {
			s.sweepAway()
			s.call(Request{Type: Deposit, Account: ada, Amount: 1, Description: "f"}, Acknowledged)
		},
		"is closed, and 85 is in it": func(s *story) { s.rule(Rule{Kind: Close, Account: ada, SweepTo: grace}) },
		"was closed 2 times": func(s *story) {
			s.sweepAway()
			s.rule(Rule{Kind: Close, Account: ada, SweepTo: grace})
		},
		"no request asked for it": func(s *story) {
			s.sweepAway()
			s.record.changes[0].SweepTo = ada
		},
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			s := newStory()
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

// rule records a change of rules that was acknowledged.
func (s *story) rule(r Rule) {
	r.Called, r.Answered = s.moment()
	r.Outcome = Acknowledged
	s.record.addRule(r)
}

// sweepAway closes Ada's account, and Grace gets what is left.
func (s *story) sweepAway() {
	e := Entry{Type: TransferOut, Amount: s.account(ada).Balance, Description: sweepDescription, Counterparty: grace, Transfer: idOf("sweep")}
	s.post(ada, e)
	e.Type, e.Counterparty = TransferIn, ada
	s.post(grace, e)
	s.rule(Rule{Kind: Close, Account: ada, SweepTo: grace})
}

// TestUnheard: a request that has been answered, even later, needs no further try.
func TestUnheard(t *testing.T) {
	t.Parallel()
	s := newStory()
	unheard := s.record.Unheard()
	require.Len(t, unheard, 1)
	require.Equal(t, "d", unheard[0].Description)
	d := *s.heard("d", 1)
	d.Outcome = Acknowledged
	s.record.add(d)
	require.Empty(t, s.record.Unheard())
}

// TestDeafen: an answer that is not heard leaves the outcome unknown, and is settled with all others.
func TestDeafen(t *testing.T) {
	t.Parallel()
	moment := time.Now()
	r := NewRecord(func() time.Time { return moment })
	call := func(description string, called, answered time.Duration) {
		r.add(Call{Request: Request{Description: description}, Called: called, Answered: answered, Outcome: Acknowledged})
	}
	moment = moment.Add(10)
	r.Deafen()
	call("before", 1, 5)
	call("during", 5, 15)
	r.addRead(Read{Called: 11, Answered: 12})
	moment = moment.Add(10)
	r.Settle()
	call("told late", 5, 15)
	call("after", 21, 22)
	for _, c := range r.Calls() {
		heard := c.Description == "before" || c.Description == "after"
		require.Equal(t, heard, c.Outcome == Acknowledged, c.Description)
		require.Equal(t, !heard, c.Answered == 20, c.Description)
	}
	require.Empty(t, r.reads)
}

// TestHear: an answer counts for what it says, and no more.
func TestHear(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status  int
		body    string
		outcome Outcome
	}{
		{201, `{"id":"x"}`, Acknowledged},
		{201, `{"id`, Unknown},
		{422, `{"code":"insufficient_funds"}`, Refused},
		{503, `{"code":"unavailable","detail":"Try again shortly."}`, Refused},
		{503, `{"code":"unavailable","detail":"It is not known whether the request took effect."}`, Unknown},
		{503, `a proxy's page`, Unknown},
		{500, `{"code":"internal"}`, Unknown},
	} {
		var call Call
		call.Hear(c.status, nil, []byte(c.body))
		require.Equal(t, c.outcome, call.Outcome, c.body)
		require.Equal(t, c.outcome == Unknown, call.Answered == never, c.body)
	}
}
