package store

import (
	"context"
	"os"
	"path/filepath"

	"github.com/pressly/goose/v3"
)

func migrateSQLite(ctx context.Context, path string) ([]string, error) {
	file, err := examine(ctx, path)
	switch {
	case err != nil:
		return nil, err
	case file.has > 0 && file.has > file.wants:
		return nil, newer(file.has, file.wants)
	case file.has > 0:
		if err := refuseWithoutLog(path); err != nil {
			return nil, err
		}
		if err := file.refuseTampered(ctx); err != nil || file.has == file.wants {
			return nil, err
		}
	}
	claimed, err := claim(path) // a running server would not know the next version
	if err != nil {
		return nil, err
	}
	defer func() { _ = claimed.Unlock() }()
	applied, err := upSQLite(ctx, path)
	if err != nil {
		return applied, err
	}
	if file, err = examine(ctx, path); err != nil {
		return applied, err
	}
	return applied, file.refuseTampered(ctx) // in case other objects were there beside an empty list of migrations
}

// upSQLite applies the missing migrations to a file that no other process has open.
func upSQLite(ctx context.Context, path string) ([]string, error) {
	pool, err := openWriting(ctx, path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = pool.Close() }()
	defer rest(context.WithoutCancel(ctx), pool, path)
	return up(ctx, pool, goose.DialectSQLite3)
}

// createFile creates the database's file, readable only by its owner; SQLite gives the files beside it the same permissions.
func createFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return file.Close()
}
