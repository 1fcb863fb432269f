package server_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// line is a separate connection, from an address of this machine.
type line struct {
	net.Conn
	t      *testing.T
	reader *bufio.Reader
}

func (w *world) dialFrom(from string) *line {
	w.t.Helper()
	dialer := net.Dialer{Timeout: time.Minute, LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	conn, err := dialer.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
	require.NoError(w.t, err)
	w.t.Cleanup(func() { _ = conn.Close() })
	require.NoError(w.t, conn.SetDeadline(time.Now().Add(2*time.Minute)))
	return &line{conn, w.t, bufio.NewReader(conn)}
}

// served reports whether a request on the connection is answered.
func (l *line) served() bool {
	if _, err := fmt.Fprint(l, "GET /healthz HTTP/1.1\r\nHost: bank\r\n\r\n"); err != nil {
		return false
	}
	answer, err := http.ReadResponse(l.reader, nil)
	if err != nil {
		return false
	}
	_, err = io.Copy(io.Discard, answer.Body)
	return err == nil && answer.Body.Close() == nil && answer.StatusCode == 200
}

// servedAtLast retries until there is room for a connection.
func (w *world) servedAtLast(from string) *line {
	w.t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if l := w.dialFrom(from); l.served() {
			return l
		}
	}
	require.FailNow(w.t, "there is no room")
	return nil
}

// closed waits for the server to close the connection.
func (l *line) closed() bool {
	_, err := l.reader.ReadByte()
	return err != nil && !isTimeout(err)
}

func isTimeout(err error) bool {
	timeout, ok := err.(net.Error) //nolint:errorlint // as net gives it
	return ok && timeout.Timeout()
}

func boundConnections(o *options) { o.connections = 4 }

func (w *world) refusedConnections(bound string) string {
	w.t.Helper()
	text := w.atOps().call("GET", "/metrics").text()
	_, after, _ := strings.Cut(text, `bankcore_connections_refused_total{bound="`+bound+`"} `)
	count, _, _ := strings.Cut(after, "\n")
	return count
}

// TestConnectionsThatSayNothing: an address that opens connections and sends nothing shuts out only itself.
func TestConnectionsThatSayNothing(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t, boundConnections)
	silent, refused := 0, 0
	for i := range 20 {
		l := w.dialFrom("127.0.1.1")
		if i < 4 {
			silent++
			continue
		}
		require.True(t, l.closed(), i)
		refused++
	}
	require.Equal(t, "16", w.refusedConnections("address"))
	neighbour := w.dialFrom("127.0.1.2")
	require.True(t, neighbour.served(), "a neighbour in the same network")
	stranger := w.dialFrom("127.0.2.1")
	require.True(t, stranger.served())
	t.Logf("of 20 connections of one address, %d stayed open and %d were closed; its neighbours were served", silent, refused)
}

// TestConnectionsOfANetworkThatSayNothing: the addresses of one network are bounded together.
func TestConnectionsOfANetworkThatSayNothing(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t, boundConnections)
	refused := 0
	for i := range 50 {
		l := w.dialFrom(fmt.Sprintf("127.0.1.%d", 1+i/4))
		if i >= 8*4 {
			require.True(t, l.closed(), i)
			refused++
		}
	}
	require.Equal(t, "18", w.refusedConnections("network"))
	stranger := w.dialFrom("127.0.2.1")
	require.True(t, stranger.served())
	t.Logf("of 50 connections of 13 addresses of one /24, 32 stayed open and %d were closed", refused)
}

// TestAnIdleConnectionMakesRoom: a client with idle connections loses one of them, and is served on the new one.
func TestAnIdleConnectionMakesRoom(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t, boundConnections)
	var idle []*line
	for range 4 {
		l := w.dialFrom("127.0.1.1")
		require.True(t, l.served())
		idle = append(idle, l)
	}
	// A connection becomes idle a moment after its answer has arrived; until then another one is closed.
	w.servedAtLast("127.0.1.1")
	open := 0
	for _, l := range idle {
		if l.served() {
			open++
		}
	}
	require.Equal(t, 3, open)
}

// TestConnectionsThatEndMakeRoom opens far more connections than fit, one after another.
func TestConnectionsThatEndMakeRoom(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t, boundConnections)
	for range 40 {
		require.NoError(t, w.servedAtLast("127.0.1.1").Close())
	}
}

// TestATrustedProxyHasAsManyConnectionsAsItNeeds: it speaks for many clients.
func TestATrustedProxyHasAsManyConnectionsAsItNeeds(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t, boundConnections, behindProxy)
	for range 50 {
		l := w.dialFrom("127.0.0.1")
		require.True(t, l.served())
	}
}
