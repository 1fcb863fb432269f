package bank

import (
	"context"
	"fmt"
	"sync"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/auth"
)

const (
	// readerSlots is how many long reads one customer runs at a time; the SQLite store has eight readers in all. A page of the
	// dashboard starts three at once, and one of them waits.
	readerSlots = 2
	// maxReaderQueue limits how many reads of one customer wait for a slot.
	maxReaderQueue = 16
)

// readBounds limit the entries that one request reads, and those that each of its steps reads. When the caller has gone, a
// read ends at its next step. Between two steps, the connection serves others.
type readBounds struct {
	page, pageStep         int   // of a history, including entries that a filter skips
	balances, balancesStep int64 // of daily balances
	trialStep              int64 // of a trial balance, which reads them all
}

var defaultReadBounds = readBounds{page: 2_000, pageStep: 500, balances: 250_000, balancesStep: 2_048, trialStep: 50_000}

// readers gives each customer, and each service client, slots for reads of many rows: histories, statements, and daily balances and counts. However many
// of them one customer starts, the store's readers remain available to others. All callers with the admin key share slots.
type readers struct {
	mu sync.Mutex
	of map[uuid.UUID]*customerReaders
}

type customerReaders struct {
	slots chan struct{}
	users int // with a slot or waiting
}

func newReaders() *readers { return &readers{of: map[uuid.UUID]*customerReaders{}} }

// readerOf returns whom a caller's long reads are counted for. All callers with the admin key share theirs.
func readerOf(caller auth.Caller) uuid.UUID {
	if caller.Client != nil {
		return caller.Client.ID
	}
	return caller.Customer
}

// enter waits for a slot; leave releases it. It fails if too many callers are waiting already, and when the caller goes.
func (r *readers) enter(ctx context.Context, caller auth.Caller) (leave func(), err error) {
	account, err := r.join(readerOf(caller))
	if err != nil {
		return nil, err
	}
	select {
	case account.slots <- struct{}{}:
		return func() {
			<-account.slots
			r.part(readerOf(caller))
		}, nil
	case <-ctx.Done():
		r.part(readerOf(caller))
		return nil, fmt.Errorf("%w: wait for a reader: %w", ErrUnavailable, ctx.Err())
	}
}

func (r *readers) join(who uuid.UUID) (*customerReaders, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	account := r.of[who]
	if account == nil {
		account = &customerReaders{slots: make(chan struct{}, readerSlots)}
		r.of[who] = account
	}
	if account.users >= readerSlots+maxReaderQueue {
		return nil, fmt.Errorf("%w: %d reads of this customer are already waiting", ErrUnavailable, maxReaderQueue)
	}
	account.users++
	return account, nil
}

func (r *readers) part(who uuid.UUID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	account := r.of[who]
	if account.users--; account.users == 0 {
		delete(r.of, who)
	}
}
