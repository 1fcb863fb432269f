package loadgen

import (
	"math/rand/v2"
	"sync/atomic"
)

// Sum counts operations and adds up their amounts.
type Sum struct {
	Count, Amount int64
}

func (s *Sum) add(amount int64) {
	s.Count++
	s.Amount += amount
}

// Moved is the money that one kind of operation moved for certain, and the money that it may have moved as well: an order whose answer
// was lost, or was a server error, may or may not have been carried out.
type Moved struct {
	Acknowledged, Unknown Sum
}

// Moves is what a load has ordered, by kind.
type Moves struct {
	Transfers, Deposits, Withdrawals Moved
}

// Total returns the number of acknowledged operations, and of those whose outcome is unknown.
func (m Moves) Total() (acknowledged, unknown int64) {
	for _, moved := range []Moved{m.Transfers, m.Deposits, m.Withdrawals} {
		acknowledged += moved.Acknowledged.Count
		unknown += moved.Unknown.Count
	}
	return acknowledged, unknown
}

// Receipt is an entry that a server says it has written.
type Receipt struct {
	Account int // its place in the load
	Amount  int64
	id      [idLength]byte
}

// ID is the entry's id.
func (r *Receipt) ID() string { return string(r.id[:]) }

// maxReceipts bounds how many receipts a load keeps, and so its memory. Beyond that, they are a fair sample.
const maxReceipts = 1 << 19

// tally is what one worker knows about the money that it has moved.
type tally struct {
	moved    [opWithdraw + 1]Moved
	receipts []Receipt
	limit    int
	seen     int
	random   *rand.Rand
}

func newTally(place, workers int) *tally {
	random := rand.New(rand.NewPCG(uint64(place), 0)) //nolint:gosec // the choice of receipts is not secret
	return &tally{limit: max(1, maxReceipts/workers), random: random}
}

// keep adds a receipt to the sample: every receipt seen has the same chance to be in it.
func (t *tally) keep(r Receipt) {
	t.seen++
	if len(t.receipts) < t.limit {
		t.receipts = append(t.receipts, r)
	} else if place := t.random.IntN(t.seen); place < t.limit {
		t.receipts[place] = r
	}
}

// moves is the money of one account: what it has gained for certain, and what it may have gained or lost as well.
type moves struct {
	gained, mayGain, mayLose atomic.Int64
}

// kind is the movement that an operation consists of: a batch is a number of transfers.
func (o operation) kind() operation {
	if o == opBatch {
		return opTransfer
	}
	return o
}

// acknowledged records that one item of an order is done.
func (l *Load) acknowledged(t *tally, o order, item item, id []byte) {
	t.moved[o.operation.kind()].Acknowledged.add(item.amount)
	switch o.operation.kind() { //nolint:exhaustive // the others move nothing
	case opTransfer:
		l.moves[o.account].gained.Add(-item.amount)
		l.moves[item.to].gained.Add(item.amount)
	case opDeposit:
		l.moves[o.account].gained.Add(item.amount)
	case opWithdraw:
		l.moves[o.account].gained.Add(-item.amount)
	}
	receipt := Receipt{Account: o.account, Amount: item.amount}
	copy(receipt.id[:], id)
	t.keep(receipt)
}

// unknown records that each item of an order may be done or not.
func (l *Load) unknown(t *tally, o order) {
	for _, item := range o.items {
		t.moved[o.operation.kind()].Unknown.add(item.amount)
		switch o.operation.kind() { //nolint:exhaustive // the others move nothing
		case opTransfer:
			l.moves[o.account].mayLose.Add(item.amount)
			l.moves[item.to].mayGain.Add(item.amount)
		case opDeposit:
			l.moves[o.account].mayGain.Add(item.amount)
		case opWithdraw:
			l.moves[o.account].mayLose.Add(item.amount)
		}
	}
}

// Moves adds up what the load has ordered. It must not be called while the load runs.
func (l *Load) Moves() Moves {
	var sums [opWithdraw + 1]Moved
	for _, w := range l.workers {
		for o, moved := range w.tally.moved {
			sums[o].Acknowledged.Count += moved.Acknowledged.Count
			sums[o].Acknowledged.Amount += moved.Acknowledged.Amount
			sums[o].Unknown.Count += moved.Unknown.Count
			sums[o].Unknown.Amount += moved.Unknown.Amount
		}
	}
	return Moves{Transfers: sums[opTransfer], Deposits: sums[opDeposit], Withdrawals: sums[opWithdraw]}
}

// Receipts returns the acknowledged entries, or a fair sample if there are very many. It must not be called while the load runs.
func (l *Load) Receipts() []Receipt {
	var all []Receipt
	for _, w := range l.workers {
		all = append(all, w.tally.receipts...)
	}
	return all
}

// Expected returns the lowest and the highest balance that an account can have now, given its balance before. It must not be called while
// the load runs.
func (l *Load) Expected(account int, before int64) (least, greatest int64) {
	m := &l.moves[account]
	certain := before + m.gained.Load()
	return certain - m.mayLose.Load(), certain + m.mayGain.Load()
}
