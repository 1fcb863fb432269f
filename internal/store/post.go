package store

import (
	"context"
	"errors"
	"runtime/debug"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/audit"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// Money moves in batches: the orders that wait at one moment are read together, decided one after the other in memory, and written
// together. A lone order is a batch of one. This file has what both engines share; sqlite_post.go and postgres_post.go have how each
// reads and writes.

// maxBatch bounds the postings of a batch, unless a single order has more.
const maxBatch = 256

// ErrKeeperNotFound is the error of an order that is kept for an account that does not exist.
var ErrKeeperNotFound = errors.New("store: no account for which an order is to be kept")

// Order is a ledger.Order with what else the store must know to carry it out. Its functions must be pure: they may be called more than
// once, and their last result counts.
type Order struct {
	ledger.Order

	// Session is the session to check in the same transaction, or uuid.Nil. Admit gets its row, or nil if there is none, and returns why
	// the order is refused.
	Session uuid.UUID
	Admit   func(session *db.SessionByIDRow) error
	// Keep returns the row that keeps the results of an order for many transfers. It is nil for other orders.
	Keep func(ledger.Outcome) db.InsertTransferBatchParams
	// KeptFor is the account in whose name an order for many transfers is, which need not send any of them; 0 for other orders. It is locked
	// with the others, because the row that Keep returns refers to it.
	KeptFor ledger.AccountNumber
	// Events are recorded in the audit trail if the order is carried out. Post sets their places in the trail.
	Events []audit.Event
}

// places returns how many of those that may wait an order counts as. What waits takes memory, and an order for many transfers takes a
// sixteenth of what as many orders take, because most of that is the request behind it.
func (o *Order) places() int { return 1 + len(o.Postings)/16 }

// Post carries out an order, in one transaction with others that wait, and returns what became of it once that is durable. A refusal
// is the order's own: its neighbours are carried out. If the error is ErrUnknown, the outcome has the entries that may have been written.
// The caller's cancellation is honoured only while the order waits for its turn.
func (s *Store) Post(ctx context.Context, o *Order) (ledger.Outcome, error) {
	if err := mayWrite(ctx); err != nil {
		return ledger.Outcome{}, err
	}
	return s.engine.post(ctx, o)
}

// posting is an order in a batch, and what became of it.
type posting struct {
	*Order

	outcome ledger.Outcome
	err     error
}

// batch is a number of orders with what the engine reads for them and has to write.
type batch struct {
	*ledger.Batch

	postings   []*posting
	accounts   []int64 // the numbers of those to read, in ascending order, which is the order in which they are locked
	keys       []ledger.KeyName
	references []ledger.ReferenceName
	reversed   []uuid.UUID                      // entries that are to be reversed
	holds      []uuid.UUID                      // those to read
	now        time.Time                        // the latest of the orders; what has expired by then is read, too
	sessions   map[uuid.UUID]*db.SessionByIDRow // nil until it is read, and if there is none
	kept       []db.InsertTransferBatchParams
	limited    []ledger.AccountNumber // accounts with limits that count what leaves them
	trail      *db.LockEventChainRow  // its end; nil if no order has an event
	events     []audit.Event
}

func newBatch(postings []*posting) *batch {
	b := &batch{Batch: ledger.NewBatch(len(postings)), postings: postings, sessions: map[uuid.UUID]*db.SessionByIDRow{}}
	for _, p := range postings {
		b.touch(&p.Order.Order)
		if p.KeptFor != 0 {
			b.touchAccounts(p.KeptFor, 0)
		}
		if p.Key.Text != "" {
			b.keys = append(b.keys, p.Key.KeyName)
		}
		if p.Session != uuid.Nil {
			b.sessions[p.Session] = nil
		}
		if len(p.Events) > 0 {
			b.trail = &db.LockEventChainRow{}
		}
	}
	slices.Sort(b.accounts)
	b.accounts = slices.Compact(b.accounts)
	return b
}

// touch notes what must be read for an order.
func (b *batch) touch(o *ledger.Order) {
	for i := range o.Postings {
		each := &o.Postings[i]
		b.touchAccounts(each.Account, each.To)
		if each.Reference != "" {
			b.references = append(b.references, ledger.ReferenceName{Account: each.Account, Reference: each.Reference})
		}
		if each.Reverses != uuid.Nil {
			b.reversed = append(b.reversed, each.Reverses)
		}
		if each.Hold != uuid.Nil {
			b.holds = append(b.holds, each.Hold)
		}
	}
	if o.Hold != nil {
		b.touchAccounts(o.Hold.Hold.Account, o.Hold.Hold.To)
		if o.Hold.Action == ledger.VoidHold {
			b.holds = append(b.holds, o.Hold.Hold.ID)
		}
	}
	if at := o.Time(); at.After(b.now) {
		b.now = at
	}
}

func (b *batch) touchAccounts(account, to ledger.AccountNumber) {
	b.accounts = append(b.accounts, int64(account))
	if to != 0 {
		b.accounts = append(b.accounts, int64(to))
	}
}

// maxDue bounds how many expired holds of an account a batch reads. More are left to the job that releases them.
const maxDue = 256

// reserved returns the accounts of which money is held. Only they can have holds that have expired.
func (b *batch) reserved() (numbers []int64) {
	for _, number := range b.accounts {
		if b.Accounts[ledger.AccountNumber(number)].Held > 0 {
			numbers = append(numbers, number)
		}
	}
	return numbers
}

// addHold adds a hold that the engine has read.
func (b *batch) addHold(row *db.Hold) { b.Holds[row.ID] = HoldOf(row) }

// add adds an account that the engine has read.
func (b *batch) add(account ledger.Account) {
	b.Accounts[account.Number] = account
	if account.Rules != nil && account.Rules.Limits.Counted() {
		b.limited = append(b.limited, account.Number)
	}
}

// spent returns what is to be written because money has left accounts with limits. It belongs to the accounts' rows, so it is written
// in the transaction that moves the money, and costs nothing where there is no limit.
func (b *batch) spent() []db.UpdateSpentParams {
	var rows []db.UpdateSpentParams
	for _, number := range b.limited {
		account := b.Accounts[number]
		if row, changed := SpentOf(&account); changed {
			rows = append(rows, row)
		}
	}
	return rows
}

// decide decides on the orders, one after the other, from what has been read.
func (b *batch) decide() {
	for _, p := range b.postings {
		p.outcome, p.err = b.decideOne(p)
	}
}

// decideOne decides on one order. A panic fails that order alone.
func (b *batch) decideOne(p *posting) (outcome ledger.Outcome, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = &panicked{cause: cause, stack: debug.Stack()}
		}
	}()
	if p.Session != uuid.Nil {
		if err := p.Admit(b.sessions[p.Session]); err != nil {
			return ledger.Outcome{}, err
		}
	}
	if p.KeptFor != 0 {
		if _, known := b.Accounts[p.KeptFor]; !known {
			return ledger.Outcome{}, ErrKeeperNotFound
		}
	}
	outcome, err = b.Decide(&p.Order.Order)
	if err != nil || p.Trial || outcome.Earlier != nil {
		return outcome, err
	}
	if p.Keep == nil {
		if !outcome.Before {
			b.record(p.Events)
		}
		return outcome, nil
	}
	kept := false
	defer func() {
		if !kept {
			b.Undo()
		}
	}()
	b.kept, kept = append(b.kept, p.Keep(outcome)), true
	b.record(slices.DeleteFunc(slices.Clone(p.Events), func(e audit.Event) bool { return !outcome.Moves(e.Account) }))
	return outcome, nil
}

// record adds copies of an order's events to the trail, since the order may be decided again.
func (b *batch) record(events []audit.Event) {
	for _, event := range events {
		AppendEvent(b.trail, &event)
		b.events = append(b.events, event)
	}
}

// writes reports whether anything is to be written. An answer that repeats an earlier one writes, too, so that it waits for a commit: see
// docs/decisions/0033-unknown-commits-on-postgresql.md.
func (b *batch) writes() bool {
	return len(b.Entries)+len(b.Placed)+len(b.Changed)+len(b.Claimed)+len(b.Repeated)+len(b.kept) > 0
}
