package verify

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/audit"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/store"
)

var errTrail = errors.New("the audit trail is broken")

// BrokenEvent is the first fault that a verification has found in the audit trail.
type BrokenEvent struct {
	Sequence int64
	ID       uuid.UUID // uuid.Nil for an event that is missing
	Reason   string
}

func (e *BrokenEvent) Error() string {
	if e.ID == uuid.Nil {
		return fmt.Sprintf("%v: event %d: %s", errTrail, e.Sequence, e.Reason)
	}
	return fmt.Sprintf("%v: event %d (%s): %s", errTrail, e.Sequence, e.ID, e.Reason)
}

// events checks the audit trail, and compares its last event with the end of the chain.
func (v *verifier) events(ctx context.Context) error {
	var last audit.Event
	for {
		rows, err := v.q.ListEventsBySequence(ctx, db.ListEventsBySequenceParams{AfterSequence: last.Sequence, RowLimit: page})
		if err != nil {
			return err
		}
		for i := range rows {
			event := store.EventOf(&rows[i])
			if err := follows(&event, &last); err != nil {
				return err
			}
			v.report.Events++
			last = event
		}
		if len(rows) < page {
			break
		}
		if err := v.pause(); err != nil {
			return err
		}
	}
	return v.endOfTrail(ctx, &last)
}

// follows returns what is wrong with an event, given the previous one, or nil.
func follows(e, last *audit.Event) error {
	broken := func(reason string) error { return &BrokenEvent{Sequence: e.Sequence, ID: e.ID, Reason: reason} }
	switch {
	case e.Sequence != last.Sequence+1:
		return &BrokenEvent{Sequence: last.Sequence + 1, Reason: "it is missing"}
	case e.Hash != e.ChainHash():
		return broken("it was changed: the hash does not match")
	case e.Previous != last.Hash:
		return broken("it is out of order: it does not follow the previous event")
	}
	return nil
}

func (v *verifier) endOfTrail(ctx context.Context, last *audit.Event) error {
	end, err := v.q.EventChainEnd(ctx)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return fmt.Errorf("%w: its end is not recorded", errTrail)
	case err != nil:
		return err
	case end.Sequence > last.Sequence:
		return &BrokenEvent{Sequence: last.Sequence + 1, Reason: fmt.Sprintf("it is missing, and so are all up to event %d: they were cut off", end.Sequence)}
	case end.Sequence < last.Sequence || string(end.Hash) != string(last.Hash[:]):
		return &BrokenEvent{Sequence: last.Sequence, ID: last.ID, Reason: "it is not the event that the trail's end names"}
	}
	return nil
}
