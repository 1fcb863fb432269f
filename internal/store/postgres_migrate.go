package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

func migratePostgres(ctx context.Context, databaseURL string) ([]string, error) {
	config, _, err := postgresConfig(databaseURL)
	if err != nil {
		return nil, err
	}
	pool := plainPool(config)
	defer func() { _ = pool.Close() }()
	const doing = "migrate the database"
	turn, err := lockMigration(ctx, pool)
	if err != nil {
		return nil, wrap(doing, classify(oneLine{err}))
	}
	defer func() { _ = turn.Close() }()
	if empty, err := identifyPostgres(ctx, pool); err != nil {
		return nil, wrap(doing, classify(oneLine{err}))
	} else if !empty {
		if current, err := migratable(ctx, pool); err != nil || current {
			return nil, wrap(doing, err)
		}
	}
	applied, err := up(ctx, pool, goose.DialectPostgres)
	if err == nil {
		_, err = migratable(ctx, pool)
	}
	return applied, wrap(doing, classify(err))
}

// migrationLock is the key of an advisory lock, like application_id of a SQLite file "bcor".
const migrationLock = 1650683762

// lockMigration waits for its turn to create or migrate the database, which ends with the connection. Goose's own lock begins too late:
// of two processes that find no list of migrations, both create it, and PostgreSQL gives its sequence a second name.
func lockMigration(ctx context.Context, pool *sql.DB) (*sql.Conn, error) {
	turn, err := pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := turn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", migrationLock); err != nil {
		return nil, errors.Join(err, turn.Close())
	}
	return turn, nil
}

// plainPool returns a pool for statements that are not in queries/. A migration may take longer than any query of ours.
func plainPool(config *pgx.ConnConfig) *sql.DB {
	config = config.Copy()
	config.RuntimeParams["idle_in_transaction_session_timeout"], config.RuntimeParams["lock_timeout"] = "0", "0"
	return stdlib.OpenDB(*config)
}

// identifyPostgres refuses a database of another program or from before the baseline, and reports whether it is still empty.
func identifyPostgres(ctx context.Context, pool *sql.DB) (empty bool, err error) {
	var ours, old, tables int
	if err := pool.QueryRowContext(ctx, `
		SELECT count(*) FILTER (WHERE relname = 'goose_db_version'), count(*) FILTER (WHERE attname IS NOT NULL), count(*)
		FROM pg_class LEFT JOIN pg_attribute ON attrelid = pg_class.oid AND relname = 'accounts' AND attname = 'is_locked'
		WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'f', 'v')`).Scan(&ours, &old, &tables); err != nil {
		return false, err
	}
	switch {
	case ours == 0 && tables > 0:
		return false, fmt.Errorf("%w: this is not a database of bankcore", ErrSchema)
	case old > 0: // the baseline calls this column sign_in_locked
		return false, errOldSchema
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
