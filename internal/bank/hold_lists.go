package bank

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/paging"
	"github.com/bankingcore/bankcore/internal/store"
)

// ListHoldsParams holds the inputs of ListHolds. A cursor carries the filter it was made with; one sent with it must be the same.
type ListHoldsParams struct {
	Account ledger.AccountNumber
	Status  ledger.HoldStatus // "" for every status
	Limit   int
	Cursor  string // "" for the first page
}

// HoldPage is a part of an account's holds, newest first.
type HoldPage struct {
	Holds      []ledger.Hold
	NextCursor string // "" on the last page
}

type holdCursor struct {
	Account ledger.AccountNumber `json:"a"`
	Status  ledger.HoldStatus    `json:"s,omitempty"`
	Before  uuid.UUID            `json:"b"`
}

// ListHolds returns a page of an account's holds, for its owner and others who may read it.
func (b *Bank) ListHolds(ctx context.Context, caller auth.Caller, p ListHoldsParams) (HoldPage, error) {
	if err := b.auth.Require(ctx, caller, auth.AccountsRead, p.Account); err != nil {
		return HoldPage{}, err
	}
	limit := paging.Size(p.Limit)
	first := holdCursor{Account: p.Account, Status: p.Status, Before: uuid.Max}
	position, err := paging.Begin(b.cursors, p.Cursor, "holds", first, func(position holdCursor) bool {
		return position.Account == p.Account && (p.Status == "" || p.Status == position.Status)
	})
	if err != nil {
		return HoldPage{}, err
	}
	now := b.now()
	return store.View(ctx, b.store, func(ctx context.Context, q db.Querier) (HoldPage, error) {
		if _, err := store.CustomerOf(ctx, q, p.Account); err != nil {
			return HoldPage{}, err
		}
		rows, err := q.ListHolds(ctx, db.ListHoldsParams{
			AccountNumber: int64(p.Account), BeforeID: position.Before, Status: string(position.Status), Now: now.UnixMicro(),
			RowLimit: int64(limit + 1),
		})
		if err != nil {
			return HoldPage{}, err
		}
		var page HoldPage
		page.Holds, page.NextCursor, err = paging.Of(b.cursors, "holds", rows, limit,
			func(row *db.Hold) ledger.Hold { return store.HoldOf(row).At(now) },
			func(last *db.Hold) any {
				position.Before = last.ID
				return position
			})
		return page, err
	})
}

// GetHold returns a hold of an account, for its owner and others who may read it.
func (b *Bank) GetHold(ctx context.Context, caller auth.Caller, number ledger.AccountNumber, id uuid.UUID) (ledger.Hold, error) {
	if err := b.auth.Require(ctx, caller, auth.AccountsRead, number); err != nil {
		return ledger.Hold{}, err
	}
	hold, err := store.Read(ctx, b.store, func(ctx context.Context, q db.Querier) (ledger.Hold, error) {
		return holdByID(ctx, q, number, id)
	})
	return hold.At(b.now()), err
}

// ReleaseHolds releases the money of holds that have expired, and returns how many there were. None of them could be captured any more. An
// account whose holds cannot be released does not stop the others.
func (b *Bank) ReleaseHolds(ctx context.Context) (released int64, err error) {
	failed := map[int64]bool{}
	var failures error
	for progress := true; progress; {
		progress = false
		now := b.now()
		numbers, err := store.Read(ctx, b.store, func(ctx context.Context, q db.Querier) ([]int64, error) {
			return q.ListAccountsWithDueHolds(ctx, db.ListAccountsWithDueHoldsParams{Now: now.UnixMicro(), RowLimit: purgeBatch})
		})
		if err != nil {
			return released, errors.Join(failures, err)
		}
		for _, number := range numbers {
			if failed[number] {
				continue
			}
			order := store.Order{Order: ledger.Order{Hold: &ledger.HoldChange{
				Action: ledger.ReleaseHolds, Hold: ledger.Hold{Account: ledger.AccountNumber(number)}, Time: now,
			}}}
			outcome, err := b.store.Post(ctx, &order)
			if ctx.Err() != nil || errors.Is(err, ErrUnavailable) {
				return released, errors.Join(failures, err)
			}
			if err != nil {
				failed[number] = true
				failures = errors.Join(failures, fmt.Errorf("holds of account %s: %w", ledger.AccountNumber(number), err))
				continue
			}
			progress = progress || outcome.Released > 0
			released += int64(outcome.Released)
		}
	}
	return released, failures
}
