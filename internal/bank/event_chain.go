package bank

import (
	"context"
	"time"

	"github.com/bankingcore/bankcore/internal/audit"
	"github.com/bankingcore/bankcore/internal/db"
)

// insertEvent appends an event to the chain, under an id made from the time.
func (b *Bank) insertEvent(ctx context.Context, q db.Querier, now time.Time, e audit.Event) error {
	id, err := b.newID(now)
	if err != nil {
		return err
	}
	last, err := q.LockEventChain(ctx)
	if err != nil {
		return err
	}
	e.ID, e.Timestamp, e.Sequence = id, now, last.Sequence+1
	copy(e.Previous[:], last.Hash)
	e.Hash = e.ChainHash()
	return q.InsertEvent(ctx, db.InsertEventParams{
		ID:              e.ID,
		EventType:       string(e.Type),
		AccountNumber:   int64(e.Account),
		Actor:           e.Actor,
		ClientAddress:   e.Address,
		RequestID:       e.RequestID,
		Timestamp:       e.Timestamp.UnixMicro(),
		Count:           e.Count,
		ServerRequestID: e.ServerRequestID,
		Detail:          e.Detail,
		Sequence:        e.Sequence,
		PreviousHash:    e.Previous[:],
		Hash:            e.Hash[:],
	})
}
