package store

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// Group commit. The writer takes a task from the queue, begins a transaction, and then takes those that wait by now. It runs each
// function of Update in a savepoint, and gathers the orders of Post, which it carries out at the end in one batch. Then it commits once
// and answers all of them. While the disk works, the next group gathers. The writer does not wait for a group to fill: a lone caller is
// a group of one.

// maxGroup bounds how many functions of Update run in a group, and with it how long the first caller waits for those behind it. A
// function takes as long as several postings, so it takes their room.
const maxGroup = 128

// size returns the room that a task takes in a group.
func (t *task) size() int {
	if t.Order == nil {
		return maxBatch / maxGroup
	}
	return max(1, len(t.Postings))
}

func (w *writer) run() {
	defer close(w.ended)
	for t := range w.queue {
		w.dequeued(t)
		for ; t != nil; t = w.ahead {
			failure := w.commitGroup(t)
			for _, member := range w.group {
				if failure != nil {
					member.fail(failure)
				}
				close(member.done)
			}
			clear(w.group) // do not keep the callers' memory
			clear(w.orders)
		}
	}
}

// fail replaces what became of a task, because the whole group has failed. If the commit's outcome is unknown, an order that was to be
// carried out keeps the entries that may have been written.
func (t *task) fail(failure error) {
	if !errors.Is(failure, ErrUnknown) || t.err != nil || t.Order != nil && t.Trial {
		t.outcome = ledger.Outcome{}
	}
	t.err = failure
}

// commitGroup runs the first task and those behind it, and commits. An error of commitGroup itself applies to the whole group, and
// replaces what became of each task.
func (w *writer) commitGroup(first *task) error {
	w.group, w.orders, w.room, w.ahead = w.group[:0], w.orders[:0], maxBatch, nil
	if !w.take(first) {
		return nil
	}
	if w.broken() {
		return fmt.Errorf("%w: an earlier commit failed", ErrUnavailable)
	}
	if err := w.exec(begin); err != nil {
		_ = w.exec(rollback) // of an earlier one that failed to end; no caller waits for it
		return unavailable(err)
	}
	changed, err := w.runGroup(first)
	if err != nil {
		_ = w.exec(rollback) // SQLite has most likely done so itself
		return unavailable(err)
	}
	if !changed {
		_ = w.exec(rollback) // nothing is lost if it fails
		return nil
	}
	if err := w.exec(commit); err != nil {
		_ = w.exec(rollback)
		return w.commitFailed(commitError(err))
	}
	return nil
}

// take adds a task to the group, unless its caller has left.
func (w *writer) take(t *task) bool {
	if t.ctx.Err() != nil || !t.state.CompareAndSwap(waiting, taken) {
		return false
	}
	w.group = append(w.group, t)
	w.room -= t.size()
	return true
}

// next takes a task that is already waiting, if there is one and the group has room for it.
func (w *writer) next() *task {
	for w.room > 0 {
		select {
		case t, open := <-w.queue:
			if !open {
				return nil
			}
			w.dequeued(t)
			if t.size() > w.room {
				w.ahead = t
				return nil
			}
			if w.take(t) {
				return t
			}
		default:
			return nil
		}
	}
	return nil
}

// runGroup runs the tasks of a group, and reports whether there is anything to commit. The orders come last: they meet what the
// functions have left, such as a session that has ended.
func (w *writer) runGroup(first *task) (changed bool, err error) {
	for t := first; t != nil; t = w.next() {
		if t.Order != nil {
			w.orders = append(w.orders, &t.posting)
			continue
		}
		if t.err, err = w.inSavepoint(func() error { return callSafely(t, w.queries) }); err != nil {
			return false, err
		}
		changed = changed || t.err == nil
	}
	if len(w.orders) == 0 {
		return changed, nil
	}
	posted, err := w.runOrders(!changed)
	return changed || posted, err
}

// runOrders carries out the group's orders in one batch, and reports whether there is anything to commit. If the database refuses what
// the batch writes, each order is carried out by itself, so that only the one at fault fails.
func (w *writer) runOrders(alone bool) (posted bool, err error) {
	b := newBatch(w.orders)
	together := w.inSavepoint
	if alone {
		together = w.inTransaction
	}
	failure, err := together(func() error { return w.poster.carryOut(b) })
	if failure == nil || err != nil {
		return b.writes(), err
	}
	for i, p := range w.orders {
		b := newBatch(w.orders[i : i+1])
		failure, err := w.inSavepoint(func() error { return w.poster.carryOut(b) })
		if err != nil {
			return false, err
		}
		if failure != nil {
			p.outcome, p.err = ledger.Outcome{}, failure
			continue
		}
		posted = posted || b.writes()
	}
	return posted, nil
}

// inSavepoint runs a function in a savepoint, which is kept or rolled back depending on what the function returns. The error err means
// that the savepoint is gone, and with it the whole transaction: SQLite rolls back by itself if the disk is full or fails.
func (w *writer) inSavepoint(fn func() error) (failure, err error) {
	if err := w.exec(savepoint); err != nil {
		return nil, err
	}
	if failure = classify(fn()); failure != nil {
		if err := w.exec(rollbackTo); err != nil {
			return nil, fmt.Errorf("%w, after: %v", err, failure) //nolint:errorlint // its neighbours learn what failed, not whose
		}
	}
	return failure, w.exec(release)
}

// inTransaction does the same in the transaction itself, as long as nothing else is in it. It spares SQLite a copy of each page that
// the function changes.
func (w *writer) inTransaction(fn func() error) (failure, err error) {
	if failure = classify(fn()); failure != nil {
		if err := w.exec(rollback); err != nil {
			return nil, fmt.Errorf("%w, after: %v", err, failure) //nolint:errorlint // its neighbours learn what failed, not whose
		}
		return failure, w.exec(begin)
	}
	return nil, nil
}

// callSafely runs a function and turns its panic into an error, so that only this function fails.
func callSafely(t *task, queries *db.Queries) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = &panicked{cause: cause, stack: debug.Stack()}
		}
	}()
	return t.fn(insideUpdate(t.ctx), queries)
}

// panicked carries a panic from the writer's goroutine to the caller's.
type panicked struct {
	cause any
	stack []byte
}

func (p *panicked) Error() string { return fmt.Sprintf("%v\n%s", p.cause, p.stack) }

// commitFailed stops all writing after an unknown outcome: what this process knows of the file may then differ from what a restart will
// find.
func (w *writer) commitFailed(err error) error {
	if errors.Is(err, ErrUnknown) && !w.broken() {
		close(w.failed)
	}
	return err
}

func (w *writer) broken() bool {
	select {
	case <-w.failed:
		return true
	default:
		return false
	}
}

// exec runs one of the prepared statements.
func (w *writer) exec(statement string) error {
	_, err := w.statements[statement].ExecContext(context.Background())
	return err
}
