package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	_ "embed" // postgres_objects.sql
	"encoding/hex"
	"fmt"
	"io/fs"
	"strings"

	"github.com/pressly/goose/v3"
)

//go:embed postgres_objects.sql
var listPostgresObjects string

// checkPostgresObjects refuses a schema that does not match its version, and returns what an operator has added and may add.
func checkPostgresObjects(ctx context.Context, pool *sql.DB, version int64) (harmless []string, err error) {
	for {
		expected, err := expectedPostgres(version)
		if err != nil {
			return nil, err
		}
		have, err := postgresObjects(ctx, pool)
		if err != nil {
			return nil, err
		}
		// Another process may have migrated in the meantime. A migration commits together with its version.
		now, wants, err := versions(ctx, pool, goose.DialectPostgres)
		switch {
		case err != nil:
			return nil, err
		case now > wants:
			return nil, newer(now, wants)
		case now == version:
			return compareObjects(expected, spareOthers(expected, have))
		}
		version = now
	}
}

func postgresObjects(ctx context.Context, pool *sql.DB) ([]object, error) {
	rows, err := pool.QueryContext(ctx, listPostgresObjects)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var objects []object
	for rows.Next() {
		var o object
		if err := rows.Scan(&o.kind, &o.name, &o.table, &o.definition, &o.harmless); err != nil {
			return nil, err
		}
		hash := sha256.Sum256([]byte(normalised(o.definition)))
		o.definition = hex.EncodeToString(hash[:])
		objects = append(objects, o)
	}
	return objects, rows.Err()
}

// spareOthers marks objects on an operator's own tables as harmless.
func spareOthers(expected, have []object) []object {
	ours := map[string]bool{}
	for _, o := range expected {
		ours[o.table] = true
	}
	for i, o := range have {
		have[i].harmless = o.harmless || !ours[o.table]
	}
	return have
}

func listingOf(version int64) string { return fmt.Sprintf("postgres/objects/%05d.txt", version) }

func expectedPostgres(version int64) ([]object, error) {
	text, err := fs.ReadFile(schemaFiles, listingOf(version))
	if err != nil {
		return nil, fmt.Errorf("%w: there is no version %d", ErrSchema, version)
	}
	var objects []object
	for line := range strings.Lines(string(text)) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		objects = append(objects, object{kind: fields[0], name: fields[1], table: fields[2], definition: fields[3]})
	}
	return objects, nil
}
