package bank

import (
	"context"
	"fmt"
	"sync"

	"github.com/bankingcore/bankcore/internal/ledger"
)

const (
	// readerSlots is how many long reads one account runs at a time; the SQLite store has eight readers in all. A page of the
	// dashboard starts three at once, and one of them waits.
	readerSlots = 2
	// maxReaderQueue limits how many reads of one account wait for a slot.
	maxReaderQueue = 16
)

// readBounds limit the entries that one request reads, and those that each of its steps reads. When the caller has gone, a
// read ends at its next step. Between two steps, the connection serves others.
type readBounds struct {
	page, pageStep         int   // of a history, including entries that a filter skips
	balances, balancesStep int64 // of daily balances
}

var defaultReadBounds = readBounds{page: 2_000, pageStep: 500, balances: 250_000, balancesStep: 2_048}

// readers gives each account slots for reads of many rows: histories, statements, and daily balances and counts. However many
// of them one customer starts, the store's readers remain available to others. All callers with the admin key share slots.
type readers struct {
	mu sync.Mutex
	of map[ledger.AccountNumber]*accountReaders
}

type accountReaders struct {
	slots chan struct{}
	users int // with a slot or waiting
}

func newReaders() *readers { return &readers{of: map[ledger.AccountNumber]*accountReaders{}} }

// enter waits for a slot; leave releases it. It fails if too many callers are waiting already, and when the caller goes.
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

func (r *readers) join(number ledger.AccountNumber) (*accountReaders, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	account := r.of[number]
	if account == nil {
		account = &accountReaders{slots: make(chan struct{}, readerSlots)}
		r.of[number] = account
	}
	if account.users >= readerSlots+maxReaderQueue {
		return nil, fmt.Errorf("%w: %d reads of this account are already waiting", ErrUnavailable, maxReaderQueue)
	}
	account.users++
	return account, nil
}

func (r *readers) part(number ledger.AccountNumber) {
	r.mu.Lock()
	defer r.mu.Unlock()
	account := r.of[number]
	if account.users--; account.users == 0 {
		delete(r.of, number)
	}
}
