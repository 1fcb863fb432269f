package store

import (
	"database/sql/driver"

	"github.com/bankingcore/bankcore/internal/db"
)

// readHolds reads the holds that orders name, and the expired ones of their accounts.
func (p *poster) readHolds(b *batch) error {
	add := func(row []driver.Value) error {
		hold, err := holdIn(row)
		b.addHold(hold)
		return err
	}
	for _, number := range b.reserved() {
		if err := p.dueHolds.rows(add, number, b.now.UnixMicro(), int64(maxDue)); err != nil {
			return err
		}
	}
	for _, id := range b.holds {
		if err := p.hold.rows(add, id.String()); err != nil {
			return err
		}
	}
	return nil
}

// writeChangedHolds updates the holds from before the batch that it has changed.
func (p *poster) writeChangedHolds(b *batch) error {
	for _, id := range b.Changed {
		hold := b.Holds[id]
		u := UpdateHoldOf(&hold)
		if err := p.updateHold.exec(u.Status, u.Captured, orNull(u.ClosedAt), u.ID.String()); err != nil {
			return err
		}
	}
	return nil
}

func (p *poster) writePlacedHolds(b *batch) error {
	for _, id := range b.Placed {
		hold := b.Holds[id]
		h := InsertHoldOf(&hold)
		if err := p.insertHold.exec(
			h.ID.String(), h.AccountNumber, orNull(h.ToAccount), h.Amount, h.Currency, h.Description, h.Reference, h.PlacedBy, h.CreatedAt,
			h.ExpiresAt, h.Status, h.Captured, orNull(h.ClosedAt)); err != nil {
			return err
		}
	}
	return nil
}

func orNull(number *int64) driver.Value {
	if number == nil {
		return nil
	}
	return *number
}

// holdIn reads a row whose columns are in the order of db.Hold.
func holdIn(row []driver.Value) (*db.Hold, error) {
	c := columns{values: row}
	hold := &db.Hold{
		ID: c.id(), AccountNumber: c.number(), ToAccount: c.optionalNumber(), Amount: c.number(), Currency: c.text(), Description: c.text(),
		Reference: c.text(), PlacedBy: c.text(), CreatedAt: c.number(), ExpiresAt: c.number(), Status: c.text(), Captured: c.number(),
		ClosedAt: c.optionalNumber(),
	}
	return hold, c.err
}
