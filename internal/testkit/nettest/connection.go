package nettest

import (
	"bytes"
	"errors"
	"net"
	"slices"
)

// connection is one connection through a proxy. The proxy's lock guards it.
type connection struct {
	client, server net.Conn // server is nil until it is connected
}

// fault strikes one connection, once.
type fault struct {
	reply  bool // loses a reply; otherwise counts the bytes that clients send
	bytes  int
	text   []byte
	on     *connection // the connection that sent text
	struck chan struct{}
}

// serve forwards a connection until it ends.
func (p *Proxy) serve(c *connection) {
	if !p.begin(c) {
		return
	}
	p.running.Go(func() { p.forward(c, c.server, c.client, p.fromServer) })
	p.forward(c, c.client, c.server, p.fromClient)
}

// begin connects to the target, and reports whether the connection is still open after that.
func (p *Proxy) begin(c *connection) bool {
	p.mu.Lock()
	p.connections[c] = true
	if p.closed {
		p.drop(c)
	}
	p.awaitRelease(c)
	target := p.target
	p.mu.Unlock()

	server, err := p.dial(target)
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil {
		p.drop(c)
		return false
	}
	c.server = server
	if !p.connections[c] {
		_ = server.Close()
	}
	return p.connections[c]
}

// awaitRelease returns when the connection is not held, or has been dropped.
func (p *Proxy) awaitRelease(c *connection) {
	for p.holding && p.connections[c] {
		p.changed.Wait()
	}
}

// drop closes both sides of a connection, unless that has been done.
func (p *Proxy) drop(c *connection) {
	delete(p.connections, c)
	_ = c.client.Close()
	if c.server != nil {
		_ = c.server.Close()
	}
	p.changed.Broadcast()
}

// forward forwards one direction. Pass returns how much of the data to forward, and the fault that strikes then, if any.
func (p *Proxy) forward(c *connection, from, to net.Conn, pass func(*connection, []byte) (int, *fault)) {
	buffer := make([]byte, 64<<10)
	for {
		read, err := from.Read(buffer)
		p.mu.Lock()
		p.awaitRelease(c)
		forwarded, fault := pass(c, buffer[:read])
		p.mu.Unlock()
		if forwarded > 0 {
			_, failure := to.Write(buffer[:forwarded])
			err = errors.Join(err, failure)
		}
		if err == nil && fault == nil {
			continue
		}
		p.mu.Lock()
		p.drop(c)
		p.mu.Unlock()
		if fault != nil {
			close(fault.struck)
		}
		return
	}
}

// fromClient counts bytes and looks for texts.
func (p *Proxy) fromClient(c *connection, sent []byte) (int, *fault) {
	for i, f := range p.faults {
		switch {
		case f.reply && f.on == nil && len(f.text) > 0 && bytes.Contains(sent, f.text):
			f.on = c
		case f.reply || len(sent) == 0:
		case len(sent) < f.bytes:
			f.bytes -= len(sent)
		default:
			p.faults = slices.Delete(p.faults, i, i+1)
			return f.bytes, f
		}
	}
	return len(sent), nil
}

// fromServer loses a reply if a fault says so.
func (p *Proxy) fromServer(c *connection, sent []byte) (int, *fault) {
	for i, f := range p.faults {
		if len(sent) > 0 && f.reply && (f.on == c || len(f.text) == 0) {
			p.faults = slices.Delete(p.faults, i, i+1)
			return 0, f
		}
	}
	return len(sent), nil
}
