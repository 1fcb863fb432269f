// Package connections handles what lies between the server and its clients: how many connections each may hold, how slowly it may read,
// and which address stands behind a proxy.
package connections

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

// Bounds limits how many connections a client and its network hold open. One too many replaces the oldest idle connection under
// the same bound, or is closed at once. Trusted proxies, which speak for many clients, are bounded only by the total.
type Bounds struct {
	perClient int // 0 means no bound except the total
	total     int
	proxies   Proxies
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

// NewBounds returns bounds of which a client has perClient, or only the total if that is 0. Connections over a bound are counted in
// closed, by the bound.
func NewBounds(perClient int, proxies Proxies, closed *prometheus.CounterVec) *Bounds {
	return &Bounds{
		perClient: perClient, total: maxConnections, proxies: proxies, closed: closed,
		open: map[net.Conn]*connection{}, held: map[string]int{}, idle: map[string]*list.List{},
	}
}

// Listener returns a listener that accepts only connections within the bounds.
func (b *Bounds) Listener(listener net.Listener) net.Listener { return &boundedListener{listener, b} }

type boundedListener struct {
	net.Listener
	bounds *Bounds
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

func (b *Bounds) holdsOf(conn net.Conn) []hold {
	all := hold{"total", "", b.total}
	peer, err := netip.ParseAddrPort(conn.RemoteAddr().String())
	if address := peer.Addr().Unmap(); err != nil || b.perClient == 0 || b.proxies.trust(address) {
		return []hold{all}
	}
	who := ratelimit.ByAddress(peer.Addr())
	return []hold{
		{"address", who.Key(), b.perClient},
		{"network", who.Nearest().String(), b.perClient * NetworkConnections},
		all,
	}
}

// admit counts a connection, or reports false if there is no room for it.
func (b *Bounds) admit(conn net.Conn) bool {
	admitted := &connection{conn: conn, holds: b.holdsOf(conn)}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, hold := range admitted.holds {
		if b.held[hold.key] < hold.most {
			continue
		}
		b.closed.WithLabelValues(hold.bound).Inc()
		oldest := b.idle[hold.key]
		if oldest == nil {
			return false
		}
		evicted := oldest.Front().Value.(*connection)
		b.release(evicted)
		_ = evicted.conn.Close()
	}
	b.open[conn] = admitted
	for _, hold := range admitted.holds {
		b.held[hold.key]++
	}
	return true
}

// Follow is the http.Server's ConnState hook.
func (b *Bounds) Follow(conn net.Conn, state http.ConnState) {
	b.mu.Lock()
	defer b.mu.Unlock()
	followed := b.open[conn]
	if secured, ok := conn.(*tls.Conn); ok && followed == nil {
		followed = b.open[secured.NetConn()]
	}
	if followed == nil { // evicted
		return
	}
	switch state {
	case http.StateIdle:
		b.markIdle(followed)
	case http.StateClosed, http.StateHijacked:
		b.release(followed)
	default:
		b.markBusy(followed)
	}
}

func (b *Bounds) markIdle(idle *connection) {
	b.markBusy(idle)
	for _, hold := range idle.holds {
		if b.idle[hold.key] == nil {
			b.idle[hold.key] = list.New()
		}
		idle.idle = append(idle.idle, b.idle[hold.key].PushBack(idle))
	}
}

func (b *Bounds) markBusy(busy *connection) {
	for i, element := range busy.idle {
		key := busy.holds[i].key
		if b.idle[key].Remove(element); b.idle[key].Len() == 0 {
			delete(b.idle, key)
		}
	}
	busy.idle = nil
}

// release stops counting a connection.
func (b *Bounds) release(ended *connection) {
	b.markBusy(ended)
	delete(b.open, ended.conn)
	for _, hold := range ended.holds {
		if b.held[hold.key]--; b.held[hold.key] == 0 {
			delete(b.held, hold.key)
		}
	}
}

// Count returns the number of open connections.
func (b *Bounds) Count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.open)
}
