package bank

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/store"
)

// EventType is the kind of an audit event.
type EventType string

// The event types. A wrong PIN, or a wrong code of a second factor, is EventLoginFailed wherever it was given.
const (
	EventLoginFailed        EventType = "login_failed"
	EventAccountLocked      EventType = "account_locked"
	EventAccountUnlocked    EventType = "account_unlocked"
	EventPinChanged         EventType = "pin_changed"
	EventPinResetIssued     EventType = "pin_reset_issued"
	EventPinResetFailed     EventType = "pin_reset_failed"
	EventPinReset           EventType = "pin_reset"
	EventRoleChanged        EventType = "role_changed"
	EventRefreshTokenReused EventType = "refresh_token_reused"
	EventSessionsEnded      EventType = "sessions_ended"
	EventInvitationIssued   EventType = "invitation_issued"
	EventDatabaseRestored   EventType = "database_restored"
	EventSignedIn           EventType = "signed_in"
	EventSignedOut          EventType = "signed_out"
	EventDataRead           EventType = "data_read"
	EventAdminKeyRefused    EventType = "admin_key_refused"
	EventStaffTokenRefused  EventType = "staff_token_refused"

	EventSecondFactorEnabled   EventType = "second_factor_enabled"
	EventSecondFactorDisabled  EventType = "second_factor_disabled"
	EventRecoveryCodeUsed      EventType = "recovery_code_used"
	EventRecoveryCodesReplaced EventType = "recovery_codes_replaced"
)

// Event is one record of the audit trail. Events are added and never changed.
type Event struct {
	ID              uuid.UUID
	Type            EventType
	Account         AccountNumber // that it is about, or WholeBank; after a failed sign-in or reset it may not exist, and it is 0 for many failures
	Actor           string        // an account number, "admin_key", "operator" or "anonymous"
	Address         string        // the client's IP address, or its network if Count failures came from several addresses
	RequestID       string        // echoed in the response
	ServerRequestID string        // assigned by the server
	Timestamp       time.Time
	Count           int64  // number of occurrences; more than 1 only for failures
	Detail          string // for programs: an operationId, "customer>admin", a session's id; never a secret
	Sequence        int64  // 1, 2, 3 … over the whole bank
	Previous        Hash   // the previous event's; zeros for the first
	Hash            Hash
}

func (c *eventCursor) query(rows int) db.ListEventsParams {
	params := db.ListEventsParams{BeforeID: c.Before, EventType: string(c.Type), RowLimit: int64(rows)}
	if c.Account != nil {
		params.ByAccount, params.AccountNumber = true, int64(*c.Account)
	}
	return params
}

func eventOf(row *db.Event) Event {
	e := Event{
		ID:              row.ID,
		Type:            EventType(row.EventType),
		Account:         AccountNumber(row.AccountNumber),
		Actor:           row.Actor,
		Address:         row.ClientAddress,
		RequestID:       row.RequestID,
		ServerRequestID: row.ServerRequestID,
		Timestamp:       time.UnixMicro(row.Timestamp).UTC(),
		Count:           row.Count,
		Detail:          row.Detail,
		Sequence:        row.Sequence,
	}
	copy(e.Previous[:], row.PreviousHash)
	copy(e.Hash[:], row.Hash)
	return e
}

// record writes an event in the same transaction as what it reports, as the last thing there: see LockEventChain.
func (b *Bank) record(ctx context.Context, q db.Querier, kind EventType, number AccountNumber, caller Caller) error {
	return b.recordAt(ctx, q, b.now(), kind, number, caller)
}

func (b *Bank) recordAt(ctx context.Context, q db.Querier, now time.Time,
	kind EventType, number AccountNumber, caller Caller,
) error {
	return b.insertEvent(ctx, q, now, eventBy(caller, kind, number, ""))
}

// recordDetail is record with a detail.
func (b *Bank) recordDetail(ctx context.Context, q db.Querier, kind EventType, number AccountNumber, caller Caller, detail string) error {
	return b.insertEvent(ctx, q, b.now(), eventBy(caller, kind, number, detail))
}

func eventBy(caller Caller, kind EventType, number AccountNumber, detail string) Event {
	return Event{
		Type: kind, Account: number, Actor: caller.actor(), Address: caller.Address,
		RequestID: caller.RequestID, ServerRequestID: caller.ServerRequestID, Count: 1, Detail: detail,
	}
}

// ListEventsParams holds the inputs of AdminListEvents. A cursor carries the filters it was made with; filters sent with it
// must be the same.
type ListEventsParams struct {
	Type    EventType      // "" for every type
	Account *AccountNumber // nil for every account
	Limit   int
	Cursor  string // "" for the first page
}

// EventPage is a part of the audit trail, newest first.
type EventPage struct {
	Events     []Event
	NextCursor string // "" on the last page
}

type eventCursor struct {
	Type    EventType      `json:"t,omitempty"`
	Account *AccountNumber `json:"a,omitempty"`
	Before  uuid.UUID      `json:"b"`
}

// AdminListEvents returns a page of the audit trail, for administrators.
func (b *Bank) AdminListEvents(ctx context.Context, caller Caller, p ListEventsParams) (EventPage, error) {
	if err := caller.require(AuditRead, allAccounts); err != nil {
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
	items, next, err := pageOf(b, "events", rows, limit, eventOf, func(last *db.Event) any {
		position.Before = last.ID
		return position
	})
	return EventPage{Events: items, NextCursor: next}, err
}
