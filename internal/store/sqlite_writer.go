package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// The writer. A durable commit waits for the disk, and the wait is the same for one transaction as for many. So one goroutine, the
// writer, owns the only connection that writes, and callers queue for it. sqlite_group.go has how it commits for many of them at once.

// maxQueued bounds how many functions and orders wait; one more is refused at once, so that overload is visible as errors and not as
// growing memory. An order for many transfers counts as several: see places.
const maxQueued = 4096

const (
	begin      = "BEGIN IMMEDIATE"
	commit     = "COMMIT"
	rollback   = "ROLLBACK"
	savepoint  = "SAVEPOINT task"
	release    = "RELEASE task"
	rollbackTo = "ROLLBACK TO task"
)

// task is one call of Update or Post on its way to the writer and back.
type task struct {
	posting // the order of Post; of Update it holds the error alone

	ctx   context.Context // the caller's
	fn    work            // of Update
	state atomic.Int32    // waiting, then either taken or abandoned
	done  chan struct{}   // closed after the commit
}

const (
	waiting int32 = iota
	taken
	abandoned
)

type writer struct {
	queue chan *task
	ended chan struct{} // closed after the last group is answered

	mu     sync.Mutex // held while a task goes into the queue
	closed bool
	queued int // functions and orders in the queue, by their places

	failed chan struct{} // closed when a commit's outcome is unknown; nothing is written from then on

	// Only the writer's goroutine uses the following fields.
	conn       *sql.Conn
	queries    *db.Queries
	statements map[string]*sql.Stmt // to begin, mark and end transactions
	poster     *poster
	group      []*task
	orders     []*posting // of those in the group
	room       int        // for postings in the group
	ahead      *task      // it has left the queue, but had no room in the group
}

// startWriter takes a connection for good and starts the goroutine.
func startWriter(ctx context.Context, pool *sql.DB) (*writer, error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	w := &writer{
		queue: make(chan *task, maxQueued), ended: make(chan struct{}), failed: make(chan struct{}), conn: conn,
		statements: map[string]*sql.Stmt{},
	}
	if err := w.prepare(ctx); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	go w.run()
	return w, nil
}

func (w *writer) prepare(ctx context.Context) error {
	var err error
	if w.queries, err = db.Prepare(ctx, sqliteDialect{w.conn}); err != nil {
		return err
	}
	for _, statement := range []string{begin, commit, rollback, savepoint, release, rollbackTo} {
		if w.statements[statement], err = w.conn.PrepareContext(ctx, statement); err != nil { //nolint:sqlclosecheck // close does
			return err
		}
	}
	w.poster, err = newPoster(w.conn)
	return err
}

func (w *writer) update(ctx context.Context, fn work) error {
	return w.wait(&task{ctx: ctx, fn: fn, done: make(chan struct{})})
}

func (w *writer) post(ctx context.Context, o *Order) (ledger.Outcome, error) {
	t := &task{ctx: ctx, posting: posting{Order: o}, done: make(chan struct{})}
	err := w.wait(t)
	return t.outcome, err
}

// wait queues a task and waits for its outcome. Once the writer has taken the task, it is carried out even if the caller has left,
// because half of it would be worse.
func (w *writer) wait(t *task) error {
	if err := w.enqueue(t); err != nil {
		return err
	}
	select {
	case <-t.done:
	case <-t.ctx.Done():
		if t.state.CompareAndSwap(waiting, abandoned) {
			return classify(t.ctx.Err())
		}
		<-t.done // it has been taken, so it is carried out
	}
	if crash, ok := errors.AsType[*panicked](t.err); ok {
		panic(crash) // where the caller can recover it
	}
	return t.err
}

func (w *writer) enqueue(t *task) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return errClosed
	}
	if w.queued > 0 && w.queued+t.places() > maxQueued {
		return fmt.Errorf("%w: %d are already waiting", ErrUnavailable, w.queued)
	}
	w.queued += t.places()
	w.queue <- t // has room, because each task counts as one at least
	return nil
}

// dequeued makes room in the queue for what a task took.
func (w *writer) dequeued(t *task) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.queued -= t.places()
}

// places returns what a task counts as in the queue.
func (t *task) places() int {
	if t.Order == nil {
		return 1
	}
	return t.Order.places()
}

// close answers every queued caller, then ends the goroutine and gives its connection back.
func (w *writer) close() error {
	w.mu.Lock()
	closedBefore := w.closed
	if !closedBefore {
		w.closed = true
		close(w.queue)
	}
	w.mu.Unlock()
	<-w.ended
	if closedBefore {
		return nil
	}
	failures := []error{w.queries.Close(), w.poster.close()}
	for _, statement := range w.statements {
		failures = append(failures, statement.Close())
	}
	return errors.Join(append(failures, w.conn.Close())...)
}
