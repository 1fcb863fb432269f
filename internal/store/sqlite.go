package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// Options of the connections. synchronous=FULL makes a commit survive a power cut; the driver's default does not. The writer begins its
// transactions "immediate", because a transaction that reads first and writes later fails at once if another process has written in between.
const (
	writerOptions = "_synchronous=FULL&_mutex=no&_txlock=immediate&_busy_timeout=5000&_foreign_keys=on" +
		"&_cache_size=-65536"
	readerOptions = "&_query_only=on&_mutex=no&_txlock=deferred&_busy_timeout=5000&_foreign_keys=on&_cache_size=-16384"

	maxReaders = 8
	// walLimit is the size to which the write-ahead log shrinks once no reader needs it, in bytes.
	walLimit = 64 << 20
	// walPages is the number of pages after which the log is copied into the database; ten times SQLite's default is a sixth faster.
	walPages = 10_000
)

// sqlite is the engine for one machine: a file, one writer that commits for many callers, and readers beside it.
type sqlite struct {
	sqliteReader
	writing *sql.DB // a pool of one
	writer  *writer
	claimed *flock.Flock
}

func newSQLite(ctx context.Context, path string) (*sqlite, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, notThere(err)
	}
	s := &sqlite{sqliteReader: sqliteReader{path: path}}
	if err := s.open(ctx); err != nil {
		_ = s.close()
		return nil, fmt.Errorf("open %s: %w", path, classify(err))
	}
	return s, nil
}

// SQLitePath returns the file's path from a URL: sqlite:PATH, or sqlite:// and an absolute path. A relative path after two slashes is
// refused, because in other URLs its first element would be a host.
func SQLitePath(databaseURL string) (string, error) {
	path, found := strings.CutPrefix(databaseURL, "sqlite:")
	if !found {
		return "", errors.New("DATABASE_URL: expected sqlite:PATH or a postgres:// URL") // not quoted: it may hold a password
	}
	absolute, slashes := strings.CutPrefix(path, "//")
	if slashes && filepath.IsAbs(absolute) {
		path = absolute
	}
	// SQLite would not take these names for files.
	special := path == ":memory:" || strings.HasPrefix(path, "file:")
	if path == "" || special || slashes && path != absolute {
		return "", errors.New("DATABASE_URL: expected sqlite:PATH with the path of a file")
	}
	return path, nil
}

func (s *sqlite) open(ctx context.Context) error {
	file, err := examine(ctx, s.path)
	if err != nil {
		return err
	}
	if err := current(ctx, s.path, file); err != nil {
		return err
	}
	if s.writing, err = openWriting(ctx, s.path); err != nil {
		return err
	}
	if err := checkPragmas(ctx, s.writing, map[string]string{
		"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "5000",
		"trusted_schema": "0", "cell_size_check": "1",
	}); err != nil {
		return err
	}
	// These apply to the writer's only connection, which stays open; the driver has no options for them.
	settings := fmt.Sprintf("PRAGMA journal_size_limit = %d; PRAGMA wal_autocheckpoint = %d", walLimit, walPages)
	if _, err := s.writing.ExecContext(ctx, settings); err != nil {
		return err
	}
	if err := s.openReading(ctx, beside); err != nil {
		return err
	}
	s.writer, err = startWriter(ctx, s.writing)
	return err
}

func (s *sqlite) close() error {
	var failures []error
	broken := false
	if s.writer != nil {
		failures = append(failures, s.writer.close())
		broken = s.writer.broken()
	}
	failures = append(failures, s.sqliteReader.close())
	if s.writing != nil {
		if !broken { // otherwise only a restart finds out what the log holds
			rest(context.Background(), s.writing, s.path)
		}
		failures = append(failures, s.writing.Close())
	}
	if s.claimed != nil {
		// The file stays: if it were removed, two processes could lock two different files of the same name.
		failures = append(failures, s.claimed.Unlock())
	}
	return errors.Join(failures...)
}

func (s *sqlite) claim() error {
	var err error
	s.claimed, err = claim(s.path)
	return err
}

// claim locks a database. A process that serves or migrates it holds the lock.
func claim(path string) (*flock.Flock, error) {
	path, err := filepath.EvalSymlinks(path) // one database has one lock, whatever name is used for it
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

func (s *sqlite) failed() <-chan struct{} { return s.writer.failed }

func (s *sqlite) queued() int { return len(s.writer.queue) }

func (s *sqlite) ping(ctx context.Context) error {
	if s.writer.broken() {
		return ErrUnavailable
	}
	return s.sqliteReader.ping(ctx)
}

func (s *sqlite) update(ctx context.Context, fn work) error { return s.writer.update(ctx, fn) }

func (s *sqlite) post(ctx context.Context, o *Order) (ledger.Outcome, error) {
	return s.writer.post(ctx, o)
}

func openSQLite(path, options string) (*sql.DB, error) {
	name := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: options}
	return sql.Open(sqliteDriver, name.String())
}

// applicationID marks our files; the first migration writes it.
const applicationID = "1650683762"

// current refuses a database that does not match this program's queries, is incomplete, or was tampered with.
func current(ctx context.Context, path string, file found) error {
	if file.has == 0 {
		return fmt.Errorf("%w: the database is empty; `bankcore migrate` fills it", ErrSchema)
	}
	if err := checkVersion(file.has, file.wants); err != nil {
		return err
	}
	if err := refuseWithoutLog(path); err != nil {
		return err
	}
	return file.refuseTampered(ctx)
}

// identify refuses a file of another program, and reports whether the file is still empty.
func identify(ctx context.Context, file *sql.DB) (empty bool, err error) {
	var id string
	if err := file.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id); err != nil {
		return false, err
	}
	if id == applicationID {
		return false, nil
	}
	var objects int // an interrupted first migration leaves goose's own tables behind
	if err := file.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema WHERE tbl_name NOT IN ('goose_db_version', 'sqlite_sequence')").Scan(&objects); err != nil {
		return false, err
	}
	if objects > 0 {
		return false, fmt.Errorf("%w: this is not a database of bankcore", ErrSchema)
	}
	return true, nil
}

// checkPragmas reads the settings back: the driver silently drops options that it does not know, and durability might be among them.
func checkPragmas(ctx context.Context, pool db.DBTX, want map[string]string) error {
	for pragma, value := range want {
		var got string
		if err := pool.QueryRowContext(ctx, "PRAGMA "+pragma).Scan(&got); err != nil {
			return err
		}
		if got != value {
			return fmt.Errorf("sqlite: %s is %s, not %s", pragma, got, value)
		}
	}
	return nil
}

// sqliteDialect prepares the queries, which are written for PostgreSQL, for SQLite.
type sqliteDialect struct{ db.DBTX }

func (d sqliteDialect) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	return d.DBTX.PrepareContext(ctx, forSQLite(query))
}

// forSQLite turns $3 into +?3, because SQLite takes $3 for a name and numbers names by first appearance. The queries have no other
// dollar. It drops the row locks, which the single writer does not need. The plus changes no value. It keeps SQLite from planning by the value of a bare parameter:
// the driver clears the parameters before each call, and SQLite would then prepare the statement again.
func forSQLite(query string) string {
	return strings.Replace(strings.ReplaceAll(query, "$", "+?"), "\nFOR UPDATE", "", 1)
}
