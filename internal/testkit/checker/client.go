package checker

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// Client sends requests to a bank over HTTP and records them.
type Client struct {
	URL    string
	Record *Record
	HTTP   *http.Client
}

// NewClient returns a client of the server at a URL. It gives up on an answer after the timeout.
func NewClient(url string, record *Record, timeout time.Duration) *Client {
	return &Client{URL: url, Record: record, HTTP: &http.Client{
		Timeout: timeout, Transport: &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true},
	}}
}

// Customer is an account with what its owner needs to use it.
type Customer struct {
	Number string
	pin    string
	token  atomic.Value // a string
}

// Authorization returns the header of the signed-in owner.
func (c *Customer) Authorization() string {
	token, _ := c.token.Load().(string)
	return "Bearer " + token
}

// reply is an answer that has arrived completely.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// Open opens an account and signs in to it.
func (c *Client) Open(ctx context.Context, deposit int64) (*Customer, error) {
	customer := &Customer{pin: "730164"}
	r, err := c.send(ctx, "/accounts", map[string]any{
		"account_holder_name": "Ada Lovelace", "pin": customer.pin, "initial_deposit": deposit,
	})
	if err != nil {
		return nil, err
	}
	var account struct {
		Number string `json:"account_number"`
	}
	if err := r.decode(http.StatusCreated, &account); err != nil {
		return nil, err
	}
	customer.Number = account.Number
	c.Record.addOpening(Opening{account.Number, deposit})
	return customer, c.Login(ctx, customer)
}

// Login signs a customer in, for the first time or again.
func (c *Client) Login(ctx context.Context, customer *Customer) error {
	r, err := c.send(ctx, "/auth/login", map[string]any{"account_number": customer.Number, "pin": customer.pin})
	if err != nil {
		return err
	}
	var tokens struct {
		Access string `json:"access_token"`
	}
	if err := r.decode(http.StatusOK, &tokens); err != nil {
		return err
	}
	customer.token.Store(tokens.Access)
	return nil
}

// Path returns the path that a request is sent to.
func (r *Request) Path() string {
	operation := map[string]string{
		Deposit: "/deposit", Withdrawal: "/withdraw", TransferOut: "/transfer", ReversalOut: "/transactions/" + r.Reverses + "/reverse",
	}[r.Type]
	return "/accounts/" + r.Account + operation
}

// Body returns the JSON that the contract requires.
func (r *Request) Body() []byte {
	members := map[string]any{"amount": r.Amount, "description": r.Description}
	switch {
	case r.Reverses != "":
		members = map[string]any{"amount": r.Amount, "reason": r.Description}
	case r.To != "":
		members["to_account"] = r.To
	}
	text, err := json.Marshal(members)
	if err != nil {
		panic(err) // texts and numbers
	}
	return text
}

// Do sends a customer's request and records the outcome.
func (c *Client) Do(ctx context.Context, customer *Customer, request Request) Call {
	call := Call{Request: request, Called: c.Record.elapsed()}
	headers := map[string]string{"Authorization": customer.Authorization()}
	if request.Key != "" {
		headers["Idempotency-Key"] = request.Key
	}
	r, err := c.ask(ctx, http.MethodPost, request.Path(), request.Body(), headers)
	call.Answered = c.Record.elapsed()
	if err != nil {
		call.fail(err)
	} else {
		call.Hear(r.status, r.header, r.body)
	}
	c.Record.add(call)
	return call
}

// fail classifies a call without an answer: one that reached no server is refused, and any other is unknown.
func (c *Call) fail(err error) {
	dial, ok := errors.AsType[*net.OpError](err)
	if ok && dial.Op == "dial" {
		c.Outcome, c.Code = Refused, Unreachable
		return
	}
	c.Outcome, c.Answered = Unknown, never
}

// Hear records what an answer says.
func (c *Call) Hear(status int, header http.Header, body []byte) {
	var problem struct{ Code, Detail string }
	c.Status = status
	switch {
	case status == http.StatusCreated && json.Unmarshal(body, &c.Entry) == nil:
		c.Outcome, c.Replayed = Acknowledged, header.Get("Idempotent-Replayed") == "true"
		return
	case json.Unmarshal(body, &problem) != nil || status >= http.StatusInternalServerError && status != http.StatusServiceUnavailable,
		strings.Contains(problem.Detail, "not known"):
		c.Outcome, c.Answered = Unknown, never
	default:
		c.Outcome, c.Code = Refused, problem.Code
	}
}

// ReadNewest reads the newest entry of a customer's account.
func (c *Client) ReadNewest(ctx context.Context, customer *Customer) error {
	var page struct{ Data []Entry }
	read, err := c.read(ctx, customer, "/transactions?limit=1", &page)
	if err == nil && len(page.Data) == 1 {
		read.Newest = &page.Data[0]
		c.Record.addRead(read)
	}
	return err
}

// ReadBalance reads the balance of a customer's account.
func (c *Client) ReadBalance(ctx context.Context, customer *Customer) error {
	var account struct{ Balance int64 }
	read, err := c.read(ctx, customer, "", &account)
	if read.Balance = account.Balance; err == nil {
		c.Record.addRead(read)
	}
	return err
}

func (c *Client) read(ctx context.Context, customer *Customer, path string, into any) (Read, error) {
	read := Read{Account: customer.Number, Called: c.Record.elapsed()}
	headers := map[string]string{"Authorization": customer.Authorization()}
	r, err := c.ask(ctx, http.MethodGet, "/accounts/"+customer.Number+path, nil, headers)
	read.Answered = c.Record.elapsed()
	if err != nil {
		return read, err
	}
	return read, r.decode(http.StatusOK, into)
}

// send posts a JSON body without credentials.
func (c *Client) send(ctx context.Context, path string, body any) (reply, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return reply{}, err
	}
	return c.ask(ctx, http.MethodPost, path, text, nil)
}

func (c *Client) ask(ctx context.Context, method, path string, body []byte, headers map[string]string) (reply, error) {
	request, err := http.NewRequestWithContext(ctx, method, c.URL+path, http.NoBody)
	if err != nil {
		return reply{}, err
	}
	if body != nil {
		// Without GetBody: otherwise net/http might resend a request with a key by itself, without recording it.
		request.Body, request.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		request.Header.Set("Content-Type", "application/json")
	}
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	response, err := c.HTTP.Do(request)
	if err != nil {
		return reply{}, err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	return reply{response.StatusCode, response.Header, text}, err
}

// statusError is an answer with another status than the expected one.
type statusError struct{ reply }

func (e statusError) Error() string { return http.StatusText(e.status) + ": " + string(e.body) }

func (r reply) decode(status int, into any) error {
	if r.status != status {
		return statusError{r}
	}
	return json.Unmarshal(r.body, into)
}
