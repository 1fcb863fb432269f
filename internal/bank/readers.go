package bank

import (
	"context"
	"fmt"
	"sync"
)

const (
	// readerSlots is how many long reads of one account run at once; the SQLite store has eight readers for all. A page of the
	// dashboard asks for three at once, of which one then waits.
	readerSlots = 2
	// maxReaderQueue bounds the reads of one account that wait for a slot.
	maxReaderQueue = 16
)

// readBounds bound the entries that one request reads, and those of one of its steps. A caller who has left ends a read at its next
// step, and between two steps the connection serves others.
type readBounds struct {
	page, pageStep         int   // of a history, with those of other types that a filter passes over
	balances, balancesStep int64 // of balances by day
}

var defaultReadBounds = readBounds{page: 2_000, pageStep: 500, balances: 250_000, balancesStep: 2_048}

// readers gives each account slots for reads that pass over many rows: histories, statements, balances and counts by day. So however
// many of them one customer begins, the readers of the store are there for others. All who come with the admin key are one.
type readers struct {
	mu sync.Mutex
	of map[AccountNumber]*accountReaders
}

type accountReaders struct {
	slots chan struct{}
	users int // with a slot or waiting
}

func newReaders() *readers { return &readers{of: map[AccountNumber]*accountReaders{}} }

// enter waits for a slot; leave gives it back. It refuses where too many wait already, and ends when the caller leaves.
func (r *readers) enter(ctx context.Context, caller Caller) (leave func(), err error) {
	account, err := r.join(caller.Account)
	if err != nil {
		return nil, err
	}
	select {
	case account.slots <- struct{}{}:
		return func() {
			<-account.slots
			r.part(caller.Account)
		}, nil
	case <-ctx.Done():
		r.part(caller.Account)
		return nil, fmt.Errorf("%w: wait for a reader: %w", ErrUnavailable, ctx.Err())
	}
}

func (r *readers) join(number AccountNumber) (*accountReaders, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	account := r.of[number]
	if account == nil {
		account = &accountReaders{slots: make(chan struct{}, readerSlots)}
		r.of[number] = account
	}
	if account.users >= readerSlots+maxReaderQueue {
		return nil, fmt.Errorf("%w: %d reads of this account wait already", ErrUnavailable, maxReaderQueue)
	}
	account.users++
	return account, nil
}

func (r *readers) part(number AccountNumber) {
	r.mu.Lock()
	defer r.mu.Unlock()
	account := r.of[number]
	if account.users--; account.users == 0 {
		delete(r.of, number)
	}
}
