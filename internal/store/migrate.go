package store

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/pressly/goose/v3"

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

// schemaFiles holds the migrations. Tests add a next one, since the program may have the baseline alone.
var schemaFiles fs.FS = schema.Files

// errOldSchema refuses a database from before the baseline.
var errOldSchema = fmt.Errorf("%w: a development version before 0.2.0 made this database, and no later version can read it; "+
	"keep that version to look things up, and begin a new database with this one", ErrSchema)

func wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}

func newer(has, wants int64) error {
	return fmt.Errorf("%w: the database has %d, this program only knows %d", ErrSchema, has, wants)
}

// up applies the missing migrations.
func up(ctx context.Context, pool *sql.DB, dialect goose.Dialect) ([]string, error) {
	provider, err := migrations(pool, dialect)
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

func migrations(pool *sql.DB, dialect goose.Dialect) (*goose.Provider, error) {
	folder := "sqlite"
	if dialect == goose.DialectPostgres {
		folder = "postgres"
	}
	migrations, err := fs.Sub(schemaFiles, folder)
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(dialect, pool, migrations)
}

// versions returns the version of a database and the version that this program needs.
func versions(ctx context.Context, pool *sql.DB, dialect goose.Dialect) (has, wants int64, err error) {
	provider, err := migrations(pool, dialect)
	if err != nil {
		return 0, 0, err
	}
	return provider.GetVersions(ctx)
}

// checkVersion refuses a database that does not match this program's queries.
func checkVersion(has, wants int64) error {
	if has != wants {
		return fmt.Errorf("%w: the database has %d and this program needs %d; `bankcore migrate` updates an older one",
			ErrSchema, has, wants)
	}
	return nil
}
