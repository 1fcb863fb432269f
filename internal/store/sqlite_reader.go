package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync/atomic"
	"time"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// errReadOnly is returned to a caller that tries to change a database opened for reading.
var errReadOnly = errors.New("store: the database was opened for reading only")

// errInterrupted is returned to a caller that tries to read a file that only a writer can repair.
var errInterrupted = errors.New("a change of the file was interrupted; start a server, or run a command that writes, to undo it")

// sqliteReader reads a file that other processes may have open.
type sqliteReader struct {
	path    string
	reading *sql.DB
	reads   *db.Queries
	closed  atomic.Bool
	// resting is the state of the file when it was opened, if no other process had it open. SQLite does not look for other processes
	// in that case, so the state must be the same after reading.
	resting *traces
}

// traces describes what changes when a file is written.
type traces struct {
	size     int64
	modified time.Time
	log      bool // there is a log
}

func tracesOf(path string) (traces, error) {
	file, err := os.Stat(path)
	if err != nil {
		return traces{}, err
	}
	log, err := os.Stat(logOf(path))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return traces{}, err
	}
	return traces{file.Size(), file.ModTime(), log != nil && log.Size() > 0}, nil
}

// newSQLiteReader opens a database for commands that only read.
func newSQLiteReader(ctx context.Context, path string) (*sqliteReader, error) {
	before, err := tracesOf(path)
	if err != nil {
		return nil, notThere(err)
	}
	file, err := examine(ctx, path)
	if err == nil {
		err = current(ctx, path, file)
	}
	if err == nil && file.interrupted {
		err = errInterrupted
	}
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, classify(err))
	}
	r := &sqliteReader{path: path}
	if file.options == atRest {
		r.resting = &before
	}
	if err := r.openReading(ctx, file.options); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, classify(err)), r.close())
	}
	return r, nil
}

func notThere(err error) error {
	return fmt.Errorf("open the database: %w; `bankcore migrate` creates it", err)
}

// openReading opens the pool of reading connections.
func (r *sqliteReader) openReading(ctx context.Context, options string) error {
	var err error
	if r.reading, err = openSQLite(r.path, options+readerOptions); err != nil {
		return err
	}
	r.reading.SetMaxOpenConns(maxReaders)
	r.reading.SetMaxIdleConns(maxReaders)
	if err := checkPragmas(ctx, r.reading, map[string]string{"query_only": "1", "trusted_schema": "0", "cell_size_check": "1"}); err != nil {
		return err
	}
	r.reads, err = db.Prepare(ctx, sqliteDialect{r.reading})
	return err
}

// undisturbed returns an error if a process has begun to write to a file that no process had open: what was read may be wrong.
func (r *sqliteReader) undisturbed(err error) error {
	if r.resting == nil {
		return err
	}
	if now, statErr := tracesOf(r.path); statErr == nil && now == *r.resting {
		return err
	}
	return fmt.Errorf("%w: another process has begun to write to %s; try again", ErrUnavailable, r.path)
}

func (r *sqliteReader) view(ctx context.Context, fn work) error {
	conn, err := r.reading.Conn(ctx)
	if err != nil {
		return unavailable(err)
	}
	defer func() { _ = conn.Close() }() // back to the pool
	ctx = context.WithoutCancel(ctx)
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return unavailable(err)
	}
	defer func() { _ = tx.Rollback() }() // nothing was written, so there is nothing to commit
	return r.undisturbed(classify(fn(ctx, r.reads.WithTx(tx))))
}

func (r *sqliteReader) read(ctx context.Context, fn work) error {
	if ctx.Err() != nil {
		return classify(ctx.Err())
	}
	if r.closed.Load() {
		return errClosed
	}
	return r.undisturbed(classify(fn(context.WithoutCancel(ctx), r.reads)))
}

func (r *sqliteReader) close() error {
	r.closed.Store(true)
	if r.reading == nil {
		return nil
	}
	return r.reading.Close()
}

func (r *sqliteReader) ping(ctx context.Context) error {
	return r.read(ctx, func(ctx context.Context, q db.Querier) error {
		if _, err := q.AccountByNumber(ctx, 0); !errors.Is(err, ErrNotFound) {
			return err
		}
		return nil
	})
}

func (r *sqliteReader) update(context.Context, work) error { return errReadOnly }

func (r *sqliteReader) post(context.Context, *Order) (ledger.Outcome, error) {
	return ledger.Outcome{}, errReadOnly
}

func (r *sqliteReader) claim() error { return errReadOnly }

func (r *sqliteReader) failed() <-chan struct{} { return nil }

func (r *sqliteReader) queued() int { return 0 }
