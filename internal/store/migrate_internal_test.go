package store

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/pressly/goose/v3"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/pgtest"
	"github.com/bankingcore/bankcore/schema"
)

const nextMigration = "-- +goose Up\nALTER TABLE invitations ADD COLUMN note TEXT;\n"

// addMigration gives the program one more migration until the test ends, and returns its name. A test that calls it is not parallel,
// so no other test runs meanwhile.
func addMigration(t *testing.T) string {
	t.Helper()
	files := fstest.MapFS{}
	last := int64(0)
	require.NoError(t, fs.WalkDir(schema.Files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(schema.Files, path)
		files[path] = &fstest.MapFile{Data: content}
		if version, numbered := goose.NumericComponent(filepath.Base(path)); numbered == nil {
			last = max(last, version)
		}
		return err
	}))
	name := fmt.Sprintf("%05d_next.sql", last+1)
	for _, folder := range []string{"sqlite", "postgres"} {
		files[folder+"/"+name] = &fstest.MapFile{Data: []byte(nextMigration)}
	}
	before := schemaFiles
	schemaFiles = files
	t.Cleanup(func() {
		schemaFiles = before
		delete(sqliteExpected, last+1)
	})
	files[listingOf(last+1)] = &fstest.MapFile{Data: []byte(objectsOf(t))}
	return name
}

// objectsOf lists what all migrations create on PostgreSQL, as "make objects" does.
func objectsOf(t *testing.T) string {
	t.Helper()
	pool := postgresPool(t, pgtest.URL(t))
	_, err := up(context.Background(), pool, goose.DialectPostgres)
	require.NoError(t, err)
	objects, err := postgresObjects(context.Background(), pool)
	require.NoError(t, err)
	return listing(objects)
}

func postgresPool(t *testing.T, url string) *sql.DB {
	t.Helper()
	config, _, err := postgresConfig(url)
	require.NoError(t, err)
	pool := plainPool(config)
	t.Cleanup(func() { require.NoError(t, pool.Close()) })
	return pool
}

func sqlitePool(t *testing.T, url string) *sql.DB {
	t.Helper()
	pool, err := openSQLite(strings.TrimPrefix(url, "sqlite:"), "mode=rw")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, pool.Close()) })
	return pool
}

// TestAnOlderDatabaseIsMigrated: what was tampered with is refused before a migration could run into it, and a server refuses to run
// on what it would have to migrate.
//
//nolint:paralleltest // see addMigration
func TestAnOlderDatabaseIsMigrated(t *testing.T) {
	ctx := context.Background()
	for engine, c := range map[string]struct {
		url          string
		pool         func(t *testing.T, url string) *sql.DB
		tamper, mend string
	}{
		"sqlite": {
			"sqlite:" + filepath.Join(t.TempDir(), "bank.db"), sqlitePool,
			"CREATE TRIGGER thief AFTER DELETE ON accounts BEGIN DELETE FROM events; END", "DROP TRIGGER thief",
		},
		"postgres": {
			pgtest.URL(t), postgresPool,
			"ALTER TABLE transactions DISABLE TRIGGER transactions_are_never_changed",
			"ALTER TABLE transactions ENABLE TRIGGER transactions_are_never_changed",
		},
	} {
		t.Run(engine, func(t *testing.T) {
			_, err := Migrate(ctx, c.url)
			require.NoError(t, err)
			execute := func(statement string) {
				t.Helper()
				_, err := c.pool(t, c.url).Exec(statement)
				require.NoError(t, err)
			}
			name := addMigration(t)
			_, err = Open(ctx, c.url)
			require.ErrorIs(t, err, ErrSchema)
			require.ErrorContains(t, err, "`bankcore migrate` updates an older one")

			execute(c.tamper)
			applied, err := Migrate(ctx, c.url)
			require.ErrorIs(t, err, ErrTampered)
			require.Empty(t, applied)
			execute(c.mend)
			applied, err = Migrate(ctx, c.url)
			require.NoError(t, err)
			require.Equal(t, []string{name}, applied)
			execute("UPDATE invitations SET note = 'of the next version'")
			s, err := Open(ctx, c.url)
			require.NoError(t, err)
			require.NoError(t, s.Close())
		})
	}
}
