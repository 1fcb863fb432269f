package copier

import (
	"context"
	"fmt"
	"reflect"

	"github.com/bankingcore/bankcore/internal/db"
)

// table describes how to copy the rows of one table. Both engines must list them in the same order, so they are ordered by
// numbers and ids: each database sorts text in its own way.
type table[R any] struct {
	list    func(ctx context.Context, q db.Querier, after *R, rows int) ([]R, error) // a page; after is nil for the first
	compare func(a, b *R) int
	insert  func(ctx context.Context, q db.Querier, row *R) error
	remove  func(ctx context.Context, q db.Querier, row *R) error
}

// reading iterates over the rows of a table on one side.
type reading[R any] struct {
	side  side
	table *table[R]
	rows  int // in a page
	page  []R // the rest of the current one
	last  *R  // row read
	ended bool
}

// row returns the current row, or nil after the last.
func (r *reading[R]) row() (*R, error) {
	if len(r.page) == 0 && !r.ended {
		err := r.side(func(ctx context.Context, q db.Querier) error {
			var err error
			r.page, err = r.table.list(ctx, q, r.last, r.rows)
			return err
		})
		if err != nil {
			return nil, err
		}
		if r.ended = len(r.page) < r.rows; len(r.page) > 0 {
			r.last = &r.page[len(r.page)-1]
		}
	}
	if len(r.page) == 0 {
		return nil, nil
	}
	return &r.page[0], nil
}

func (r *reading[R]) advance() { r.page = r.page[1:] }

// alongside iterates over a table on both sides at once and passes each row to visit, with nil for a side that lacks it. What
// visit writes to the target for a row does not come up again, since the reading there is already past it.
func alongside[R any](c *copier, t *table[R], visit func(source, target *R) error) error {
	a, b := reading[R]{side: c.source, table: t, rows: c.page}, reading[R]{side: c.target, table: t, rows: c.page}
	for {
		source, err := a.row()
		if err != nil {
			return err
		}
		target, err := b.row()
		if err != nil {
			return err
		}
		if source == nil && target == nil {
			return nil
		}
		order := -1 // which rows are next: -1 the source's, 0 both, 1 the target's
		switch {
		case source == nil:
			order = 1
		case target != nil:
			order = t.compare(source, target)
		}
		if order > 0 {
			source = nil
		} else {
			a.advance()
		}
		if order < 0 {
			target = nil
		} else {
			b.advance()
		}
		if err := visit(source, target); err != nil {
			return err
		}
	}
}

// mirrorPasses is how many passes are made over a table: one to write, and one to check that nothing is left to do.
const mirrorPasses = 2

// mirror makes a table of the target equal to the source's, and reads it all again to check.
func mirror[R any](c *copier, name string, t *table[R], done *Progress) error {
	for range mirrorPasses {
		changes := 0
		change := func(write func(ctx context.Context, q db.Querier, row *R) error, row R) error {
			changes++
			if done.Done++; done.Done%tick == 0 {
				c.progress(*done)
			}
			return c.batch.add(func(ctx context.Context, q db.Querier) error { return write(ctx, q, &row) })
		}
		err := alongside(c, t, func(source, target *R) error {
			if reflect.DeepEqual(source, target) {
				return nil
			}
			if target != nil {
				if err := change(t.remove, *target); err != nil {
					return err
				}
			}
			if source != nil {
				return change(t.insert, *source)
			}
			return nil
		})
		if err == nil {
			err = c.batch.flush()
		}
		if err != nil {
			return blame(name, err)
		}
		if changes == 0 {
			return nil
		}
	}
	return fmt.Errorf("the target's %s keep differing from the source's; is a server running on it?", name)
}
