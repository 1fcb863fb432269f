package bank

import (
	"context"
	"errors"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/store"
)

// RecordRead records what an administrator, or a caller with the admin key, is about to be shown: data of an account, or of
// the WholeBank. What account owners read of their own is not recorded.
func (b *Bank) RecordRead(ctx context.Context, caller Caller, of AccountNumber) error {
	if !caller.may(AccountsRead, allAccounts) || (caller.owns(of) && !caller.AdminKey) {
		return nil
	}
	return b.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
		return b.recordDetail(ctx, q, EventDataRead, of, caller, caller.Operation)
	})
}

// RecordRefusedAdminKey records a wrong admin key.
func (b *Bank) RecordRefusedAdminKey(ctx context.Context, caller Caller) error {
	return b.recordGathered(ctx, EventAdminKeyRefused, WholeBank, caller)
}

// RecordRefusedStaff records a refused token, if its account is or was an administrator's.
func (b *Bank) RecordRefusedStaff(ctx context.Context, caller Caller, account AccountNumber) error {
	staff, err := store.View(ctx, b.store, func(ctx context.Context, q db.Querier) (bool, error) {
		row, err := accountByNumber(ctx, q, account)
		if err != nil && !errors.Is(err, errAccountNotFound) { // the bank may have been restored to a time before the account was opened
			return false, err
		}
		if row.Role == RoleAdmin {
			return true, nil
		}
		demotions, err := q.CountDemotions(ctx, int64(account))
		return demotions > 0, err
	})
	if err != nil || !staff {
		return err
	}
	return b.recordGathered(ctx, EventStaffTokenRefused, account, caller)
}

// refuseToken records that a token of an account is refused and returns why, or the error of the record. The account is 0 if
// the token does not prove one.
func (b *Bank) refuseToken(ctx context.Context, caller Caller, account AccountNumber, why error) error {
	refused := errors.Is(why, errInvalidToken) || errors.Is(why, errTokenRevoked)
	if account == 0 || !refused {
		return why
	}
	if err := b.RecordRefusedStaff(ctx, caller, account); err != nil {
		return err
	}
	return why
}
