package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"filippo.io/age"
)

// BackupParams holds the inputs of Backup.
type BackupParams struct {
	Path       string          // must not exist yet
	Key        []byte          // of the MAC, which is written to Path.mac; nil means no MAC
	Recipients []age.Recipient // who can decrypt it; none means that it is not encrypted
}

// partialPattern names files that are not complete yet.
const partialPattern = ".bankcore-*.partial"

func (r *sqliteReader) backup(ctx context.Context, p BackupParams) error {
	path, err := filepath.Abs(p.Path) // SQLite would take a name such as "file:x" for a URL
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	for _, name := range []string{path, path + macSuffix} {
		if _, err := os.Lstat(name); err == nil {
			return fmt.Errorf("backup: %s exists", name)
		}
	}
	folder := filepath.Dir(path)
	if len(p.Recipients) > 0 {
		folder = filepath.Dir(resolved(r.path)) // the bank's own folder, which holds it in plain text anyway
	}
	partial, err := r.copyTo(ctx, folder)
	if err != nil {
		return fmt.Errorf("backup to %s: %w", path, err)
	}
	defer func() { _ = os.Remove(partial) }()
	if len(p.Recipients) == 0 {
		return publish(partial, path, p.Key)
	}
	sealed, err := seal(partial, filepath.Dir(path), p.Recipients)
	if err != nil {
		return fmt.Errorf("backup to %s: %w", path, err)
	}
	defer func() { _ = os.Remove(sealed) }()
	return publish(sealed, path, p.Key)
}

// copyTo writes a checked copy of the database to a new file in a folder, and returns its name.
func (r *sqliteReader) copyTo(ctx context.Context, folder string) (string, error) {
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

// publish gives a backup its name, after its MAC, so that a backup never exists without its MAC.
func publish(partial, path string, key []byte) error {
	if key != nil {
		if err := writeMAC(partial, path, key); err != nil {
			return fmt.Errorf("backup: %w", err)
		}
	}
	// Unlike a rename, a link fails if the name has been taken in the meantime.
	if err := os.Link(partial, path); err != nil {
		if key != nil {
			err = errors.Join(err, os.Remove(path+macSuffix))
		}
		return fmt.Errorf("backup: %w", err)
	}
	return syncFile(filepath.Dir(path))
}

var errNotSQLite = errors.New("only for SQLite: PostgreSQL has its own tools, pg_basebackup and pg_dump")

// checkedCopy copies a database of ours to a new file in a folder, checks and syncs it, and returns its name. The caller removes it.
func checkedCopy(ctx context.Context, source, options, folder string) (path string, err error) {
	// SQLite accepts an empty file as a target, and this one is readable only by its owner.
	partial, err := os.CreateTemp(folder, partialPattern)
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

// syncFile makes a file, or a folder's list of names, durable against a power cut.
func syncFile(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	return file.Sync()
}
