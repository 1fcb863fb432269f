package copier

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/db"
)

// entries copies the history in order of ids, as both databases store it. An entry may come before its predecessor: ids of
// the same moment are in no order, a clock may have been set back, and the clocks of several nodes differ.
func (c *copier) entries() error {
	done := Progress{Step: StepEntries, Of: c.report.Verified.Entries}
	for _, sequence := range c.written {
		done.Done += sequence
	}
	for after := uuid.Nil; ; {
		before := done.Done
		missed, err := c.scanEntries(after, &done)
		if err != nil {
			return err
		}
		if missed == nil {
			break
		}
		if done.Done == before {
			return errOrder
		}
		after = *missed
	}
	if len(c.order.held) > 0 {
		return errOrder
	}
	return c.batch.flush()
}

// errOrder cannot happen with a verified source.
var errOrder = errors.New("the source has entries whose predecessors are missing")

// scanEntries reads the source's entries after an id. If there was no room for all that came too early, it returns the id
// after which to read again.
func (c *copier) scanEntries(after uuid.UUID, done *Progress) (missed *uuid.UUID, err error) {
	for {
		var page []db.Transaction
		err := c.source(func(ctx context.Context, q db.Querier) error {
			var err error
			page, err = q.ListTransactionsByID(ctx, db.ListTransactionsByIDParams{AfterID: after, RowLimit: int64(c.page)})
			return err
		})
		if err != nil || len(page) == 0 {
			return missed, err
		}
		for i := range page {
			ready, room := c.order.next(&page[i])
			if !room && missed == nil {
				missed = new(after)
			}
			for _, row := range ready {
				done.Done++
				c.report.Entries++
				if err := c.batch.add(insertCopiedEntry(row)); err != nil {
					return nil, err
				}
			}
			after = page[i].ID
		}
		c.progress(*done)
	}
}

func insertCopiedEntry(row *db.Transaction) query {
	params := db.InsertTransactionParams{
		ID: row.ID, AccountNumber: row.AccountNumber, Sequence: row.Sequence, PreviousID: row.PreviousID,
		TransactionType: row.TransactionType, Amount: row.Amount, Currency: row.Currency, BalanceAfter: row.BalanceAfter,
		Timestamp: row.Timestamp, Description: row.Description, Reference: row.Reference, Via: row.Via, HoldID: row.HoldID, ReversesID: row.ReversesID,
		TransferID: row.TransferID, CounterpartyAccount: row.CounterpartyAccount, Hash: row.Hash,
	}
	return func(ctx context.Context, q db.Querier) error { return q.InsertTransaction(ctx, params) }
}

// chainOrder puts entries in an order in which each account's entries follow one another.
type chainOrder struct {
	written map[int64]int64 // the sequence of each account's newest entry that was returned
	held    map[position]*db.Transaction
	most    int // limit of held
}

// position is an entry's place in the ledger.
type position struct{ account, sequence int64 }

// next takes an entry and returns those that are ready now. An entry that was returned before is skipped, and one that comes
// too early is held back. Without room to hold it, next returns false, and the entry must be passed again.
func (o *chainOrder) next(row *db.Transaction) (ready []*db.Transaction, room bool) {
	account := row.AccountNumber
	turn := o.written[account] + 1
	if row.Sequence > turn {
		return nil, o.hold(row)
	}
	for ; row != nil && row.Sequence == turn; turn++ {
		ready = append(ready, row)
		follower := position{account, turn + 1}
		row = o.held[follower]
		delete(o.held, follower)
	}
	o.written[account] = turn - 1
	return ready, true
}

func (o *chainOrder) hold(row *db.Transaction) (room bool) {
	place := position{row.AccountNumber, row.Sequence}
	if o.held[place] == nil && len(o.held) >= o.most {
		return false
	}
	held := *row // a copy, which does not keep the whole page alive
	o.held[place] = &held
	return true
}
