package storetest

import (
	"database/sql"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Clock replaces a database's clock with one that a test sets.
type Clock struct {
	tb       testing.TB
	Database *sql.DB // without the store
	own      string  // the definition of the database's own clock
	now      time.Time
}

// HoldClock replaces a database's clock.
func HoldClock(tb testing.TB, url string, now time.Time) *Clock {
	tb.Helper()
	c := &Clock{tb: tb, Database: Raw(tb, url), now: now}
	query := "SELECT sql FROM sqlite_schema WHERE name = 'database_clock'"
	if !strings.HasPrefix(url, "sqlite:") {
		query = "SELECT 'CREATE VIEW database_clock AS ' || pg_get_viewdef('database_clock'::regclass)"
	}
	require.NoError(tb, c.Database.QueryRow(query).Scan(&c.own))
	c.hold()
	return c
}

func (c *Clock) hold() {
	c.tb.Helper()
	c.exec("DROP VIEW database_clock")
	c.exec("CREATE TABLE held_clock (micros BIGINT)")
	c.exec("CREATE VIEW database_clock AS SELECT micros FROM held_clock")
	c.exec("INSERT INTO held_clock VALUES ($1)", c.now.UnixMicro())
}

// Tell sets the clock.
func (c *Clock) Tell(now time.Time) {
	c.now = now
	c.exec("UPDATE held_clock SET micros = $1", now.UnixMicro())
}

// Release restores the database's own clock while fn runs, for a store that opens it: a schema that is not the bank's is refused.
func (c *Clock) Release(fn func()) {
	c.tb.Helper()
	c.exec("DROP VIEW database_clock")
	c.exec("DROP TABLE held_clock")
	c.exec(c.own)
	defer c.hold()
	fn()
}

func (c *Clock) exec(statement string, args ...any) {
	c.tb.Helper()
	_, err := c.Database.Exec(statement, args...)
	require.NoError(c.tb, err)
}
