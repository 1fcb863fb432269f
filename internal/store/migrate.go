package store

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/bankingcore/bankcore/schema"
)

// Migrate brings the database to the version that this program was built for, and returns the names of the migrations that it applied.
// If there is no SQLite file, it creates one. A database of a newer version, or of another program, is refused with ErrSchema, and a
// SQLite file of an older version on which a server runs with ErrInUse. On PostgreSQL, processes that start together migrate one after
// the other.
func Migrate(ctx context.Context, databaseURL string) ([]string, error) {
	if IsPostgres(databaseURL) {
		return migratePostgres(ctx, databaseURL)
	}
	path, err := SQLitePath(databaseURL)
	if err != nil {
		return nil, err
	}
	if err := createFile(path); err != nil {
		return nil, fmt.Errorf("create %s: %w", path, err)
	}
	applied, err := migrateSQLite(ctx, path)
	return applied, wrap("migrate "+path, classify(err))
}

func migrateSQLite(ctx context.Context, path string) ([]string, error) {
	file, err := examine(ctx, path)
	switch {
	case err != nil:
		return nil, err
	case file.has > 0 && file.has > file.wants:
		return nil, newer(file.has, file.wants)
	case file.has > 0:
		if err := refuseWithoutLog(path, file.has); err != nil {
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

func migratePostgres(ctx context.Context, databaseURL string) ([]string, error) {
	config, _, err := postgresConfig(databaseURL)
	if err != nil {
		return nil, err
	}
	pool := plainPool(config)
	defer func() { _ = pool.Close() }()
	const doing = "migrate the database"
	if empty, err := identifyPostgres(ctx, pool); err != nil {
		return nil, wrap(doing, classify(oneLine{err}))
	} else if !empty {
		if current, err := migratable(ctx, pool); err != nil || current {
			return nil, wrap(doing, err)
		}
	}
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, wrap(doing, err)
	}
	applied, err := up(ctx, pool, goose.DialectPostgres, goose.WithSessionLocker(locker))
	if err == nil {
		_, err = migratable(ctx, pool)
	}
	return applied, wrap(doing, classify(err))
}

// plainPool returns a pool for statements that are not in queries/. A migration may take longer than any query of ours.
func plainPool(config *pgx.ConnConfig) *sql.DB {
	config = config.Copy()
	config.RuntimeParams["idle_in_transaction_session_timeout"], config.RuntimeParams["lock_timeout"] = "0", "0"
	return stdlib.OpenDB(*config)
}

// identifyPostgres refuses a database of another program, and reports whether the database is still empty.
func identifyPostgres(ctx context.Context, pool *sql.DB) (empty bool, err error) {
	var ours, tables int
	if err := pool.QueryRowContext(ctx, `
		SELECT count(*) FILTER (WHERE table_name = 'goose_db_version'), count(*)
		FROM information_schema.tables WHERE table_schema = current_schema()`).Scan(&ours, &tables); err != nil {
		return false, err
	}
	if ours == 0 && tables > 0 {
		return false, fmt.Errorf("%w: this is not a database of bankcore", ErrSchema)
	}
	return ours == 0, nil
}

func wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}

func newer(has, wants int64) error {
	return fmt.Errorf("%w: the database has %d, this program only knows %d", ErrSchema, has, wants)
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

// up applies the missing migrations.
func up(ctx context.Context, pool *sql.DB, dialect goose.Dialect, options ...goose.ProviderOption) ([]string, error) {
	provider, err := migrations(pool, dialect, options...)
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

func migrations(pool *sql.DB, dialect goose.Dialect, options ...goose.ProviderOption) (*goose.Provider, error) {
	var files fs.FS
	var err error
	if dialect == goose.DialectPostgres {
		files, err = fs.Sub(schema.Postgres, "postgres")
	} else {
		files, err = fs.Sub(schema.SQLite, "sqlite")
	}
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(dialect, pool, files, options...)
}

// versions returns the version of a database and the version that this program needs.
func versions(ctx context.Context, pool *sql.DB, dialect goose.Dialect) (has, wants int64, err error) {
	provider, err := migrations(pool, dialect)
	if err != nil {
		return 0, 0, err
	}
	return provider.GetVersions(ctx)
}

// migratable refuses a PostgreSQL database that has a newer version or was tampered with, and reports whether it is up to date.
func migratable(ctx context.Context, pool *sql.DB) (current bool, err error) {
	has, wants, err := versions(ctx, pool, goose.DialectPostgres)
	switch {
	case err != nil:
		return false, err
	case has > wants:
		return false, newer(has, wants)
	case has > 0: // 0: a first migration was interrupted, and only goose's list exists
		_, err = checkPostgresObjects(ctx, pool, has)
	}
	return has == wants, err
}

// checkVersion refuses a database that does not match this program's queries.
func checkVersion(has, wants int64) error {
	if has != wants {
		return fmt.Errorf("%w: the database has %d and this program needs %d; `bankcore migrate` updates an older one",
			ErrSchema, has, wants)
	}
	return nil
}
