package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

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
