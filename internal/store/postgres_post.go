package store

import (
	"cmp"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"

	"github.com/bankingcore/bankcore/internal/ledger"
)

func (p *postgres) post(ctx context.Context, o *Order) (ledger.Outcome, error) {
	waiting, leave, err := p.enter(ctx)
	if err != nil {
		return ledger.Outcome{}, err
	}
	defer leave()
	return p.gathering.post(waiting, o)
}

// carryOut carries out a batch. It tries again after an error that may pass, for those who still wait. After one that will not, it tries
// each half, so that only the order that causes the error fails.
func (p *postgres) carryOut(batch []*caller) {
	var err error
	duplicate := false
	for try := 0; ; try++ {
		if batch = staying(batch, err); len(batch) == 0 {
			return
		}
		if err = p.attemptBatch(batch); err == nil {
			return
		}
		err = classify(err)
		switch {
		case retryable(err):
			pause(batch[0].ctx, retryPause(try, err))
		case errors.Is(err, ErrDuplicate) && !duplicate:
			duplicate = true // most likely another server has taken a key, and the next try reads it
		case len(batch) == 1, errors.Is(err, ErrUnknown), errors.Is(err, ErrUnavailable):
			for _, c := range batch {
				c.fail(err)
			}
			return
		default:
			half := len(batch) / 2
			p.carryOut(batch[:half])
			p.carryOut(batch[half:])
			return
		}
	}
}

// staying removes the callers that have left, or have waited for too long. Their error is what the last try has ended with, if any.
func staying(batch []*caller, last error) []*caller {
	return slices.DeleteFunc(batch, func(c *caller) bool {
		left := c.ctx.Err()
		if left != nil {
			c.fail(classify(cmp.Or(last, left)))
		}
		return left != nil
	})
}

// fail replaces what was decided by an error of the whole batch: a refusal, too, may depend on what was not committed. A panic stays.
func (c *caller) fail(err error) {
	if _, crashed := errors.AsType[*panicked](c.err); crashed {
		return
	}
	if c.err = err; !errors.Is(err, ErrUnknown) {
		c.outcome = ledger.Outcome{}
	}
}

// attemptBatch runs a batch in one transaction, at the database's default isolation level.
func (p *postgres) attemptBatch(batch []*caller) error {
	conn, err := p.writing.Conn(batch[0].ctx)
	if err != nil {
		return notConnected(err)
	}
	defer func() { _ = conn.Close() }()
	postings := make([]*posting, len(batch))
	for i, c := range batch {
		postings[i] = &c.posting
	}
	err = conn.Raw(func(driverConn any) error {
		c, ok := driverConn.(*pipelined)
		if !ok {
			return fmt.Errorf("store: an unexpected connection: %T", driverConn)
		}
		return c.post(context.Background(), newBatch(postings))
	})
	return dropReadOnly(conn, err)
}

// post runs a batch in two round trips: one locks its accounts and reads what else it needs, and after the decision one writes and commits.
func (c *pipelined) post(ctx context.Context, b *batch) error {
	tx, err := c.BeginTx(ctx, driver.TxOptions{})
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after an error or a panic, or if there is nothing to write
	if err := c.read(ctx, b); err != nil {
		return err
	}
	b.decide()
	if !b.writes() {
		return nil
	}
	if err := c.write(ctx, b); err != nil {
		return err
	}
	return tx.Commit()
}
