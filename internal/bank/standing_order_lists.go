package bank

import (
	"context"
	"math"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ids"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/paging"
	"github.com/bankingcore/bankcore/internal/schedule"
	"github.com/bankingcore/bankcore/internal/store"
)

// ListStandingOrdersParams holds the inputs of ListStandingOrders.
type ListStandingOrdersParams struct {
	Account ledger.AccountNumber
	Limit   int
	Cursor  string // "" for the first page
}

// StandingOrderPage is a part of an account's standing orders, newest first.
type StandingOrderPage struct {
	Orders     []StandingOrder
	NextCursor string // "" on the last page
}

type standingOrderCursor struct {
	Account ledger.AccountNumber `json:"a"`
	Before  uuid.UUID            `json:"b"`
}

// ListStandingOrders returns a page of an account's standing orders, those that are over included, for its owner and staff.
func (b *Bank) ListStandingOrders(ctx context.Context, caller auth.Caller, p ListStandingOrdersParams) (StandingOrderPage, error) {
	if err := b.auth.Require(ctx, caller, auth.AccountsRead, p.Account); err != nil {
		return StandingOrderPage{}, err
	}
	limit := paging.Size(p.Limit)
	first := standingOrderCursor{Account: p.Account, Before: ids.Last}
	position, err := paging.Begin(b.cursors, p.Cursor, "standing orders", first, func(position standingOrderCursor) bool {
		return position.Account == p.Account
	})
	if err != nil {
		return StandingOrderPage{}, err
	}
	rows, err := store.View(ctx, b.store, func(ctx context.Context, q db.Querier) ([]db.StandingOrder, error) {
		if _, err := accountByNumber(ctx, q, p.Account); err != nil {
			return nil, err
		}
		return q.ListStandingOrders(ctx, db.ListStandingOrdersParams{
			AccountNumber: int64(p.Account), BeforeID: position.Before, RowLimit: int64(limit + 1),
		})
	})
	if err != nil {
		return StandingOrderPage{}, err
	}
	orders, next, err := paging.Of(b.cursors, "standing orders", rows, limit, standingOrderOf, func(last *db.StandingOrder) any {
		position.Before = last.ID
		return position
	})
	return StandingOrderPage{Orders: orders, NextCursor: next}, err
}

// GetStandingOrder returns one of an account's standing orders, for its owner and staff.
func (b *Bank) GetStandingOrder(ctx context.Context, caller auth.Caller, number ledger.AccountNumber, id uuid.UUID) (StandingOrder, error) {
	if err := b.auth.Require(ctx, caller, auth.AccountsRead, number); err != nil {
		return StandingOrder{}, err
	}
	return store.View(ctx, b.store, func(ctx context.Context, q db.Querier) (StandingOrder, error) {
		return standingOrderByID(ctx, q, number, id)
	})
}

func standingOrderByID(ctx context.Context, q db.Querier, number ledger.AccountNumber, id uuid.UUID) (StandingOrder, error) {
	if _, err := accountByNumber(ctx, q, number); err != nil {
		return StandingOrder{}, err
	}
	row, err := q.StandingOrderByID(ctx, id)
	return orderOfAccount(number, &row, err)
}

// ListRunsParams holds the inputs of ListStandingOrderRuns.
type ListRunsParams struct {
	Account ledger.AccountNumber
	Order   uuid.UUID
	Limit   int
	Cursor  string // "" for the first page
}

// RunPage is a part of the runs of a standing order, the latest date first.
type RunPage struct {
	Runs       []StandingOrderRun
	NextCursor string // "" on the last page
}

type runCursor struct {
	Order  uuid.UUID `json:"o"`
	Before int64     `json:"b"`
}

// ListStandingOrderRuns returns a page of what became of the dates of a standing order, for the account's owner and staff.
func (b *Bank) ListStandingOrderRuns(ctx context.Context, caller auth.Caller, p ListRunsParams) (RunPage, error) {
	if err := b.auth.Require(ctx, caller, auth.AccountsRead, p.Account); err != nil {
		return RunPage{}, err
	}
	limit := paging.Size(p.Limit)
	first := runCursor{Order: p.Order, Before: math.MaxInt64}
	position, err := paging.Begin(b.cursors, p.Cursor, "runs", first, func(position runCursor) bool {
		return position.Order == p.Order
	})
	if err != nil {
		return RunPage{}, err
	}
	rows, err := store.View(ctx, b.store, func(ctx context.Context, q db.Querier) ([]db.StandingOrderRun, error) {
		if _, err := standingOrderByID(ctx, q, p.Account, p.Order); err != nil {
			return nil, err
		}
		return q.ListStandingOrderRuns(ctx, db.ListStandingOrderRunsParams{
			OrderID: p.Order, BeforeOn: position.Before, RowLimit: int64(limit + 1),
		})
	})
	if err != nil {
		return RunPage{}, err
	}
	runs, next, err := paging.Of(b.cursors, "runs", rows, limit, runOf, func(last *db.StandingOrderRun) any {
		position.Before = last.DueOn
		return position
	})
	return RunPage{Runs: runs, NextCursor: next}, err
}

func runOf(row *db.StandingOrderRun) StandingOrderRun {
	run := StandingOrderRun{
		DueOn: schedule.DayOf(row.DueOn), Status: RunStatus(row.Status), Code: ledger.Code(row.Code), RanAt: time.UnixMicro(row.RanAt).UTC(),
	}
	if row.TransactionID != nil {
		run.Transaction = *row.TransactionID
	}
	return run
}
