// Package store keeps the bank's rows: it opens an engine, migrates it, runs transactions on it, and gives the driver's
// errors names. Nobody above it knows which engine runs below.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync/atomic"

	"github.com/gofrs/flock"

	"github.com/bankingcore/bankcore/internal/db"
)

// maxQueued bounds how many calls of Update may wait for the writer; one more is refused at once, so that overload shows
// as an answer and not as growing memory.
const maxQueued = 4096

// Store is an open database. Its methods may be called from many goroutines.
type Store struct {
	path    string // of the database file
	writer  *sql.DB
	reader  *sql.DB
	writes  *db.Queries
	reads   *db.Queries
	turn    chan struct{} // holds one token: the right to write
	queued  atomic.Int64
	serving *flock.Flock

	broken atomic.Bool
	failed chan struct{} // closed when broken is set
}

// Open opens the database that a URL such as "sqlite:data/bankcore.db" names. It does not create or migrate it: that is
// Migrate's work, and a database of another schema version is refused with ErrSchema.
func Open(ctx context.Context, databaseURL string) (*Store, error) {
	path, err := sqlitePath(databaseURL)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("open the database: %w; `bankcore migrate` creates it", err)
	}
	s := &Store{path: path, turn: make(chan struct{}, 1), failed: make(chan struct{})}
	s.turn <- struct{}{}
	if err := s.open(ctx); err != nil {
		s.Close()
		return nil, fmt.Errorf("open %s: %w", path, named(err))
	}
	return s, nil
}

// sqlitePath takes the file's path out of a database URL.
func sqlitePath(databaseURL string) (string, error) {
	path, found := strings.CutPrefix(databaseURL, "sqlite:")
	if !found {
		// Not quoted: another engine's URL may hold a password.
		return "", errors.New("the database URL must begin with sqlite: (PostgreSQL is not supported by this version)")
	}
	path = strings.TrimPrefix(path, "//")
	if path == "" {
		return "", errors.New("the database URL names no file")
	}
	return path, nil
}

// Close ends the store. A transaction that runs is waited for.
func (s *Store) Close() error {
	var err error
	for _, pool := range []*sql.DB{s.reader, s.writer} {
		if pool == nil {
			continue
		}
		if closeErr := pool.Close(); err == nil {
			err = closeErr
		}
	}
	if s.serving != nil {
		// The file stays: removing it would let two processes lock two different files of the same name.
		_ = s.serving.Unlock()
	}
	return err
}

// Serve claims the database for one serving process until Close; for a second one it returns ErrInUse. Commands that only
// pass by, such as a backup, need no claim.
func (s *Store) Serve() error {
	s.serving = flock.New(s.path + ".lock")
	locked, err := s.serving.TryLock()
	if err != nil {
		return fmt.Errorf("lock %s.lock: %w", s.path, err)
	}
	if !locked {
		return fmt.Errorf("%w: another server runs on %s", ErrInUse, s.path)
	}
	return nil
}

// Failed is closed when a commit ended with ErrUnknown. The process must then stop and start again: only a fresh start
// finds out what the file holds.
func (s *Store) Failed() <-chan struct{} { return s.failed }

// Queued is the number of calls of Update that wait for their turn.
func (s *Store) Queued() int { return int(s.queued.Load()) }

// Ping reads one row, to find out whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	if s.broken.Load() {
		return ErrUnavailable
	}
	return s.View(ctx, func(ctx context.Context, q db.Querier) error {
		if _, err := q.AccountByNumber(ctx, 0); !errors.Is(err, ErrNotFound) {
			return err
		}
		return nil
	})
}

// View runs fn on a snapshot of the database, read-only. The ctx that fn gets is the caller's.
func (s *Store) View(ctx context.Context, fn func(ctx context.Context, q db.Querier) error) error {
	tx, err := s.reader.BeginTx(ctx, nil)
	if err != nil {
		return unavailable(err)
	}
	defer func() { _ = tx.Rollback() }() // nothing was written, so there is nothing to commit
	return named(fn(ctx, s.reads.WithTx(tx)))
}

// Update runs fn in a transaction and commits it durably if fn returns nil; on an error or a panic nothing of it remains.
// fn may run more than once, so it only talks to its querier and to variables that it sets anew, and it must use the ctx
// it is given: the caller's, were it cancelled between two statements, would post half a transfer. The caller's
// cancellation is honoured only while the work waits for its turn.
func (s *Store) Update(ctx context.Context, fn func(ctx context.Context, q db.Querier) error) error {
	if err := s.takeTurn(ctx); err != nil {
		return err
	}
	defer func() { s.turn <- struct{}{} }()
	return s.update(context.WithoutCancel(ctx), fn)
}

func (s *Store) takeTurn(ctx context.Context) error {
	if s.queued.Add(1) > maxQueued {
		s.queued.Add(-1)
		return fmt.Errorf("%w: %d callers wait already", ErrUnavailable, maxQueued)
	}
	defer s.queued.Add(-1)
	select {
	case <-s.turn:
		return nil
	case <-ctx.Done():
		return named(ctx.Err())
	}
}

func (s *Store) update(ctx context.Context, fn func(ctx context.Context, q db.Querier) error) error {
	if s.broken.Load() {
		return fmt.Errorf("%w: an earlier commit failed", ErrUnavailable)
	}
	tx, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return unavailable(err)
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	if err := fn(ctx, s.writes.WithTx(tx)); err != nil {
		return named(err)
	}
	if err := tx.Commit(); err != nil {
		return s.commitFailed(commitError(err))
	}
	return nil
}

// commitFailed stops all further writing when an outcome is unknown: what this process believes of the file is then not
// what a restart will find.
func (s *Store) commitFailed(err error) error {
	if !isUnknown(err) {
		return err
	}
	if s.broken.CompareAndSwap(false, true) {
		close(s.failed)
	}
	return err
}

// prepare compiles every query on both pools. Only a migrated database can be prepared.
func (s *Store) prepare(ctx context.Context) error {
	var err error
	if s.writes, err = db.Prepare(ctx, sqliteDialect{s.writer}); err != nil {
		return err
	}
	s.reads, err = db.Prepare(ctx, sqliteDialect{s.reader})
	return err
}
