package auth

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/names"
	"github.com/bankingcore/bankcore/internal/store"
)

// The bounds of a service client's settings.
const (
	maxClientAccounts  = 100
	maxClientNetworks  = 32
	maxClientRateLimit = 600_000

	// DefaultClientRateLimit is how many requests a minute a key may send if its client has no limit of its own.
	DefaultClientRateLimit = 600
)

// ClientSettings are what a service client is called and may do.
type ClientSettings struct {
	Name        string
	Permissions []Permission
	Accounts    []ledger.AccountNumber // the only ones that it may access; none for every account
	Networks    []netip.Prefix         // the only ones that its requests may come from; none for every network
	RateLimit   int                    // requests a minute of each key; 0 for DefaultClientRateLimit
	ExpiresAt   time.Time              // zero if it does not expire
}

// ClientChanges are changes of a service client's settings; nil leaves one as it is.
type ClientChanges struct {
	Name        *string
	Permissions *[]Permission
	Accounts    *[]ledger.AccountNumber
	Networks    *[]netip.Prefix
	RateLimit   *int
	ExpiresAt   *time.Time
}

func (p *ClientChanges) apply(s *ClientSettings) {
	replace(&s.Name, p.Name)
	replace(&s.Permissions, p.Permissions)
	replace(&s.Accounts, p.Accounts)
	replace(&s.Networks, p.Networks)
	replace(&s.RateLimit, p.RateLimit)
	replace(&s.ExpiresAt, p.ExpiresAt)
}

func replace[T any](value, by *T) {
	if by != nil {
		*value = *by
	}
}

// peopleOnly are permissions that no service client can have: it cannot make keys, grant rights or decide requests, so an attacker with
// its key cannot gain more rights.
var peopleOnly = []Permission{SelfManage, RequestsDecide, ClientsManage, RolesManage}

// ClientPermissions returns the permissions that a service client can have.
func ClientPermissions() []Permission {
	return slices.DeleteFunc(Permissions(), func(p Permission) bool { return slices.Contains(peopleOnly, p) })
}

// requireToGrant refuses callers who would grant, or bring into use, a permission that they do not have themselves. Administrators and the
// operator can grant all that a client can have, including moving customers' money. The admin key, which is not a person, cannot.
func (c Caller) requireToGrant(permissions []Permission) error {
	if c.Operator || c.Role == RoleAdmin {
		return nil
	}
	for _, p := range permissions {
		if !c.Has(p) {
			return refuse(CodeForbidden, "The permission %s can only be given by somebody who has it.", p)
		}
	}
	return nil
}

// normalize checks the settings and gives each its one form, so that equal settings are stored alike. The expiry is not checked if
// now is zero.
func (s *ClientSettings) normalize(now time.Time) error {
	name, err := names.Normalize(s.Name)
	if err != nil {
		return invalid("/name", err.Error())
	}
	s.Name = name
	possible := ClientPermissions()
	for i, p := range s.Permissions {
		if !slices.Contains(possible, p) {
			return invalid(fmt.Sprintf("/permissions/%d", i), "is not a permission that a service client can have")
		}
	}
	s.Permissions = inOrder(s.Permissions, cmp.Compare[Permission])
	s.Accounts = inOrder(s.Accounts, cmp.Compare[ledger.AccountNumber])
	for i, network := range s.Networks {
		if !network.IsValid() || network.Addr().Is4In6() {
			return invalid(fmt.Sprintf("/ip_networks/%d", i), errNotNetwork.Error())
		}
		s.Networks[i] = network.Masked()
	}
	s.Networks = inOrder(s.Networks, netip.Prefix.Compare)
	switch {
	case len(s.Permissions) == 0:
		return invalid("/permissions", "must name a permission")
	case len(s.Accounts) > 0 && slices.Contains(s.Permissions, CustomersManage):
		// Help for a customer, such as a code for a new PIN, opens all of the customer's accounts.
		return invalid("/account_numbers", "must be empty for a client with customers:manage, which covers all accounts of a customer")
	case len(s.Accounts) > maxClientAccounts:
		return invalid("/account_numbers", fmt.Sprintf("must name at most %d accounts", maxClientAccounts))
	case len(s.Networks) > maxClientNetworks:
		return invalid("/ip_networks", fmt.Sprintf("must name at most %d networks", maxClientNetworks))
	case s.RateLimit < 0 || s.RateLimit > maxClientRateLimit:
		return invalid("/rate_limit", fmt.Sprintf("must be 0 to %d", maxClientRateLimit))
	case !now.IsZero() && !s.ExpiresAt.IsZero() && !s.ExpiresAt.After(now):
		return invalid("/expires_at", "must be in the future")
	}
	s.ExpiresAt = s.ExpiresAt.UTC().Truncate(time.Microsecond)
	return nil
}

