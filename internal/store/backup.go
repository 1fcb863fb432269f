package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

func (r *sqliteReader) backup(ctx context.Context, path string) error {
	path, err := filepath.Abs(path) // SQLite would take a name such as "file:x" for a URL
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("backup: %s exists", path)
	}
	options := beside
	if r.resting != nil {
		options = atRest
	}
	partial, err := checkedCopy(ctx, r.path, options, filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("backup to %s: %w", path, r.undisturbed(named(err)))
	}
	defer func() { _ = os.Remove(partial) }()
	if err := r.undisturbed(nil); err != nil {
		return fmt.Errorf("backup to %s: %w", path, err)
	}
	// A link, unlike a rename, refuses a name that somebody has taken meanwhile.
	if err := os.Link(partial, path); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return syncFile(filepath.Dir(path))
}

var errNotSQLite = errors.New("only for SQLite: PostgreSQL has its own tools, pg_basebackup and pg_dump")

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
	copied, err := examine(ctx, path)
	if err != nil {
		return err
	}
	if copied.has == 0 {
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
