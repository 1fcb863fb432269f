package checker

import (
	"cmp"
	"slices"
	"time"

	"github.com/anishathalye/porcupine"
)

// A second check, by another method: porcupine searches for an order of the operations on two accounts that explains every answer and
// respects real time. It models an account as a balance and a sequence.
const (
	leastWindow = 30 // operations before a quiet moment ends a window
	timePerPair = 20 * time.Second
)

// position is the state of an account.
type position struct{ sequence, balance int64 }

// step is what an operation does to one of the two accounts, or sees of it.
type step struct {
	index    int // of the account, in its pair
	change   int64
	moves    bool // it wrote an entry
	lacks    bool // it was refused: the balance did not cover -change
	sequence int64
	balance  int64 // after the operation; the sequence is 0 if only the balance was read
}

// operation is what porcupine orders.
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

// pair checks one or two accounts, window by window. A window ends at a time when no operation was in progress.
func (c *check) pair(accounts []Account) {
	var at [2]position
	for i := range accounts {
		if len(accounts[i].Entries) == 0 {
			return // books reports this
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

// take reports whether an operation can come next, and returns the accounts' state after it.
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

// after returns the accounts' state at the end of a window.
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

// operationsOn collects the operations on one or two accounts, in the order of their requests. Answers that a client got count as given;
// the ledger supplies the rest, such as the recipient's leg.
func (c *check) operationsOn(accounts []Account) []operation {
	index := map[string]int{}
	steps := map[*effort][]step{}
	for i := range accounts {
		index[accounts[i].Number] = i
		for _, e := range accounts[i].Entries[1:] {
			effort := c.effortOf(&e)
			steps[effort] = append(steps[effort],
				step{index: i, change: e.Change(), moves: true, sequence: e.Sequence, balance: e.BalanceAfter})
		}
	}
	var operations []operation
	for e, moves := range steps {
		if e != nil {
			operations = append(operations, operation{e.called, e.answered, e.asTold(index, moves)})
		}
	}
	for i := range c.calls {
		call := &c.calls[i]
		if at, ours := index[call.Account]; ours && call.Code == insufficientFunds && !c.holders[call.Account] {
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

// asTold replaces the ledger's values with what the client was told about its own account.
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
