// Package schema holds the database migrations of each engine. There are no migrations back.
package schema

import "embed"

// Files holds the goose migrations for SQLite in the folder "sqlite", and those for PostgreSQL in "postgres". The first one is the
// baseline, which creates the whole schema.
//
// The folder "postgres/objects" lists what the migrations up to each version create on PostgreSQL. A server cannot find out by itself,
// since it may lack the right to create a second schema to compare with. "make objects" writes the lists.
//
//go:embed sqlite/*.sql postgres/*.sql postgres/objects/*.txt
var Files embed.FS
