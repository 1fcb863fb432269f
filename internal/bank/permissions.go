package bank

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/bankingcore/bankcore/internal/ledger"
)

// Permission is what an operation needs of its caller. The contract names it for each operation, as x-permission.
type Permission string

// The permissions. Owners have theirs for their own account, and staff have theirs for every account.
const (
	AccountsRead     Permission = "accounts:read"
	DepositsWrite    Permission = "deposits:write"
	WithdrawalsWrite Permission = "withdrawals:write"
	TransfersWrite   Permission = "transfers:write"
	SelfManage       Permission = "self:manage"      // the caller's own PIN, second factor, sessions and idempotency keys
	CustomersManage  Permission = "customers:manage" // unlock an account, end its sessions
	AuditRead        Permission = "audit:read"
	ReportsRead      Permission = "reports:read"

	bankOperate Permission = "bank:operate" // what only the command line can do, so that no operation of the contract needs it
)

// allAccounts stands for the bank as a whole where a permission is asked for. It is not audit.WholeBank, because a path can hold twelve
// zeros.
const allAccounts ledger.AccountNumber = -1

var (
	ownerPermissions = []Permission{AccountsRead, DepositsWrite, WithdrawalsWrite, TransfersWrite, SelfManage}
	rolePermissions  = map[Role][]Permission{
		RoleCustomer: {},
		RoleAdmin:    {AccountsRead, CustomersManage, AuditRead, ReportsRead},
	}
	operatorPermissions = append([]Permission{SelfManage, bankOperate}, rolePermissions[RoleAdmin]...)
)

// Permissions returns those that an operation of the contract can need.
func Permissions() []Permission {
	all := slices.Concat(ownerPermissions, rolePermissions[RoleAdmin])
	slices.Sort(all)
	return slices.Compact(all)
}

// may reports whether the caller has a permission for an account, or for allAccounts. It looks nothing up, and so reveals nothing
// about the account, not even whether there is one.
func (c Caller) may(p Permission, account ledger.AccountNumber) bool {
	return c.owns(account) && slices.Contains(ownerPermissions, p) || slices.Contains(c.permissions(), p)
}

// permissions returns what the caller may do with accounts other than its own.
func (c Caller) permissions() []Permission {
	switch {
	case c.Operator:
		return operatorPermissions
	case c.AdminKey:
		return rolePermissions[RoleAdmin]
	}
	return rolePermissions[c.Role]
}

// postingOperations are the operations whose services call requireToPost.
var postingOperations = []string{"deposit", "withdraw", "transfer", "transferMany"}

// requireToPost is require for what moves money. The session is checked together with the posting, in one transaction, so what is
// refused here is refused without a look at the account.
func (b *Bank) requireToPost(ctx context.Context, caller Caller, p Permission, account ledger.AccountNumber) error {
	checked := caller
	checked.unchecked = false
	err := checked.require(p, account)
	if err != nil && caller.unchecked {
		_, err = b.checkSession(ctx, caller) // a session that is over has no permissions to speak of
		if err == nil {
			err = checked.require(p, account)
		}
	}
	return err
}

// require refuses callers who lack a permission. Every operation begins with it, before the account is looked up.
func (c Caller) require(p Permission, account ledger.AccountNumber) error {
	if c.Permission != "" && c.Permission != p {
		return fmt.Errorf("%s needs %s, but the contract says %s", c.Operation, p, c.Permission)
	}
	if c.unchecked {
		return errors.New("the caller's session has not been checked")
	}
	if c.may(p, account) {
		return nil
	}
	byOwners, byAdmins := slices.Contains(ownerPermissions, p), slices.Contains(rolePermissions[RoleAdmin], p)
	switch {
	case byOwners && byAdmins && account != allAccounts:
		return refuse(CodeForbidden, "This is only for the account's owner and for administrators.")
	case byAdmins && len(c.Lacks) > 0:
		return refuse(CodeForbidden, "Administrators need a second factor and a PIN of %d digits or more; role_requires says what is missing.", MinStaffPin)
	case byAdmins:
		return refuse(CodeForbidden, "This is only for administrators.")
	case byOwners:
		return refuse(CodeForbidden, "This is only for the account's owner.")
	}
	return refuse(CodeForbidden, "This is only for the operator.")
}
