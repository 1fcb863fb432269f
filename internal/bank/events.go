package bank

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/audit"
	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ids"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/paging"
	"github.com/bankingcore/bankcore/internal/store"
)

// The types of events besides those of package auth.
const (
	EventAccountAdded audit.EventType = "account_added"
	EventRoleChanged  audit.EventType = "role_changed"
	EventMoneyMoved   audit.EventType = "money_moved" // by others than the account's owner; the detail is the entry's id, or the batch's
	EventHoldPlaced   audit.EventType = "hold_placed" // by others than the account's owner, as is the next one; the detail is the hold's id
	EventHoldVoided   audit.EventType = "hold_voided"

	EventRequestMade      audit.EventType = "request_made"
	EventRequestApproved  audit.EventType = "request_approved"
	EventRequestRejected  audit.EventType = "request_rejected"
	EventRequestWithdrawn audit.EventType = "request_withdrawn"
	EventRequestExpired   audit.EventType = "request_expired"
	EventNameChanged      audit.EventType = "name_changed"

	EventAccountFrozen   audit.EventType = "account_frozen"
	EventAccountUnfrozen audit.EventType = "account_unfrozen"
	EventAccountClosed   audit.EventType = "account_closed"
	EventLimitsChanged   audit.EventType = "limits_changed"

	EventStandingOrderCreated audit.EventType = "standing_order_created"
	EventStandingOrderPaused  audit.EventType = "standing_order_paused"
	EventStandingOrderResumed audit.EventType = "standing_order_resumed"
	EventStandingOrderEnded   audit.EventType = "standing_order_ended"
	EventStandingOrderFailed  audit.EventType = "standing_order_failed" // a date on which nothing was posted
)

func (c *eventCursor) query(rows int) db.ListEventsParams {
	params := db.ListEventsParams{
		FirstID: ids.FirstAt(time.UnixMicro(c.From)), BeforeID: c.Before, EventType: string(c.Type), Actor: c.Actor, RowLimit: int64(rows),
	}
	if c.Account != nil {
		params.ByAccount, params.AccountNumber = true, int64(*c.Account)
	}
	return params
}

// ListEventsParams holds the inputs of AdminListEvents. A cursor carries the filters it was made with; filters sent with it
// must be the same.
type ListEventsParams struct {
	Type    audit.EventType       // "" for every type
	Account *ledger.AccountNumber // nil for every account
	Actor   string                // as events name it; "" for every actor
	From    time.Time             // inclusive; zero for the beginning
	To      time.Time             // exclusive; zero for the end
	Limit   int
	Cursor  string // "" for the first page
}

// EventPage is a part of the audit trail, newest first.
type EventPage struct {
	Events     []audit.Event
	NextCursor string // "" on the last page
}

// eventCursor is where a page begins, and its filters.
type eventCursor struct {
	Type    audit.EventType       `json:"t,omitempty"`
	Account *ledger.AccountNumber `json:"a,omitempty"`
	Actor   string                `json:"w,omitempty"`
	From    int64                 `json:"f,omitempty"` // microseconds; 0 for none
	To      int64                 `json:"u,omitempty"` // microseconds; 0 for none
	Before  uuid.UUID             `json:"b"`           // the end of the period, to begin with
}

// continues reports whether filters sent with a cursor are those that it was made with.
func (c *eventCursor) continues(asked *eventCursor) bool {
	sameAccount := asked.Account == nil || (c.Account != nil && *asked.Account == *c.Account)
	return sameAccount && (asked.Type == "" || asked.Type == c.Type) && (asked.Actor == "" || asked.Actor == c.Actor) &&
		(asked.From == 0 || asked.From == c.From) && (asked.To == 0 || asked.To == c.To)
}

// AdminListEvents returns a page of the audit trail, for administrators.
func (b *Bank) AdminListEvents(ctx context.Context, caller auth.Caller, p ListEventsParams) (EventPage, error) {
	if err := b.auth.Require(ctx, caller, auth.AuditRead, auth.AllAccounts); err != nil {
		return EventPage{}, err
	}
	limit := paging.Size(p.Limit)
	asked := eventCursor{Type: p.Type, Account: p.Account, Actor: p.Actor, From: micros(p.From), To: micros(p.To), Before: ids.Last}
	if !p.To.IsZero() {
		asked.Before = ids.FirstAt(p.To)
	}
	position, err := paging.Begin(b.cursors, p.Cursor, "events", asked, func(position eventCursor) bool {
		return position.continues(&asked)
	})
	if err != nil {
		return EventPage{}, err
	}
	rows, err := store.Read(ctx, b.store, func(ctx context.Context, q db.Querier) ([]db.Event, error) {
		return q.ListEvents(ctx, position.query(limit+1))
	})
	if err != nil {
		return EventPage{}, err
	}
	items, next, err := paging.Of(b.cursors, "events", rows, limit, store.EventOf, func(last *db.Event) any {
		position.Before = last.ID
		return position
	})
	return EventPage{Events: items, NextCursor: next}, err
}

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
func (b *Bank) ListAccountEvents(ctx context.Context, caller auth.Caller, p ListAccountEventsParams) (EventPage, error) {
	if err := b.auth.Require(ctx, caller, auth.AccountsRead, p.Account); err != nil {
		return EventPage{}, err
	}
	limit := paging.Size(p.Limit)
	first := eventCursor{Type: p.Type, Account: &p.Account, Before: ids.Last}
	position, err := paging.Begin(b.cursors, p.Cursor, "account events", first, func(position eventCursor) bool {
		return position.Account != nil && *position.Account == p.Account && (p.Type == "" || p.Type == position.Type)
	})
	if err != nil {
		return EventPage{}, err
	}
	leave, err := b.readers.Enter(ctx, caller)
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
	items, next, err := paging.Of(b.cursors, "account events", rows, limit, ownEventOf, func(last *db.Event) any {
		position.Before = last.ID
		return position
	})
	return EventPage{Events: items, NextCursor: next}, err
}

// ownEventOf returns an event as the account's owner sees it.
func ownEventOf(row *db.Event) audit.Event {
	event := store.EventOf(row)
	switch event.Type { // the others come from the customer or from strangers
	case EventAccountAdded, auth.EventAccountUnlocked, EventRoleChanged, auth.EventSessionsEnded, auth.EventDataRead, EventLimitsChanged,
		EventMoneyMoved, EventStandingOrderPaused, EventStandingOrderEnded, auth.EventPinResetIssued, EventNameChanged, EventRequestMade, EventRequestApproved, EventRequestRejected:
		event.Address = "" // of staff or a program, or perhaps of one
	case EventAccountFrozen, EventAccountUnfrozen, EventAccountClosed:
		event.Address, event.Detail = "", "" // the bank's reasons are not for the account's owner
	}
	event.Actor, event.RequestID, event.ServerRequestID = "", "", ""
	return event
}
