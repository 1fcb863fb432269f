package checker

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// Ordered is a standing order for the day on which it is made, as a client requested it. Its Description identifies it, as that of a Request
// does.
type Ordered struct {
	Account, To string
	Amount      int64
	Description string
	Called      time.Duration
	Outcome     Outcome
}

// StandingOrder is a standing order in the database, with its runs.
type StandingOrder struct {
	To          string
	Amount      int64
	Description string
	Status      string
	Runs        []Run
}

// Run is the result of one date.
type Run struct {
	DueOn       string
	Status      string
	Transaction string // the sender's entry; "" for none
}

// Order makes a standing order and records the outcome.
func (c *Client) Order(ctx context.Context, customer *Customer, o Ordered) {
	text, err := json.Marshal(map[string]any{
		"to_account": o.To, "amount": o.Amount, "description": o.Description, "frequency": "once",
		"first_on": time.Now().UTC().Format(time.DateOnly), "if_short": "skip",
	})
	if err != nil {
		panic(err) // texts and numbers
	}
	o.Called = c.Record.elapsed()
	r, err := c.ask(ctx, http.MethodPost, "/accounts/"+o.Account+"/standing-orders", text,
		map[string]string{"Authorization": customer.Authorization(), "Idempotency-Key": o.Description})
	switch {
	case err != nil || r.status >= http.StatusInternalServerError:
		o.Outcome = Unknown
	case r.status == http.StatusCreated:
		o.Outcome = Acknowledged
	default:
		o.Outcome = Refused
	}
	c.Record.addOrder(o)
}

// StandingOrders opens two accounts and makes a number of standing orders from one to the other. The balance does not cover every tenth.
func (l *Load) StandingOrders(ctx context.Context, number int) error {
	accounts, err := l.open(ctx, 1_000_000, 0)
	if err != nil {
		return err
	}
	ada, bob := accounts[0], accounts[1]
	for i := range number {
		o := Ordered{Account: ada.Number, To: bob.Number, Amount: int64(1 + i%7), Description: fmt.Sprintf("standing-%d", l.Client.Record.serial())}
		if i%10 == 9 {
			o.Amount = tooMuch
		}
		l.Client.Order(ctx, ada, o)
	}
	return nil
}

// pays assigns the entry of a standing order to the order, and reports whether there is one. Each date is an effort of its own, which is
// answered to no client.
func (c *check) pays(e *Entry) bool {
	asked, ordered := c.ordered[e.Description]
	if !ordered {
		return false
	}
	c.paid[e.Transfer] = &effort{
		Request: Request{Type: TransferOut, Account: asked.Account, To: asked.To, Amount: asked.Amount, Description: e.Transfer},
		called:  asked.Called, answered: never,
	}
	return true
}

// orders checks that each standing order was made as requested, and that each of its dates moved its money once, or has a reason not to.
func (c *check) orders() {
	found := map[string]int{}
	for i := range c.ledger.Accounts {
		a := &c.ledger.Accounts[i]
		unrecorded := map[string]*Entry{}
		for j := range a.Entries {
			if e := &a.Entries[j]; takes(e.Type) && c.ordered[e.Description] != nil {
				unrecorded[e.ID] = e
			}
		}
		for j := range a.Orders {
			order := &a.Orders[j]
			found[order.Description]++
			c.dates(a, order, unrecorded)
		}
		for _, e := range unrecorded {
			c.verdict.Doubled++
			c.violation("%s: its entry %d belongs to no date that has run", e.Description, e.Sequence)
		}
	}
	for description, asked := range c.ordered {
		times := found[description]
		switch {
		case asked.Outcome == Acknowledged && times == 0:
			c.verdict.Lost++
			c.violation("%s was acknowledged and is lost", description)
		case asked.Outcome == Refused && times > 0:
			c.violation("%s was refused and was made", description)
		case times > 1:
			c.violation("%s was made %d times", description, times)
		}
	}
}

// dates checks an order and its runs. It removes the entries that they have written from those that are unrecorded.
func (c *check) dates(a *Account, order *StandingOrder, unrecorded map[string]*Entry) {
	asked := c.ordered[order.Description]
	if asked == nil || asked.Account != a.Number || asked.To != order.To || asked.Amount != order.Amount {
		c.violation("account %s: no request asked for the standing order %+v", a.Number, *order)
		return
	}
	if over := order.Status == "completed"; over != (len(order.Runs) == 1) || len(order.Runs) > 1 {
		c.violation("%s is %s, and has run %d times", order.Description, order.Status, len(order.Runs))
	}
	for _, run := range order.Runs {
		if run.Status != "posted" {
			if order.Amount != tooMuch {
				c.violation("%s is covered, and was not carried out: %s", order.Description, run.Status)
			}
			continue
		}
		e := unrecorded[run.Transaction]
		if e == nil || e.Description != order.Description || e.Type != TransferOut || e.Counterparty != order.To || e.Amount != order.Amount {
			c.violation("%s: the entry of %s is not what was ordered: %+v", order.Description, run.DueOn, e)
			continue
		}
		delete(unrecorded, run.Transaction)
	}
}
