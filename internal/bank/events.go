package bank

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/audit"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// The event types. A wrong PIN, or a wrong code of a second factor, is EventLoginFailed wherever it was given.
const (
	EventAccountAdded       audit.EventType = "account_added"
	EventLoginFailed        audit.EventType = "login_failed"
	EventAccountLocked      audit.EventType = "account_locked"
	EventAccountUnlocked    audit.EventType = "account_unlocked"
	EventPinChanged         audit.EventType = "pin_changed"
	EventPinResetIssued     audit.EventType = "pin_reset_issued"
	EventPinResetFailed     audit.EventType = "pin_reset_failed"
	EventPinReset           audit.EventType = "pin_reset"
	EventRoleChanged        audit.EventType = "role_changed"
	EventRefreshTokenReused audit.EventType = "refresh_token_reused"
	EventSessionsEnded      audit.EventType = "sessions_ended"
	EventInvitationIssued   audit.EventType = "invitation_issued"
	EventDatabaseRestored   audit.EventType = "database_restored"
	EventSignedIn           audit.EventType = "signed_in"
	EventSignedOut          audit.EventType = "signed_out"
	EventDataRead           audit.EventType = "data_read"
	EventAdminKeyRefused    audit.EventType = "admin_key_refused"
	EventStaffTokenRefused  audit.EventType = "staff_token_refused"
	EventMoneyMoved         audit.EventType = "money_moved" // by others than the account's owner; the detail is the entry's id, or the batch's
	EventHoldPlaced         audit.EventType = "hold_placed" // by others than the account's owner, as is the next one; the detail is the hold's id
	EventHoldVoided         audit.EventType = "hold_voided"

	EventClientCreated        audit.EventType = "client_created"
	EventClientChanged        audit.EventType = "client_changed"
	EventClientRevoked        audit.EventType = "client_revoked"
	EventClientKeyCreated     audit.EventType = "client_key_created"
	EventClientKeyRevoked     audit.EventType = "client_key_revoked"
	EventClientKeyRefused     audit.EventType = "client_key_refused"
	EventClientNetworkRefused audit.EventType = "client_network_refused"

	EventRequestMade      audit.EventType = "request_made"
	EventRequestApproved  audit.EventType = "request_approved"
	EventRequestRejected  audit.EventType = "request_rejected"
	EventRequestWithdrawn audit.EventType = "request_withdrawn"
	EventNameChanged      audit.EventType = "name_changed"

	EventSecondFactorEnabled   audit.EventType = "second_factor_enabled"
	EventSecondFactorDisabled  audit.EventType = "second_factor_disabled"
	EventRecoveryCodeUsed      audit.EventType = "recovery_code_used"
	EventRecoveryCodesReplaced audit.EventType = "recovery_codes_replaced"

	EventAccountFrozen   audit.EventType = "account_frozen"
	EventAccountUnfrozen audit.EventType = "account_unfrozen"
	EventAccountClosed   audit.EventType = "account_closed"
	EventLimitsChanged   audit.EventType = "limits_changed"
)

func (c *eventCursor) query(rows int) db.ListEventsParams {
	params := db.ListEventsParams{BeforeID: c.Before, EventType: string(c.Type), RowLimit: int64(rows)}
	if c.Account != nil {
		params.ByAccount, params.AccountNumber = true, int64(*c.Account)
	}
	return params
}

// record writes an event in the same transaction as what it reports, as the last thing there: see LockEventChain.
func (b *Bank) record(ctx context.Context, q db.Querier, kind audit.EventType, number ledger.AccountNumber, caller Caller) error {
	return b.recordAt(ctx, q, b.now(), kind, number, caller)
}

func (b *Bank) recordAt(ctx context.Context, q db.Querier, now time.Time,
	kind audit.EventType, number ledger.AccountNumber, caller Caller,
) error {
	return b.insertEvent(ctx, q, now, eventBy(caller, kind, number, ""))
}

