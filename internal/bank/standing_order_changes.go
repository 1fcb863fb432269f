package bank

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/audit"
	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// PauseStandingOrder stops a standing order until it is resumed, for the account's owner and staff. A paused order
// stays as it is. A pause ends the retries of a date.
func (b *Bank) PauseStandingOrder(ctx context.Context, caller auth.Caller, number ledger.AccountNumber, id uuid.UUID) (StandingOrder, error) {
	if err := b.requireToStop(ctx, caller, number); err != nil {
		return StandingOrder{}, err
	}
	return b.changeStandingOrder(ctx, caller, number, id, EventStandingOrderPaused, func(o *StandingOrder) bool {
		if o.Status == OrderPaused {
			return false
		}
		if !o.over() { // the date that was given up may have been the last
			o.Status = OrderPaused
		}
		return true
	})
}

// ResumeStandingOrder resumes a paused standing order, for the account's owner. Dates before today never run.
func (b *Bank) ResumeStandingOrder(ctx context.Context, caller auth.Caller, number ledger.AccountNumber, id uuid.UUID) (StandingOrder, error) {
	if err := b.auth.Require(ctx, caller, auth.TransfersWrite, number); err != nil {
		return StandingOrder{}, err
	}
	return b.changeStandingOrder(ctx, caller, number, id, EventStandingOrderResumed, func(o *StandingOrder) bool {
		if o.Status == OrderActive {
			return false
		}
		o.Status = OrderActive
		o.advance(o.Schedule.From(o.next, b.calendar.DateOf(b.now())))
		return true
	})
}

// EndStandingOrder ends a standing order for good, for the account's owner and staff.
func (b *Bank) EndStandingOrder(ctx context.Context, caller auth.Caller, number ledger.AccountNumber, id uuid.UUID) (StandingOrder, error) {
	if err := b.requireToStop(ctx, caller, number); err != nil {
		return StandingOrder{}, err
	}
	return b.changeStandingOrder(ctx, caller, number, id, EventStandingOrderEnded, func(o *StandingOrder) bool {
		o.end(EndedByRequest)
		return true
	})
}

// requireToStop is Require for what keeps money from moving: staff may do that, too, but a service client needs the permission for payments.
func (b *Bank) requireToStop(ctx context.Context, caller auth.Caller, number ledger.AccountNumber) error {
	refusal := b.auth.Require(ctx, caller, auth.TransfersWrite, number)
	if refusal == nil || !ledger.IsRefusal(refusal) || caller.Client != nil {
		return refusal
	}
	manages, err := b.auth.May(ctx, caller, auth.AccountsManage, number)
	if err != nil || manages {
		return err
	}
	return refusal
}

// changeStandingOrder locks an order that is not over, runs change on it, and writes and records any change. Ending an order that was ended
// succeeds, so that the request can be repeated.
func (b *Bank) changeStandingOrder(ctx context.Context, caller auth.Caller, number ledger.AccountNumber, id uuid.UUID, kind audit.EventType,
	change func(o *StandingOrder) (changed bool),
) (StandingOrder, error) {
	return store.Update(ctx, b.store, func(ctx context.Context, q db.Querier) (StandingOrder, error) {
		if _, err := accountByNumber(ctx, q, number); err != nil {
			return StandingOrder{}, err
		}
		row, err := q.LockStandingOrder(ctx, id)
		order, err := orderOfAccount(number, &row, err)
		switch {
		case err != nil:
			return StandingOrder{}, err
		case order.Status == OrderEnded && kind == EventStandingOrderEnded:
			return order, nil
		case order.over():
			return StandingOrder{}, refuse(CodeStandingOrderOver, "This standing order is %s: nothing can change it any more.", order.Status)
		}
		var failed *StandingOrderRun
		if kind != EventStandingOrderResumed && !order.RetryOn.IsZero() {
			if failed, err = b.giveUp(ctx, q, &order); err != nil {
				return StandingOrder{}, err
			}
		}
		if !change(&order) {
			return order, nil
		}
		if err := writeStandingOrder(ctx, q, &order); err != nil {
			return StandingOrder{}, err
		}
		if failed != nil {
			if err := b.recordFailure(ctx, q, &order, failed); err != nil {
				return StandingOrder{}, err
			}
		}
		return order, b.auth.RecordDetail(ctx, q, kind, number, caller, order.ID.String())
	})
}

// giveUp writes that the date that waited for a retry failed, because the order is about to stop.
func (b *Bank) giveUp(ctx context.Context, q db.Querier, o *StandingOrder) (*StandingOrderRun, error) {
	run := StandingOrderRun{DueOn: o.NextOn, Status: RunFailed, Code: ledger.CodeInsufficientFunds, RanAt: b.now()}
	o.advance(o.next + 1)
	return &run, insertRun(ctx, q, o.ID, &run)
}

// writeStandingOrder writes what can change in an order.
func writeStandingOrder(ctx context.Context, q db.Querier, o *StandingOrder) error {
	params := db.UpdateStandingOrderParams{
		ID: o.ID, Status: string(o.Status), EndReason: string(o.EndReason), NextIndex: int64(o.next), NextOn: optionalDay(o.NextOn),
	}
	if !o.over() {
		params.TryOn = optionalDay(o.tryOn())
	}
	if o.over() != (params.NextOn == nil) {
		return errors.New("a standing order that is not over needs a next date")
	}
	return q.UpdateStandingOrder(ctx, params)
}
