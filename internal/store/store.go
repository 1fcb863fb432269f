// Package store keeps the bank's rows: it opens an engine, migrates it, runs transactions on it, and gives the driver's
// errors names. Nobody above it knows which engine runs below.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"github.com/gofrs/flock"

	"github.com/bankingcore/bankcore/internal/db"
)

// Store is an open database. Its methods may be called from many goroutines.
type Store struct {
	path    string  // of the database file
	writing *sql.DB // a pool of one
	writer  *writer
	reading *sql.DB
	reads   *db.Queries
	claimed *flock.Flock
	closed  atomic.Bool
}

// Open opens the database that a URL such as "sqlite:data/bankcore.db" names. It does not create or migrate it: that is
// Migrate's work, and a database of another schema version is refused with ErrSchema.
func Open(ctx context.Context, databaseURL string) (*Store, error) {
	path, err := SQLitePath(databaseURL)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("open the database: %w; `bankcore migrate` creates it", err)
	}
	s := &Store{path: path}
	if err := s.open(ctx); err != nil {
		s.Close()
		return nil, fmt.Errorf("open %s: %w", path, named(err))
	}
	return s, nil
}

// SQLitePath takes the file's path out of a URL: sqlite:PATH, or sqlite:// and an absolute path. After two slashes a
// relative path is refused, since elsewhere its first element would be a host.
func SQLitePath(databaseURL string) (string, error) {
	path, found := strings.CutPrefix(databaseURL, "sqlite:")
	if !found {
		// Not quoted: another engine's URL may hold a password.
		return "", errors.New("DATABASE_URL: expected sqlite:PATH; PostgreSQL is not supported by this version")
	}
	absolute, slashes := strings.CutPrefix(path, "//")
	if slashes && filepath.IsAbs(absolute) {
		path = absolute
	}
	// SQLite would take these names for something else than a file.
	special := path == ":memory:" || strings.HasPrefix(path, "file:")
	if path == "" || special || slashes && path != absolute {
		return "", errors.New("DATABASE_URL: expected sqlite:PATH with the path of a file")
	}
	return path, nil
}

// Close ends the store, once everybody who waits for the writer has an answer.
func (s *Store) Close() error {
	s.closed.Store(true)
	var failures []error
	if s.writer != nil {
		failures = append(failures, s.writer.close())
	}
	for _, pool := range []*sql.DB{s.reading, s.writing} {
		if pool != nil {
			failures = append(failures, pool.Close())
		}
	}
	if s.claimed != nil {
		// The file stays: removing it would let two processes lock two different files of the same name.
		failures = append(failures, s.claimed.Unlock())
	}
	return errors.Join(failures...)
}

// Claim claims the database for one serving process until Close; for a second one it returns ErrInUse. Commands that only
// pass by, such as a backup, need no claim.
func (s *Store) Claim() error {
	var err error
	s.claimed, err = claim(s.path)
	return err
}

// claim takes the lock of a database, which whoever serves or migrates it holds.
func claim(path string) (*flock.Flock, error) {
	path, err := filepath.EvalSymlinks(path) // one database has one lock, by whatever name it is reached
	if err != nil {
		return nil, fmt.Errorf("lock the database: %w", err)
	}
	lock := flock.New(path + ".lock")
	locked, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", lock.Path(), err)
	}
	if !locked {
		return nil, fmt.Errorf("%w: another process serves or migrates %s", ErrInUse, path)
	}
	return lock, nil
}

// Failed is closed when a commit ended with ErrUnknown. The process must then stop and start again: only a fresh start
// finds out what the file holds.
func (s *Store) Failed() <-chan struct{} { return s.writer.failed }

// Queued is the number of calls of Update that wait for their turn.
func (s *Store) Queued() int { return len(s.writer.queue) }

// Ping reads one row, to find out whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	if s.writer.broken() {
		return ErrUnavailable
	}
	return s.Read(ctx, func(ctx context.Context, q db.Querier) error {
		if _, err := q.AccountByNumber(ctx, 0); !errors.Is(err, ErrNotFound) {
			return err
		}
		return nil
	})
}

// View runs fn on a snapshot of the database, read-only. The caller's cancellation is honoured until fn begins; fn gets a
// ctx without it, because to watch for it costs the driver a goroutine for each statement. A long fn asks the caller's ctx.
func (s *Store) View(ctx context.Context, fn func(ctx context.Context, q db.Querier) error) error {
	conn, err := s.reading.Conn(ctx)
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
	return named(fn(ctx, s.reads.WithTx(tx)))
}

// Read runs fn without a transaction. It is for one query, which is a snapshot by itself, and takes half the time of a View.
func (s *Store) Read(ctx context.Context, fn func(ctx context.Context, q db.Querier) error) error {
	if ctx.Err() != nil {
		return named(ctx.Err())
	}
	if s.closed.Load() {
		return errClosed
	}
	return named(fn(context.WithoutCancel(ctx), s.reads))
}

// Update runs fn in a transaction and commits it durably if fn returns nil; on an error or a panic nothing of it remains.
// fn may run more than once, so it only talks to its querier and to variables that it sets anew, it returns the querier's
// errors, and it uses the ctx it is given: the caller's, were it cancelled between two statements, would post half a
// transfer. The caller's cancellation is honoured only while the work waits for its turn.
func (s *Store) Update(ctx context.Context, fn func(ctx context.Context, q db.Querier) error) error {
	return s.writer.update(ctx, fn)
}
