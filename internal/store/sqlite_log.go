package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/mattn/go-sqlite3"
	"github.com/pressly/goose/v3"

	"github.com/bankingcore/bankcore/internal/db"
)

// A database in WAL mode is two files, and the second one, the log, may hold its newest entries. Who copies the first one alone
// has a bank of some time ago that looks whole. So the file says by its journal mode whether it is all there is: it is in WAL
// mode from before its first write until the last process that has it open has closed it, which puts it into DELETE mode; and the
// log stays beside it all the while, if empty. A file in WAL mode without a log is then one that was copied alone.

// restsSince is the first version of the schema whose databases are put to rest when they are closed.
const restsSince = 7

// ErrNoLog says that a database's log is not beside it, and that entries may be missing.
var ErrNoLog = errors.New("store: the log is missing")

// sqliteDriver is the driver of all connections of ours.
const sqliteDriver = "bankcore-sqlite3"

func init() {
	sql.Register(sqliteDriver, &sqlite3.SQLiteDriver{ConnectHook: func(conn *sqlite3.SQLiteConn) error {
		// A file may be another's work: what its schema calls must do no harm, and a damaged page must not be followed.
		if _, err := conn.Exec("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON", nil); err != nil {
			return err
		}
		// A migration chains events with it.
		if err := conn.RegisterFunc("sha256", sha256Of, true); err != nil {
			return err
		}
		// Else the last connection to close deletes the log, and leaves the file in WAL mode.
		return conn.SetFileControlInt("main", sqlite3.SQLITE_FCNTL_PERSIST_WAL, 1)
	}})
}

func sha256Of(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

// logOf names a database's log, which lies beside the file itself and not beside a link to it.
func logOf(path string) string { return resolved(path) + "-wal" }

// indexOf names the index of a log.
func indexOf(path string) string { return resolved(path) + "-shm" }

func resolved(path string) string {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		return target
	}
	return path
}

// inWALMode reads the journal mode off a file (SQLite's file format, section 1.3). A file that is no database has none. It is for a
// file that this process does not have open: closing it again gives up all locks that the process has on it.
func inWALMode(path string) (bool, error) {
	file, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer func() { _ = file.Close() }()
	var header [20]byte
	if _, err := io.ReadFull(file, header[:]); err != nil {
		return false, nil // too short for a database
	}
	return string(header[:15]) == "SQLite format 3" && header[19] == 2, nil
}

// refuseWithoutLog refuses a file that was copied without its log. The file's version is known: those of earlier versions were
// left in WAL mode when they were closed.
func refuseWithoutLog(path string, version int64) error {
	open, err := inWALMode(path)
	if err != nil || !open || version < restsSince {
		return err
	}
	if _, err := os.Stat(logOf(path)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return fmt.Errorf("%w: %s was copied while a process had it open, and without %s; its newest entries may be missing. "+
		"Copy a database with `bankcore backup`, or stop the server first; `bankcore restore --unsigned --incomplete` takes the file as it is",
		ErrNoLog, path, filepath.Base(logOf(path)))
}

// openWriting opens a file for writing, with a pool of one connection.
func openWriting(ctx context.Context, path string) (*sql.DB, error) {
	if err := openLog(path); err != nil {
		return nil, err
	}
	// The driver touches the database before the hook above is called. If the disk fails there, the connection must not be the
	// last one to close: a reader has the log open, too, and cannot delete it.
	guard, err := openSQLite(path, beside)
	if err != nil {
		return nil, err
	}
	defer func() { _ = guard.Close() }()
	_ = guard.QueryRowContext(ctx, "PRAGMA schema_version").Scan(new(int)) // what is wrong, the writer tells or mends
	// mode=rw: a mistyped path is an error, not a new and empty bank.
	pool, err := openSQLite(path, writerOptions+"&mode=rw")
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(1)
	if err := setJournalMode(ctx, pool, "wal"); err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	return pool, nil
}

// setJournalMode changes the journal mode for good. SQLite writes the mode under a rollback journal, and with FULL it does not
// sync the folder after it has deleted that; were it back after a power cut, it would be played into a database that has gone on.
func setJournalMode(ctx context.Context, conn db.DBTX, mode string) error {
	var was string
	if err := conn.QueryRowContext(ctx, "PRAGMA synchronous").Scan(&was); err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, "PRAGMA synchronous = EXTRA"); err != nil {
		return err
	}
	err := readThrough(ctx, conn, "PRAGMA journal_mode = "+mode, mode)
	_, restored := conn.ExecContext(ctx, "PRAGMA synchronous = "+was)
	return errors.Join(err, restored)
}

