package server_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

func TestTextThatIsNoCharacterIsRefused(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t)
	c := w.open("482913", 0)
	session := w.login(c)
	for text, want := range map[string]int{
		`\ud800`: 400, `\udc00`: 400, `\ud800x`: 400, `\ud800\u0041`: 400, `\udc00\ud800`: 400, `x\uD83D`: 400,
		`\ud83d\ude00`: 201, `\\ud800`: 201, `\u0041`: 201, `\"\\`: 201,
	} {
		a := w.call("POST", "/accounts/"+c.number+"/deposit", bearer(session.AccessToken),
			rawBody(`{"amount": 1, "description": "`+text+`"}`))
		require.Equal(t, want, a.status, "%s: %s", text, a.text())
	}
	require.Equal(t, int64(4), w.balance(c.number))
}

func TestInvalidRequestsSayWhere(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t)
	c := w.open("482913", 0)
	session := w.login(c)
	deposit := func(more ...requestOption) string {
		a := w.call("POST", "/accounts/"+c.number+"/deposit", append([]requestOption{bearer(session.AccessToken)}, more...)...)
		require.Equal(t, 400, a.status, a.text())
		return a.text()
	}
	twice := func(r *http.Request) { r.Header["Idempotency-Key"] = []string{"one", "two"} }
	require.Contains(t, deposit(rawBody(`{"amount": 1}`), twice), `"pointer":"header/Idempotency-Key"`)
	require.Contains(t, deposit(rawBody(`{"amount": 1, "colour": 2}`)), `property \"colour\" is unsupported`)
	require.NotContains(t, deposit(rawBody(`{"amount": 1, "482913": 2}`), chosenID), "482913", "a value where a name belongs")
}

// dial opens a separate connection, for requests that no client would send.
func (w *world) dial() net.Conn {
	w.t.Helper()
	connection, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
	require.NoError(w.t, err)
	w.t.Cleanup(func() { _ = connection.Close() })
	require.NoError(w.t, connection.SetDeadline(time.Now().Add(time.Minute)))
	return connection
}

// TestATooLargeBodyIsNotWaitedFor: the answer comes while the client still has more to send than the server will ever read.
func TestATooLargeBodyIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	connection := newWorld(t).dial()
	_, err := io.WriteString(connection, "POST /auth/login HTTP/1.1\r\nHost: bank\r\nContent-Type: application/json\r\n"+
		"Content-Length: 1000000\r\n\r\n"+strings.Repeat("x", 20_000))
	require.NoError(t, err)
	response, err := http.ReadResponse(bufio.NewReader(connection), nil)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	require.Equal(t, http.StatusRequestEntityTooLarge, response.StatusCode)
	require.True(t, response.Close, "the connection must not be used for the rest of the body")
}

// TestSlowClientsAreLetGo: neither headers nor a body without end keep a connection open for ever.
func TestSlowClientsAreLetGo(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t)
	for name, part := range map[string]string{
		"headers": "POST /auth/login HTTP/1.1\r\nHost: bank\r\nX-Slow: ",
		"body":    "POST /auth/login HTTP/1.1\r\nHost: bank\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			connection := w.dial()
			_, err := io.WriteString(connection, part)
			require.NoError(t, err)
			_, err = io.Copy(io.Discard, connection)
			require.NoError(t, err, "the server must end the connection before the client's deadline")
		})
	}
}

func TestHeadersAreBounded(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t)
	a := w.dial()
	_, err := io.WriteString(a, "GET /healthz HTTP/1.1\r\nHost: bank\r\nX-Long: "+strings.Repeat("x", 64<<10)+"\r\n\r\n")
	require.NoError(t, err)
	response, err := http.ReadResponse(bufio.NewReader(a), nil)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	require.Equal(t, http.StatusRequestHeaderFieldsTooLarge, response.StatusCode)
}

func TestFiltersOfTheAdminListsAreNotSlippedPast(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t)
	c := w.open("482913", 0)
	require.Equal(t, 401, w.tryLogin(c.number, "905518").status)
	require.Equal(t, 401, w.tryLogin("000000000000", "905518").status)
	for path, want := range map[string]int{
		"/admin/events?event_type=login_failed": 2, "/admin/events?event_type=login_failed&account_number=" + c.number: 1,
		"/admin/events?event_type=login_failed&account_number=000000000000": 1,
		"/admin/events?event_type=login_failed&account_number=100000000008": 0, "/admin/accounts?q=zzz": 0, "/admin/accounts?q=%25": 0,
	} {
		a := w.call("GET", path, adminKey(testAdminKey))
		require.Len(t, a.field("data"), want, path)
	}
	require.Equal(t, 400, w.call("GET", "/admin/accounts?q=%00", adminKey(testAdminKey)).status)
}
