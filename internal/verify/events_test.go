package verify_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/audit"
	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/testkit/banktest"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
	"github.com/bankingcore/bankcore/internal/verify"
)

// trailOf returns a bank with the given number of events.
func trailOf(t *testing.T, events int) *banktest.Branch {
	t.Helper()
	br := banktest.New(t)
	for i := range events {
		br.Clock.Pass(time.Second)
		require.NoError(t, br.Auth.RecordRead(context.Background(), auth.Caller{
			AdminKey: true, Address: "203.0.113.7", RequestID: fmt.Sprint("chosen-", i), ServerRequestID: uuid.NewString(), Operation: "getAccount",
		}, 100_000_000_008))
	}
	return br
}

func eventsOf(t *testing.T, br *banktest.Branch) (events []audit.Event) {
	t.Helper()
	rows, err := store.Read(context.Background(), br.Store, func(ctx context.Context, q db.Querier) ([]db.Event, error) {
		return q.ListEventsBySequence(ctx, db.ListEventsBySequenceParams{RowLimit: 1_000_000})
	})
	require.NoError(t, err)
	for i := range rows {
		events = append(events, store.EventOf(&rows[i]))
	}
	return events
}

// TestVerifyNamesTheFirstBrokenEvent tampers with the sixth of twelve events.
func TestVerifyNamesTheFirstBrokenEvent(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	rechained := func(t *testing.T, br *banktest.Branch, from int64) {
		t.Helper()
		var last audit.Event
		for _, event := range eventsOf(t, br) {
			if event.Sequence >= from {
				event.Previous = last.Hash
				event.Hash = event.ChainHash()
				br.Tamper(t, "UPDATE events SET previous_hash = $1, hash = $2 WHERE sequence = $3", event.Previous[:], event.Hash[:], event.Sequence)
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
			report, err := verify.Run(context.Background(), br.Store, func(verify.Report) {})
			require.NoError(t, err)
			require.Equal(t, int64(12), report.Events)
			br.Tamper(t, fault.statements)
			switch {
			case fault.rechain > 0:
				rechained(t, br, fault.rechain)
			case fault.rechain < 0: // only this one, over its own previous_hash
				for _, event := range eventsOf(t, br) {
					if event.Sequence == -fault.rechain {
						hash := event.ChainHash()
						br.Tamper(t, "UPDATE events SET hash = $1 WHERE sequence = $2", hash[:], event.Sequence)
					}
				}
			}
			_, err = verify.Run(context.Background(), br.Store, func(verify.Report) {})
			var broken *verify.BrokenEvent
			require.ErrorAs(t, err, &broken)
			require.Equal(t, fault.sequence, broken.Sequence, err)
			require.Contains(t, broken.Reason, fault.reason)
			require.ErrorContains(t, err, fmt.Sprintf("event %d", fault.sequence))
		})
	}
}

// TestATrailWithoutAnEndIsBroken deletes the record of the trail's end.
func TestATrailWithoutAnEndIsBroken(t *testing.T) {
	t.Parallel()
	br := trailOf(t, 2)
	br.Tamper(t, "DELETE FROM event_chain")
	_, err := verify.Run(context.Background(), br.Store, func(verify.Report) {})
	require.ErrorContains(t, err, "the audit trail is broken: its end is not recorded")
}

// TestVerifyWalksATrailOfManyPages checks that each event is counted once.
func TestVerifyWalksATrailOfManyPages(t *testing.T) {
	t.Parallel()
	const events = 1003 // a page holds 1000
	report, err := verify.Run(context.Background(), trailOf(t, events).Store, func(verify.Report) {})
	require.NoError(t, err)
	require.Equal(t, int64(events), report.Events)
}
