package bank

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pressly/goose/v3"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/testkit/pgtest"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
	"github.com/bankingcore/bankcore/schema"
)

// TestVerifyNamesTheFirstBrokenEvent tampers with the sixth of twelve events.
func TestVerifyNamesTheFirstBrokenEvent(t *testing.T) {
	t.Parallel()
	rechained := func(t *testing.T, br *branch, from int64) {
		t.Helper()
		l := &ledger{branch: br}
		var last Event
		for _, row := range contentsOf(t, br.store).Events {
			event := eventOf(&row)
			if event.Sequence >= from {
				event.Previous = last.Hash
				event.Hash = event.chainHash()
				l.tamper(t, "UPDATE events SET previous_hash = $1, hash = $2 WHERE sequence = $3", event.Previous[:], event.Hash[:], event.Sequence)
			}
			last = event
		}
	}
	type fault struct {
		statements string
		rechain    int64 // the event from which on the hashes are recomputed; 0 for none
		sequence   int64
		reason     string
	}
	faults := map[string]fault{
		"cut off at the end":    {"DELETE FROM events WHERE sequence > 6", 0, 7, "cut off"},
		"all cut off":           {"DELETE FROM events", 0, 1, "cut off"},
		"one missing":           {"DELETE FROM events WHERE sequence = 6", 0, 6, "missing"},
		"one missing, closed":   {"DELETE FROM events WHERE sequence = 6; UPDATE events SET sequence = sequence - 1 WHERE sequence = 7", 0, 6, "changed"},
		"two exchanged":         {"UPDATE events SET sequence = 99 WHERE sequence = 6; UPDATE events SET sequence = 6 WHERE sequence = 7; UPDATE events SET sequence = 7 WHERE sequence = 99", 0, 6, "changed"},
		"out of order, forged":  {"UPDATE events SET previous_hash = (SELECT hash FROM events WHERE sequence = 3) WHERE sequence = 6", -6, 6, "out of order"},
		"forged to the end":     {"UPDATE events SET actor = 'anonymous' WHERE sequence = 6", 6, 12, "not the event that the trail's end names"},
		"end set back":          {"UPDATE event_chain SET sequence = 5", 0, 12, "not the event that the trail's end names"},
		"end names another":     {"UPDATE event_chain SET hash = " + storetest.Zeros(32), 0, 12, "not the event that the trail's end names"},
		"hash of one":           {"UPDATE events SET hash = " + storetest.Zeros(32) + " WHERE sequence = 6", 0, 6, "changed"},
		"hash is short":         {"UPDATE events SET hash = " + storetest.Zeros(31) + " WHERE sequence = 6", 0, 6, "changed"},
		"the first of two gone": {"DELETE FROM events WHERE sequence = 1", 0, 1, "missing"},
	}
	for column, value := range map[string]string{
		"id": "CAST('019aa8a4-6c40-7a52-9d5e-3f1c8e6b7a90' AS " + storetest.UUID() + ")", "event_type": "'signed_in'", "account_number": "account_number + 1",
		"actor": "'anonymous'", "client_address": "''", "request_id": "'x'", "server_request_id": "'x'", "timestamp": "timestamp + 1", "count": "2", "detail": "''",
		"previous_hash": storetest.Zeros(32),
	} {
		faults["column "+column] = fault{"UPDATE events SET " + column + " = " + value + " WHERE sequence = 6", 0, 6, "changed"}
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			br := trailOf(t, 12)
			report, err := Verify(context.Background(), br.store, func(VerifyReport) {})
			require.NoError(t, err)
			require.Equal(t, int64(12), report.Events)
			(&ledger{branch: br}).tamper(t, fault.statements)
			switch {
			case fault.rechain > 0:
				rechained(t, br, fault.rechain)
			case fault.rechain < 0: // only this one, over its own previous_hash
				for _, row := range contentsOf(t, br.store).Events {
					if event := eventOf(&row); event.Sequence == -fault.rechain {
						hash := event.chainHash()
						(&ledger{branch: br}).tamper(t, "UPDATE events SET hash = $1 WHERE sequence = $2", hash[:], event.Sequence)
					}
				}
			}
			_, err = Verify(context.Background(), br.store, func(VerifyReport) {})
			var broken *BrokenEvent
			require.ErrorAs(t, err, &broken)
			require.Equal(t, fault.sequence, broken.Sequence, err)
			require.Contains(t, broken.Reason, fault.reason)
			require.ErrorContains(t, err, fmt.Sprintf("event %d", fault.sequence))
			_, err = copyBank(context.Background(), br.store, newBranch(t).store, smallCopies, unwatched)
			require.ErrorAs(t, err, &broken, "and it is not copied")
		})
	}
}

