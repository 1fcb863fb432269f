// Package store stores the bank's rows. It opens an engine, migrates it, runs transactions on it, and classifies the driver's errors. No
// package above it knows which engine is in use.
//
// Post carries out what moves money, Update everything else that writes. Read, View and Update exist twice: as methods of Store for a function that returns only an error, and as package functions for one
// that also returns a result. A function may run more than once, so it must not depend on what an earlier run has left in a variable,
// and returns its result instead of setting one.
package store

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// Store is an open database. It is safe for concurrent use.
type Store struct {
	engine engine
	extra  []string
	owner  bool
}

// work is what runs in a transaction.
type work = func(ctx context.Context, q db.Querier) error

// engine is a kind of database. The methods of Store document these.
type engine interface {
	view(ctx context.Context, fn work) error
	read(ctx context.Context, fn work) error
	update(ctx context.Context, fn work) error
	post(ctx context.Context, o *Order) (ledger.Outcome, error)
	ping(ctx context.Context) error
	queued() int
	failed() <-chan struct{}
	claim() error
	copyTo(ctx context.Context, folder string) (path string, err error)
	close() error
}

// Open opens the database that a URL names: "sqlite:data/bankcore.db", or "postgres://user@host/bank". It does not create or migrate it;
// Migrate does. A database of another schema version is refused with ErrSchema, and one whose schema has been changed with ErrTampered.
func Open(ctx context.Context, databaseURL string) (*Store, error) {
	if IsPostgres(databaseURL) {
		p, err := newPostgres(ctx, databaseURL)
		if err != nil {
			return nil, err
		}
		return &Store{engine: p, extra: p.extra, owner: p.owner}, nil
	}
	path, err := SQLitePath(databaseURL)
	if err != nil {
		return nil, err
	}
	s, err := newSQLite(ctx, path)
	if err != nil {
		return nil, err
	}
	return &Store{engine: s}, nil
}

// OpenReadOnly opens a database only for reading. It changes no byte of a SQLite file, and creates no file beside one that no process
// has open, so that a backup stays as it is and may be in a folder that is read-only.
func OpenReadOnly(ctx context.Context, databaseURL string) (*Store, error) {
	if IsPostgres(databaseURL) {
		return Open(ctx, databaseURL)
	}
	path, err := SQLitePath(databaseURL)
	if err != nil {
		return nil, err
	}
	r, err := newSQLiteReader(ctx, path)
	if err != nil {
		return nil, err
	}
	return &Store{engine: r}, nil
}

// IsPostgres reports whether a URL names a PostgreSQL database.
func IsPostgres(databaseURL string) bool {
	return strings.HasPrefix(databaseURL, "postgres://") || strings.HasPrefix(databaseURL, "postgresql://")
}

// Close closes the store, after every caller that waits for a transaction has an answer.
func (s *Store) Close() error { return s.engine.close() }

// Claim claims the database for one serving process until Close; for a second one it returns ErrInUse. Short commands such as a backup
// need no claim. PostgreSQL serves any number of processes, and needs no claim.
func (s *Store) Claim() error { return s.engine.claim() }

// Failed is closed when a commit has ended with ErrUnknown and nothing can be written any more. The process must then stop and start
// again: only a restart finds out what the file holds. It is never closed on PostgreSQL.
func (s *Store) Failed() <-chan struct{} { return s.engine.failed() }

// Extra lists what the operator has added to the bank's schema on PostgreSQL without affecting its tables. It is empty on SQLite,
// where nothing may be added.
func (s *Store) Extra() []string { return s.extra }

// OwnsTables reports whether the role on PostgreSQL may alter the bank's tables, and with them their protection.
func (s *Store) OwnsTables() bool { return s.owner }

// Queued returns the number of calls of Update and Post that wait for their turn.
func (s *Store) Queued() int { return s.engine.queued() }

// Ping returns an error unless the database answers and accepts writes.
func (s *Store) Ping(ctx context.Context) error { return s.engine.ping(ctx) }

