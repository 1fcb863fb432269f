package checker

import (
	"context"
	"fmt"
	"net"
	"strings"
	"time"
)

// Wire returns a customer's request in the bytes of the connection.
func (c *Client) Wire(customer *Customer, request Request) []byte {
	body := request.Body()
	return append(fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: bank\r\nAuthorization: %s\r\nIdempotency-Key: %s\r\n"+
		"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n",
		request.Path(), customer.Authorization(), request.Key, len(body)), body...)
}

// Vanish sends the first bytes of a request, waits a moment and disconnects without an answer, with a farewell (FIN) or without one
// (RST). A request that was not sent completely must never take effect.
func (c *Client) Vanish(ctx context.Context, customer *Customer, request Request, bytes int, moment time.Duration, farewell bool) error {
	wire := c.Wire(customer, request)
	call := Call{Request: request, Called: c.Record.elapsed(), Answered: never}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", strings.TrimPrefix(c.URL, "http://"))
	if err != nil {
		return err
	}
	if tcp, ok := conn.(*net.TCPConn); ok && !farewell {
		if err := tcp.SetLinger(0); err != nil {
			return err
		}
	}
	if _, err := conn.Write(wire[:bytes]); err != nil {
		return err
	}
	time.Sleep(moment)
	if err := conn.Close(); err != nil {
		return err
	}
	if bytes < len(wire) {
		call.Outcome, call.Code, call.Answered = Refused, Cut, c.Record.elapsed()
	}
	c.Record.add(call)
	return nil
}
