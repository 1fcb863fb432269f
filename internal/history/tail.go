// Package history reads an account's entries back along their links, and bounds how many long reads each customer runs at a time. It is
// shared by packages bank and reports.
package history

import (
	"context"
	"math"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// Tail is where an account's history ends.
type Tail struct {
	Account ledger.AccountNumber
	Last    uuid.UUID // the newest entry; uuid.Nil only while the account is being opened
	Entries int64     // their number, which is the newest one's sequence
}

// TailOf returns the end of the history of a row's account.
func TailOf(row *db.Account) Tail {
	tail := Tail{Account: ledger.AccountNumber(row.AccountNumber), Entries: row.LastSequence}
	if row.LastID != nil {
		tail.Last = *row.LastID
	}
	return tail
}

// Near finds where to start walking back to the entries before a time: the first milestone at or after that time, which leaves few
// entries in between, or else the newest entry.
func (t Tail) Near(ctx context.Context, q db.Querier, before int64) (uuid.UUID, error) {
	if before == math.MaxInt64 {
		return t.Last, nil
	}
	milestones, err := q.ListMilestones(ctx, db.ListMilestonesParams{AccountNumber: int64(t.Account), FromTime: before, RowLimit: 1})
	if err != nil || len(milestones) == 0 {
		return t.Last, err
	}
	return milestones[0].ID, nil
}