// inOrder returns a sorted copy of a list without repetitions.
func inOrder[T comparable](list []T, compare func(a, b T) int) []T {
	sorted := slices.Clone(list)
	slices.SortFunc(sorted, compare)
	return slices.Compact(sorted)
}

// ParseNetwork reads a network in CIDR notation, or an address, which is the network of itself.
func ParseNetwork(text string) (netip.Prefix, error) {
	if network, err := netip.ParsePrefix(text); err == nil {
		return network, nil
	}
	address, err := netip.ParseAddr(text)
	if err != nil || address.Zone() != "" {
		return netip.Prefix{}, errNotNetwork
	}
	return netip.PrefixFrom(address, address.BitLen()), nil
}

var errNotNetwork = errors.New("must be an address or a network of IPv4 or IPv6, such as 203.0.113.0/24")

// checkAccounts refuses accounts that do not exist, which would be a mistake.
func (s *ClientSettings) checkAccounts(ctx context.Context, q db.Querier) error {
	for i, number := range s.Accounts {
		if _, err := store.CustomerOf(ctx, q, number); errors.Is(err, ledger.ErrAccountNotFound) {
			return invalid(fmt.Sprintf("/account_numbers/%d", i), "there is no account "+number.String())
		} else if err != nil {
			return err
		}
	}
	return nil
}

// row returns the settings as they are stored.
func (s *ClientSettings) row() db.ServiceClient {
	row := db.ServiceClient{
		Name:           s.Name,
		Permissions:    joined(s.Permissions, func(p Permission) string { return string(p) }),
		AccountNumbers: joined(s.Accounts, ledger.AccountNumber.String),
		IpNetworks:     joined(s.Networks, netip.Prefix.String),
		RateLimit:      int64(s.RateLimit),
	}
	if !s.ExpiresAt.IsZero() {
		micros := s.ExpiresAt.UnixMicro()
		row.ExpiresAt = &micros
	}
	return row
}

func joined[T any](list []T, text func(T) string) string {
	words := make([]string, 0, len(list))
	for _, item := range list {
		words = append(words, text(item))
	}
	return strings.Join(words, " ")
}

// clientSettingsOf reads what row has written. It fails only if the database was changed by hand: a restriction that cannot be read must
// not be taken for none.
func clientSettingsOf(row *db.ServiceClient) (s ClientSettings, err error) {
	s = ClientSettings{Name: row.Name, RateLimit: int(row.RateLimit)}
	for word := range strings.FieldsSeq(row.Permissions) {
		s.Permissions = append(s.Permissions, Permission(word))
	}
	for word := range strings.FieldsSeq(row.AccountNumbers) {
		number, err := ledger.ParseAccountNumber(word)
		if err != nil {
			return ClientSettings{}, fmt.Errorf("the accounts of client %s cannot be read", row.ID)
		}
		s.Accounts = append(s.Accounts, number)
	}
	for word := range strings.FieldsSeq(row.IpNetworks) {
		network, err := netip.ParsePrefix(word)
		if err != nil {
			return ClientSettings{}, fmt.Errorf("the networks of client %s: %w", row.ID, err)
		}
		s.Networks = append(s.Networks, network)
	}
	if row.ExpiresAt != nil {
		s.ExpiresAt = time.UnixMicro(*row.ExpiresAt).UTC()
	}
	return s, nil
}

// clientChanges returns what differs, for the audit trail: name=old>new, and so on.
func clientChanges(before, after *db.ServiceClient) string {
	var changes []string
	note := func(name, old, changed string) {
		if old != changed {
			changes = append(changes, name+"="+old+">"+changed)
		}
	}
	note("name", before.Name, after.Name)
	note("permissions", before.Permissions, after.Permissions)
	note("account_numbers", before.AccountNumbers, after.AccountNumbers)
	note("ip_networks", before.IpNetworks, after.IpNetworks)
	note("rate_limit", strconv.FormatInt(before.RateLimit, 10), strconv.FormatInt(after.RateLimit, 10))
	note("expires_at", expiryText(before.ExpiresAt), expiryText(after.ExpiresAt))
	return strings.Join(changes, "; ")
}

func expiryText(micros *int64) string {
	if micros == nil {
		return ""
	}
	return time.UnixMicro(*micros).UTC().Format(time.RFC3339)
}
