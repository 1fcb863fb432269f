package bankcoretest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/checker"
)

// Reply is an answer of a server.
type Reply struct {
	Status int
	Header http.Header
	Body   string
	Closes bool // the connection, after it
}

// Field reads a member of a JSON answer.
func (r Reply) Field(t *testing.T, name string) any {
	t.Helper()
	var all map[string]any
	require.NoError(t, json.Unmarshal([]byte(r.Body), &all), r.Body)
	return all[name]
}

// Call sends a request, with a JSON body unless it is nil and headers as pairs of name and value.
func (p *Process) Call(method, path string, body any, headers ...string) Reply {
	p.T.Helper()
	r, err := p.Try(method, path, body, headers...)
	require.NoError(p.T, err)
	return r
}

// Try is Call for requests that may find no server.
func (p *Process) Try(method, path string, body any, headers ...string) (Reply, error) {
	var content io.Reader = http.NoBody
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return Reply{}, err
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequest(method, p.URL+path, content)
	if err != nil {
		return Reply{}, err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := p.Client.Do(request)
	if err != nil {
		return Reply{}, err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	return Reply{response.StatusCode, response.Header, string(text), response.Close}, err
}

// Open opens an account over HTTP and returns its number.
func (p *Process) Open(pin string, deposit int64) string {
	p.T.Helper()
	r := p.Call("POST", "/accounts", map[string]any{"account_holder_name": "Ada Lovelace", "pin": pin, "initial_deposit": deposit})
	require.Equal(p.T, 201, r.Status, r.Body)
	return r.Field(p.T, "account_number").(string)
}

// Login signs in with a PIN.
func (p *Process) Login(number, pin string) Reply {
	p.T.Helper()
	return p.Call("POST", "/auth/login", map[string]any{"account_number": number, "pin": pin})
}

// Authorization signs in and returns the header that proves it.
func (p *Process) Authorization(number, pin string) []string {
	p.T.Helper()
	r := p.Login(number, pin)
	require.Equal(p.T, 200, r.Status, r.Body)
	return []string{"Authorization", "Bearer " + r.Field(p.T, "access_token").(string)}
}

// History reads all of an account's entries, the oldest first.
func (p *Process) History(number string, auth []string) []checker.Entry {
	p.T.Helper()
	var all []checker.Entry
	for cursor := ""; ; {
		var page struct {
			Data       []checker.Entry
			NextCursor *string `json:"next_cursor"`
		}
		r := p.Call("GET", "/accounts/"+number+"/transactions?limit=200"+cursor, nil, auth...)
		require.Equal(p.T, 200, r.Status, r.Body)
		require.NoError(p.T, json.Unmarshal([]byte(r.Body), &page))
		all = append(all, page.Data...)
		if page.NextCursor == nil {
			break
		}
		cursor = "&cursor=" + *page.NextCursor
	}
	slices.Reverse(all)
	return all
}