// Copy writes a consistent copy of the database to a new file in a folder, while others continue to read and write it, and returns the
// file's name. Without a folder, the copy is beside the database. The copy is checked, readable only by its owner, and the caller's to
// rename or remove. Only SQLite supports it (ErrNotSQLite).
func (s *Store) Copy(ctx context.Context, folder string) (path string, err error) {
	return s.engine.copyTo(ctx, folder)
}

// View runs fn on a read-only snapshot of the database. The caller's cancellation is honoured until fn begins; fn gets a ctx without it,
// because watching it costs the driver a goroutine for each statement. A long fn checks the caller's ctx itself. fn may run more
// than once.
func (s *Store) View(ctx context.Context, fn func(ctx context.Context, q db.Querier) error) error {
	return s.engine.view(ctx, fn)
}

// Read runs fn without a transaction. It is for one query, which is a snapshot by itself, and takes half the time of a View.
// fn may run more than once.
func (s *Store) Read(ctx context.Context, fn func(ctx context.Context, q db.Querier) error) error {
	return s.engine.read(ctx, fn)
}

// Update runs fn in a transaction and commits it durably if fn returns nil; after an error or a panic, nothing of it remains. fn may run
// more than once. It must return the querier's errors and use the ctx it is given: if the caller's were cancelled between two
// statements, half a transfer would be posted. The caller's cancellation is honoured only while the work waits for its turn. After a
// query has failed, fn can only return; the error of a query without a result may be returned by the next query, or by the commit.
func (s *Store) Update(ctx context.Context, fn func(ctx context.Context, q db.Querier) error) error {
	if err := mayWrite(ctx); err != nil {
		return err
	}
	return s.engine.update(ctx, fn)
}

// mayWrite refuses a caller that has left, and one that would wait for itself.
func mayWrite(ctx context.Context) error {
	if ctx.Value(inUpdate{}) != nil {
		return errors.New("store: Update or Post inside Update")
	}
	return classify(ctx.Err())
}

// inUpdate marks the context of a function that runs in Update.
type inUpdate struct{}

func insideUpdate(ctx context.Context) context.Context {
	return context.WithValue(context.WithoutCancel(ctx), inUpdate{}, true)
}

// Read runs fn as the method Read does, and returns its result.
func Read[T any](ctx context.Context, s *Store, fn func(ctx context.Context, q db.Querier) (T, error)) (T, error) {
	return resultOf(ctx, s.Read, fn)
}

// View runs fn as the method View does, and returns its result.
func View[T any](ctx context.Context, s *Store, fn func(ctx context.Context, q db.Querier) (T, error)) (T, error) {
	return resultOf(ctx, s.View, fn)
}

// Update runs fn as the method Update does, and returns the result of the run that was committed. After ErrUnknown, too, it returns the
// zero T.
func Update[T any](ctx context.Context, s *Store, fn func(ctx context.Context, q db.Querier) (T, error)) (T, error) {
	return resultOf(ctx, s.Update, fn)
}

// Clock returns a clock in UTC with the resolution of the databases.
func Clock(now func() time.Time) func() time.Time {
	return func() time.Time { return now().UTC().Truncate(time.Microsecond) }
}

// Repeat runs a step, each time in its own transaction, until it affects fewer rows than a batch. It returns how many it has affected.
func Repeat(ctx context.Context, s *Store, batch int64, step func(ctx context.Context, q db.Querier) (int64, error)) (int64, error) {
	total := int64(0)
	for {
		done, err := Update(ctx, s, step)
		if err != nil {
			return total, err
		}
		if total += done; done < batch {
			return total, nil
		}
	}
}

// resultOf returns the result of the last run of fn, or the zero T with an error.
func resultOf[T any](
	ctx context.Context, run func(ctx context.Context, fn work) error, fn func(ctx context.Context, q db.Querier) (T, error),
) (T, error) {
	var result, zero T
	err := run(ctx, func(ctx context.Context, q db.Querier) error {
		var err error
		result, err = fn(ctx, q)
		return err
	})
	if err != nil {
		return zero, err
	}
	return result, nil
}
