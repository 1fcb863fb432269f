package checker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
)

// Change sends a change of an account's rules and records the outcome.
func (c *Client) Change(ctx context.Context, by *Customer, r Rule) {
	method, members := http.MethodPost, map[string]any{}
	switch r.Kind {
	case Freeze:
		members = map[string]any{"debits": r.Debits, "credits": r.Credits, "reason": "other"}
	case Close:
		members = map[string]any{"reason": "other", "sweep_to": r.SweepTo}
	case Limit:
		method, members = http.MethodPut, map[string]any{"daily": r.Daily}
	case Unfreeze:
	}
	text, err := json.Marshal(members)
	if err != nil {
		panic(err) // texts and numbers
	}
	r.Called = c.Record.elapsed()
	reply, err := c.ask(ctx, method, "/accounts/"+r.Account+"/"+string(r.Kind), text, map[string]string{"Authorization": by.Authorization()})
	r.Answered = c.Record.elapsed()
	switch {
	case err != nil || reply.status >= http.StatusInternalServerError:
		r.Outcome, r.Answered = Unknown, never
	case reply.status == http.StatusOK:
		r.Outcome = Acknowledged
	default:
		r.Outcome = Refused
	}
	c.Record.addRule(r)
}

// Rules moves money of new accounts while they are limited, frozen and closed, by somebody of the bank's staff.
func (l *Load) Rules(ctx context.Context, staff *Customer) error {
	return errors.Join(l.limiting(ctx), l.freezing(ctx, staff), l.closing(ctx, staff))
}

// open opens accounts with an amount each.
func (l *Load) open(ctx context.Context, deposits ...int64) ([]*Customer, error) {
	customers := make([]*Customer, len(deposits))
	for i, deposit := range deposits {
		var err error
		if customers[i], err = l.Client.Open(ctx, deposit); err != nil {
			return nil, err
		}
	}
	return customers, nil
}

// move sends a new request of a customer; to may be nil.
func (l *Load) move(ctx context.Context, kind string, own, to *Customer, amount int64) {
	name := fmt.Sprintf("rule-%d", l.Client.Record.serial())
	r := Request{Type: kind, Account: own.Number, Amount: amount, Key: name, Description: name}
	if to != nil {
		r.To = to.Number
	}
	l.do(ctx, own, r)
}

// limiting spends a limit from many sides. What is refused for lack of funds before does not count.
func (l *Load) limiting(ctx context.Context) error {
	accounts, err := l.open(ctx, 60, 0)
	if err != nil {
		return err
	}
	ada, bob := accounts[0], accounts[1]
	l.Client.Change(ctx, ada, Rule{Kind: Limit, Account: ada.Number, Daily: 100})
	var tellers sync.WaitGroup
	for range 3 {
		tellers.Go(func() { l.move(ctx, Withdrawal, ada, nil, 90) })
		tellers.Go(func() { l.move(ctx, Deposit, bob, nil, 1) })
	}
	tellers.Wait()
	l.move(ctx, Deposit, ada, nil, 200)
	for teller := range 8 {
		tellers.Go(func() {
			for order := range 6 {
				if order%3 == 0 {
					l.move(ctx, Withdrawal, ada, nil, int64(1+teller%3))
				} else {
					l.move(ctx, TransferOut, ada, bob, int64(1+(teller+order)%5))
				}
			}
		})
	}
	tellers.Wait()
	return nil
}

// freezing freezes an account in each direction and lifts that again, while others use it.
func (l *Load) freezing(ctx context.Context, staff *Customer) error {
	accounts, err := l.open(ctx, 500, 500)
	if err != nil {
		return err
	}
	ada, bob := accounts[0], accounts[1]
	each := func() {
		l.move(ctx, Withdrawal, ada, nil, 1)
		l.move(ctx, TransferOut, ada, bob, 2)
		l.move(ctx, Deposit, ada, nil, 3)
		l.move(ctx, TransferOut, bob, ada, 4)
	}
	var tellers sync.WaitGroup
	for range 2 {
		tellers.Go(func() {
			for range 6 {
				each()
			}
		})
	}
	for _, sides := range [][2]bool{{true, false}, {false, true}, {true, true}} {
		l.Client.Change(ctx, staff, Rule{Kind: Freeze, Account: ada.Number, Debits: sides[0], Credits: sides[1]})
		each()
		l.Client.Change(ctx, staff, Rule{Kind: Unfreeze, Account: ada.Number})
		each()
	}
	tellers.Wait()
	return nil
}

// closing closes an account from several sides, while money leaves it and arrives.
func (l *Load) closing(ctx context.Context, staff *Customer) error {
	accounts, err := l.open(ctx, 50, 200, 0)
	if err != nil {
		return err
	}
	ada, bob, heir := accounts[0], accounts[1], accounts[2]
	var tellers sync.WaitGroup
	for range 3 {
		tellers.Go(func() {
			for range 4 {
				l.move(ctx, TransferOut, bob, ada, 3)
				l.move(ctx, TransferOut, ada, bob, 1)
			}
		})
	}
	for range 3 {
		tellers.Go(func() {
			l.move(ctx, Deposit, ada, nil, 2)
			l.Client.Change(ctx, staff, Rule{Kind: Close, Account: ada.Number, SweepTo: heir.Number})
		})
	}
	tellers.Wait()
	l.move(ctx, Deposit, ada, nil, 5)
	l.move(ctx, TransferOut, bob, ada, 6)
	l.Client.Change(ctx, staff, Rule{Kind: Close, Account: ada.Number, SweepTo: heir.Number})
	return nil
}
