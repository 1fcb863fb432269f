package bank

import (
	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/ledger"
)

// Role is what an account may do beyond its own money.
type Role string

// The roles.
const (
	RoleCustomer Role = "customer"
	RoleAdmin    Role = "admin"
)

// Requirement is something that an administrator's session must have proved.
type Requirement string

// The requirements. Config.StaffWithoutSecondFactor lifts them.
const (
	RequiresSecondFactor Requirement = "second_factor"
	RequiresLongerPin    Requirement = "longer_pin"
)

// MinStaffPin is the minimum number of digits of an administrator's PIN.
const MinStaffPin = 8

// Caller is the client of a request, as authentication has established it. The zero Caller is unauthenticated.
type Caller struct {
	Account  ledger.AccountNumber // the session's; 0 without a session
	Session  uuid.UUID
	Role     Role          // the session's: see Bank.sessionRole
	Lacks    []Requirement // what the session still needs to act as an administrator, if its account is one
	AdminKey bool          // sent the right admin key
	Operator bool          // uses the command line
	// unchecked means that the token is right, but that it is not known yet whether the session is live: see Authenticate.
	unchecked bool

	SignInLocked bool // no sign-in to the account or change of its PIN, but the session stays valid

	Device    ledger.AccountNumber // that knows the client's device; 0 for none
	Address   string               // the client's IP address
	UserAgent string               // as the client sent it
	RequestID string               // echoed in the response; the client may have chosen it

	ServerRequestID string     // assigned by the server
	Operation       string     // the operationId; "" outside the contract
	Permission      Permission // that the contract says the operation needs; "" for public operations and outside the contract
}

func (c Caller) owns(number ledger.AccountNumber) bool { return c.Account != 0 && c.Account == number }

// knows reports whether the caller has proved the account's PIN before: in this session, or on this device.
func (c Caller) knows(number ledger.AccountNumber) bool {
	return c.owns(number) || (c.Device != 0 && c.Device == number)
}

// administers reports whether the caller's account is an administrator's, even if the session lacks a requirement.
func (c Caller) administers() bool { return c.Role == RoleAdmin || len(c.Lacks) > 0 }

// actor returns the caller's name in events.
func (c Caller) actor() string {
	switch {
	case c.Operator:
		return "operator"
	case c.AdminKey:
		return "admin_key"
	case c.Account != 0:
		return c.Account.String()
	}
	return "anonymous"
}