// readThrough expects one value of a statement, and reads on to its end: only there SQLite commits what the statement has changed.
func readThrough(ctx context.Context, conn db.DBTX, statement, want string) error {
	rows, err := conn.QueryContext(ctx, statement)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	var got string
	for rows.Next() {
		if err := rows.Scan(&got); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if got != want {
		return fmt.Errorf("sqlite: %s gave %s", statement, got)
	}
	return nil
}

// openLog puts an empty log beside a database that is about to be written to, unless there is one, so that a crash never leaves
// the file in WAL mode without one. SQLite takes an empty log for none.
func openLog(path string) error {
	database, err := os.Stat(path)
	if err != nil {
		return err
	}
	log, err := os.OpenFile(logOf(path), os.O_CREATE|os.O_EXCL|os.O_RDWR, database.Mode().Perm())
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := errors.Join(log.Chmod(database.Mode().Perm()), log.Close(), giveTo(log.Name(), database)); err != nil {
		return err
	}
	return syncFile(filepath.Dir(log.Name()))
}

// rest leaves a database as one file that says that it is whole. If another process has it open, that one does so in the end;
// and if the disk fails, the log stays. Nothing is lost either way. The pool is to be closed next.
func rest(ctx context.Context, pool *sql.DB, path string) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.ExecContext(ctx, "PRAGMA busy_timeout = 0"); err != nil {
		return
	}
	// A process that opens the database from here on waits until the connection is closed.
	if readThrough(ctx, conn, "PRAGMA locking_mode = EXCLUSIVE", "exclusive") != nil || setJournalMode(ctx, conn, "delete") != nil {
		return
	}
	// Since the log is still there, SQLite has written the new mode into it and not yet into the file.
	var busy, frames, written int
	err = conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &frames, &written)
	if err != nil || busy != 0 {
		return
	}
	_ = os.Remove(logOf(path))
	_ = os.Remove(indexOf(path))
}

// atRest opens a file that no process has open, and leaves no trace.
const atRest = "mode=ro&immutable=1"

// beside opens a file that others may be writing, or that has a log.
const beside = "mode=ro&_busy_timeout=5000"

// readOnly are the options that open a file without changing anything that counts, and without another file beside it if it has
// none yet.
func readOnly(ctx context.Context, path string) (string, error) {
	log, err := os.Stat(logOf(path))
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(resolved(path) + "-journal"); err == nil {
			return beside, nil // SQLite knows whether a change was interrupted there
		}
		return atRest, nil
	}
	if err != nil {
		return "", err
	}
	pool, err := openSQLite(path, beside)
	if err != nil {
		return "", err
	}
	defer func() { _ = pool.Close() }()
	var sqliteError sqlite3.Error
	err = pool.QueryRowContext(ctx, "PRAGMA schema_version").Scan(new(int))
	switch {
	case !errors.As(err, &sqliteError) || !cannotIndex(sqliteError):
		return beside, nil // any other error comes again, where it is told
	case log.Size() == 0:
		return atRest, nil
	}
	return "", fmt.Errorf("the entries in %s cannot be read here, since SQLite needs to write %s beside it: "+
		"copy both files to a folder that you can write to, and use that copy", filepath.Base(logOf(path)), filepath.Base(indexOf(path)))
}

// cannotIndex reports whether a log could not be read for want of its index, which readers write to.
func cannotIndex(err sqlite3.Error) bool {
	return err.Code == sqlite3.ErrCantOpen || err.Code == sqlite3.ErrReadonly && err.ExtendedCode != sqlite3.ErrReadonlyRollback
}

// found is what a file holds.
type found struct {
	has, wants  int64  // the versions of its schema, 0 for an empty database, and of this program's
	options     string // that open it for reading
	interrupted bool   // a change was, and is undone by the next to write
	objects     []object
}

// examine looks at a file before anything changes it, and refuses one that is another program's.
func examine(ctx context.Context, path string) (found, error) {
	options, err := readOnly(ctx, path)
	if err != nil {
		return found{}, err
	}
	f, err := look(ctx, path, options)
	var sqliteError sqlite3.Error
	if errors.As(err, &sqliteError) && sqliteError.ExtendedCode == sqlite3.ErrReadonlyRollback {
		f, err = look(ctx, path, atRest) // a change of ours under a journal leaves what is looked at as it is
		f.interrupted = true
	}
	return f, err
}

func look(ctx context.Context, path, options string) (found, error) {
	file, err := openSQLite(path, options)
	if err != nil {
		return found{}, err
	}
	defer func() { _ = file.Close() }()
	empty, err := identify(ctx, file)
	if err != nil || empty {
		return found{options: options}, err
	}
	has, wants, err := versions(ctx, file, goose.DialectSQLite3)
	if err != nil {
		return found{}, err
	}
	objects, err := sqliteObjects(ctx, file)
	return found{has: has, wants: wants, options: options, objects: objects}, err
}
