// Package schema holds the migrations of the database, one folder for each engine. They only go forward.
package schema

import "embed"

// SQLite has the goose migrations of the SQLite engine in its folder "sqlite".
//
//go:embed sqlite/*.sql
var SQLite embed.FS

// Postgres has those of PostgreSQL in its folder "postgres".
//
//go:embed postgres/*.sql
var Postgres embed.FS

// PostgresObjects lists what each version's migrations make on PostgreSQL, in its folder "postgres/objects": a server may not
// make a second schema there to compare with. "make objects" writes it.
//
//go:embed postgres/objects/*.txt
var PostgresObjects embed.FS
