package ratelimit

import "net/netip"

// The quotas of a client's networks, as multiples of the client's own. At 5 sign-ins a minute that is 160 for the addresses of a
// company, a campus or a mobile provider's gateway (/24, /48), and 1,280 for all customers of an IPv6 provider (/32), which is half of
// what two cores can hash.
const (
	siteFactor     = 32
	providerFactor = 256
)

// reach is a network that a client lies in, with its quota as a multiple of the client's. The zero reach is all clients; it has no quota.
type reach struct {
	prefix netip.Prefix
	factor int
}

// Client is what a limit counts: an address, or a key such as an account.
type Client struct {
	key     string
	address []reach // the widest last; none for a key
}

var everyone = []reach{{}}

func (c Client) reaches() []reach {
	if len(c.address) == 0 {
		return everyone
	}
	return c.address
}

// is6 reports whether the client has an IPv6 address.
func (c Client) is6() bool { return len(c.address) > 0 && c.address[0].prefix.Addr().Is6() }

// ByAddress returns the client at an address: the whole address for IPv4, however it is written, and the /64 for IPv6, the least
// that a subscriber is given and can pick addresses from freely. Zones are dropped, because callers may be able to choose them.
func ByAddress(a netip.Addr) Client {
	a = a.Unmap().WithZone("")
	within := func(bits, factor int) reach { return reach{netip.PrefixFrom(a, bits).Masked(), factor} }
	switch {
	case a.Is6():
		return Client{key: within(64, 1).prefix.String(), address: []reach{within(48, siteFactor), within(32, providerFactor)}}
	case a.Is4():
		return Client{key: a.String(), address: []reach{within(24, siteFactor)}}
	}
	return Client{key: a.String()}
}

// ByKey returns the client with a key of bounded length, such as an account's number.
func ByKey(key string) Client { return Client{key: key} }

// Key returns what identifies the client: its address, the /64 of an IPv6 address, or the key given to ByKey.
func (c Client) Key() string { return c.key }

// Nearest returns the smallest network that the client's address lies in: its /24 or /48.
func (c Client) Nearest() netip.Prefix { return c.reaches()[0].prefix }
