package history

import (
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/store"
)

// QuarterHour is the unit in which the database sums movements, in seconds. Since 1972, every zone's offset has been a
// multiple of it, so no quarter spans two days, and there are few quarters however many entries there are.
const QuarterHour = 15 * 60

// MovementsStep is how many entries a step of Movements reads at least, unless there are fewer.
const MovementsStep = 2_048

// ErrTooMany means that there are more entries than Movements was allowed to read.
var ErrTooMany = errors.New("history: too many entries")

// Movements adds up an account's entries from a time on, as many as a bound allows, in steps that begin at milestones. Entries never
// change, so the steps fit together.
func (t Tail) Movements(ctx context.Context, s *store.Store, from, bound, stepSize int64) ([]db.ListQuarterHourMovementsRow, error) {
	milestones, err := store.Read(ctx, s, func(ctx context.Context, q db.Querier) ([]db.ListMilestonesRow, error) {
		return q.ListMilestones(ctx, db.ListMilestonesParams{
			AccountNumber: int64(t.Account), FromTime: from, RowLimit: bound/64 + 2,
		})
	})
	if err != nil {
		return nil, err
	}
	if len(milestones) > 0 && t.Entries-milestones[0].Sequence > bound {
		return nil, ErrTooMany
	}
	var all []db.ListQuarterHourMovementsRow
	step := func(newest uuid.UUID, entries int64) error {
		rows, err := store.Read(ctx, s, func(ctx context.Context, q db.Querier) ([]db.ListQuarterHourMovementsRow, error) {
			return q.ListQuarterHourMovements(ctx, db.ListQuarterHourMovementsParams{
				NewestID: newest, FromTime: from, EntryLimit: entries,
			})
		})
		all = append(all, rows...)
		return err
	}
	newest, entries := t.Last, t.Entries
	for _, milestone := range slices.Backward(milestones) {
		if entries-milestone.Sequence < stepSize {
			continue
		}
		if err := step(newest, entries-milestone.Sequence); err != nil {
			return nil, err
		}
		newest, entries = milestone.ID, milestone.Sequence
	}
	err = step(newest, entries)
	return all, err
}
