package storetest

import (
	"database/sql"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Journal lists the changes of a database's tables. Triggers on all tables in the database's catalogue record each row that is inserted,
// deleted or changed. Changes that are rolled back are not listed.
type Journal struct{ database *sql.DB }

// KeepJournal begins a journal. Its triggers change the database's schema, so no server can be started on it afterwards.
func KeepJournal(tb testing.TB, url string) *Journal {
	tb.Helper()
	j := &Journal{database: Raw(tb, url)}
	statements, triggers := sqliteJournal, sqliteJournalTriggers
	if !OnSQLite() {
		statements, triggers = postgresJournal, postgresJournalTriggers
	}
	created := j.texts(tb, triggers)
	require.Contains(tb, strings.Join(created, "\n"), "ON accounts")
	for _, statement := range append([]string{statements}, created...) {
		_, err := j.database.Exec(statement)
		require.NoError(tb, err, statement)
	}
	return j
}

const sqliteJournal = "CREATE TABLE change_journal (place INTEGER PRIMARY KEY, change TEXT NOT NULL)"

// sqliteJournalTriggers returns the statements that create three triggers on each table except SQLite's own.
const sqliteJournalTriggers = `
	WITH tables AS (
		SELECT t.name AS name, group_concat('CASE WHEN OLD."' || c.name || '" IS NOT NEW."' || c.name || '" THEN '' ' || c.name || ''' ELSE '''' END', '||') AS columns
		FROM sqlite_schema AS t, pragma_table_info(t.name) AS c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\_%' ESCAPE '\' GROUP BY t.name
	), kinds (kind) AS (VALUES ('INSERT'), ('DELETE'), ('UPDATE'))
	SELECT 'CREATE TRIGGER journaled_' || name || '_' || kind || ' AFTER ' || kind || ' ON ' || name
		|| ' BEGIN INSERT INTO change_journal (change) SELECT ''' || name || ' ' || kind || ''''
		|| CASE kind WHEN 'UPDATE' THEN ' || columns FROM (SELECT ' || columns || ' AS columns) WHERE columns <> ''''' ELSE '' END || '; END'
	FROM tables, kinds`

const postgresJournal = `
	CREATE TABLE change_journal (place BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, change TEXT NOT NULL);
	CREATE FUNCTION journal_change() RETURNS trigger LANGUAGE plpgsql AS $$
		DECLARE columns TEXT := '';
		BEGIN
			IF TG_OP = 'UPDATE' THEN
				SELECT string_agg(' ' || key, '' ORDER BY key) INTO columns FROM jsonb_each(to_jsonb(NEW)) WHERE value IS DISTINCT FROM to_jsonb(OLD) -> key;
			END IF;
			INSERT INTO change_journal (change) VALUES (TG_TABLE_NAME || ' ' || TG_OP || columns);
			RETURN NULL;
		END $$`

// postgresJournalTriggers returns the statements that create three triggers on each table except PostgreSQL's own.
const postgresJournalTriggers = `
	SELECT format('CREATE TRIGGER %s AFTER %s ON %s FOR EACH %s EXECUTE FUNCTION journal_change()', kinds.name, kinds.kind, t.oid::regclass, kinds.each)
	FROM pg_class AS t, (VALUES
		('journaled', 'INSERT OR DELETE', 'ROW'),
		('journaled_update', 'UPDATE', 'ROW WHEN (OLD.* IS DISTINCT FROM NEW.*)'),
		('journaled_truncate', 'TRUNCATE', 'STATEMENT')) AS kinds (name, kind, each)
	WHERE t.relkind IN ('r', 'p') AND t.relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace, 'pg_toast'::regnamespace)`

// End returns the position of the last change.
func (j *Journal) End(tb testing.TB) (place int64) {
	tb.Helper()
	require.NoError(tb, j.database.QueryRow("SELECT coalesce(max(place), 0) FROM change_journal").Scan(&place))
	return place
}

// Since lists the tables that were changed after a position, and how, such as "accounts INSERT" or
// "accounts UPDATE nickname status".
func (j *Journal) Since(tb testing.TB, place int64) []string {
	tb.Helper()
	return j.texts(tb, "SELECT DISTINCT change FROM change_journal WHERE place > $1 ORDER BY change", place)
}

func (j *Journal) texts(tb testing.TB, query string, args ...any) []string {
	tb.Helper()
	rows, err := j.database.Query(query, args...)
	require.NoError(tb, err)
	defer func() { require.NoError(tb, rows.Close()) }()
	var texts []string
	for rows.Next() {
		var text string
		require.NoError(tb, rows.Scan(&text))
		texts = append(texts, text)
	}
	require.NoError(tb, rows.Err())
	return texts
}
