package server

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

func newTestConnections(perClient int, trusts func(netip.Addr) bool) *connections {
	return newConnections(perClient, trusts, prometheus.NewCounterVec(prometheus.CounterOpts{Name: "refused"}, []string{"bound"}))
}

func trustsNone(netip.Addr) bool { return false }

// TestTheOldestIdleConnectionGoes: it belongs to the client that opens one more, and to no other.
func TestTheOldestIdleConnectionGoes(t *testing.T) {
	t.Parallel()
	c := newTestConnections(3, trustsNone)
	open := func(address string) *fakeConn {
		conn := &fakeConn{address: address}
		require.True(t, c.admit(conn))
		c.follow(conn, http.StateNew)
		return conn
	}
	other := open("192.0.2.9:1")
	c.follow(other, http.StateIdle)
	first, second, third := open("192.0.2.1:1"), open("192.0.2.1:2"), open("192.0.2.1:3")
	for _, conn := range []*fakeConn{first, second, third, first} { // the first connection serves another request
		c.follow(conn, http.StateActive)
		c.follow(conn, http.StateIdle)
	}
	fourth := open("192.0.2.1:4")
	require.Equal(t, []bool{false, true, false, false, false}, []bool{first.closed, second.closed, third.closed, fourth.closed, other.closed})
	c.follow(second, http.StateClosed) // as net/http notices later
	c.follow(third, http.StateActive)
	open("192.0.2.1:5")
	require.True(t, first.closed)
	require.False(t, c.admit(&fakeConn{address: "192.0.2.1:6"}), "all the others are busy")
	require.Equal(t, 4, c.count())
}

// TestNothingIsLeftOfConnectionsThatEnded: counts and lists disappear with the last connection.
func TestNothingIsLeftOfConnectionsThatEnded(t *testing.T) {
	t.Parallel()
	c := newTestConnections(2, func(a netip.Addr) bool { return a == netip.MustParseAddr("10.0.0.1") })
	var all []*fakeConn
	for _, address := range []string{"192.0.2.1:1", "192.0.2.1:2", "[2001:db8::1]:1", "[2001:db8::2]:1", "10.0.0.1:1", "10.0.0.1:2", "10.0.0.1:3"} {
		conn := &fakeConn{address: address}
		require.True(t, c.admit(conn), address)
		c.follow(conn, http.StateIdle)
		all = append(all, conn)
	}
	c.follow(all[0], http.StateActive)
	c.follow(all[1], http.StateActive)
	c.follow(all[2], http.StateActive)
	c.follow(all[3], http.StateActive)
	require.False(t, c.admit(&fakeConn{address: "[2001:db8::3]:1"}), "a /64 is one client")
	require.True(t, c.admit(&fakeConn{address: "[2001:db8:0:1::3]:1"}))
	for conn := range c.open {
		c.follow(conn, http.StateClosed)
		c.follow(conn, http.StateClosed)
	}
	require.Empty(t, c.open)
	require.Empty(t, c.held)
	require.Empty(t, c.idle)
}
