package server

import (
	"container/list"
	"crypto/tls"
	"net"
	"net/http"
	"net/netip"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/bankingcore/bankcore/internal/ratelimit"
)

const (
	// maxConnections bounds the open connections of all clients together. An idle one costs about 10 kB, with TLS 30.
	maxConnections = 8192
	// NetworkConnections is the bound of a /24 or /48 network, as a multiple of one client's.
	NetworkConnections = 8
)

// connections bounds how many connections a client and its network hold open. One too many replaces the oldest idle connection under
// the same bound, or is closed at once. Trusted proxies, which speak for many clients, are bounded only by the total.
type connections struct {
	perClient int // 0 means no bound except the total
	total     int
	trusts    func(netip.Addr) bool
	closed    *prometheus.CounterVec // by bound

	mu   sync.Mutex
	open map[net.Conn]*connection
	held map[string]int        // by client and by network
	idle map[string]*list.List // of *connection, the oldest first; every idle connection is also under ""
}

// connection is an open connection, with the bounds that it counts against.
type connection struct {
	conn  net.Conn
	holds []hold
	idle  []*list.Element // in the lists of its holders, while it is idle
}

// hold is the place that a connection takes under one bound.
type hold struct {
	bound string // the name of the bound, for the metric
	key   string
	most  int
}

func newConnections(perClient int, trusts func(netip.Addr) bool, closed *prometheus.CounterVec) *connections {
	return &connections{
		perClient: perClient, total: maxConnections, trusts: trusts, closed: closed,
		open: map[net.Conn]*connection{}, held: map[string]int{}, idle: map[string]*list.List{},
	}
}

// boundedListener accepts only connections within the bounds.
type boundedListener struct {
	net.Listener
	bounds *connections
}

// Accept returns the next connection that is within the bounds.
func (l *boundedListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if l.bounds.admit(conn) {
			return conn, nil
		}
		_ = conn.Close()
	}
}

func (c *connections) holdsOf(conn net.Conn) []hold {
	all := hold{"total", "", c.total}
	peer, err := netip.ParseAddrPort(conn.RemoteAddr().String())
	if address := peer.Addr().Unmap(); err != nil || c.perClient == 0 || c.trusts(address) {
		return []hold{all}
	}
	who := ratelimit.ByAddress(peer.Addr())
	return []hold{
		{"address", who.Key(), c.perClient},
		{"network", who.Nearest().String(), c.perClient * NetworkConnections},
		all,
	}
}

// admit counts a connection, or reports false if there is no room for it.
func (c *connections) admit(conn net.Conn) bool {
	admitted := &connection{conn: conn, holds: c.holdsOf(conn)}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, hold := range admitted.holds {
		if c.held[hold.key] < hold.most {
			continue
		}
		c.closed.WithLabelValues(hold.bound).Inc()
		oldest := c.idle[hold.key]
		if oldest == nil {
			return false
		}
		evicted := oldest.Front().Value.(*connection)
		c.release(evicted)
		_ = evicted.conn.Close()
	}
	c.open[conn] = admitted
	for _, hold := range admitted.holds {
		c.held[hold.key]++
	}
	return true
}

// follow is the http.Server's ConnState hook.
func (c *connections) follow(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	followed := c.open[conn]
	if secured, ok := conn.(*tls.Conn); ok && followed == nil {
		followed = c.open[secured.NetConn()]
	}
	if followed == nil { // evicted
		return
	}
	switch state {
	case http.StateIdle:
		c.markIdle(followed)
	case http.StateClosed, http.StateHijacked:
		c.release(followed)
	default:
		c.markBusy(followed)
	}
}

func (c *connections) markIdle(idle *connection) {
	c.markBusy(idle)
	for _, hold := range idle.holds {
		if c.idle[hold.key] == nil {
			c.idle[hold.key] = list.New()
		}
		idle.idle = append(idle.idle, c.idle[hold.key].PushBack(idle))
	}
}

func (c *connections) markBusy(busy *connection) {
	for i, element := range busy.idle {
		key := busy.holds[i].key
		if c.idle[key].Remove(element); c.idle[key].Len() == 0 {
			delete(c.idle, key)
		}
	}
	busy.idle = nil
}

// release stops counting a connection.
func (c *connections) release(ended *connection) {
	c.markBusy(ended)
	delete(c.open, ended.conn)
	for _, hold := range ended.holds {
		if c.held[hold.key]--; c.held[hold.key] == 0 {
			delete(c.held, hold.key)
		}
	}
}

// count returns the number of open connections.
func (c *connections) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.open)
}
