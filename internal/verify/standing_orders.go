package verify

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/schedule"
	"github.com/bankingcore/bankcore/internal/store"
)

// standingOrders checks that the next date of each standing order is on its schedule, that each run is of such a date, in order and without
// repetition, and that each run posted the transfer that was ordered, and no two runs the same one.
func (v *verifier) standingOrders(ctx context.Context) error {
	params := db.ListStandingOrdersByIDParams{RowLimit: page}
	for {
		rows, err := v.q.ListStandingOrdersByID(ctx, params)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return v.runs(ctx)
		}
		for i := range rows {
			if !standsAtItsDate(&rows[i]) {
				return fmt.Errorf("%w: the next date of the standing order %s is not one of its own", errLedger, rows[i].ID)
			}
		}
		params.AfterID = rows[len(rows)-1].ID
		if err := v.pause(); err != nil {
			return err
		}
	}
}

// standsAtItsDate reports whether the next date of an order is the one on its schedule.
func standsAtItsDate(row *db.StandingOrder) bool {
	planned := store.ScheduleOf(row)
	date, has := planned.Date(int(row.NextIndex))
	switch row.Status {
	case "ended":
		return true
	case "completed":
		return !has
	}
	return has && row.NextOn != nil && *row.NextOn == schedule.DayNumber(date)
}

// runsOf is the order whose runs are being checked.
type runsOf struct {
	order   db.StandingOrder
	planned schedule.Schedule
	next    int // the earliest date of the next run
}

func (v *verifier) runs(ctx context.Context) error {
	var of runsOf
	params := db.ListStandingOrderRunsByOrderParams{RowLimit: page}
	for {
		rows, err := v.q.ListStandingOrderRunsByOrder(ctx, params)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			break
		}
		v.report.Runs += int64(len(rows))
		for i := range rows {
			if err := v.run(ctx, &of, &rows[i]); err != nil {
				return err
			}
		}
		last := &rows[len(rows)-1]
		params.AfterOrder, params.AfterOn = last.OrderID, last.DueOn
		if err := v.pause(); err != nil {
			return err
		}
	}
	shared, err := v.q.CountSharedRunEntries(ctx)
	if err == nil && shared > 0 {
		err = fmt.Errorf("%w: several runs of standing orders name the same entry", errLedger)
	}
	return err
}

func (v *verifier) run(ctx context.Context, of *runsOf, row *db.StandingOrderRun) error {
	if of.order.ID != row.OrderID {
		order, err := v.q.StandingOrderByID(ctx, row.OrderID)
		if err != nil {
			return fmt.Errorf("%w: the order of the runs of %s: %w", errLedger, row.OrderID, err)
		}
		*of = runsOf{order: order, planned: store.ScheduleOf(&order)}
	}
	due := schedule.DayOf(row.DueOn)
	at := of.planned.From(of.next, due)
	date, has := of.planned.Date(at)
	if !has || !date.Equal(due) || int64(at) >= of.order.NextIndex {
		return brokenRun(row, "the order cannot have run on this date")
	}
	of.next = at + 1
	if row.TransactionID == nil {
		return nil
	}
	return v.transferOf(ctx, of, row, *row.TransactionID)
}

// transferOf checks that a run posted what was ordered.
func (v *verifier) transferOf(ctx context.Context, of *runsOf, row *db.StandingOrderRun, id uuid.UUID) error {
	written, err := v.q.TransactionByID(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return brokenRun(row, "its entry is missing")
	}
	if err != nil {
		return err
	}
	entry := store.EntryOf(&written)
	if entry.Type != ledger.TypeTransferOut || int64(entry.Account) != of.order.AccountNumber || int64(entry.Counterparty) != of.order.ToAccount ||
		int64(entry.Amount) != of.order.Amount {
		return brokenRun(row, "its entry is not what was ordered")
	}
	return nil
}

func brokenRun(row *db.StandingOrderRun, reason string) error {
	return fmt.Errorf("%w: the run of the standing order %s on %s: %s", errLedger, row.OrderID, schedule.DayOf(row.DueOn).Format("2006-01-02"), reason)
}
