package checker

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// Load is a number of tellers who serve some customers at the same time, each without a pause.
type Load struct {
	Client    *Client
	Customers []*Customer // two at least
	Tellers   int
	Orders    int        // of each teller
	Heard     func(Call) // is told of each answer, if it is set; called from many goroutines
	// Stays says that a teller that gets no answer asks on: the server may come back, or its neighbour serve others meanwhile.
	Stays bool
}

// breath is what a teller takes after it got no answer.
const breath = 20 * time.Millisecond

// tooMuch is more than any customer has.
const tooMuch = 1 << 39

// Run works until all orders are done, or ctx ends, or the server is gone. What has been begun is finished.
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

// order does one thing of many kinds, and reports whether the server is still there.
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
	case 2: // sent twice, as by a client that has not heard the answer
		if !l.do(ctx, own, r) {
			return false
		}
	case 3: // the key of another request, which is refused
		return l.do(ctx, own, r) && l.do(ctx, own, changed)
	case 4: // refused, and its key is good for another request
		r.Amount = tooMuch
		return l.do(ctx, own, r) && l.do(ctx, own, changed)
	case 5: // sees what it has been told
		return l.do(ctx, own, r) && l.read(ctx, own, l.Client.ReadNewest)
	case 6:
		return l.do(ctx, own, r) && l.read(ctx, own, l.Client.ReadBalance)
	case 7: // without a key
		r.Key = ""
	}
	return l.do(ctx, own, r)
}

// do sends a request, after signing in again where that is asked for.
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

// read looks at an account. A read that is refused has seen nothing.
func (l *Load) read(ctx context.Context, customer *Customer, look func(context.Context, *Customer) error) bool {
	err := look(ctx, customer)
	_, answered := errors.AsType[statusError](err)
	return err == nil || answered
}

// Repeat sends again what was not answered, and the last of what was acknowledged, as clients do after a crash.
func (l *Load) Repeat(ctx context.Context, acknowledged int) {
	customers := map[string]*Customer{}
	for _, c := range l.Customers {
		customers[c.Number] = c
	}
	again := l.Client.Record.Unheard()
	calls := l.Client.Record.Calls()
	for i := len(calls) - 1; i >= 0 && acknowledged > 0; i-- {
		if calls[i].Outcome == Acknowledged {
			again = append(again, calls[i].Request)
			acknowledged--
		}
	}
	for _, r := range again {
		if r.Key != "" && !l.do(ctx, customers[r.Account], r) {
			return
		}
	}
}
