// Package schema holds the database migrations, one folder for each engine. There are no migrations back.
package schema

import "embed"

// SQLite holds the goose migrations for SQLite, in the folder "sqlite".
//
//go:embed sqlite/*.sql
var SQLite embed.FS

// Postgres holds the goose migrations for PostgreSQL, in the folder "postgres".
//
//go:embed postgres/*.sql
var Postgres embed.FS

// PostgresObjects lists, in the folder "postgres/objects", what the migrations up to each version create on PostgreSQL. A
// server cannot find out by itself, since it may lack the right to create a second schema to compare with. "make objects"
// writes the lists.
//
//go:embed postgres/objects/*.txt
var PostgresObjects embed.FS
