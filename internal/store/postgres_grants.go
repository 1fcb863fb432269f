package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// A server's role needs no more rights than its queries. If it owned the tables, an attacker who took over a server could disable the
// triggers that protect the history, change it, and enable them again. So another role can own them.

// grants lists what queries do with each table; a test compares it with queries/*.sql.
var grants = map[string]string{
	"accounts":                 "INSERT, SELECT, UPDATE",
	"client_keys":              "INSERT, SELECT, UPDATE",
	"customers":                "INSERT, SELECT, UPDATE",
	"database_clock":           "SELECT",
	"event_chain":              "SELECT, UPDATE",
	"events":                   "INSERT, SELECT",
	"goose_db_version":         "SELECT",
	"holds":                    "INSERT, SELECT, UPDATE",
	"idempotency_keys":         "DELETE, INSERT, SELECT, UPDATE",
	"invitations":              "DELETE, INSERT, SELECT, UPDATE",
	"pin_reset_codes":          "DELETE, INSERT, SELECT, UPDATE",
	"rate_limits":              "DELETE, INSERT, SELECT, UPDATE",
	"recovery_codes":           "DELETE, INSERT, SELECT",
	"requests":                 "INSERT, SELECT, UPDATE",
	"second_factors":           "DELETE, INSERT, SELECT, UPDATE",
	"service_clients":          "INSERT, SELECT, UPDATE",
	"sessions":                 "DELETE, INSERT, SELECT, UPDATE",
	"standing_order_runs":      "INSERT, SELECT",
	"standing_orders":          "INSERT, SELECT, UPDATE",
	"token_blacklist":          "DELETE, INSERT, SELECT",
	"transaction_types":        "SELECT",
	"transactions":             "INSERT, SELECT",
	"transfer_batches":         "INSERT, SELECT",
	"unknown_account_attempts": "SELECT, UPDATE",
}

// MigrateAs migrates a PostgreSQL database as the role that owns it, and grants the role in serverURL what a server needs and no more.
// Both URLs name the same database.
func MigrateAs(ctx context.Context, ownerURL, serverURL string) ([]string, error) {
	owner, _, err := postgresConfig(ownerURL)
	if err != nil {
		return nil, fmt.Errorf("MIGRATE_%w", err) // err begins with DATABASE_URL
	}
	server, _, err := postgresConfig(serverURL)
	if err != nil {
		return nil, err
	}
	if owner.Database != server.Database {
		return nil, errors.New("MIGRATE_DATABASE_URL: names another database than DATABASE_URL")
	}
	applied, err := Migrate(ctx, ownerURL)
	if err != nil || owner.User == server.User {
		return applied, err
	}
	pool := plainPool(owner)
	defer func() { _ = pool.Close() }()
	return applied, wrap("grant "+server.User+" what a server needs", classify(grantTo(ctx, pool, server.User)))
}

// grantTo grants a role exactly what it needs, and changes nothing if it has that. Processes that start together grant one after the other.
func grantTo(ctx context.Context, pool *sql.DB, role string) error {
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // does nothing after a commit
	if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(hashtext('bankcore grants'))"); err != nil {
		return err
	}
	var schema string
	if err := tx.QueryRowContext(ctx, "SELECT current_schema()").Scan(&schema); err != nil {
		return err
	}
	has, err := grantedTo(ctx, tx, role)
	if err != nil || maps.Equal(has, grants) {
		return err
	}
	to := pgx.Identifier{role}.Sanitize()
	statements := []string{"GRANT USAGE ON SCHEMA " + pgx.Identifier{schema}.Sanitize() + " TO " + to}
	for _, table := range slices.Sorted(maps.Keys(grants)) {
		statements = append(statements,
			fmt.Sprintf("REVOKE ALL ON %s FROM %s", table, to), fmt.Sprintf("GRANT %s ON %s TO %s", grants[table], table, to))
	}
	if _, err := tx.ExecContext(ctx, strings.Join(statements, "; ")); err != nil {
		return err
	}
	return tx.Commit()
}

// grantedTo returns a role's own privileges on the bank's tables.
func grantedTo(ctx context.Context, tx *sql.Tx, role string) (map[string]string, error) {
	rows, err := tx.QueryContext(ctx, `
		SELECT relname, string_agg(privilege_type, ', ' ORDER BY privilege_type)
		FROM pg_class CROSS JOIN aclexplode(relacl) AS granted JOIN pg_roles AS r ON r.oid = granted.grantee
		WHERE relnamespace = current_schema()::regnamespace AND rolname = $1
		GROUP BY relname`, role)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	has := map[string]string{}
	for rows.Next() {
		var table, privileges string
		if err := rows.Scan(&table, &privileges); err != nil {
			return nil, err
		}
		if grants[table] != "" { // otherwise it is the operator's own table
			has[table] = privileges
		}
	}
	return has, cmp.Or(rows.Err(), rows.Close())
}

// ownsTables reports whether a connection's role may alter the bank's tables.
func ownsTables(ctx context.Context, pool *sql.DB) (owns bool, err error) {
	err = pool.QueryRowContext(ctx, `
		SELECT bool_or(pg_has_role(relowner, 'USAGE')) FROM pg_class
		WHERE relnamespace = current_schema()::regnamespace AND relname IN ('accounts', 'transactions')`).Scan(&owns)
	return owns, err
}
