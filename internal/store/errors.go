package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/mattn/go-sqlite3"
)

var (
	// ErrNotFound is returned by a query for one row if there is none.
	ErrNotFound = sql.ErrNoRows
	// ErrDuplicate means that a key that must be unique is taken.
	ErrDuplicate = errors.New("store: duplicate key")
	// ErrUnavailable means that the work was not done and may be retried: the database is busy, full, closed or out of reach, the
	// queue of writers is full, or the caller gave up while waiting.
	ErrUnavailable = errors.New("store: unavailable")
	// ErrUnknown means that the commit was requested but not confirmed: after a restart, the work may turn out to be done. It
	// must not be reported as a failure, and may be repeated only under its idempotency key.
	ErrUnknown = errors.New("store: outcome unknown")
	// ErrInUse means that another process serves this database.
	ErrInUse = errors.New("store: database is in use")
	// ErrSchema means that the database is not at the version that this program was built for.
	ErrSchema = errors.New("store: schema version")
	// ErrTampered means that the database's schema is not what its migrations create: something was added, removed or changed.
	ErrTampered = errors.New("store: the schema has been tampered with")
)

var errClosed = fmt.Errorf("%w: the store is closed", ErrUnavailable)

// classify wraps a driver's error in one of this package's errors. It returns every other error, including the callers' own, as it is.
func classify(err error) error {
	var sqliteError sqlite3.Error
	var pgError *pgconn.PgError
	var lost lostError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrUnknown):
		return err
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), errors.Is(err, sql.ErrConnDone),
		errors.Is(err, driver.ErrBadConn), errors.As(err, &lost):
		return unavailable(err)
	case errors.As(err, &pgError):
		return classifyPostgres(err, pgError)
	case !errors.As(err, &sqliteError):
		return err
	}
	switch sqliteError.Code {
	case sqlite3.ErrBusy, sqlite3.ErrLocked, sqlite3.ErrFull, sqlite3.ErrIoErr, sqlite3.ErrCantOpen, sqlite3.ErrNomem,
		sqlite3.ErrReadonly, sqlite3.ErrCorrupt: // SQLite also reports corruption if the disk fails to read
		return unavailable(err)
	}
	switch sqliteError.ExtendedCode {
	case sqlite3.ErrConstraintPrimaryKey, sqlite3.ErrConstraintUnique, sqlite3.ErrConstraintRowID:
		return fmt.Errorf("%w: %w", ErrDuplicate, err)
	}
	return err
}

// classifyPostgres classifies an error by its SQLSTATE; appendix A of PostgreSQL's manual lists them.
func classifyPostgres(err error, pgError *pgconn.PgError) error {
	if pgError.Code == pgerrcode.UniqueViolation {
		return fmt.Errorf("%w: %w", ErrDuplicate, err)
	}
	if retryable(err) {
		return unavailable(err)
	}
	switch {
	case pgerrcode.IsInsufficientResources(pgError.Code), pgerrcode.IsOperatorIntervention(pgError.Code),
		pgerrcode.IsSystemError(pgError.Code), pgerrcode.IsInvalidAuthorizationSpecification(pgError.Code),
		pgError.Code == pgerrcode.LockNotAvailable, pgError.Code == pgerrcode.IdleInTransactionSessionTimeout:
		return unavailable(err)
	}
	return err
}

// retryable reports whether a transaction that failed before its commit, or whose commit was refused, is worth another try: it conflicted
// with another one, or the server is shutting down and a replica may be taking its place.
func retryable(err error) bool {
	var pgError *pgconn.PgError
	var lost lostError
	switch {
	case errors.Is(err, ErrUnknown):
		return false
	case errors.As(err, &lost), errors.Is(err, driver.ErrBadConn), isConflict(err):
		return true
	case !errors.As(err, &pgError):
		return false
	}
	switch pgError.Code {
	case pgerrcode.AdminShutdown, pgerrcode.CrashShutdown, pgerrcode.CannotConnectNow:
		return true
	}
	return pgerrcode.IsConnectionException(pgError.Code)
}

// isConflict reports whether PostgreSQL rolled a transaction back in favour of another one.
func isConflict(err error) bool {
	var pgError *pgconn.PgError
	if !errors.As(err, &pgError) {
		return false
	}
	switch pgError.Code {
	case pgerrcode.SerializationFailure, pgerrcode.DeadlockDetected, pgerrcode.TransactionIntegrityConstraintViolation:
		return true
	}
	return false
}

// isReadOnly reports whether an error shows that a primary has become a replica.
func isReadOnly(err error) bool {
	var pgError *pgconn.PgError
	return errors.As(err, &pgError) && pgError.Code == pgerrcode.ReadOnlySQLTransaction
}

// mayHaveCommitted reports whether a failed COMMIT may have taken effect. It did not if the server refused it, or if a statement that
// was sent along with it failed: the server skips what follows.
func mayHaveCommitted(err error) bool {
	var pgError *pgconn.PgError
	if !errors.As(err, &pgError) {
		return !pgconn.SafeToRetry(err) && !errors.As(err, new(pgx.ErrPreprocessingBatch))
	}
	return pgError.SeverityUnlocalized != "ERROR" || pgError.Code == pgerrcode.StatementCompletionUnknown ||
		pgerrcode.IsConnectionException(pgError.Code)
}

// commitError distinguishes a commit that was refused and rolled back from one whose outcome is unknown. A full disk is a refusal: the
// log's last frame was not written completely, and SQLite never reads an incomplete frame. A disk that fails to sync is not: the frame
// may be there after a restart.
func commitError(err error) error {
	var sqliteError sqlite3.Error
	if errors.As(err, &sqliteError) {
		switch sqliteError.Code {
		case sqlite3.ErrConstraint, sqlite3.ErrBusy, sqlite3.ErrFull:
			return classify(err)
		}
	}
	return fmt.Errorf("%w: %w", ErrUnknown, err)
}

// oneLine puts an error on one line; pgx writes a line for each host that it has tried.
type oneLine struct{ error }

func (e oneLine) Error() string { return strings.Join(strings.Fields(e.error.Error()), " ") }
func (e oneLine) Unwrap() error { return e.error }

// unavailable marks an error after which nothing was done, such as any error at the beginning of a transaction.
func unavailable(err error) error { return fmt.Errorf("%w: %w", ErrUnavailable, err) }
