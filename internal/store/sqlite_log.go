package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mattn/go-sqlite3"
	"github.com/pressly/goose/v3"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/files"
)

// A database in WAL mode is two files, and the second one, the log, may hold the newest entries. If only the first one is copied, the
// copy is an older state of the bank that looks complete. So the file's journal mode says whether the file is complete: it is in WAL
// mode from before its first write until the last process that has it open closes it and puts it into DELETE mode. Until then the log
// stays beside it, even if empty. A file in WAL mode without a log was therefore copied alone.

// ErrNoLog means that a database's log is not beside it, and that entries may be missing.
var ErrNoLog = errors.New("store: the log is missing")

// sqliteDriver is the driver of all our connections.
const sqliteDriver = "bankcore-sqlite3"

func init() {
	sql.Register(sqliteDriver, &sqlite3.SQLiteDriver{ConnectHook: func(conn *sqlite3.SQLiteConn) error {
		// A file may come from an attacker: its schema must call nothing harmful, and a damaged page must not be followed.
		if _, err := conn.Exec("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON", nil); err != nil {
			return err
		}
		// Otherwise the last connection to close deletes the log, and leaves the file in WAL mode.
		return conn.SetFileControlInt("main", sqlite3.SQLITE_FCNTL_PERSIST_WAL, 1)
	}})
}

// logOf returns the name of a database's log, which is beside the file itself and not beside a link to it.
func logOf(path string) string { return resolved(path) + "-wal" }

// indexOf returns the name of a log's index.
func indexOf(path string) string { return resolved(path) + "-shm" }

func resolved(path string) string {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		return target
	}
	return path
}

// inWALMode reads the journal mode from a file (SQLite's file format, section 1.3), and returns false if the file is not a database. The
// process must not have the file open: closing it here would drop all locks that the process holds on it.
func inWALMode(path string) (bool, error) {
	file, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer func() { _ = file.Close() }()
	var header [20]byte
	if _, err := io.ReadFull(file, header[:]); err != nil {
		return false, nil // too short to be a database
	}
	return string(header[:15]) == "SQLite format 3" && header[19] == 2, nil
}

// refuseWithoutLog refuses a file that was copied without its log.
func refuseWithoutLog(path string) error {
	open, err := inWALMode(path)
	if err != nil || !open {
		return err
	}
	if _, err := os.Stat(logOf(path)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return fmt.Errorf("%w: %s was copied while a process had it open, and without %s; its newest entries may be missing. "+
		"Copy a database with `bankcore backup`, or stop the server first; `bankcore restore --unsigned --incomplete` restores the file as it is",
		ErrNoLog, path, filepath.Base(logOf(path)))
}

// openWriting opens a file for writing, with a pool of one connection.
func openWriting(ctx context.Context, path string) (*sql.DB, error) {
	if err := openLog(path); err != nil {
		return nil, err
	}
	// The driver touches the database before it calls the hook above. If the disk fails at that point, the connection must not be the last
	// one to close. A reader also has the log open, and cannot delete it.
	guard, err := openSQLite(path, beside)
	if err != nil {
		return nil, err
	}
	defer func() { _ = guard.Close() }()
	_ = guard.QueryRowContext(ctx, "PRAGMA schema_version").Scan(new(int)) // the writer reports or repairs what is wrong
	// mode=rw: a mistyped path is an error, not a new, empty bank.
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

// setJournalMode changes the journal mode permanently. SQLite writes the mode under a rollback journal, and with FULL it does not sync
// the folder after it deletes that. If the journal reappeared after a power cut, it would be replayed into a database that has moved on.
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

// readThrough expects one value from a statement, and reads to its end: only then does SQLite commit the statement's changes.
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

// openLog puts an empty log beside a database that is about to be written, unless there is one, so that a crash never leaves the file in
// WAL mode without a log. SQLite treats an empty log as none.
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
	if err := errors.Join(log.Chmod(database.Mode().Perm()), log.Close(), files.GiveTo(log.Name(), database)); err != nil {
		return err
	}
	return files.Sync(filepath.Dir(log.Name()))
}

// rest leaves a database as one file that is marked complete. If another process has it open, that process does so when it closes the
// file; if the disk fails, the log stays. Nothing is lost either way. The caller closes the pool next.
func rest(ctx context.Context, pool *sql.DB, path string) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.ExecContext(ctx, "PRAGMA busy_timeout = 0"); err != nil {
		return
	}
	// A process that opens the database from now on waits until the connection is closed.
	if readThrough(ctx, conn, "PRAGMA locking_mode = EXCLUSIVE", "exclusive") != nil || setJournalMode(ctx, conn, "delete") != nil {
		return
	}
	// Because the log still exists, SQLite has written the new mode into it and not yet into the file.
	var busy, frames, written int
	err = conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &frames, &written)
	if err != nil || busy != 0 {
		return
	}
	_ = os.Remove(logOf(path))
	_ = os.Remove(indexOf(path))
}

// atRest holds the options to open a file that no process has open, without leaving a trace.
const atRest = "mode=ro&immutable=1"

// beside holds the options to open a file that other processes may be writing, or that has a log.
const beside = "mode=ro&_busy_timeout=5000"

// readOnly returns the options that open a file without changing its content, and without creating a file beside it if there is none yet.
func readOnly(ctx context.Context, path string) (string, error) {
	log, err := os.Stat(logOf(path))
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(resolved(path) + "-journal"); err == nil {
			return beside, nil // SQLite finds out whether a change was interrupted
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
		return beside, nil // any other error recurs later, where it is reported
	case log.Size() == 0:
		return atRest, nil
	}
	return "", fmt.Errorf("the entries in %s cannot be read here, since SQLite needs to write %s beside it: "+
		"copy both files to a folder that you can write to, and use that copy", filepath.Base(logOf(path)), filepath.Base(indexOf(path)))
}

// cannotIndex reports whether a log could not be read because its index, which readers write to, cannot be opened or written.
func cannotIndex(err sqlite3.Error) bool {
	return err.Code == sqlite3.ErrCantOpen || err.Code == sqlite3.ErrReadonly && err.ExtendedCode != sqlite3.ErrReadonlyRollback
}

// found describes a file.
type found struct {
	has, wants  int64  // the schema's version, 0 for an empty database, and this program's
	options     string // to open it for reading
	interrupted bool   // a change was interrupted; the next writer undoes it
	objects     []object
}

// examine inspects a file before anything changes it, and refuses a file of another program.
func examine(ctx context.Context, path string) (found, error) {
	options, err := readOnly(ctx, path)
	if err != nil {
		return found{}, err
	}
	f, err := look(ctx, path, options)
	var sqliteError sqlite3.Error
	if errors.As(err, &sqliteError) && sqliteError.ExtendedCode == sqlite3.ErrReadonlyRollback {
		f, err = look(ctx, path, atRest) // an interrupted change of ours does not affect what is read here
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
	objects, err := sqliteObjects(ctx, file)
	if err != nil {
		return found{}, err
	}
	if slices.ContainsFunc(objects, isOldAccounts) {
		return found{}, errOldSchema
	}
	has, wants, err := versions(ctx, file, goose.DialectSQLite3)
	return found{has: has, wants: wants, options: options, objects: objects}, err
}

// isOldAccounts reports whether an object is the table of accounts from before the baseline, which calls this column sign_in_locked.
func isOldAccounts(o object) bool {
	return o.kind == "table" && o.name == "accounts" && strings.Contains(o.definition, " is_locked ")
}
