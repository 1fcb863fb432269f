package auth

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// RequireToOpen refuses service clients that lack the permission to open an account, which they need even if anybody may open one, or,
// for an initial deposit, the permission to deposit.
func (s *Service) RequireToOpen(ctx context.Context, caller Caller, deposit ledger.Money) error {
	if caller.Client == nil {
		return nil
	}
	needed := []Permission{AccountsOpen}
	if deposit > 0 {
		needed = append(needed, DepositsWrite)
	}
	for _, permission := range needed {
		if allowed, err := s.May(ctx, caller, permission, AllAccounts); err != nil {
			return err
		} else if !allowed {
			return refuse(CodeForbidden, "This client does not have the permission %s for every account.", permission)
		}
	}
	return nil
}

// MayOpenFurther refuses callers who may not open a further account for the customer of an account; 0 stands for the caller. It reports
// whether the customer is the caller.
func (s *Service) MayOpenFurther(ctx context.Context, caller Caller, of ledger.AccountNumber) (own bool, err error) {
	if own = of == 0; !own {
		if own, err = s.Owns(ctx, caller, of); err != nil {
			return false, err
		}
	}
	opens, err := s.May(ctx, caller, AccountsOpen, AllAccounts)
	switch {
	case err != nil:
	case !own && !opens:
		err = refuse(CodeForbidden, "Only staff can open an account for another customer.")
	case own && caller.Customer == uuid.Nil:
		err = invalid("/account_holder_name", "is required for a new customer, or customer_of for one who has an account")
	}
	return own, err
}

// MayOpenOwn refuses customers who would open a further account of their own at a bank whose staff open accounts.
func (s *Service) MayOpenOwn(ctx context.Context, caller Caller, customer uuid.UUID) error {
	if customer != caller.Customer || s.openings != OpeningsStaff {
		return nil
	}
	if opens, err := s.May(ctx, caller, AccountsOpen, AllAccounts); err != nil || opens {
		return err
	}
	return errOpeningsClosed
}

// MayFund refuses an initial deposit by a caller who could not make it as a deposit.
func (s *Service) MayFund(ctx context.Context, caller Caller, deposit ledger.Money, customer uuid.UUID) error {
	if deposit == 0 || s.cash != CashStaff {
		return nil
	}
	if customer != caller.Customer {
		// Those who open accounts for others may deposit, too: staff by their role, and clients as RequireToOpen has seen.
		if opens, err := s.May(ctx, caller, AccountsOpen, AllAccounts); err != nil || opens {
			return err
		}
	}
	return ErrCashClosed
}

// HashFirstPin returns the stored form of a new customer's PIN.
func (s *Service) HashFirstPin(ctx context.Context, caller Caller, pin string) (string, error) {
	return s.pins.hash(ctx, opening(caller), pin)
}

// ProveOpener checks the PIN of a repeated opening. The attempt counts as at a sign-in: otherwise a client that knows the
// rest of the request could guess PINs without ever locking the account.
func (s *Service) ProveOpener(ctx context.Context, caller Caller, number ledger.AccountNumber, pin string) error {
	given := proof{caller: caller, who: opening(caller), number: number, pin: pin}
	err := s.prove(ctx, given, func(context.Context, db.Querier, proved) error { return nil })
	switch {
	case errors.Is(err, errInvalidCredentials):
		return ledger.ErrKeyReused // a different PIN makes it a different request
	case errors.Is(err, errSecondFactorRequired):
		return nil // the answer reveals only what the holder of the PIN knows, and wrong codes stay counted
	}
	return err
}
