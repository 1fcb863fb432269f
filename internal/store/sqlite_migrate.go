package store

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"sync"

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

// sqliteObjects lists everything in a file's schema, and the migrations that it records.
func sqliteObjects(ctx context.Context, pool *sql.DB) ([]object, error) {
	rows, err := pool.QueryContext(ctx, `
		SELECT coalesce(type, ''), coalesce(name, ''), coalesce(tbl_name, ''), coalesce(sql, '') FROM sqlite_schema
		UNION ALL
		SELECT 'list of migrations', 'goose_db_version', '', group_concat(version_id || ' ' || is_applied, ', ' ORDER BY id)
		FROM goose_db_version`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var objects []object
	for rows.Next() {
		var o object
		if err := rows.Scan(&o.kind, &o.name, &o.table, &o.definition); err != nil {
			return nil, err
		}
		objects = append(objects, o)
	}
	return objects, rows.Err()
}

var (
	sqliteExpected     = map[int64][]object{}
	sqliteExpectedLock sync.Mutex
)

// expectedSQLite returns the objects that the migrations create up to a version. That takes about 10 ms, once for each version.
func expectedSQLite(ctx context.Context, version int64) ([]object, error) {
	sqliteExpectedLock.Lock()
	defer sqliteExpectedLock.Unlock()
	if objects, known := sqliteExpected[version]; known {
		return objects, nil
	}
	pool, err := openSQLite("expected", "mode=memory")
	if err != nil {
		return nil, err
	}
	defer func() { _ = pool.Close() }()
	pool.SetMaxOpenConns(1)
	provider, err := migrations(pool, goose.DialectSQLite3)
	if err != nil {
		return nil, err
	}
	if _, err := provider.UpTo(ctx, version); err != nil {
		return nil, err
	}
	objects, err := sqliteObjects(ctx, pool)
	if err == nil {
		sqliteExpected[version] = objects
	}
	return objects, err
}

// refuseTampered refuses a file whose schema does not match its version.
func (f found) refuseTampered(ctx context.Context) error {
	expected, err := expectedSQLite(ctx, f.has)
	if err != nil {
		return err
	}
	_, err = compareObjects(expected, f.objects)
	return err
}
