package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/mattn/go-sqlite3"
)

var (
	// ErrNotFound is what a query for one row returns when there is none.
	ErrNotFound = sql.ErrNoRows
	// ErrDuplicate says that a key which must be unique is taken.
	ErrDuplicate = errors.New("store: duplicate key")
	// ErrUnavailable says that the work was not done and may be tried again: the database is busy, full, closed or out
	// of reach, the queue of writers is full, or the caller gave up while waiting.
	ErrUnavailable = errors.New("store: unavailable")
	// ErrUnknown says that the commit was asked for but not confirmed: after a restart the work may turn out to be done.
	// It must be told to nobody as a failure, and repeated only under its idempotency key.
	ErrUnknown = errors.New("store: outcome unknown")
	// ErrInUse says that another process serves this database.
	ErrInUse = errors.New("store: database is in use")
	// ErrSchema says that the database is not at the version this program was built for.
	ErrSchema = errors.New("store: schema version")
)

var errClosed = fmt.Errorf("%w: the store is closed", ErrUnavailable)

// named gives a driver's error one of this package's names; every other error, the callers' own among them, passes as it is.
func named(err error) error {
	var sqliteError sqlite3.Error
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), errors.Is(err, sql.ErrConnDone):
		return unavailable(err)
	case !errors.As(err, &sqliteError):
		return err
	}
	switch sqliteError.Code {
	case sqlite3.ErrBusy, sqlite3.ErrLocked, sqlite3.ErrFull, sqlite3.ErrIoErr, sqlite3.ErrCantOpen, sqlite3.ErrNomem,
		sqlite3.ErrReadonly, sqlite3.ErrCorrupt: // SQLite calls it corrupt, too, when the disk fails to read
		return unavailable(err)
	}
	switch sqliteError.ExtendedCode {
	case sqlite3.ErrConstraintPrimaryKey, sqlite3.ErrConstraintUnique, sqlite3.ErrConstraintRowID:
		return fmt.Errorf("%w: %w", ErrDuplicate, err)
	}
	return err
}

// commitError tells a commit that was refused, and rolled back, from one whose outcome nobody knows. A full disk is a
// refusal: the log's last frame was not written whole, and a frame that is not whole is never read. A disk that fails to
// sync is not: the frame may be there after a restart.
func commitError(err error) error {
	var sqliteError sqlite3.Error
	if errors.As(err, &sqliteError) {
		switch sqliteError.Code {
		case sqlite3.ErrConstraint, sqlite3.ErrBusy, sqlite3.ErrFull:
			return named(err)
		}
	}
	return fmt.Errorf("%w: %w", ErrUnknown, err)
}

// unavailable says of an error that nothing was done, as after any that meets the beginning of a transaction.
func unavailable(err error) error { return fmt.Errorf("%w: %w", ErrUnavailable, err) }
