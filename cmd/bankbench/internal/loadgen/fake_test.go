package loadgen

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/api"
)

// fakeBank keeps the contract as far as a load can see, except where a test makes it lie.
type fakeBank struct {
	mu       sync.Mutex
	accounts map[string]int64
	entries  map[string]api.Transaction
	orders   int // movements of money so far
	requests int // of a load, so far

	lie     func(order int) lie
	refuse  func(w http.ResponseWriter, r *http.Request) bool // answers instead of the bank
	enough  int                                               // requests of a load, after which it ends; 0 for enoughRequests
	end     func()
	lastKey string
}

// enoughRequests are enough for a bank to have lied several times.
const enoughRequests = 60

// lie is the way in which the fake treats one order.
type lie int

const (
	honest lie = iota
	lost       // acknowledged and not done
	doubled
	swallowed  // not done, and answered with 500
	hidden     // done, and answered with 500
	cutBefore  // not done, and the connection is closed
	cutAfter   // done, and the connection is closed
	misstated  // done with another amount than was ordered
	incomplete // done, and answered with 201 and no entry
	refused    // not done, and said so
	pretended  // done, and said to be refused
)

// opening is the id of the only entry that every account's history shows.
const opening = "019aa8a4-6c40-7a52-9d5e-3f1c8e6b7a90"

func startFake(t *testing.T, b *fakeBank) *httptest.Server {
	t.Helper()
	b.accounts, b.entries = map[string]int64{}, map[string]api.Transaction{opening: {}}
	srv := httptest.NewServer(b)
	srv.Config.ErrorLog = nil
	t.Cleanup(srv.Close)
	return srv
}

func (b *fakeBank) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.requests++; b.requests >= cmp.Or(b.enough, enoughRequests) && b.end != nil {
		b.end()
	}
	if b.refuse != nil && b.refuse(w, r) {
		return
	}
	parts := strings.Split(r.URL.Path, "/") // "", accounts, number, what, id
	switch {
	case r.URL.Path == "/auth/login":
		answer(w, 200, map[string]any{"access_token": "token"})
	case r.URL.Path == "/accounts":
		var asked api.OpenAccountRequest
		_ = json.NewDecoder(r.Body).Decode(&asked)
		number := fmt.Sprintf("%012d", len(b.accounts))
		b.accounts[number] = *asked.InitialDeposit
		answer(w, 201, map[string]any{"account_number": number})
	case len(parts) == 3:
		answer(w, 200, map[string]any{"account_number": parts[2], "balance": b.accounts[parts[2]]})
	case len(parts) == 5:
		entry, found := b.entries[parts[4]]
		if !found {
			answer(w, 404, map[string]any{"code": "transaction_not_found"})
			return
		}
		answer(w, 200, entry)
	case parts[3] == "transactions":
		answer(w, 200, map[string]any{"data": []map[string]any{{"id": opening}}})
	case parts[3] == "transfers":
		b.moveBatch(w, r, parts[2])
	default:
		b.move(w, r, parts[2], parts[3])
	}
}

func answer(w http.ResponseWriter, status int, body any) {
	text, _ := json.Marshal(body)
	w.WriteHeader(status)
	_, _ = w.Write(text)
}

func (b *fakeBank) move(w http.ResponseWriter, r *http.Request, number, kind string) {
	text, _ := io.ReadAll(r.Body)
	var order api.TransferRequest
	_ = json.Unmarshal(text, &order)
	b.lastKey = r.Header.Get("Idempotency-Key")
	told, id := b.carryOut(number, kind, order)
	switch told {
	case cutBefore, cutAfter:
		panic(http.ErrAbortHandler)
	case swallowed, hidden:
		answer(w, 500, map[string]any{"code": "internal"})
	case incomplete:
		answer(w, 201, map[string]any{"amount": order.Amount})
	case refused, pretended:
		answer(w, 409, map[string]any{"code": "insufficient_funds"})
	case honest, lost, doubled, misstated:
		answer(w, 201, map[string]any{"id": id, "amount": order.Amount})
	}
}

// carryOut treats an order as the test says, and returns how, and the id of its entry.
func (b *fakeBank) carryOut(number, kind string, order api.TransferRequest) (lie, string) {
	b.orders++
	told := honest
	if b.lie != nil {
		told = b.lie(b.orders)
	}
	entry := api.Transaction{AccountNumber: number, Amount: order.Amount}
	id := fmt.Sprintf("%08x-0000-7000-8000-%012x", 1, b.orders)
	switch told {
	case lost, swallowed, cutBefore, refused:
	case doubled:
		b.post(number, kind, order)
		b.post(number, kind, order)
	case misstated:
		entry.Amount++
		b.post(number, kind, order)
	case honest, hidden, cutAfter, incomplete, pretended:
		b.post(number, kind, order)
	}
	b.entries[id] = entry
	return told, id
}

func (b *fakeBank) post(number, kind string, order api.TransferRequest) {
	switch kind {
	case "transfer":
		b.accounts[number] -= order.Amount
		b.accounts[order.ToAccount] += order.Amount
	case "deposit":
		b.accounts[number] += order.Amount
	case "withdraw":
		b.accounts[number] -= order.Amount
	}
}

const fakeDeposit = 1_000_000

// loadFake opens accounts at a fake bank, runs a load of enough requests, and judges it.
func loadFake(t *testing.T, b *fakeBank, mix string, change func(*Config)) (*Load, Verdict) {
	t.Helper()
	srv := startFake(t, b)
	remote := NewRemote(srv.URL + "/")
	t.Cleanup(remote.Close)
	accounts, err := remote.OpenAccounts(t.Context(), io.Discard, 6, 1, fakeDeposit)
	require.NoError(t, err)
	config := Config{
		URL: srv.URL, Accounts: accounts, Connections: 3, Items: 4, Keys: KeysTimeOrdered, Seed: 1, Now: time.Now, Progress: io.Discard,
	}
	config.Mix, err = ParseMix(mix)
	require.NoError(t, err)
	if change != nil {
		change(&config)
	}
	load, err := New(config)
	require.NoError(t, err)
	t.Cleanup(load.Close)
	require.NoError(t, load.Learn(t.Context()))
	round := runEnough(t, load, b)
	require.Equal(t, load.recorder.succeeded(), round.Operations)
	load.Close()
	return load, remote.Judge(t.Context(), io.Discard, load, fakeDeposit)
}

// runEnough ends a run by what the bank has been asked, not by the time.
func runEnough(t *testing.T, load *Load, b *fakeBank) Round {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	b.mu.Lock()
	b.requests, b.end = 0, cancel
	b.mu.Unlock()
	return load.Run(ctx, time.Hour)
}