// TestATrailWithoutAnEndIsBroken deletes the record of the trail's end.
func TestATrailWithoutAnEndIsBroken(t *testing.T) {
	t.Parallel()
	br := trailOf(t, 2)
	(&ledger{branch: br}).tamper(t, "DELETE FROM event_chain")
	_, err := Verify(context.Background(), br.store, func(VerifyReport) {})
	require.ErrorIs(t, err, errTrail)
	require.ErrorContains(t, err, "its end is not recorded")
}

// TestVerifyWalksATrailOfManyPages checks that each event is counted once.
func TestVerifyWalksATrailOfManyPages(t *testing.T) {
	t.Parallel()
	const events = verifyPage + 3
	report, err := Verify(context.Background(), trailOf(t, events).store, func(VerifyReport) {})
	require.NoError(t, err)
	require.Equal(t, int64(events), report.Events)
}

// TestOldEventsAreChained checks that the migration on both engines hashes events as the program does.
func TestOldEventsAreChained(t *testing.T) {
	t.Parallel()
	urls := map[string]string{"sqlite": "sqlite:" + filepath.Join(t.TempDir(), "bank.db"), "postgres": pgtest.URL(t)}
	hashes := map[string]string{}
	for engine, url := range urls {
		pool := migratedTo(t, url, 8)
		ids := []string{"019aa8a4-6c40-7a52-9d5e-3f1c8e6b7a90", "019aa8a4-0000-7a52-9d5e-3f1c8e6b7a91", "019aa8a5-6c40-7a52-9d5e-3f1c8e6b7a92"}
		for i, values := range []string{"'login_failed', 481207359142, 'anonymous', '2001:db8::7', 'chosen', 1763796600123456, 1",
			"'database_restored', 0, 'operator', '', '', 1763796600000007, 1", "'login_failed', 7, 'anonymous', '203.0.113.0/24', '', 1763796600000000, 4711"} {
			_, err := pool.Exec(fmt.Sprintf(`INSERT INTO events (id, event_type, account_number, actor, client_address, request_id, timestamp, count)
				VALUES ('%s', %s)`, ids[i], values))
			require.NoError(t, err)
		}
		_, err := store.Migrate(context.Background(), url)
		require.NoError(t, err)
		s := openStore(t, url)
		report, err := Verify(context.Background(), s, func(VerifyReport) {})
		require.NoError(t, err)
		require.Equal(t, int64(3), report.Events)
		br := branchOn(t, s)
		require.NoError(t, br.bank.RecordRead(context.Background(), operator, WholeBank)) // the trail continues
		report, err = Verify(context.Background(), s, func(VerifyReport) {})
		require.NoError(t, err)
		require.Equal(t, int64(4), report.Events)
		for _, row := range contentsOf(t, s).Events[:3] {
			hashes[engine] += fmt.Sprintf("%d %s %x\n", row.Sequence, row.ID, row.Hash)
		}
	}
	require.Equal(t, hashes["sqlite"], hashes["postgres"])
	require.Contains(t, hashes["sqlite"], "1 019aa8a4-0000-7a52-9d5e-3f1c8e6b7a91 ")
}

// migratedTo returns a database migrated to an older version.
func migratedTo(t *testing.T, url string, version int64) *sql.DB {
	t.Helper()
	dialect, folder, migrations := goose.DialectPostgres, "postgres", schema.Postgres
	if path, onFile := strings.CutPrefix(url, "sqlite:"); onFile {
		dialect, folder, migrations = goose.DialectSQLite3, "sqlite", schema.SQLite
		made, err := sql.Open("sqlite3", path)
		require.NoError(t, err)
		require.NoError(t, made.Ping())
		require.NoError(t, made.Close())
	}
	files, err := fs.Sub(migrations, folder)
	require.NoError(t, err)
	pool := storetest.Raw(t, url)
	provider, err := goose.NewProvider(dialect, pool, files)
	require.NoError(t, err)
	_, err = provider.UpTo(t.Context(), version)
	require.NoError(t, err)
	return pool
}
