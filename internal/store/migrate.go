package store

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/pressly/goose/v3"

	"github.com/bankingcore/bankcore/schema"
)

// Migrate brings the database to the version this program was built for, creating it where there is none, and returns
// the names of the migrations it applied. A database of a newer version, or of another program, is refused with ErrSchema,
// and one of an older version on which a server runs with ErrInUse.
func Migrate(ctx context.Context, databaseURL string) ([]string, error) {
	path, err := SQLitePath(databaseURL)
	if err != nil {
		return nil, err
	}
	if err := createFile(path); err != nil {
		return nil, fmt.Errorf("create %s: %w", path, err)
	}
	empty, err := identify(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("migrate %s: %w", path, named(err))
	}
	pool, err := openSQLite(path, writerOptions+"&mode=rw")
	if err != nil {
		return nil, err
	}
	defer func() { _ = pool.Close() }()
	pool.SetMaxOpenConns(1)
	if !empty {
		has, wants, err := versions(ctx, pool)
		if err != nil || has == wants {
			return nil, err
		}
		if has > wants {
			return nil, fmt.Errorf("migrate %s: %w", path, newer(has, wants))
		}
	}
	applied, err := migrate(ctx, pool, path)
	if err != nil {
		return applied, fmt.Errorf("migrate %s: %w", path, named(err))
	}
	return applied, nil
}

func newer(has, wants int64) error {
	return fmt.Errorf("%w: the database has %d, this program only knows %d", ErrSchema, has, wants)
}

// createFile makes the database's file, readable by its owner alone; SQLite gives its companions the same permissions.
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

// migrate applies what is missing, while no server runs on the database: it would not know the next version.
func migrate(ctx context.Context, pool *sql.DB, path string) ([]string, error) {
	lock, err := claim(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = lock.Unlock() }()
	provider, err := migrations(pool)
	if err != nil {
		return nil, err
	}
	results, err := provider.Up(ctx)
	var applied []string
	for _, result := range results {
		applied = append(applied, filepath.Base(result.Source.Path))
	}
	return applied, err
}

func migrations(pool *sql.DB) (*goose.Provider, error) {
	files, err := fs.Sub(schema.SQLite, "sqlite")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectSQLite3, pool, files)
}

// versions are that of a database and that which this program needs.
func versions(ctx context.Context, pool *sql.DB) (has, wants int64, err error) {
	provider, err := migrations(pool)
	if err != nil {
		return 0, 0, err
	}
	return provider.GetVersions(ctx)
}

// checkVersion refuses a database that this program's queries do not fit.
func checkVersion(ctx context.Context, pool *sql.DB) error {
	has, wants, err := versions(ctx, pool)
	if err != nil {
		return err
	}
	if has != wants {
		return fmt.Errorf("%w: the database has %d and this program needs %d; `bankcore migrate` brings an older one up",
			ErrSchema, has, wants)
	}
	return nil
}
