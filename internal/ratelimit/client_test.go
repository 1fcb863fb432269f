package ratelimit

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestByAddress(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, address, want string }{
		{"IPv4 in full", "192.0.2.1", "192.0.2.1"},
		{"another IPv4", "192.0.2.2", "192.0.2.2"},
		{"IPv4 mapped into IPv6", "::ffff:192.0.2.1", "192.0.2.1"},
		{"mapped, in hexadecimal", "::ffff:c000:201", "192.0.2.1"},
		{"mapped, with a zone", "::ffff:192.0.2.1%eth0", "192.0.2.1"},
		{"IPv6 by its /64", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
		{"same /64", "2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"},
		{"next /64", "2001:db8:1:3::1", "2001:db8:1:3::/64"},
		{"zone", "fe80::1%eth0", "fe80::/64"},
		{"another zone", "fe80::1%eth1", "fe80::/64"},
		{"loopback", "::1", "::/64"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.want, ByAddress(netip.MustParseAddr(test.address)).key)
		})
	}
	require.Equal(t, "invalid IP", ByAddress(netip.Addr{}).key, "unknown clients share one key and one quota")
}
