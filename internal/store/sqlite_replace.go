package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"github.com/bankingcore/bankcore/internal/files"
)

// ClaimedFile is the file of a SQLite database on which no other process can serve, so that another file can take its place.
type ClaimedFile struct {
	path string
	lock *flock.Flock
}

// ClaimFile claims the file at a path until Release, and creates one if there is none. If a server runs on it, ClaimFile returns ErrInUse.
func ClaimFile(path string) (*ClaimedFile, error) {
	if err := createFile(path); err != nil {
		return nil, fmt.Errorf("create %s: %w", path, err)
	}
	lock, err := claim(path)
	if err != nil {
		return nil, err
	}
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return nil, errors.Join(err, lock.Unlock())
	}
	return &ClaimedFile{path: path, lock: lock}, nil
}

// Folder returns the folder of the file itself, not of a link to it.
func (f *ClaimedFile) Folder() string { return filepath.Dir(f.path) }

// Release ends the claim.
func (f *ClaimedFile) Release() error { return f.lock.Unlock() }

// ReplaceParams holds the inputs of Replace.
type ReplaceParams struct {
	Source     string // a SQLite file, which stays as it is
	Now        time.Time
	Incomplete bool // also accepts a file that was copied without its log
	// Prepare is called with the copy before it replaces the old database. If it fails, nothing is replaced.
	Prepare func(ctx context.Context, s *Store) error
}

// Replace replaces the file with a checked copy of another one, brought up to this version. It keeps the old database beside the new one,
// under a name with the time, and returns that name, or "" if there was no database. A source of a newer version is refused with
// ErrSchema.
func (f *ClaimedFile) Replace(ctx context.Context, p ReplaceParams) (kept string, err error) {
	kept, err = replace(ctx, p, f.path)
	return kept, classify(err)
}

func replace(ctx context.Context, p ReplaceParams, path string) (kept string, err error) {
	options, err := replaceable(ctx, p)
	if err != nil {
		return "", err
	}
	partial, err := checkedCopy(ctx, p.Source, options, filepath.Dir(path))
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
	return kept, files.Sync(filepath.Dir(path))
}

// replaceable refuses a source that is of a newer version or incomplete, and returns the options to open it with.
func replaceable(ctx context.Context, p ReplaceParams) (options string, err error) {
	file, err := examine(ctx, p.Source)
	switch {
	case err != nil:
		return "", err
	case file.has > file.wants:
		return "", newer(file.has, file.wants)
	case file.interrupted:
		return "", errInterrupted
	case !p.Incomplete:
		err = refuseWithoutLog(p.Source)
	}
	if err == nil && file.has > 0 {
		err = file.refuseTampered(ctx)
	}
	return file.options, err
}

// prepare migrates and prepares a copy, and makes sure that it is one file.
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
	return files.Sync(path)
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
