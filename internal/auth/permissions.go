package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// Permission is what an operation needs of its caller. The contract names it for each operation, as x-permission.
type Permission string

// The permissions. Owners have theirs for their own accounts, staff for every account, and service clients for the accounts to which they
// are restricted, or for every account.
const (
	AccountsOpen     Permission = "accounts:open" // for others; customers need none to open their own
	AccountsRead     Permission = "accounts:read"
	AccountsManage   Permission = "accounts:manage" // freeze, close, limits
	DepositsWrite    Permission = "deposits:write"
	WithdrawalsWrite Permission = "withdrawals:write"
	TransfersWrite   Permission = "transfers:write"
	ReversalsWrite   Permission = "reversals:write"
	HoldsWrite       Permission = "holds:write"
	SelfManage       Permission = "self:manage"      // the caller's own PIN, second factor, sessions, requests and idempotency keys
	CustomersManage  Permission = "customers:manage" // unlock a customer, reset the PIN, end sessions, change the name
	RequestsDecide   Permission = "requests:decide"
	ClientsManage    Permission = "clients:manage"
	RolesManage      Permission = "roles:manage"
	AuditRead        Permission = "audit:read"
	ReportsRead      Permission = "reports:read"

	BankOperate Permission = "bank:operate" // what only the command line can do; no operation of the contract needs it
)

// AllAccounts stands for the bank as a whole when a permission is checked. It is not audit.WholeBank, because a path can hold twelve
// zeros.
const AllAccounts ledger.AccountNumber = -1

var (
	ownerPermissions    = []Permission{AccountsRead, DepositsWrite, WithdrawalsWrite, TransfersWrite, HoldsWrite, ReversalsWrite, SelfManage}
	employeePermissions = []Permission{
		AccountsOpen, AccountsRead, AccountsManage, DepositsWrite, WithdrawalsWrite, HoldsWrite, ReversalsWrite, CustomersManage, RequestsDecide,
	}
	adminPermissions = append([]Permission{ClientsManage, RolesManage, AuditRead, ReportsRead}, employeePermissions...)
	rolePermissions  = map[Role][]Permission{
		RoleCustomer: {},
		RoleEmployee: employeePermissions,
		RoleAdmin:    adminPermissions,
	}
	// adminKeyPermissions let the operator's programs look at everything and help customers. A key is not a person, so it moves no money
	// and decides nothing.
	adminKeyPermissions = []Permission{AccountsRead, AccountsManage, CustomersManage, ClientsManage, AuditRead, ReportsRead}
	operatorPermissions = append([]Permission{SelfManage, BankOperate}, adminPermissions...)
)

// Permissions returns those that an operation of the contract can need.
func Permissions() []Permission {
	all := slices.Concat(ownerPermissions, adminPermissions)
	slices.Sort(all)
	return slices.Compact(all)
}

// May reports whether the caller has a permission for an account, or for AllAccounts. It never looks the account up, and so reveals
// nothing about it, not even whether it exists.
func (s *Service) May(ctx context.Context, c Caller, p Permission, account ledger.AccountNumber) (bool, error) {
	if c.Has(p) && c.Reaches(account) {
		return true, nil
	}
	if account == AllAccounts || !slices.Contains(s.ownerPermissions, p) {
		return false, nil
	}
	return s.Owns(ctx, c, account)
}

// Has reports whether the caller has a permission for accounts other than its own, or for some of them: see Reaches.
func (c Caller) Has(p Permission) bool { return slices.Contains(c.permissions(), p) }

// Has reports whether people with the role have a permission for accounts other than their own.
func (r Role) Has(p Permission) bool { return slices.Contains(rolePermissions[r], p) }

// permissions returns what the caller may do with accounts other than its own.
func (c Caller) permissions() []Permission {
	switch {
	case c.Operator:
		return operatorPermissions
	case c.AdminKey:
		return adminKeyPermissions
	case c.Client != nil:
		return c.Client.Permissions
	}
	return rolePermissions[c.Role]
}

// Reaches reports whether the caller's permissions cover an account. Only service clients can be restricted to some.
func (c Caller) Reaches(account ledger.AccountNumber) bool {
	return c.Client == nil || len(c.Client.Accounts) == 0 || slices.Contains(c.Client.Accounts, account)
}

// MaxAccounts is how many accounts one customer can have.
const MaxAccounts = 100

// knownOwners bounds for how many customers their accounts are remembered; one takes about 150 bytes.
const knownOwners = 50_000

// Owns reports whether an account is the caller's. An account never changes its customer, so a cached answer stays true. Other numbers
// cost the same query whether or not they exist.
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

// postingOperations are the operations whose services call RequireToPost.
var postingOperations = []string{"deposit", "withdraw", "transfer", "transferMany", "placeHold"}

// RequireToPost is Require for what moves money. It returns the caller, and whether the account is the caller's own. For owners, the
// session only has to be live, which is checked together with the posting, in one transaction. For other callers the session is read here,
// because its role decides, and because a session that is over has no permissions.
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
		return caller, true, ErrCashClosed // for staff, too: they cannot serve themselves
	}
	checked := caller
	checked.unchecked = false
	return caller, own, s.Require(ctx, checked, p, account)
}

// Require refuses callers who lack a permission. Every operation begins with it, before the account is looked up.
func (s *Service) Require(ctx context.Context, c Caller, p Permission, account ledger.AccountNumber) error {
	if c.Permission != "" && c.Permission != p {
		return fmt.Errorf("%s needs %s, but the contract says %s", c.Operation, p, c.Permission)
	}
	if c.unchecked {
		return errors.New("the caller's session has not been checked")
	}
	if allowed, err := s.May(ctx, c, p, account); err != nil || allowed {
		return err
	}
	byOwners := account != AllAccounts && slices.Contains(s.ownerPermissions, p)
	byEmployees, byAdmins := slices.Contains(employeePermissions, p), slices.Contains(adminPermissions, p)
	switch {
	case c.Client != nil:
		return refuse(CodeForbidden, "This client does not have the permission %s for this.", p)
	case len(c.Lacks) > 0 && byAdmins:
		return refuse(CodeForbidden, "Staff need a second factor and a PIN of %d digits or more; role_requires says what is missing.", MinStaffPin)
	case byOwners && byEmployees:
		return refuse(CodeForbidden, "This is only for the account's owner and for staff.")
	case byOwners:
		return refuse(CodeForbidden, "This is only for the account's owner.")
	case byEmployees:
		return refuse(CodeForbidden, "This is only for staff.")
	case byAdmins:
		return refuse(CodeForbidden, "This is only for administrators.")
	}
	return refuse(CodeForbidden, "This is only for the operator.")
}
