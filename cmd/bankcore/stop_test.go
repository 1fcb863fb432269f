package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// upload is a request whose body the server waits for.
type upload struct {
	t      *testing.T
	conn   net.Conn
	answer *bufio.Reader
	rest   string
}

// beginLogin sends a login without the end of its body, and returns once the server has asked for the body: from then on the
// request is in progress.
func (p *process) beginLogin(number, pin string) *upload {
	p.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
	require.NoError(p.t, err)
	p.t.Cleanup(func() { _ = conn.Close() })
	require.NoError(p.t, conn.SetDeadline(time.Now().Add(patience)))
	body := fmt.Sprintf(`{"account_number":%q,"pin":%q}`, number, pin)
	_, err = fmt.Fprintf(conn, "POST /auth/login HTTP/1.1\r\nHost: bank\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"+
		"Expect: 100-continue\r\n\r\n", len(body))
	require.NoError(p.t, err)
	u := &upload{t: p.t, conn: conn, answer: bufio.NewReader(conn), rest: body[10:]}
	line, err := u.answer.ReadString('\n')
	require.NoError(p.t, err)
	require.Equal(p.t, "HTTP/1.1 100 Continue\r\n", line)
	_, err = u.answer.ReadString('\n')
	require.NoError(p.t, err)
	_, err = io.WriteString(conn, body[:10])
	require.NoError(p.t, err)
	return u
}

// finish sends the rest of the body and reads the answer.
func (u *upload) finish() (status int, token string) {
	u.t.Helper()
	_, err := io.WriteString(u.conn, u.rest)
	require.NoError(u.t, err)
	response, err := http.ReadResponse(u.answer, nil)
	require.NoError(u.t, err)
	defer func() { _ = response.Body.Close() }()
	var pair struct {
		AccessToken string `json:"access_token"`
	}
	require.NoError(u.t, json.NewDecoder(response.Body).Decode(&pair))
	return response.StatusCode, pair.AccessToken
}

// awaitDraining asks /readyz until the server says that it is about to stop, or takes no more connections.
func (p *process) awaitDraining() {
	p.t.Helper()
	for began := time.Now(); time.Since(began) < patience; {
		r, err := p.try("GET", "/readyz", nil)
		if err != nil {
			return
		}
		if r.status == http.StatusServiceUnavailable {
			require.Equal(p.t, "unavailable", r.field(p.t, "code"))
			require.NotEmpty(p.t, r.header.Get("Retry-After"))
			require.True(p.t, r.closes, "a request on this connection would meet its end")
			return
		}
		require.Equal(p.t, http.StatusOK, r.status, r.body)
	}
	require.FailNow(p.t, "the server does not drain")
}

// awaitClosed asks until the server takes no more connections.
func (p *process) awaitClosed() {
	p.t.Helper()
	for began := time.Now(); time.Since(began) < patience; {
		conn, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
		if err != nil {
			return
		}
		_ = conn.Close()
	}
	require.FailNow(p.t, "the server keeps listening")
}

// TestStopDrains: a client whose request is in progress when the server is told to stop gets the answer.
func TestStopDrains(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			p := serve(t, t.TempDir(), nil)
			number := p.open(testPIN, 1000)
			under := p.beginLogin(number, testPIN)
			p.client.CloseIdleConnections()
			p.signal(signal)
			p.awaitDraining()
			p.awaitClosed()
			for path, want := range map[string]int{"/readyz": 503, "/healthz": 200, "/metrics": 200} {
				require.Equal(t, want, p.atOps().call("GET", path, nil).status, "operators read %s to the end", path)
			}
			select {
			case <-p.ended:
				require.FailNow(t, "the server has not waited", p.stderr.String())
			default:
			}
			status, token := under.finish()
			require.Equal(t, http.StatusOK, status)
			require.NotEmpty(t, token)
			require.Equal(t, 0, p.exit(), p.stderr)
			require.Contains(t, p.stderr.String(), "msg=stopped")
		})
	}
}

// TestSecondSignalEndsAtOnce: an operator in a hurry does not wait for a slow client.
func TestSecondSignalEndsAtOnce(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), nil)
	under := p.beginLogin("481207359142", testPIN) // never finished
	defer func() { _ = under.conn.Close() }()
	p.signal(syscall.SIGINT)
	p.awaitDraining()
	for gone := false; !gone; {
		_ = p.cmd.Process.Signal(syscall.SIGINT) // it may be gone already
		select {
		case <-p.ended:
			gone = true
		case <-time.After(10 * time.Millisecond):
		}
	}
	status := p.cmd.ProcessState.Sys().(syscall.WaitStatus)
	require.True(t, status.Signaled(), "it has ended by itself: %s", p.stderr)
	require.Equal(t, syscall.SIGINT, status.Signal())
	require.NotContains(t, p.stderr.String(), "msg=stopped")
}
