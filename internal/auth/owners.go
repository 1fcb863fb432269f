package auth

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// Cash is who may deposit and withdraw. Staff and service clients with the permission always may.
type Cash string

// The values of Cash.
const (
	CashOwner Cash = "owner" // owners, at their own accounts
	CashStaff Cash = "staff" // no others, and none at an account of their own
)

var errCashClosed = refuse(CodeCashClosed, "Money comes in and goes out through the bank's staff alone. Transfers are not affected.")

// Cash returns who may deposit and withdraw at this bank.
func (s *Service) Cash() Cash { return s.cash }

// ownerPermissionsUnder returns what owners may do with their own accounts.
func ownerPermissionsUnder(cash Cash) []Permission {
	if cash != CashStaff {
		return ownerPermissions
	}
	return slices.DeleteFunc(slices.Clone(ownerPermissions), func(p Permission) bool { return p == DepositsWrite || p == WithdrawalsWrite })
}

// MaxAccounts is how many accounts one customer can have.
const MaxAccounts = 100

// knownOwners bounds for how many customers their accounts are remembered; one takes about 150 bytes.
const knownOwners = 50_000

// Owns reports whether an account is the caller's. An account keeps its customer, so what was once read stays true. Other numbers cost
// the same query whether or not they exist.
func (s *Service) Owns(ctx context.Context, c Caller, account ledger.AccountNumber) (bool, error) {
	switch {
	case c.Account != 0 && account == c.Account:
		return true, nil
	case c.Customer == uuid.Nil:
		return false, nil
	}
	if known, ok := s.owned.Get(c.Customer); ok && slices.Contains(known, account) {
		return true, nil
	}
	numbers, err := s.accountsOf(ctx, c.Customer)
	if err != nil {
		return false, err
	}
	s.owned.Add(c.Customer, numbers)
	return slices.Contains(numbers, account), nil
}

// accountsOf returns the numbers of a customer's accounts, oldest first.
func (s *Service) accountsOf(ctx context.Context, customer uuid.UUID) ([]ledger.AccountNumber, error) {
	rows, err := store.Read(ctx, s.store, func(ctx context.Context, q db.Querier) ([]db.Account, error) {
		return q.ListCustomerAccounts(ctx, db.ListCustomerAccountsParams{CustomerID: customer, RowLimit: MaxAccounts})
	})
	numbers := make([]ledger.AccountNumber, 0, len(rows))
	for i := range rows {
		numbers = append(numbers, ledger.AccountNumber(rows[i].AccountNumber))
	}
	return numbers, err
}

// RequireToPost is Require for what moves money. It returns the caller, and whether the account is the caller's own. What an owner may do
// needs nothing from the session but that it is live, which is checked together with the posting, in one transaction. For anything else
// the session is read here, because its role decides, and because one that is over has no permissions to speak of.
func (s *Service) RequireToPost(ctx context.Context, caller Caller, p Permission, account ledger.AccountNumber) (Caller, bool, error) {
	own, err := s.Owns(ctx, caller, account)
	if err != nil {
		return caller, false, err
	}
	byOwner := own && slices.Contains(s.ownerPermissions, p)
	if caller.unchecked && !byOwner {
		if caller, err = s.checkSession(ctx, caller); err != nil {
			return caller, false, err
		}
	}
	if own && !byOwner {
		return caller, true, errCashClosed // for staff, too: nobody serves themselves
	}
	checked := caller
	checked.unchecked = false
	return caller, own, s.Require(ctx, checked, p, account)
}