// recordDetail is record with a detail.
func (b *Bank) recordDetail(ctx context.Context, q db.Querier, kind audit.EventType, number ledger.AccountNumber, caller Caller, detail string) error {
	return b.insertEvent(ctx, q, b.now(), eventBy(caller, kind, number, detail))
}

func eventBy(caller Caller, kind audit.EventType, number ledger.AccountNumber, detail string) audit.Event {
	return audit.Event{
		Type: kind, Account: number, Actor: caller.actor(), Address: caller.Address,
		RequestID: caller.RequestID, ServerRequestID: caller.ServerRequestID, Count: 1, Detail: detail,
	}
}

// ListEventsParams holds the inputs of AdminListEvents. A cursor carries the filters it was made with; filters sent with it
// must be the same.
type ListEventsParams struct {
	Type    audit.EventType       // "" for every type
	Account *ledger.AccountNumber // nil for every account
	Limit   int
	Cursor  string // "" for the first page
}

// EventPage is a part of the audit trail, newest first.
type EventPage struct {
	Events     []audit.Event
	NextCursor string // "" on the last page
}

type eventCursor struct {
	Type    audit.EventType       `json:"t,omitempty"`
	Account *ledger.AccountNumber `json:"a,omitempty"`
	Before  uuid.UUID             `json:"b"`
}

// AdminListEvents returns a page of the audit trail, for administrators.
func (b *Bank) AdminListEvents(ctx context.Context, caller Caller, p ListEventsParams) (EventPage, error) {
	if err := b.require(ctx, caller, AuditRead, allAccounts); err != nil {
		return EventPage{}, err
	}
	limit := pageSize(p.Limit)
	position := eventCursor{Type: p.Type, Account: p.Account, Before: lastID}
	if p.Cursor != "" {
		position = eventCursor{}
		if err := b.openCursor(p.Cursor, "events", &position); err != nil {
			return EventPage{}, err
		}
		sameAccount := p.Account == nil || (position.Account != nil && *p.Account == *position.Account)
		if !sameAccount || (p.Type != "" && p.Type != position.Type) {
			return EventPage{}, errCursorFilters
		}
	}
	rows, err := store.Read(ctx, b.store, func(ctx context.Context, q db.Querier) ([]db.Event, error) {
		return q.ListEvents(ctx, position.query(limit+1))
	})
	if err != nil {
		return EventPage{}, err
	}
	items, next, err := pageOf(b, "events", rows, limit, store.EventOf, func(last *db.Event) any {
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
func (b *Bank) ListAccountEvents(ctx context.Context, caller Caller, p ListAccountEventsParams) (EventPage, error) {
	if err := b.require(ctx, caller, AccountsRead, p.Account); err != nil {
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
	case EventAccountAdded, EventAccountUnlocked, EventRoleChanged, EventSessionsEnded, EventDataRead, EventLimitsChanged,
		EventMoneyMoved, EventPinResetIssued, EventNameChanged, EventRequestMade, EventRequestApproved, EventRequestRejected:
		event.Address = "" // of staff or a program, or perhaps of one
	case EventAccountFrozen, EventAccountUnfrozen, EventAccountClosed:
		event.Address, event.Detail = "", "" // the bank's reasons are not for the account's owner
	}
	event.Actor, event.RequestID, event.ServerRequestID = "", "", ""
	return event
}

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
	e.ID, e.Timestamp = id, now
	store.AppendEvent(&last, &e)
	return q.InsertEvent(ctx, store.InsertEventOf(&e))
}

// RecordRead records what an employee, an administrator or a program is about to be shown: data of an account, or of
// the whole bank. What account owners read of their own is not recorded.
func (b *Bank) RecordRead(ctx context.Context, caller Caller, of ledger.AccountNumber) error {
	own, err := b.owns(ctx, caller, of)
	if err != nil || own || len(caller.permissions()) == 0 {
		return err
	}
	return b.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
		return b.recordDetail(ctx, q, EventDataRead, of, caller, caller.Operation)
	})
}
