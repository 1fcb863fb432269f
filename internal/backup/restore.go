package backup

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"filippo.io/age"

	"github.com/bankingcore/bankcore/internal/store"
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
	Prepare func(ctx context.Context, s *store.Store) error
}

// Restore replaces the database that a URL names with a checked copy of a backup, and brings it up to this version. No server may run on
// the database (store.ErrInUse). Restore keeps the old database beside the new one, under a name with the time, and returns that name, or
// "" if there was no database. A backup of a newer version is refused with store.ErrSchema.
func Restore(ctx context.Context, p RestoreParams) (kept string, err error) {
	if store.IsPostgres(p.DatabaseURL) {
		return "", store.ErrNotSQLite
	}
	path, err := store.SQLitePath(p.DatabaseURL)
	if err != nil {
		return "", err
	}
	if p.Backup, err = filepath.Abs(p.Backup); err != nil {
		return "", fmt.Errorf("restore: %w", err)
	}
	if _, err := os.Stat(p.Backup); err != nil {
		return "", fmt.Errorf("restore: %w", err)
	}
	file, err := store.ClaimFile(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Release() }()
	if kept, err = restore(ctx, p, file); err != nil {
		return kept, fmt.Errorf("restore %s: %w", p.Backup, err)
	}
	return kept, nil
}

func restore(ctx context.Context, p RestoreParams, file *store.ClaimedFile) (kept string, err error) {
	if p.checked() {
		if p.Backup, err = unseal(p, file.Folder()); err != nil {
			return "", err
		}
		defer func() { _ = os.Remove(p.Backup) }()
	}
	return file.Replace(ctx, store.ReplaceParams{Source: p.Backup, Now: p.Now, Incomplete: p.Incomplete, Prepare: p.Prepare})
}

// checked reports whether the backup goes through unseal. A backup that is neither signed nor encrypted may have a log beside it.
func (p RestoreParams) checked() bool {
	return len(p.Keys) > 0 || len(p.Identities) > 0 || isEncrypted(p.Backup)
}
