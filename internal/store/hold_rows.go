package store

import (
	"time"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// HoldOf returns the hold in a row.
func HoldOf(row *db.Hold) ledger.Hold {
	h := ledger.Hold{
		ID: row.ID, Account: ledger.AccountNumber(row.AccountNumber), Amount: ledger.Money(row.Amount), Currency: row.Currency,
		Description: row.Description, Reference: row.Reference, PlacedBy: row.PlacedBy, CreatedAt: time.UnixMicro(row.CreatedAt).UTC(),
		ExpiresAt: time.UnixMicro(row.ExpiresAt).UTC(), Status: ledger.HoldStatus(row.Status), Captured: ledger.Money(row.Captured),
	}
	if row.ToAccount != nil {
		h.To = ledger.AccountNumber(*row.ToAccount)
	}
	if row.ClosedAt != nil {
		h.ClosedAt = time.UnixMicro(*row.ClosedAt).UTC()
	}
	return h
}

// InsertHoldOf returns the parameters that insert a hold.
func InsertHoldOf(h *ledger.Hold) db.InsertHoldParams {
	params := db.InsertHoldParams{
		ID: h.ID, AccountNumber: int64(h.Account), Amount: int64(h.Amount), Currency: h.Currency, Description: h.Description,
		Reference: h.Reference, PlacedBy: h.PlacedBy, CreatedAt: h.CreatedAt.UnixMicro(), ExpiresAt: h.ExpiresAt.UnixMicro(),
		Status: string(h.Status), Captured: int64(h.Captured), ClosedAt: closedAt(h),
	}
	if h.To != 0 {
		params.ToAccount = (*int64)(&h.To)
	}
	return params
}

// UpdateHoldOf returns the parameters that update a hold.
func UpdateHoldOf(h *ledger.Hold) db.UpdateHoldParams {
	return db.UpdateHoldParams{ID: h.ID, Status: string(h.Status), Captured: int64(h.Captured), ClosedAt: closedAt(h)}
}

func closedAt(h *ledger.Hold) *int64 {
	if h.ClosedAt.IsZero() {
		return nil
	}
	at := h.ClosedAt.UnixMicro()
	return &at
}
