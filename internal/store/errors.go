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
	// ErrNotFound is what a query for one row returns when there is none.
	ErrNotFound = sql.ErrNoRows
	// ErrDuplicate says that a key which must be unique is taken.
	ErrDuplicate = errors.New("store: duplicate key")
	// ErrUnavailable says that the work was not done and may be tried again: the database is busy, full, closed or out
	// of reach, the queue of writers is full, or the caller gave up while waiting.
	ErrUnavailable = errors.New("store: unavailable")
	// ErrUnknown says that the commit was asked for but not confirmed: after a restart the work may turn out to be done.
	// It must not be reported as a failure, and repeated only under its idempotency key.
	ErrUnknown = errors.New("store: outcome unknown")
	// ErrInUse says that another process serves this database.
	ErrInUse = errors.New("store: database is in use")
	// ErrSchema says that the database is not at the version this program was built for.
	ErrSchema = errors.New("store: schema version")
	// ErrTampered says that the database's schema is not what its migrations make: something was added, taken away or changed.
	ErrTampered = errors.New("store: the schema has been tampered with")
)

var errClosed = fmt.Errorf("%w: the store is closed", ErrUnavailable)

// named gives a driver's error one of this package's names; every other error, the callers' own among them, passes as it is.
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
		return namedPostgres(err, pgError)
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

// namedPostgres names an error by its SQLSTATE; PostgreSQL's manual lists them in appendix A.
func namedPostgres(err error, pgError *pgconn.PgError) error {
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

// again reports whether a transaction that failed before its commit, or whose commit was refused, is worth another try: it met
// another one, or the server is on its way out and a replica may be taking its place.
func retryable(err error) bool {
	var pgError *pgconn.PgError
	var lost lostError
	switch {
	case errors.Is(err, ErrUnknown):
		return false
	case errors.As(err, &lost), errors.Is(err, driver.ErrBadConn):
		return true
	case !errors.As(err, &pgError):
		return false
	}
	switch pgError.Code {
	case pgerrcode.SerializationFailure, pgerrcode.DeadlockDetected, pgerrcode.TransactionIntegrityConstraintViolation,
		pgerrcode.AdminShutdown, pgerrcode.CrashShutdown, pgerrcode.CannotConnectNow:
		return true
	}
	return pgerrcode.IsConnectionException(pgError.Code)
}

// isReadOnly tells that a primary has become a replica.
func isReadOnly(err error) bool {
	var pgError *pgconn.PgError
	return errors.As(err, &pgError) && pgError.Code == pgerrcode.ReadOnlySQLTransaction
}

// mayHaveCommitted tells an answer to COMMIT that leaves open what became of it from one that refuses it. A statement that
// went along with COMMIT and failed is such a refusal, too: the server skips what follows.
func mayHaveCommitted(err error) bool {
	var pgError *pgconn.PgError
	if !errors.As(err, &pgError) {
		return !pgconn.SafeToRetry(err) && !errors.As(err, new(pgx.ErrPreprocessingBatch))
	}
	return pgError.SeverityUnlocalized != "ERROR" || pgError.Code == pgerrcode.StatementCompletionUnknown ||
		pgerrcode.IsConnectionException(pgError.Code)
}

// commitError tells a commit that was refused, and rolled back, from one whose outcome is unknown. A full disk is a
// refusal: the log's last frame was not written whole, and a frame that is not whole is never read. A disk that fails to
// sync is not: the frame may be there after a restart.
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

// oneLine is an error in one line; pgx writes a line for each host that it has tried.
type oneLine struct{ error }

func (e oneLine) Error() string { return strings.Join(strings.Fields(e.error.Error()), " ") }
func (e oneLine) Unwrap() error { return e.error }

// unavailable says of an error that nothing was done, as after any that meets the beginning of a transaction.
func unavailable(err error) error { return fmt.Errorf("%w: %w", ErrUnavailable, err) }
