// Package nettest makes faults between hosts for tests: cut cables and dropped connections.
package nettest

import (
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"time"
)

// Proxy forwards TCP connections until it is told to fail. Dropping a connection closes both of its sides.
type Proxy struct {
	listener net.Listener
	dial     func(address string) (net.Conn, error)
	running  sync.WaitGroup

	mu          sync.Mutex
	target      string
	connections map[*connection]bool // the open ones
	faults      []*fault             // the ones that have not struck yet
	closed      bool
	holding     bool
	changed     *sync.Cond // signals a change of holding, or a dropped connection
}

// NewProxy starts a proxy for the server at an address. It ends with the test.
func NewProxy(tb testing.TB, target string) *Proxy {
	tb.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	p := &Proxy{listener: listener, target: target, connections: map[*connection]bool{}}
	p.changed = sync.NewCond(&p.mu)
	p.dial = func(address string) (net.Conn, error) {
		return new(net.Dialer).DialContext(tb.Context(), "tcp", address)
	}
	p.running.Go(p.accept)
	tb.Cleanup(p.close)
	return p
}

// Address returns the address that the proxy listens on.
func (p *Proxy) Address() string { return p.listener.Addr().String() }

// Target sends new connections to another server from now on.
func (p *Proxy) Target(address string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.target = address
}

// Hold keeps all bytes back, and the connections open, until Release. New connections are accepted but not served.
func (p *Proxy) Hold() { p.hold(true) }

// Release forwards what Hold has kept back.
func (p *Proxy) Release() { p.hold(false) }

func (p *Proxy) hold(holding bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.holding = holding
	p.changed.Broadcast()
}

// Drop drops all connections and returns how many there were.
func (p *Proxy) Drop() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	dropped := len(p.connections)
	for c := range p.connections {
		p.drop(c)
	}
	return dropped
}

// DropAtRandom drops all connections again and again, at times unrelated to their traffic. Calling stop ends it, and returns how many
// connections were dropped.
func (p *Proxy) DropAtRandom(every time.Duration) (stop func() int) {
	stopped, total := make(chan struct{}), make(chan int)
	go func() {
		dropped := 0
		for {
			select {
			case <-stopped:
				total <- dropped
				return
			case <-time.After(time.Duration(rand.ExpFloat64() * float64(every))):
				dropped += p.Drop()
			}
		}
	}()
	return func() int {
		close(stopped)
		return <-total
	}
}

// DropAfter drops one connection, right after it has forwarded the n-th byte that clients send from now on. The channel is then closed.
func (p *Proxy) DropAfter(n int) <-chan struct{} {
	return p.arm(&fault{bytes: n})
}

// LoseReply drops one connection instead of forwarding the next bytes from a server, after a client has sent text (or anything, if text
// is empty). The channel is then closed.
func (p *Proxy) LoseReply(text string) <-chan struct{} {
	return p.arm(&fault{reply: true, text: []byte(text)})
}

func (p *Proxy) arm(f *fault) <-chan struct{} {
	f.struck = make(chan struct{})
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = append(p.faults, f)
	return f.struck
}

func (p *Proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return // the proxy is closed
		}
		p.running.Go(func() { p.serve(&connection{client: client}) })
	}
}

func (p *Proxy) close() {
	_ = p.listener.Close()
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.Drop()
	p.running.Wait()
}
