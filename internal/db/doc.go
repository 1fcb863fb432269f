// Package db holds the queries of queries/*.sql as methods that sqlc generates, for both engines.
package db
