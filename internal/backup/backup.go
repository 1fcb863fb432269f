// Package backup writes and restores backups of a SQLite database: copies that are checked, authenticated by a MAC and, on request,
// encrypted. PostgreSQL has its own tools.
package backup

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"filippo.io/age"

	"github.com/bankingcore/bankcore/internal/files"
	"github.com/bankingcore/bankcore/internal/store"
)

// WriteParams holds the inputs of Write.
type WriteParams struct {
	Path       string          // must not exist yet
	Key        []byte          // of the MAC, which is written to Path.mac; nil means no MAC
	Recipients []age.Recipient // who can decrypt it; none means that it is not encrypted
}

// Write writes a consistent copy of a database to a new file while others continue to read and write the database. The copy is checked,
// encrypted if there are recipients, and given a MAC before it gets its name. Only SQLite supports it (store.ErrNotSQLite).
func Write(ctx context.Context, s *store.Store, p WriteParams) error {
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
		folder = "" // the bank's own folder, which holds it in plain text anyway
	}
	partial, err := s.Copy(ctx, folder)
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
	return files.Sync(filepath.Dir(path))
}
