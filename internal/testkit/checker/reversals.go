package checker

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/bankingcore/bankcore/internal/ledger"
)

// The refusals of reversals.
const (
	notReversible    = "not_reversible"
	reversalExceeded = "reversal_exceeded"
)

// reversals checks that every reversal reverses an earlier entry of its account, the legs of one transfer both, and that no entry is
// reversed by more than it moved.
func (c *check) reversals() {
	entries, reversed := map[string]*Entry{}, map[string]int64{}
	for i := range c.ledger.Accounts {
		for j := range c.ledger.Accounts[i].Entries {
			e := &c.ledger.Accounts[i].Entries[j]
			entries[e.ID] = e
		}
	}
	transfers := map[string]string{} // of the originals, by the reversal's
	for _, e := range entries {
		if e.Reverses == "" {
			continue
		}
		original := entries[e.Reverses]
		if reason := faultAgainst(e, original); reason != "" {
			c.violation("account %s, entry %d: %s", e.Account, e.Sequence, reason)
			continue
		}
		if other, seen := transfers[e.Transfer]; seen && other != original.Transfer {
			c.violation("reversal %s reverses the legs of two transfers", e.Transfer)
		}
		transfers[e.Transfer] = original.Transfer
		if reversed[original.ID] += e.Amount; reversed[original.ID] > original.Amount {
			c.violation("account %s, entry %d: it moved %d, and %d are reversed", e.Account, original.Sequence, original.Amount, reversed[original.ID])
		}
	}
	for i := range c.calls {
		call := &c.calls[i]
		if call.Code == reversalExceeded && c.mayHaveBeenReversed(call)+call.Amount <= entries[call.Reverses].Amount {
			c.violation("%s was refused for no reason: as much is left", call.Description)
		}
		if call.Code == notReversible && entries[call.Reverses].Type == TransferIn {
			c.violation("%s was refused for no reason: it reverses what was received", call.Description)
		}
	}
}

// faultAgainst returns what the ledger's own rule finds wrong with a reversal.
func faultAgainst(e, original *Entry) string {
	if original == nil {
		return "it reverses an entry that does not exist"
	}
	reversal, err := e.parse()
	reversed, other := original.parse()
	if err = errors.Join(err, other); err != nil {
		return err.Error()
	}
	return reversal.FaultAgainst(&reversed)
}

// mayHaveBeenReversed returns the most that can have been reversed of an entry before a call was answered.
func (c *check) mayHaveBeenReversed(call *Call) (sum int64) {
	for _, e := range c.efforts {
		if e.Reverses == call.Reverses && len(e.entries) > 0 && e.called < call.Answered {
			sum += e.Amount
		}
	}
	return sum
}

// Reversals gives back what new accounts have received, from many sides at once.
func (l *Load) Reversals(ctx context.Context) error {
	for range 3 {
		if err := l.giveBack(ctx); err != nil {
			return err
		}
	}
	return nil
}

// giveBack pays somebody twice. Then it requests reversals in parts that add up to more than the first payment, and the same part twice.
func (l *Load) giveBack(ctx context.Context) error {
	accounts, err := l.open(ctx, 500, 200)
	if err != nil {
		return err
	}
	ada, bob := accounts[0], accounts[1]
	l.Client.Change(ctx, bob, Rule{Kind: Limit, Account: bob.Number, Daily: 1}) // does not apply to reversals
	var received [2]Entry
	for i := range received {
		l.move(ctx, TransferOut, ada, bob, int64(60+i))
		if received[i], err = l.newest(ctx, bob); err != nil {
			return err
		}
	}
	var tellers sync.WaitGroup
	for teller := range 6 {
		tellers.Go(func() {
			for part := range 4 {
				r := l.reversal(&received[part%2], int64(3+(teller+part)%7))
				l.do(ctx, bob, r)
				if part == 1 {
					l.do(ctx, bob, r) // as if the answer was lost
				}
			}
		})
	}
	tellers.Wait()
	last, err := l.newest(ctx, bob)
	if err == nil && ledger.EntryType(last.Type).Reverses() {
		l.do(ctx, bob, l.reversal(&last, 1))
	}
	l.do(ctx, bob, l.reversal(&received[0], tooMuch/1024))
	return err
}

// reversal returns a new request of a recipient's.
func (l *Load) reversal(received *Entry, amount int64) Request {
	name := fmt.Sprintf("reversal-%d", l.Client.Record.serial())
	return Request{
		Type: ReversalOut, Account: received.Account, To: received.Counterparty, Amount: amount, Key: name, Description: name, Reverses: received.ID,
	}
}

// newest returns the newest entry of a customer's account.
func (l *Load) newest(ctx context.Context, customer *Customer) (Entry, error) {
	var page struct{ Data []Entry }
	_, err := l.Client.read(ctx, customer, "/transactions?limit=1", &page)
	if err == nil && len(page.Data) != 1 {
		err = errors.New("there is no entry")
	}
	if err != nil {
		return Entry{}, err
	}
	return page.Data[0], nil
}
