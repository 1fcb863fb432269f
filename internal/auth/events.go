package auth

import (
	"context"
	"time"

	"github.com/bankingcore/bankcore/internal/audit"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// The types of events that are about who is asking. A wrong PIN, or a wrong code of a second factor, is EventLoginFailed wherever it
// was given.
const (
	EventLoginFailed        audit.EventType = "login_failed"
	EventAccountLocked      audit.EventType = "account_locked"
	EventAccountUnlocked    audit.EventType = "account_unlocked"
	EventPinChanged         audit.EventType = "pin_changed"
	EventPinResetIssued     audit.EventType = "pin_reset_issued"
	EventPinResetFailed     audit.EventType = "pin_reset_failed"
	EventPinReset           audit.EventType = "pin_reset"
	EventRefreshTokenReused audit.EventType = "refresh_token_reused"
	EventSessionsEnded      audit.EventType = "sessions_ended"
	EventInvitationIssued   audit.EventType = "invitation_issued"
	EventDatabaseRestored   audit.EventType = "database_restored"
	EventSignedIn           audit.EventType = "signed_in"
	EventSignedOut          audit.EventType = "signed_out"
	EventDataRead           audit.EventType = "data_read"
	EventAdminKeyRefused    audit.EventType = "admin_key_refused"
	EventStaffTokenRefused  audit.EventType = "staff_token_refused"

	EventClientCreated        audit.EventType = "client_created"
	EventClientChanged        audit.EventType = "client_changed"
	EventClientRevoked        audit.EventType = "client_revoked"
	EventClientKeyCreated     audit.EventType = "client_key_created"
	EventClientKeyRevoked     audit.EventType = "client_key_revoked"
	EventClientKeyRefused     audit.EventType = "client_key_refused"
	EventClientNetworkRefused audit.EventType = "client_network_refused"

	EventSecondFactorEnabled   audit.EventType = "second_factor_enabled"
	EventSecondFactorDisabled  audit.EventType = "second_factor_disabled"
	EventRecoveryCodeUsed      audit.EventType = "recovery_code_used"
	EventRecoveryCodesReplaced audit.EventType = "recovery_codes_replaced"
)

// Record writes an event in the same transaction as what it reports, as the last thing there: see LockEventChain.
func (s *Service) Record(ctx context.Context, q db.Querier, kind audit.EventType, number ledger.AccountNumber, caller Caller) error {
	return s.recordAt(ctx, q, s.now(), kind, number, caller)
}

func (s *Service) recordAt(ctx context.Context, q db.Querier, now time.Time,
	kind audit.EventType, number ledger.AccountNumber, caller Caller,
) error {
	return s.insertEvent(ctx, q, now, EventBy(caller, kind, number, ""))
}

// RecordDetail is Record with a detail.
func (s *Service) RecordDetail(ctx context.Context, q db.Querier, kind audit.EventType, number ledger.AccountNumber, caller Caller, detail string) error {
	return s.insertEvent(ctx, q, s.now(), EventBy(caller, kind, number, detail))
}

// EventBy returns the event of what a caller did, without its id and its time.
func EventBy(caller Caller, kind audit.EventType, number ledger.AccountNumber, detail string) audit.Event {
	return audit.Event{
		Type: kind, Account: number, Actor: caller.Actor(), Address: caller.Address,
		RequestID: caller.RequestID, ServerRequestID: caller.ServerRequestID, Count: 1, Detail: detail,
	}
}

// insertEvent appends an event to the chain, under an id made from the time.
func (s *Service) insertEvent(ctx context.Context, q db.Querier, now time.Time, e audit.Event) error {
	id, err := s.newID(now)
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
func (s *Service) RecordRead(ctx context.Context, caller Caller, of ledger.AccountNumber) error {
	own, err := s.Owns(ctx, caller, of)
	if err != nil || own || len(caller.permissions()) == 0 {
		return err
	}
	return s.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
		return s.RecordDetail(ctx, q, EventDataRead, of, caller, caller.Operation)
	})
}
