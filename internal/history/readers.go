package history

import (
	"context"
	"fmt"
	"sync"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/store"
)

const (
	// readerSlots is how many long reads one customer runs at a time; the SQLite store has eight readers in all. A page of the
	// dashboard starts three at once, and one of them waits.
	readerSlots = 2
	// maxReaderQueue limits how many reads of one customer wait for a slot.
	maxReaderQueue = 16
)

// Readers gives each customer, and each service client, slots for reads of many rows: histories, statements, and daily balances and
// counts. However many of them one customer starts, the store's readers remain available to others. All callers with the admin key share
// slots.
type Readers struct {
	mu sync.Mutex
	of map[uuid.UUID]*customerReaders
}

type customerReaders struct {
	slots chan struct{}
	users int // with a slot or waiting
}

// NewReaders returns Readers of which no slot is taken.
func NewReaders() *Readers { return &Readers{of: map[uuid.UUID]*customerReaders{}} }

// readerOf returns the key under which a caller's long reads are counted. All callers with the admin key share one.
func readerOf(caller auth.Caller) uuid.UUID {
	if caller.Client != nil {
		return caller.Client.ID
	}
	return caller.Customer
}

// Enter waits for a slot; leave releases it. It fails if too many callers are waiting already, or if the caller disconnects.
func (r *Readers) Enter(ctx context.Context, caller auth.Caller) (leave func(), err error) {
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
		return nil, fmt.Errorf("%w: wait for a reader: %w", store.ErrUnavailable, ctx.Err())
	}
}

func (r *Readers) join(who uuid.UUID) (*customerReaders, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	account := r.of[who]
	if account == nil {
		account = &customerReaders{slots: make(chan struct{}, readerSlots)}
		r.of[who] = account
	}
	if account.users >= readerSlots+maxReaderQueue {
		return nil, fmt.Errorf("%w: %d reads of this customer are already waiting", store.ErrUnavailable, maxReaderQueue)
	}
	account.users++
	return account, nil
}

func (r *Readers) part(who uuid.UUID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	account := r.of[who]
	if account.users--; account.users == 0 {
		delete(r.of, who)
	}
}
