package checker

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
)

// path returns where a call is sent to.
func (h *HoldCall) path() string {
	path := "/accounts/" + h.Account + "/holds"
	if h.Kind != Place {
		path += "/" + h.ID + "/" + string(h.Kind)
	}
	return path
}

// body returns the JSON that the contract requires, or nil.
func (h *HoldCall) body() []byte {
	members := map[string]any{}
	if h.Amount > 0 {
		members["amount"] = h.Amount
	}
	switch h.Kind {
	case Place:
		members["description"] = h.Description
		if h.To != "" {
			members["to_account"] = h.To
		}
	case Capture:
		members["final"] = h.Final
	case Void:
		return nil
	}
	text, err := json.Marshal(members)
	if err != nil {
		panic(err) // texts and numbers
	}
	return text
}

// Hold does something with a hold and records the outcome.
func (c *Client) Hold(ctx context.Context, customer *Customer, h HoldCall) HoldCall {
	headers := map[string]string{"Authorization": customer.Authorization()}
	if h.Key != "" {
		headers["Idempotency-Key"] = h.Key
	}
	h.Called = c.Record.elapsed()
	r, err := c.ask(ctx, http.MethodPost, h.path(), h.body(), headers)
	h.Answered = c.Record.elapsed()
	told := Call{Called: h.Called, Answered: h.Answered}
	if err != nil {
		told.fail(err)
	} else if h.hear(&told, r); told.Outcome == Acknowledged && h.Kind == Capture {
		h.Entry = told.Entry
	}
	h.Answered, h.Outcome, h.Status, h.Code, h.Replayed = told.Answered, told.Outcome, told.Status, told.Code, told.Replayed
	c.Record.addHold(h)
	return h
}

// hear records an answer. Voiding is answered with 200.
func (h *HoldCall) hear(told *Call, r reply) {
	status := r.status
	if h.Kind == Void && status == http.StatusOK {
		status = http.StatusCreated
	}
	told.Hear(status, r.header, r.body)
	if told.Outcome == Acknowledged && h.Kind != Capture && json.Unmarshal(r.body, &h.Hold) != nil {
		told.Outcome, told.Answered = Unknown, never
	}
}

// Holds places holds on new accounts, and captures and voids them from many sides.
func (l *Load) Holds(ctx context.Context) error {
	accounts, err := l.open(ctx, 1000, 0)
	if err != nil {
		return err
	}
	ada, shop := accounts[0], accounts[1]
	l.holdInTurn(ctx, ada, shop)
	for range 4 {
		l.holdAtOnce(ctx, ada, shop)
	}
	// Nothing is held any more, so all of it can leave.
	if left, err := l.balance(ctx, ada); err == nil && left > 0 {
		l.move(ctx, Withdrawal, ada, nil, left)
	}
	return nil
}

// place places a hold under a key, and sends the request twice.
func (l *Load) place(ctx context.Context, own, to *Customer, amount int64) HoldCall {
	name := fmt.Sprintf("hold-%d", l.Client.Record.serial())
	h := HoldCall{Kind: Place, Account: own.Number, Amount: amount, Key: name, Description: name}
	if to != nil {
		h.To = to.Number
	}
	placed := l.Client.Hold(ctx, own, h)
	l.Client.Hold(ctx, own, h)
	return placed
}

func (l *Load) capture(ctx context.Context, own *Customer, placed HoldCall, amount int64, final bool) {
	if placed.Hold.ID == "" { // the server was killed
		return
	}
	l.Client.Hold(ctx, own, HoldCall{
		Kind: Capture, Account: own.Number, ID: placed.Hold.ID, Amount: amount, Final: final,
		Key: fmt.Sprintf("capture-%d", l.Client.Record.serial()),
	})
}

func (l *Load) void(ctx context.Context, own *Customer, placed HoldCall) {
	if placed.Hold.ID == "" {
		return
	}
	l.Client.Hold(ctx, own, HoldCall{Kind: Void, Account: own.Number, ID: placed.Hold.ID})
}

// holdInTurn does one thing after the other, so that each outcome is certain: an account of 1,000 has 800 in the end.
func (l *Load) holdInTurn(ctx context.Context, ada, shop *Customer) {
	placed := l.place(ctx, ada, shop, 1000)
	l.move(ctx, Withdrawal, ada, nil, 1)
	l.place(ctx, ada, nil, 1)
	l.capture(ctx, ada, placed, 1001, true)
	l.capture(ctx, ada, placed, 100, false)
	l.move(ctx, TransferOut, ada, shop, 1)
	l.capture(ctx, ada, placed, 50, true)
	l.capture(ctx, ada, placed, 1, true)
	l.void(ctx, ada, placed)
	placed = l.place(ctx, ada, nil, 850)
	l.void(ctx, ada, placed)
	l.void(ctx, ada, placed)
	l.capture(ctx, ada, placed, 0, true)
	placed = l.place(ctx, ada, nil, 850) // all that is there, again
	l.capture(ctx, ada, placed, 50, true)
	l.move(ctx, TransferOut, ada, shop, 100)
	l.move(ctx, Deposit, ada, nil, 100)
}

// holdAtOnce lets many capture and void one hold at the same moment, while money moves beside it.
func (l *Load) holdAtOnce(ctx context.Context, ada, shop *Customer) {
	placed := l.place(ctx, ada, shop, 90)
	var tellers sync.WaitGroup
	for teller := range 8 {
		tellers.Go(func() {
			switch teller % 4 {
			case 0:
				l.capture(ctx, ada, placed, 40, false)
			case 1:
				l.capture(ctx, ada, placed, 0, true)
			case 2:
				l.move(ctx, TransferOut, ada, shop, 10)
				l.move(ctx, TransferOut, shop, ada, 5)
			case 3:
				l.void(ctx, ada, placed)
			}
		})
	}
	tellers.Wait()
	l.void(ctx, ada, placed)
}

// balance reads a customer's balance.
func (l *Load) balance(ctx context.Context, own *Customer) (int64, error) {
	var account struct{ Balance int64 }
	_, err := l.Client.read(ctx, own, "", &account)
	return account.Balance, err
}
