package checker

import (
	"cmp"
	"slices"
	"time"

	"github.com/anishathalye/porcupine"
)

// A second opinion, by another method: porcupine searches for an order of what was asked of two accounts that explains
// every answer and keeps to real time. An account is a balance and a sequence to it.
const (
	leastWindow = 30 // operations, before a quiet moment ends a window
	timePerPair = 20 * time.Second
)

// position is how far an account has come.
type position struct{ sequence, balance int64 }

// step is what an operation does to one of the two accounts, or has seen of it.
type step struct {
	index    int // of the account, in its pair
	change   int64
	moves    bool // it wrote an entry
	lacks    bool // it was refused: the balance did not cover -change
	sequence int64
	balance  int64 // after it; the sequence is 0 where only the balance was read
}

// operation is what porcupine puts in order.
type operation struct {
	called, answered time.Duration
	steps            []step
}

func (c *check) linear() {
	accounts := c.ledger.Accounts
	for i := 0; i < len(accounts); i += 2 {
		c.pair(accounts[i:min(i+2, len(accounts))])
	}
}

// pair looks at one or two accounts, window by window. A window ends at a moment at which nothing was under way.
func (c *check) pair(accounts []Account) {
	var at [2]position
	for i := range accounts {
		if len(accounts[i].Entries) == 0 {
			return // which the books have said
		}
		at[i] = position{1, accounts[i].Entries[0].BalanceAfter}
	}
	operations := c.operationsOn(accounts)
	began, busy := 0, time.Duration(0)
	for i, o := range operations {
		if i-began >= leastWindow && o.called > busy {
			c.window(accounts, operations[began:i], at)
			at, began = after(at, operations[began:i]), i
		}
		busy = max(busy, o.answered)
	}
	c.window(accounts, operations[began:], at)
}

func (c *check) window(accounts []Account, operations []operation, at [2]position) {
	history := make([]porcupine.Operation, len(operations))
	for i, o := range operations {
		history[i] = porcupine.Operation{Input: o.steps, Call: int64(o.called), Return: int64(o.answered)}
	}
	c.verdict.Windows++
	model := porcupine.Model{
		Init: func() any { return at },
		Step: func(state, input, _ any) (bool, any) { return take(state.([2]position), input.([]step)) },
	}
	switch porcupine.CheckOperationsTimeout(model, history, timePerPair) {
	case porcupine.Illegal:
		c.violation("accounts from %s on: no order explains the answers to these %d operations after %v",
			accounts[0].Number, len(operations), at[:len(accounts)])
	case porcupine.Unknown:
		c.verdict.Undecided++
	case porcupine.Ok:
	}
}

// take reports whether an operation can come next, and where the accounts are then.
func take(at [2]position, steps []step) (bool, [2]position) {
	for _, s := range steps {
		p := &at[s.index]
		switch {
		case s.lacks:
			if p.balance >= -s.change {
				return false, at
			}
			continue
		case s.moves:
			p.sequence++
			p.balance += s.change
		}
		if p.balance != s.balance || s.sequence != 0 && p.sequence != s.sequence {
			return false, at
		}
	}
	return true, at
}

// after is where a window leaves the accounts.
func after(at [2]position, operations []operation) [2]position {
	for _, o := range operations {
		for _, s := range o.steps {
			if s.moves && s.sequence > at[s.index].sequence {
				at[s.index] = position{s.sequence, s.balance}
			}
		}
	}
	return at
}

// operationsOn collects what was asked of one or two accounts, in the order of asking. What a client was told counts as it
// was told; of what it was not told, such as the recipient's leg, the ledger speaks.
func (c *check) operationsOn(accounts []Account) []operation {
	index := map[string]int{}
	steps := map[string][]step{} // by description
	for i := range accounts {
		index[accounts[i].Number] = i
		for _, e := range accounts[i].Entries[1:] {
			steps[e.Description] = append(steps[e.Description],
				step{index: i, change: e.Change(), moves: true, sequence: e.Sequence, balance: e.BalanceAfter})
		}
	}
	var operations []operation
	for description, moves := range steps {
		if e := c.efforts[description]; e != nil {
			operations = append(operations, operation{e.called, e.answered, e.asTold(index, moves)})
		}
	}
	for i := range c.calls {
		call := &c.calls[i]
		if at, ours := index[call.Account]; ours && call.Code == insufficientFunds {
			operations = append(operations, operation{call.Called, call.Answered, []step{{index: at, change: -call.Amount, lacks: true}}})
		}
	}
	for _, r := range c.reads {
		if at, ours := index[r.Account]; ours {
			saw := step{index: at, balance: r.Balance}
			if r.Newest != nil {
				saw.sequence, saw.balance = r.Newest.Sequence, r.Newest.BalanceAfter
			}
			operations = append(operations, operation{r.Called, r.Answered, []step{saw}})
		}
	}
	slices.SortFunc(operations, func(x, y operation) int { return cmp.Compare(x.called, y.called) })
	return operations
}

// asTold puts what the client was told of its own account in place of what the ledger says.
func (e *effort) asTold(index map[string]int, moves []step) []step {
	at, ours := index[e.Account]
	for _, call := range e.calls {
		for i := range moves {
			if ours && call.Outcome == Acknowledged && moves[i].index == at {
				moves[i].sequence, moves[i].balance = call.Entry.Sequence, call.Entry.BalanceAfter
			}
		}
	}
	return moves
}
