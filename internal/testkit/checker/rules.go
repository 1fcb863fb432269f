package checker

import (
	"time"
)

// Rule is a change of what holds for an account, as a client requested it.
type Rule struct {
	Kind            RuleKind
	Account         string
	Debits, Credits bool   // of a freeze
	Daily           int64  // of a limit
	SweepTo         string // of a closing
	Called          time.Duration
	Answered        time.Duration
	Outcome         Outcome
}

// RuleKind is a kind of change.
type RuleKind string

// The kinds. An account gets its limit before its money moves.
const (
	Freeze   RuleKind = "freeze"
	Unfreeze RuleKind = "unfreeze"
	Close    RuleKind = "close"
	Limit    RuleKind = "limits"
)

// The refusals of accounts that are frozen, closed or limited.
const (
	accountFrozen = "account_frozen"
	accountClosed = "account_closed"
	limitExceeded = "limit_exceeded"
)

// sweepDescription is what the bank writes when a closing moves what is left.
const sweepDescription = "Balance of a closed account"

// takes reports whether requests of a type take money out of their account.
func takes(kind string) bool { return spends(kind) || kind == ReversalOut }

// spends reports whether they count for the account's limits.
func spends(kind string) bool { return kind == Withdrawal || kind == TransferOut }

// rules checks the movements and the refusals against the changes of rules.
func (c *check) rules() {
	for i := range c.ledger.Accounts {
		a := &c.ledger.Accounts[i]
		rules := c.ruled[a.Number]
		for j := range rules {
			switch rules[j].Kind {
			case Limit:
				c.limited(a, rules[j].Daily)
			case Freeze:
				c.frozen(a, rules, j)
			case Close, Unfreeze:
			}
		}
		c.closed(a, rules)
	}
	for i := range c.calls {
		if reason := c.unjustified(&c.calls[i]); reason != "" {
			c.violation("%s was refused for no reason: %s", c.calls[i].Description, reason)
		}
	}
}

// limited checks that no more has left an account on any day than its limit says.
func (c *check) limited(a *Account, daily int64) {
	spent := map[string]int64{}
	for i := range a.Entries {
		if e := &a.Entries[i]; spends(e.Type) && c.sweeps[e.Transfer] == nil {
			spent[e.Timestamp[:len(time.DateOnly)]] += e.Amount
		}
	}
	for date, sum := range spent {
		if sum > daily {
			c.violation("account %s: %d has left it on %s, and its limit is %d", a.Number, sum, date, daily)
		}
	}
}

// frozen checks that nothing passed while a freeze was known to hold.
func (c *check) frozen(a *Account, rules []Rule, at int) {
	freeze, lifted := &rules[at], never
	if freeze.Outcome != Acknowledged {
		return
	}
	for i := range rules[at+1:] {
		if r := &rules[at+1+i]; r.Kind == Freeze || r.Kind == Unfreeze {
			lifted = r.Called
			break
		}
	}
	for i := range a.Entries {
		e := &a.Entries[i]
		effort := c.effortOf(e)
		stopped := takes(e.Type) && freeze.Debits || !takes(e.Type) && freeze.Credits
		if stopped && effort != nil && effort.called > freeze.Answered && effort.answered < lifted {
			c.violation("account %s: entry %d was asked for and answered while it was frozen", a.Number, e.Sequence)
		}
	}
}

// closed checks that an account that is closed is empty and stays so, and that it was closed and swept once at most.
func (c *check) closed(a *Account, rules []Rule) {
	times, since := 0, never
	for i := range rules {
		if rules[i].Kind == Close && rules[i].Outcome == Acknowledged {
			times++
			since = min(since, rules[i].Answered)
		}
	}
	if times > 1 {
		c.violation("account %s was closed %d times", a.Number, times)
	}
	if times > 0 && a.Balance != 0 {
		c.violation("account %s is closed, and %d is in it", a.Number, a.Balance)
	}
	for i := range a.Entries {
		e := &a.Entries[i]
		if effort := c.effortOf(e); effort != nil && effort.called > since {
			c.violation("account %s: entry %d was asked for after the account was closed", a.Number, e.Sequence)
		}
		if c.sweeps[e.Transfer] != nil && takes(e.Type) && i != len(a.Entries)-1 {
			c.violation("account %s: entry %d emptied it, and is not its last", a.Number, e.Sequence)
		}
	}
}

// sweep assigns the entry of a sweep to the closing that asked for it, and reports whether there is one.
func (c *check) sweep(e *Entry) bool {
	if e.Type != TransferOut || e.Description != sweepDescription {
		return false
	}
	asked := &effort{
		Request: Request{Type: TransferOut, Account: e.Account, To: e.Counterparty, Amount: e.Amount, Description: e.Transfer},
		called:  never, answered: never,
	}
	for _, r := range c.ruled[e.Account] {
		if r.Kind != Close || r.SweepTo != e.Counterparty || r.Outcome == Refused {
			continue
		}
		asked.called = min(asked.called, r.Called)
		if r.Outcome == Acknowledged {
			asked.answered = min(asked.answered, r.Answered)
		}
	}
	if asked.called == never {
		return false
	}
	c.sweeps[e.Transfer] = asked
	return true
}

// unjustified returns what is wrong with a refusal of an account that is frozen, closed or limited, or "".
func (c *check) unjustified(call *Call) string {
	switch call.Code {
	case insufficientFunds: // without holds, linear checks this more precisely
		if c.holders[call.Account] && !c.mayLack(call.Account, call.Amount, call.Called, call.Answered) {
			return "the account cannot have lacked the money"
		}
	case accountFrozen:
		if !c.mayBeFrozen(call.Account, takes(call.Type), call) && !c.mayBeFrozen(call.To, false, call) {
			return "the account cannot have been frozen"
		}
	case accountClosed:
		if !c.mayBeClosed(call.Account, call) && !c.mayBeClosed(call.To, call) {
			return "the account cannot have been closed"
		}
	case limitExceeded:
		if !spends(call.Type) {
			return "to give back is not to spend"
		}
		for _, r := range c.ruled[call.Account] {
			if r.Kind == Limit && c.mayHaveLeft(call)+call.Amount > r.Daily {
				return ""
			}
		}
		return "the limit leaves as much"
	}
	return ""
}

func (c *check) mayBeFrozen(account string, debits bool, call *Call) bool {
	may := false
	for _, r := range c.ruled[account] {
		switch {
		case r.Kind == Freeze && r.Outcome != Refused && r.Called < call.Answered:
			may = may || debits && r.Debits || !debits && r.Credits
		case r.Kind == Unfreeze && r.Outcome == Acknowledged && r.Answered < call.Called:
			may = false
		}
	}
	return may
}

func (c *check) mayBeClosed(account string, call *Call) bool {
	for _, r := range c.ruled[account] {
		if r.Kind == Close && r.Outcome != Refused && r.Called < call.Answered {
			return true
		}
	}
	return false
}

// mayHaveLeft returns the most that can have left an account before a call was answered.
func (c *check) mayHaveLeft(call *Call) (sum int64) {
	for _, e := range c.efforts {
		if e.Account == call.Account && spends(e.Type) && len(e.entries) > 0 && e.called < call.Answered {
			sum += e.Amount
		}
	}
	return sum
}
