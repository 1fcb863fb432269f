package auth

import "slices"

// Cash is who may deposit and withdraw. Staff and service clients with the permission always may.
type Cash string

// The values of Cash.
const (
	CashOwner Cash = "owner" // owners, at their own accounts
	CashStaff Cash = "staff" // no others, and none at an account of their own
)

// ErrCashClosed refuses owners who deposit or withdraw at a bank where only staff do.
var ErrCashClosed = refuse(CodeCashClosed, "Money comes in and goes out through the bank's staff alone. Transfers are not affected.")

// Cash returns who may deposit and withdraw at this bank.
func (s *Service) Cash() Cash { return s.cash }

// ownerPermissionsUnder returns what owners may do with their own accounts.
func ownerPermissionsUnder(cash Cash) []Permission {
	if cash != CashStaff {
		return ownerPermissions
	}
	return slices.DeleteFunc(slices.Clone(ownerPermissions), func(p Permission) bool { return p == DepositsWrite || p == WithdrawalsWrite })
}
