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

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
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
func beginLogin(p *bankcoretest.Process, number, pin string) *upload {
	p.T.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.URL, "http://"))
	require.NoError(p.T, err)
	p.T.Cleanup(func() { _ = conn.Close() })
	require.NoError(p.T, conn.SetDeadline(time.Now().Add(bankcoretest.Patience)))
	body := fmt.Sprintf(`{"account_number":%q,"pin":%q}`, number, pin)
	_, err = fmt.Fprintf(conn, "POST /auth/login HTTP/1.1\r\nHost: bank\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"+
		"Expect: 100-continue\r\n\r\n", len(body))
	require.NoError(p.T, err)
	u := &upload{t: p.T, conn: conn, answer: bufio.NewReader(conn), rest: body[10:]}
	line, err := u.answer.ReadString('\n')
	require.NoError(p.T, err)
	require.Equal(p.T, "HTTP/1.1 100 Continue\r\n", line)
	_, err = u.answer.ReadString('\n')
	require.NoError(p.T, err)
	_, err = io.WriteString(conn, body[:10])
	require.NoError(p.T, err)
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
func awaitDraining(p *bankcoretest.Process) {
	p.T.Helper()
	for began := time.Now(); time.Since(began) < bankcoretest.Patience; {
		r, err := p.Try("GET", "/readyz", nil)
		if err != nil {
			return
		}
		if r.Status == http.StatusServiceUnavailable {
			require.Equal(p.T, "unavailable", r.Field(p.T, "code"))
			require.NotEmpty(p.T, r.Header.Get("Retry-After"))
			require.True(p.T, r.Closes, "a request on this connection would meet its end")
			return
		}
		require.Equal(p.T, http.StatusOK, r.Status, r.Body)
	}
	require.FailNow(p.T, "the server does not drain")
}

// awaitClosed asks until the server takes no more connections.
func awaitClosed(p *bankcoretest.Process) {
	p.T.Helper()
	for began := time.Now(); time.Since(began) < bankcoretest.Patience; {
		conn, err := net.Dial("tcp", strings.TrimPrefix(p.URL, "http://"))
		if err != nil {
			return
		}
		_ = conn.Close()
	}
	require.FailNow(p.T, "the server keeps listening")
}

// TestStopDrains: a client whose request is in progress when the server is told to stop gets the answer.
func TestStopDrains(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			p := bankcoretest.Serve(t, t.TempDir(), nil)
			number := p.Open(bankcoretest.PIN, 1000)
			under := beginLogin(p, number, bankcoretest.PIN)
			p.Client.CloseIdleConnections()
			p.Signal(signal)
			awaitDraining(p)
			awaitClosed(p)
			for path, want := range map[string]int{"/readyz": 503, "/healthz": 200, "/metrics": 200} {
				require.Equal(t, want, p.AtOps().Call("GET", path, nil).Status, "operators read %s to the end", path)
			}
			select {
			case <-p.Ended:
				require.FailNow(t, "the server has not waited", p.Stderr.String())
			default:
			}
			status, token := under.finish()
			require.Equal(t, http.StatusOK, status)
			require.NotEmpty(t, token)
			require.Equal(t, 0, p.Exit(), p.Stderr)
			require.Contains(t, p.Stderr.String(), "msg=stopped")
		})
	}
}

// TestSecondSignalEndsAtOnce: an operator in a hurry does not wait for a slow client.
func TestSecondSignalEndsAtOnce(t *testing.T) {
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), nil)
	under := beginLogin(p, "481207359144", bankcoretest.PIN) // never finished
	defer func() { _ = under.conn.Close() }()
	p.Signal(syscall.SIGINT)
	awaitDraining(p)
	for gone := false; !gone; {
		_ = p.Cmd.Process.Signal(syscall.SIGINT) // it may be gone already
		select {
		case <-p.Ended:
			gone = true
		case <-time.After(10 * time.Millisecond):
		}
	}
	status := p.Cmd.ProcessState.Sys().(syscall.WaitStatus)
	require.True(t, status.Signaled(), "it has ended by itself: %s", p.Stderr)
	require.Equal(t, syscall.SIGINT, status.Signal())
	require.NotContains(t, p.Stderr.String(), "msg=stopped")
}
