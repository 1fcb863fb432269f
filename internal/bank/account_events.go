package bank

import (
	"context"

	"github.com/bankingcore/bankcore/internal/audit"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// ListAccountEventsParams holds the inputs of ListAccountEvents. A cursor carries the filter it was made with; a filter sent
// with it must be the same.
type ListAccountEventsParams struct {
	Account ledger.AccountNumber
	Type    audit.EventType // "" for every type
	Limit   int
	Cursor  string // "" for the first page
}

// ListAccountEvents returns a page of the audit trail's events about one account, for its owner and administrators. It does
// not reveal who at the bank acted, nor from where.
func (b *Bank) ListAccountEvents(ctx context.Context, caller Caller, p ListAccountEventsParams) (EventPage, error) {
	if err := caller.mustOwnOrAdmin(p.Account); err != nil {
		return EventPage{}, err
	}
	limit := pageSize(p.Limit)
	position := eventCursor{Type: p.Type, Account: &p.Account, Before: lastID}
	if p.Cursor != "" {
		position = eventCursor{}
		if err := b.openCursor(p.Cursor, "account events", &position); err != nil {
			return EventPage{}, err
		}
		if position.Account == nil || *position.Account != p.Account || (p.Type != "" && p.Type != position.Type) {
			return EventPage{}, errCursorFilters
		}
	}
	leave, err := b.readers.enter(ctx, caller)
	if err != nil {
		return EventPage{}, err
	}
	defer leave()
	rows, err := store.View(ctx, b.store, func(ctx context.Context, q db.Querier) ([]db.Event, error) {
		if _, err := accountByNumber(ctx, q, p.Account); err != nil {
			return nil, err
		}
		return q.ListAccountEvents(ctx, db.ListAccountEventsParams{
			AccountNumber: int64(p.Account), BeforeID: position.Before, EventType: string(position.Type), RowLimit: int64(limit + 1),
		})
	})
	if err != nil {
		return EventPage{}, err
	}
	items, next, err := pageOf(b, "account events", rows, limit, ownEventOf, func(last *db.Event) any {
		position.Before = last.ID
		return position
	})
	return EventPage{Events: items, NextCursor: next}, err
}

// ownEventOf returns an event as the account's owner sees it.
func ownEventOf(row *db.Event) audit.Event {
	event := store.EventOf(row)
	switch event.Type { // the others come from the customer or from strangers
	case EventAccountUnlocked, EventRoleChanged, EventSessionsEnded, EventDataRead:
		event.Address = "" // of an administrator
	}
	event.Actor, event.RequestID, event.ServerRequestID = "", "", ""
	return event
}
