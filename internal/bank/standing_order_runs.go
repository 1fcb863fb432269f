package bank

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/schedule"
	"github.com/bankingcore/bankcore/internal/store"
)

// StandingOrderRun is what became of a date of a standing order.
type StandingOrderRun struct {
	DueOn       time.Time
	Status      RunStatus
	Code        ledger.Code // why nothing was posted; "" otherwise
	Transaction uuid.UUID   // the sender's entry; uuid.Nil for none
	RanAt       time.Time
}

// RunStatus sums up a run.
type RunStatus string

// The statuses.
const (
	RunPosted  RunStatus = "posted"
	RunSkipped RunStatus = "skipped" // the balance was short, and the order says to skip such a date
	RunFailed  RunStatus = "failed"
)

// dueBatch is how many due orders are listed at once.
const dueBatch = 100

// RunStandingOrders runs what is due, the oldest date first, and returns how many dates it has run. It may be interrupted, and may run on
// several servers at once: each date is locked, run and recorded in one transaction. An order that fails does not stop the others.
func (b *Bank) RunStandingOrders(ctx context.Context) (ran int, err error) {
	today := b.calendar.DateOf(b.now())
	place := db.ListDueStandingOrdersParams{Today: schedule.DayNumber(today), RowLimit: dueBatch}
	var failures error
	for {
		due, err := store.Read(ctx, b.store, func(ctx context.Context, q db.Querier) ([]db.ListDueStandingOrdersRow, error) {
			return q.ListDueStandingOrders(ctx, place)
		})
		if err != nil || len(due) == 0 {
			return ran, errors.Join(failures, err)
		}
		for _, row := range due {
			if row.TryOn != due[0].TryOn {
				break // an order that has just run may be due again before this one
			}
			place.AfterOn, place.AfterID = row.TryOn, row.ID
			ended, err := b.runStandingOrder(ctx, row.ID, today)
			if ended {
				ran++
			}
			if ctx.Err() != nil || errors.Is(err, ErrUnavailable) {
				return ran, errors.Join(failures, err)
			}
			if err != nil {
				failures = errors.Join(failures, fmt.Errorf("standing order %s: %w", row.ID, err))
			}
		}
	}
}

// runStandingOrder runs the next date of an order, if that is due: another server may have run it meanwhile. It reports whether the date
// is done with.
func (b *Bank) runStandingOrder(ctx context.Context, id uuid.UUID, today time.Time) (done bool, err error) {
	run, err := store.Update(ctx, b.store, func(ctx context.Context, q db.Querier) (StandingOrderRun, error) {
		row, err := q.LockStandingOrder(ctx, id)
		if err != nil {
			return StandingOrderRun{}, err
		}
		order := standingOrderOf(&row)
		if order.Status != OrderActive || order.tryOn().After(today) {
			return StandingOrderRun{}, nil
		}
		return b.runDate(ctx, q, &order, today)
	})
	if err == nil && run.Status == RunPosted {
		b.Counters.Transfers.Add(1)
	}
	return err == nil && run.Status != "", err
}

// runDate runs the next date of a locked order, and records the result. The run has no status if the date is to be tried again.
func (b *Bank) runDate(ctx context.Context, q db.Querier, o *StandingOrder, today time.Time) (StandingOrderRun, error) {
	run := StandingOrderRun{DueOn: o.NextOn, Status: RunPosted, RanAt: b.now()}
	paid, err := b.pay(ctx, q, o, run.RanAt)
	var refusal *ledger.Refusal
	switch {
	case err == nil:
		run.Transaction = paid
		o.advance(o.next + 1)
	case !errors.As(err, &refusal):
		return StandingOrderRun{}, err
	case refusal.Code == ledger.CodeInsufficientFunds && o.IfShort == RetryIfShort && today.Before(o.NextOn.AddDate(0, 0, retryDays)):
		o.RetryOn = today.AddDate(0, 0, 1)
		return StandingOrderRun{}, writeStandingOrder(ctx, q, o)
	default:
		run.Status, run.Code = o.refused(refusal)
	}
	if err := insertRun(ctx, q, o.ID, &run); err != nil {
		return StandingOrderRun{}, err
	}
	if err := writeStandingOrder(ctx, q, o); err != nil {
		return StandingOrderRun{}, err
	}
	return run, b.recordRun(ctx, q, o, &run)
}

// refused moves an order past a date that was finally refused, or ends the order if each later date would be refused, too.
func (o *StandingOrder) refused(refusal *ledger.Refusal) (RunStatus, ledger.Code) {
	o.advance(o.next + 1)
	switch {
	case refusal.Code == ledger.CodeInsufficientFunds && o.IfShort == SkipIfShort:
		return RunSkipped, refusal.Code
	case refusal.Code == ledger.CodeAccountClosed && refusal.Pointer == "":
		o.end(EndedAccountClosed)
	case refusal.Code == ledger.CodeAccountClosed:
		o.end(EndedRecipientClosed)
	}
	return RunFailed, refusal.Code
}

// pay moves the money of one date, and returns the sender's entry.
func (b *Bank) pay(ctx context.Context, q db.Querier, o *StandingOrder, now time.Time) (uuid.UUID, error) {
	posting := ledger.Posting{
		Type: ledger.TypeTransferOut, Account: o.Account, To: o.To, Amount: o.Amount, Description: o.Description,
	}
	if err := b.identify(&posting, now); err != nil {
		return uuid.Nil, err
	}
	batch, err := b.lockBatch(ctx, q, o.Account, o.To)
	if err != nil {
		return uuid.Nil, err
	}
	if _, err := batch.Decide(&ledger.Order{Postings: []ledger.Posting{posting}}); err != nil {
		return uuid.Nil, err
	}
	return posting.ID, writeDecided(ctx, q, batch)
}

func insertRun(ctx context.Context, q db.Querier, order uuid.UUID, run *StandingOrderRun) error {
	params := db.InsertStandingOrderRunParams{
		OrderID: order, DueOn: schedule.DayNumber(run.DueOn), Status: string(run.Status), Code: string(run.Code), RanAt: run.RanAt.UnixMicro(),
	}
	if run.Transaction != uuid.Nil {
		params.TransactionID = &run.Transaction
	}
	return q.InsertStandingOrderRun(ctx, params)
}

// recordRun records the events of a run, with the order as their actor.
func (b *Bank) recordRun(ctx context.Context, q db.Querier, o *StandingOrder, run *StandingOrderRun) error {
	caller := auth.Caller{StandingOrder: o.ID}
	if run.Status == RunPosted {
		return b.auth.RecordDetail(ctx, q, EventMoneyMoved, o.Account, caller, run.Transaction.String())
	}
	if err := b.recordFailure(ctx, q, o, run); err != nil || o.Status != OrderEnded {
		return err
	}
	return b.auth.RecordDetail(ctx, q, EventStandingOrderEnded, o.Account, caller, fmt.Sprintf("%s %s", o.ID, o.EndReason))
}

// recordFailure records that nothing was posted on a date.
func (b *Bank) recordFailure(ctx context.Context, q db.Querier, o *StandingOrder, run *StandingOrderRun) error {
	detail := fmt.Sprintf("%s %s %s", o.ID, dateText(run.DueOn), run.Code)
	return b.auth.RecordDetail(ctx, q, EventStandingOrderFailed, o.Account, auth.Caller{StandingOrder: o.ID}, detail)
}
