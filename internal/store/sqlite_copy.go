package store

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/bankingcore/bankcore/internal/files"
)

// ErrNotSQLite means that only a database of SQLite can be copied and replaced as a file.
var ErrNotSQLite = errors.New("only for SQLite: PostgreSQL has its own tools, pg_basebackup and pg_dump")

// copyTo writes a checked copy of the database to a new file in a folder, and returns its name.
func (r *sqliteReader) copyTo(ctx context.Context, folder string) (string, error) {
	if folder == "" {
		folder = filepath.Dir(resolved(r.path))
	}
	options := beside
	if r.resting != nil {
		options = atRest
	}
	partial, err := checkedCopy(ctx, r.path, options, folder)
	if err != nil {
		return "", r.undisturbed(classify(err))
	}
	if err := r.undisturbed(nil); err != nil {
		return "", errors.Join(err, os.Remove(partial))
	}
	return partial, nil
}

// checkedCopy copies a database of ours to a new file in a folder, checks and syncs it, and returns its name. The caller removes it.
func checkedCopy(ctx context.Context, source, options, folder string) (path string, err error) {
	// SQLite accepts an empty file as a target, and this one is readable only by its owner.
	partial, err := files.WritePartial(folder, func(io.Writer) error { return nil })
	if err != nil {
		return "", err
	}
	if err := copyInto(ctx, source, options, partial); err != nil {
		return "", errors.Join(err, os.Remove(partial))
	}
	return partial, nil
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
	return files.Sync(path)
}
