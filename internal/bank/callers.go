package bank

import "github.com/google/uuid"

// Role is what an account may do beyond its own money.
type Role string

// The roles.
const (
	RoleCustomer Role = "customer"
	RoleAdmin    Role = "admin"
)

// Requirement is what an administrator's session must have proved.
type Requirement string

// The requirements, unless Config.StaffWithoutSecondFactor.
const (
	RequiresSecondFactor Requirement = "second_factor"
	RequiresLongerPin    Requirement = "longer_pin"
)

// MinStaffPin is how many digits an administrator's PIN has at least.
const MinStaffPin = 8

// Caller is who asks and from where, as authentication has established it. The zero Caller is somebody unknown.
type Caller struct {
	Account  AccountNumber // of the session; 0 without one
	Session  uuid.UUID
	Role     Role          // of the session: see Bank.sessionRole
	Lacks    []Requirement // what the session lacks to act as the administrator that its account is
	Locked   bool          // the account is locked: nobody signs in and no PIN is changed, but the session goes on
	AdminKey bool          // came with the right admin key
	Operator bool          // came by the command line

	Device    AccountNumber // that the client's device is known to; 0 if it is to none
	Address   string        // the client's IP address
	UserAgent string        // what the client calls itself; as it was sent
	RequestID string
}

func (c Caller) owns(number AccountNumber) bool { return c.Account != 0 && c.Account == number }

// knows reports whether the caller has proved the account's PIN before: in this session, or on this device.
func (c Caller) knows(number AccountNumber) bool {
	return c.owns(number) || (c.Device != 0 && c.Device == number)
}

func (c Caller) admin() bool { return c.AdminKey || c.Operator || c.Role == RoleAdmin }

// administers reports whether the caller's account is an administrator's, whatever the session lacks.
func (c Caller) administers() bool { return c.Role == RoleAdmin || len(c.Lacks) > 0 }

// mustOwn is asked before the account is looked up, so that another's account is refused alike whether or not it exists.
func (c Caller) mustOwn(number AccountNumber) error {
	if !c.owns(number) {
		return refuse(CodeForbidden, "This is only for the account's owner.")
	}
	return nil
}

func (c Caller) mustOwnOrAdmin(number AccountNumber) error {
	if !c.owns(number) && !c.admin() {
		return refuse(CodeForbidden, "This is only for the account's owner and for administrators.")
	}
	return nil
}

func (c Caller) mustBeAdmin() error {
	if len(c.Lacks) > 0 {
		return refuse(CodeForbidden, "Administrators act with a second factor and a PIN of %d digits or more; role_requires says what is missing.", MinStaffPin)
	}
	if !c.admin() {
		return refuse(CodeForbidden, "This is only for administrators.")
	}
	return nil
}

func (c Caller) mustOwnOrOperate(number AccountNumber) error {
	if c.Operator {
		return nil
	}
	return c.mustOwn(number)
}

func (c Caller) mustBeOperator() error {
	if !c.Operator {
		return refuse(CodeForbidden, "This is only for the operator.")
	}
	return nil
}

// actor names the caller in an event.
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
