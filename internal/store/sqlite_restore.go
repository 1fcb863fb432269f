package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"filippo.io/age"
)

// RestoreParams holds the inputs of Restore.
type RestoreParams struct {
	Backup      string // a file
	DatabaseURL string
	Now         time.Time
	Incomplete  bool           // also accepts a file that was copied without its log
	Keys        [][]byte       // one of them made the backup's MAC; none skips that check
	Identities  []age.Identity // to decrypt the backup; none if it is not encrypted
	// Prepare is called with the restored database before it replaces the old one. If it fails, nothing is restored.
	Prepare func(ctx context.Context, s *Store) error
}

// Restore replaces the database that a URL names with a checked copy of a backup, and brings it up to this version. No server may run on
// the database (ErrInUse). Restore keeps the old database beside the new one, under a name with the time, and returns that name, or ""
// if there was no database. A backup of a newer version is refused with ErrSchema.
func Restore(ctx context.Context, p RestoreParams) (kept string, err error) {
	if IsPostgres(p.DatabaseURL) {
		return "", errNotSQLite
	}
	path, err := SQLitePath(p.DatabaseURL)
	if err != nil {
		return "", err
	}
	if p.Backup, err = filepath.Abs(p.Backup); err != nil {
		return "", fmt.Errorf("restore: %w", err)
	}
	if _, err := os.Stat(p.Backup); err != nil {
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
	if kept, err = restore(ctx, p, path); err != nil {
		return kept, fmt.Errorf("restore %s: %w", p.Backup, classify(err))
	}
	return kept, nil
}

func restore(ctx context.Context, p RestoreParams, path string) (kept string, err error) {
	path, err = filepath.EvalSymlinks(path)
	if err != nil {
		return "", err
	}
	if p.checked() {
		if p.Backup, err = unseal(p, filepath.Dir(path)); err != nil {
			return "", err
		}
		defer func() { _ = os.Remove(p.Backup) }()
	}
	options, err := restorable(ctx, p)
	if err != nil {
		return "", err
	}
	partial, err := checkedCopy(ctx, p.Backup, options, filepath.Dir(path))
	if err != nil {
		return "", err
	}
	defer func() { _ = errors.Join(os.Remove(partial), os.Remove(partial+"-wal"), os.Remove(partial+"-shm")) }()
	if err := prepare(ctx, partial, p.Prepare); err != nil {
		return "", err
	}
	if kept, err = setAside(ctx, path, path+p.Now.UTC().Format(".replaced-20060102T150405.000Z")); err != nil {
		return kept, err
	}
	if err := os.Rename(partial, path); err != nil {
		return kept, err
	}
	return kept, syncFile(filepath.Dir(path))
}

// checked reports whether the backup goes through unseal. A backup that is neither signed nor encrypted may have a log beside it.
func (p RestoreParams) checked() bool {
	return len(p.Keys) > 0 || len(p.Identities) > 0 || isEncrypted(p.Backup)
}

// restorable refuses a backup that is of a newer version or incomplete, and returns the options to open it with.
func restorable(ctx context.Context, p RestoreParams) (options string, err error) {
	file, err := examine(ctx, p.Backup)
	switch {
	case err != nil:
		return "", err
	case file.has > file.wants:
		return "", newer(file.has, file.wants)
	case file.interrupted:
		return "", errInterrupted
	case !p.Incomplete:
		err = refuseWithoutLog(p.Backup)
	}
	if err == nil && file.has > 0 {
		err = file.refuseTampered(ctx)
	}
	return file.options, err
}

// prepare migrates and prepares a copy of a backup, and makes sure that it is one file.
func prepare(ctx context.Context, path string, fn func(ctx context.Context, s *Store) error) error {
	if _, err := upSQLite(ctx, path); err != nil {
		return err
	}
	engine, err := newSQLite(ctx, path)
	if err != nil {
		return err
	}
	s := &Store{engine: engine}
	if err := errors.Join(fn(ctx, s), s.Close()); err != nil {
		return err
	}
	if open, err := inWALMode(path); err != nil || open {
		return errors.Join(err, errors.New("the log cannot be merged into the database file"))
	}
	return syncFile(path)
}

// setAside gives a database a second name, which it keeps when another file takes its first one. It must not leave its log behind:
// SQLite would replay that into the other database.
func setAside(ctx context.Context, path, name string) (string, error) {
	if _, err := examine(ctx, path); errors.Is(err, ErrSchema) {
		return "", err // it belongs to another program
	}
	if was, err := os.Stat(path); err != nil || was.Size() == 0 {
		return "", err // created a moment ago, for the lock
	}
	if err := os.Link(path, name); err != nil {
		return "", err
	}
	// If the database cannot even be opened, which may be why it is replaced, SQLite may delete the log.
	if err := os.Link(path+"-wal", name+"-wal"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return name, err
	}
	doomed := []string{path + "-wal", path + "-shm"}
	if foldLog(ctx, path) == nil {
		doomed = append(doomed, name+"-wal") // all of it is now in the database
	}
	for _, file := range doomed {
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return name, err
		}
	}
	return name, nil
}

// foldLog moves the content of a database's log into its file, and removes the log.
func foldLog(ctx context.Context, path string) error {
	pool, err := openSQLite(path, "mode=rw&_synchronous=FULL&_busy_timeout=5000")
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	return setJournalMode(ctx, pool, "delete")
}
