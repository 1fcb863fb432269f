package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/pressly/goose/v3"
)

func (s *sqlite) backup(ctx context.Context, path string) error {
	path, err := filepath.Abs(path) // SQLite would take a name such as "file:x" for a URL
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("backup: %s exists", path)
	}
	partial, err := checkedCopy(ctx, s.path, "mode=rw&_busy_timeout=5000", filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("backup to %s: %w", path, named(err))
	}
	defer func() { _ = os.Remove(partial) }()
	// A link, unlike a rename, refuses a name that somebody has taken meanwhile.
	if err := os.Link(partial, path); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return syncFile(filepath.Dir(path))
}

var errNotSQLite = errors.New("only for SQLite: PostgreSQL has its own tools, pg_basebackup and pg_dump")

// Restore puts a checked copy of a backup in the place of the database that a URL names, while no server runs on it
// (ErrInUse). What was there is kept beside it, under a name with the time, which Restore returns, or "" if nothing was.
// A backup of a newer version is refused with ErrSchema; one of an older version waits for Migrate.
func Restore(ctx context.Context, backup, databaseURL string, now time.Time) (kept string, err error) {
	if IsPostgres(databaseURL) {
		return "", errNotSQLite
	}
	path, err := SQLitePath(databaseURL)
	if err != nil {
		return "", err
	}
	if backup, err = filepath.Abs(backup); err != nil {
		return "", fmt.Errorf("restore: %w", err)
	}
	if _, err := os.Stat(backup); err != nil {
		return "", fmt.Errorf("restore: %w", err)
	}
	if err := createFile(path); err != nil {
		return "", fmt.Errorf("restore to %s: %w", path, err)
	}
	lock, err := claim(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = lock.Unlock() }()
	if kept, err = restore(ctx, backup, path, now); err != nil {
		return kept, fmt.Errorf("restore %s: %w", backup, named(err))
	}
	return kept, nil
}

func restore(ctx context.Context, backup, path string, now time.Time) (kept string, err error) {
	path, err = filepath.EvalSymlinks(path)
	if err != nil {
		return "", err
	}
	partial, err := checkedCopy(ctx, backup, readOnly(backup), filepath.Dir(path))
	if err != nil {
		return "", err
	}
	defer func() { _ = os.Remove(partial) }()
	if err := notNewer(ctx, partial); err != nil {
		return "", err
	}
	if kept, err = setAside(ctx, path, path+now.UTC().Format(".replaced-20060102T150405.000Z")); err != nil {
		return "", err
	}
	if err := os.Rename(partial, path); err != nil {
		return kept, err
	}
	return kept, syncFile(filepath.Dir(path))
}

// setAside gives a database a second name, which it keeps when another takes its first one. It must not leave its log
// behind: SQLite would play that into the other one.
func setAside(ctx context.Context, path, name string) (string, error) {
	if _, err := identify(ctx, path); errors.Is(err, ErrSchema) {
		return "", err // another program's
	}
	if was, err := os.Stat(path); err != nil || was.Size() == 0 {
		return "", err // made a moment ago, for the lock
	}
	if err := os.Link(path, name); err != nil {
		return "", err
	}
	// Of a database that cannot even be opened, which may be why another is restored, SQLite may throw the log away.
	if err := os.Link(path+"-wal", name+"-wal"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return name, err
	}
	doomed := []string{path + "-wal", path + "-shm"}
	if foldLog(ctx, path) == nil {
		doomed = append(doomed, name+"-wal") // all of it is in the database now
	}
	for _, file := range doomed {
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return name, err
		}
	}
	return name, nil
}

// foldLog moves what is in a database's log into its file, and takes the log away.
func foldLog(ctx context.Context, path string) error {
	pool, err := openSQLite(path, "mode=rw&_synchronous=FULL&_busy_timeout=5000")
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	return checkPragmas(ctx, pool, map[string]string{"journal_mode = DELETE": "delete"})
}

// notNewer refuses a database that only a newer program knows.
func notNewer(ctx context.Context, path string) error {
	pool, err := openSQLite(path, "mode=rw")
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	_, err = isCurrent(ctx, pool, goose.DialectSQLite3)
	return err
}

// checkedCopy copies one of our databases to a new file in a folder, checks and syncs it, and returns its name. The caller
// removes it.
func checkedCopy(ctx context.Context, source, options, folder string) (path string, err error) {
	// SQLite fills an empty file as it fills none, and this one is readable by its owner alone.
	partial, err := os.CreateTemp(folder, ".bankcore-*.partial")
	if err != nil {
		return "", err
	}
	if err := errors.Join(partial.Close(), copyInto(ctx, source, options, partial.Name())); err != nil {
		return "", errors.Join(err, os.Remove(partial.Name()))
	}
	return partial.Name(), nil
}

func copyInto(ctx context.Context, source, options, path string) error {
	from, err := openSQLite(source, options)
	if err != nil {
		return err
	}
	defer func() { _ = from.Close() }()
	if _, err := from.ExecContext(ctx, "VACUUM INTO ?", path); err != nil {
		return err
	}
	empty, err := identify(ctx, path)
	if err != nil {
		return err
	}
	if empty {
		return errors.New("the copy is empty")
	}
	target, err := openSQLite(path, "mode=rw")
	if err != nil {
		return err
	}
	defer func() { _ = target.Close() }()
	if err := checkPragmas(ctx, target, map[string]string{"integrity_check": "ok"}); err != nil {
		return err
	}
	return syncFile(path)
}

// syncFile makes a file, or a folder's list of names, survive a power cut.
func syncFile(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	return file.Sync()
}
