package checker

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// Load is a number of tellers who serve some customers at the same time, each without pauses.
type Load struct {
	Client    *Client
	Customers []*Customer // at least two
	Tellers   int
	Orders    int        // per teller
	Heard     func(Call) // called with each answer, from many goroutines; may be nil
	// Stays makes a teller that gets no answer continue: the server may come back, or its neighbour may serve others in the meantime.
	Stays bool
}

// breath is how long a teller pauses after a request without an answer.
const breath = 20 * time.Millisecond

// tooMuch is more than any customer has.
const tooMuch = 1 << 39

// Run works until all orders are done, ctx ends, or the server is gone. Orders that have begun are finished.
func (l *Load) Run(ctx context.Context) {
	var tellers sync.WaitGroup
	for teller := range l.Tellers {
		tellers.Go(func() {
			for range l.Orders {
				if ctx.Err() != nil {
					return
				}
				if l.order(context.WithoutCancel(ctx), teller) {
					continue
				}
				if !l.Stays {
					return
				}
				time.Sleep(breath)
			}
		})
	}
	tellers.Wait()
}

// order carries out one order of many kinds, and reports whether the server is still there.
func (l *Load) order(ctx context.Context, teller int) bool {
	serial := l.Client.Record.serial()
	own := l.Customers[teller%len(l.Customers)]
	other := l.Customers[(teller+1+serial%(len(l.Customers)-1))%len(l.Customers)]
	name := fmt.Sprintf("order-%d", serial)
	r := Request{
		Type: TransferOut, Account: own.Number, To: other.Number, Amount: int64(1 + serial%7), Key: name, Description: name,
	}
	changed := r
	changed.Amount++
	changed.Description += "-changed"
	switch serial % 10 {
	case 0:
		r.Type, r.To = Deposit, ""
	case 1:
		r.Type, r.To = Withdrawal, ""
	case 2: // sent twice, as if the answer was lost
		if !l.do(ctx, own, r) {
			return false
		}
	case 3: // the key of another request, which is refused
		return l.do(ctx, own, r) && l.do(ctx, own, changed)
	case 4: // refused, so its key can be used for another request
		r.Amount = tooMuch
		return l.do(ctx, own, r) && l.do(ctx, own, changed)
	case 5: // reads what it was told
		return l.do(ctx, own, r) && l.read(ctx, own, l.Client.ReadNewest)
	case 6:
		return l.do(ctx, own, r) && l.read(ctx, own, l.Client.ReadBalance)
	case 7: // without a key
		r.Key = ""
	case 8: // sent twice at the same moment, as if by an impatient customer
		first := make(chan bool, 1)
		go func() { first <- l.do(ctx, own, r) }()
		second := l.do(ctx, own, r)
		return <-first && second
	}
	return l.do(ctx, own, r)
}

// do sends a request, and signs in again if the server requires it.
func (l *Load) do(ctx context.Context, customer *Customer, r Request) bool {
	call := l.Client.Do(ctx, customer, r)
	if l.Heard != nil {
		l.Heard(call)
	}
	if call.Status == http.StatusUnauthorized {
		return l.Client.Login(ctx, customer) == nil
	}
	return call.Status != 0
}

// read reads an account. A refused read has seen nothing.
func (l *Load) read(ctx context.Context, customer *Customer, look func(context.Context, *Customer) error) bool {
	err := look(ctx, customer)
	_, answered := errors.AsType[statusError](err)
	return err == nil || answered
}

// Repeat resends the requests without an answer, and the last of the acknowledged ones, like clients after a crash.
func (l *Load) Repeat(ctx context.Context, acknowledged int) {
	customers := map[string]*Customer{}
	for _, c := range l.Customers {
		customers[c.Number] = c
	}
	resent := l.Client.Record.Unheard()
	calls := l.Client.Record.Calls()
	for i := len(calls) - 1; i >= 0 && acknowledged > 0; i-- {
		if calls[i].Outcome == Acknowledged {
			resent = append(resent, calls[i].Request)
			acknowledged--
		}
	}
	for _, r := range resent {
		if r.Key != "" && !l.do(ctx, customers[r.Account], r) {
			return
		}
	}
}
