package connections

import (
	"net"
	"net/http"
	"net/netip"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
)

// fakeConn is a connection that has only an address and can be closed.
type fakeConn struct {
	net.Conn
	address string
	closed  bool
}

func (c *fakeConn) RemoteAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(c.address))
}

func (c *fakeConn) Close() error {
	c.closed = true
	return nil
}

func newTestBounds(perClient int, proxies ...netip.Prefix) *Bounds {
	return NewBounds(perClient, proxies, prometheus.NewCounterVec(prometheus.CounterOpts{Name: "refused"}, []string{"bound"}))
}

// TestTheOldestIdleConnectionGoes: it belongs to the client that opens one more, and to no other.
func TestTheOldestIdleConnectionGoes(t *testing.T) {
	t.Parallel()
	b := newTestBounds(3)
	open := func(address string) *fakeConn {
		conn := &fakeConn{address: address}
		require.True(t, b.admit(conn))
		b.Follow(conn, http.StateNew)
		return conn
	}
	other := open("192.0.2.9:1")
	b.Follow(other, http.StateIdle)
	first, second, third := open("192.0.2.1:1"), open("192.0.2.1:2"), open("192.0.2.1:3")
	for _, conn := range []*fakeConn{first, second, third, first} { // the first connection serves another request
		b.Follow(conn, http.StateActive)
		b.Follow(conn, http.StateIdle)
	}
	fourth := open("192.0.2.1:4")
	require.Equal(t, []bool{false, true, false, false, false}, []bool{first.closed, second.closed, third.closed, fourth.closed, other.closed})
	b.Follow(second, http.StateClosed) // as net/http notices later
	b.Follow(third, http.StateActive)
	open("192.0.2.1:5")
	require.True(t, first.closed)
	require.False(t, b.admit(&fakeConn{address: "192.0.2.1:6"}), "all the others are busy")
	require.Equal(t, 4, b.Count())
}

// TestNothingIsLeftOfConnectionsThatEnded: counts and lists disappear with the last connection.
func TestNothingIsLeftOfConnectionsThatEnded(t *testing.T) {
	t.Parallel()
	b := newTestBounds(2, netip.MustParsePrefix("10.0.0.1/32"))
	var all []*fakeConn
	for _, address := range []string{"192.0.2.1:1", "192.0.2.1:2", "[2001:db8::1]:1", "[2001:db8::2]:1", "10.0.0.1:1", "10.0.0.1:2", "10.0.0.1:3"} {
		conn := &fakeConn{address: address}
		require.True(t, b.admit(conn), address)
		b.Follow(conn, http.StateIdle)
		all = append(all, conn)
	}
	b.Follow(all[0], http.StateActive)
	b.Follow(all[1], http.StateActive)
	b.Follow(all[2], http.StateActive)
	b.Follow(all[3], http.StateActive)
	require.False(t, b.admit(&fakeConn{address: "[2001:db8::3]:1"}), "a /64 is one client")
	require.True(t, b.admit(&fakeConn{address: "[2001:db8:0:1::3]:1"}))
	for conn := range b.open {
		b.Follow(conn, http.StateClosed)
		b.Follow(conn, http.StateClosed)
	}
	require.Empty(t, b.open)
	require.Empty(t, b.held)
	require.Empty(t, b.idle)
}
