package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"github.com/bankingcore/bankcore/internal/db"
)

// Group commit. A durable commit waits for the disk, and the wait is the same for one transaction as for many. So one goroutine, the
// writer, owns the only connection that writes. It takes a caller's function from the queue, begins a transaction and runs the function
// in a savepoint. Then it takes the callers that are waiting by now, one after the other, each in a savepoint of its own. Then it commits
// once and answers all of them. While the disk works, the next group gathers. The writer does not wait for a group to fill: a lone caller
// is a group of one.
const (
	// maxQueued bounds how many callers wait for the writer; one more is refused at once, so that overload is visible as errors and not
	// as growing memory.
	maxQueued = 4096
	// maxGroup bounds how long the first caller of a group waits for those behind it.
	maxGroup = 128
)

const (
	begin      = "BEGIN IMMEDIATE"
	commit     = "COMMIT"
	rollback   = "ROLLBACK"
	savepoint  = "SAVEPOINT task"
	release    = "RELEASE task"
	rollbackTo = "ROLLBACK TO task"
)

// task is one call of Update on its way to the writer and back.
type task struct {
	ctx   context.Context // the caller's
	fn    work
	state atomic.Int32 // waiting, then either taken or abandoned
	err   error        // what fn returned
	done  chan error   // receives the outcome after the commit
}

const (
	waiting int32 = iota
	taken
	abandoned
)

type writer struct {
	queue chan *task
	ended chan struct{} // closed after the last group is answered

	closing sync.RWMutex // held for reading while a task goes into the queue
	closed  bool

	failed chan struct{} // closed when a commit's outcome is unknown; nothing is written from then on

	// Only the writer's goroutine uses the following fields.
	conn       *sql.Conn
	queries    *db.Queries
	statements map[string]*sql.Stmt // to begin, mark and end transactions
	group      []*task
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
	return nil
}

// update queues a function and waits for its outcome. Once the writer has taken the task, the function runs to its end even if the
// caller has left, because half of it would be worse.
func (w *writer) update(ctx context.Context, fn work) error {
	t := &task{ctx: ctx, fn: fn, done: make(chan error, 1)}
	if err := w.enqueue(t); err != nil {
		return err
	}
	var err error
	select {
	case err = <-t.done:
	case <-ctx.Done():
		if t.state.CompareAndSwap(waiting, abandoned) {
			return classify(ctx.Err())
		}
		err = <-t.done // it has been taken, so it runs to its end
	}
	if crash, ok := errors.AsType[*panicked](err); ok {
		panic(crash) // where the caller can recover it
	}
	return err
}

func (w *writer) enqueue(t *task) error {
	w.closing.RLock()
	defer w.closing.RUnlock()
	if w.closed {
		return errClosed
	}
	select {
	case w.queue <- t:
		return nil
	default:
		return fmt.Errorf("%w: %d callers are already waiting", ErrUnavailable, maxQueued)
	}
}

// close answers every queued caller, then ends the goroutine and gives its connection back.
func (w *writer) close() error {
	w.closing.Lock()
	closedBefore := w.closed
	if !closedBefore {
		w.closed = true
		close(w.queue)
	}
	w.closing.Unlock()
	<-w.ended
	if closedBefore {
		return nil
	}
	failures := []error{w.queries.Close()}
	for _, statement := range w.statements {
		failures = append(failures, statement.Close())
	}
	return errors.Join(append(failures, w.conn.Close())...)
}

func (w *writer) run() {
	defer close(w.ended)
	for t := range w.queue {
		outcome := w.commitGroup(t)
		for _, member := range w.group {
			if outcome != nil {
				member.err = outcome
			}
			member.done <- member.err
		}
		clear(w.group) // do not keep the callers' memory
		w.group = w.group[:0]
	}
}

// commitGroup runs the first task and those behind it, and commits. An error of commitGroup itself applies to the whole group, and
// replaces what each function returned.
func (w *writer) commitGroup(first *task) error {
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
	succeeded := 0
	for t := first; t != nil; t = w.next() {
		if err := w.runTask(t); err != nil {
			_ = w.exec(rollback) // SQLite has most likely done so itself
			return unavailable(err)
		}
		if t.err == nil {
			succeeded++
		}
	}
	if succeeded == 0 {
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
	return true
}

// next takes a task that is already waiting, if there is one and the group has room.
func (w *writer) next() *task {
	for len(w.group) < maxGroup {
		select {
		case t, open := <-w.queue:
			if !open {
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

// runTask runs a function in a savepoint, which is kept or rolled back depending on what the function returns. An error of runTask
// itself means that the savepoint is gone, and with it the whole transaction: SQLite rolls back by itself if the disk is full or fails.
func (w *writer) runTask(t *task) error {
	if err := w.exec(savepoint); err != nil {
		return err
	}
	if t.err = classify(callSafely(t, w.queries)); t.err != nil {
		if err := w.exec(rollbackTo); err != nil {
			return fmt.Errorf("%w, after: %v", err, t.err) //nolint:errorlint // its neighbours learn what failed, not whose
		}
	}
	return w.exec(release)
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
