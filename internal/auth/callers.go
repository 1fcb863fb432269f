package auth

import (
	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/ledger"
)

// Role is what a customer may do beyond their own money.
type Role string

// The roles.
const (
	RoleCustomer Role = "customer"
	RoleEmployee Role = "employee"
	RoleAdmin    Role = "admin"
)

// staff reports whether the role is that of an employee or an administrator.
func (r Role) staff() bool { return r == RoleEmployee || r == RoleAdmin }

// Valid reports whether there is such a role.
func (r Role) Valid() bool { return r == RoleCustomer || r.staff() }

// Requirement is something that a session of staff must have proved.
type Requirement string

// The requirements. Config.StaffWithoutSecondFactor lifts them.
const (
	RequiresSecondFactor Requirement = "second_factor"
	RequiresLongerPin    Requirement = "longer_pin"
)

// MinStaffPin is the minimum number of digits of an employee's or administrator's PIN.
const MinStaffPin = 8

// Caller is the client of a request, as authentication has established it. The zero Caller is unauthenticated.
type Caller struct {
	Customer uuid.UUID            // the session's; uuid.Nil without a session
	Account  ledger.AccountNumber // with which the customer signed in; 0 without a session
	Session  uuid.UUID
	Role     Role          // the session's: see Service.sessionRole
	Lacks    []Requirement // what the session still needs to act in its customer's role
	AdminKey bool          // sent the right admin key
	Client   *Client       // whose key was sent; nil for none
	Operator bool          // uses the command line
	// StandingOrder is the order that acts by itself; uuid.Nil for none.
	StandingOrder uuid.UUID
	// unchecked means that the token is valid, but that it is not known yet whether the session is live: see Authenticate.
	unchecked bool

	SignInLocked bool // no sign-in and no change of the PIN, but the session stays valid

	Device    ledger.AccountNumber // that has signed in on the client's device before; 0 for none
	Address   string               // the client's IP address
	UserAgent string               // as the client sent it
	RequestID string               // echoed in the response; the client may have chosen it

	ServerRequestID string     // assigned by the server
	Operation       string     // the operationId; "" outside the contract
	Permission      Permission // needed by the operation, as the contract says; "" for public operations and outside the contract
}

// Client holds the rights of a service client.
type Client struct {
	ID          uuid.UUID
	Permissions []Permission
	Accounts    []ledger.AccountNumber // the only ones that it may access; none for every account
	Key         string                 // the id of the key that was sent
	RateLimit   int                    // requests a minute of each key; 0 for DefaultClientRateLimit
}

// knows reports whether the caller has proved the account's PIN before, in this session or on this device, by the number that they
// signed in with.
func (c Caller) knows(number ledger.AccountNumber) bool {
	return number != 0 && (c.Account == number || c.Device == number)
}

// staff reports whether the caller is an employee or an administrator, even if the session lacks a requirement.
func (c Caller) staff() bool { return c.Role.staff() || len(c.Lacks) > 0 }

// Authenticated reports whether the caller has proved an identity.
func (c Caller) Authenticated() bool {
	return c.Customer != uuid.Nil || c.Client != nil || c.AdminKey || c.Operator
}

// Scope returns the scope of the caller's idempotency keys, except those about its own accounts.
func (c Caller) Scope() string {
	if c.Customer != uuid.Nil {
		return "customer:" + c.Customer.String()
	}
	return c.Actor()
}

// Person returns the name that requests store for a caller. It is the same in every session, with every account and on every device.
func (c Caller) Person() string {
	if c.Customer != uuid.Nil {
		return c.Customer.String()
	}
	return c.Actor()
}

// clientPrefix begins the name of a service client.
const clientPrefix = "client:"

// Actor returns the caller's name in events.
func (c Caller) Actor() string {
	switch {
	case c.Operator:
		return "operator"
	case c.AdminKey:
		return "admin_key"
	case c.Client != nil:
		return clientPrefix + c.Client.ID.String()
	case c.StandingOrder != uuid.Nil:
		return "standing_order:" + c.StandingOrder.String()
	case c.Account != 0:
		return c.Account.String()
	}
	return "anonymous"
}
