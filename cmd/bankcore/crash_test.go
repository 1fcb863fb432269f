package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	crashes       = 10
	crashTellers  = 6  // clients that work at the same time
	crashPatience = 40 // answers after which the server is killed, at most
	crashCapital  = 1_000_000
)

// order is a movement of money that a client goes on asking for, under one key, until it is answered.
type order struct {
	key    string // also the entry's description, by which it is found
	path   string
	body   map[string]any
	answer string // "" until it is answered
}

// branch is the clients of two accounts, and all that they have ordered.
type branch struct {
	t        *testing.T
	accounts [2]string
	auth     [2][]string
	orders   [crashTellers][]*order
	unheard  []*order // sent, and never answered
}

func newBranch(t *testing.T, p *process) *branch {
	t.Helper()
	b := &branch{t: t}
	for i := range b.accounts {
		b.accounts[i] = p.open(testPIN, crashCapital)
		b.auth[i] = p.authorization(b.accounts[i], testPIN)
	}
	return b
}

// next is what a teller orders next: transfers to and fro, and deposits.
func (b *branch) next(teller int) *order {
	serial := len(b.orders[teller])
	from := teller % 2
	o := &order{key: fmt.Sprintf("order-%d-%d", teller, serial)}
	o.path = "/accounts/" + b.accounts[from] + "/deposit"
	o.body = map[string]any{"amount": 1 + serial%7, "description": o.key}
	if serial%3 > 0 {
		o.path = "/accounts/" + b.accounts[from] + "/transfer"
		o.body["to_account"] = b.accounts[1-from]
	}
	b.orders[teller] = append(b.orders[teller], o)
	return o
}

func (b *branch) send(p *process, teller int, o *order) (reply, error) {
	return p.try("POST", o.path, o.body, append([]string{"Idempotency-Key", o.key}, b.auth[teller%2]...)...)
}

// work has every teller order without a pause until the server is gone, which is killed after some number of answers.
func (b *branch) work(p *process, answers int64) {
	b.t.Helper()
	var group sync.WaitGroup
	var heard atomic.Int64
	var mu sync.Mutex
	var wrong []reply
	for teller := range crashTellers {
		group.Go(func() {
			for {
				o := b.next(teller)
				r, err := b.send(p, teller, o)
				if err != nil { // killed: whether the order was carried out is anybody's guess
					mu.Lock()
					b.unheard = append(b.unheard, o)
					mu.Unlock()
					return
				}
				if r.status != http.StatusCreated {
					mu.Lock()
					wrong = append(wrong, r)
					mu.Unlock()
					_ = p.cmd.Process.Kill()
					return
				}
				o.answer = r.body
				if heard.Add(1) == answers {
					_ = p.cmd.Process.Kill()
				}
			}
		})
	}
	group.Wait()
	require.Empty(b.t, wrong, "an order was refused")
	require.Equal(b.t, -1, p.exit())
}

// repeat asks again for everything, as clients do that do not know better. What was answered is answered with the same
// bytes; what was not is carried out now, if it was not before.
func (b *branch) repeat(p *process, since [crashTellers]int) {
	b.t.Helper()
	for teller, orders := range b.orders {
		for _, o := range orders[since[teller]:] {
			r, err := b.send(p, teller, o)
			require.NoError(b.t, err)
			require.Equal(b.t, http.StatusCreated, r.status, r.body)
			if o.answer != "" {
				require.Equal(b.t, o.answer, r.body)
				require.Equal(b.t, "true", r.header.Get("Idempotent-Replayed"), "an answered order was carried out again")
			}
			o.answer = r.body
		}
	}
}

// audit holds both histories against the orders: each is there once, as it was answered, and no money came or went.
func (b *branch) audit(p *process) {
	b.t.Helper()
	answers, deposited := map[string]string{}, int64(0)
	for _, orders := range b.orders {
		for _, o := range orders {
			answers[o.key] = o.answer
			if strings.HasSuffix(o.path, "/deposit") {
				deposited += int64(o.body["amount"].(int))
			}
		}
	}
	total, transfers, found := int64(0), map[string]int64{}, map[string]int{}
	for i, number := range b.accounts {
		balance := int64(p.call("GET", "/accounts/"+number, nil, b.auth[i]...).field(b.t, "balance").(float64))
		entries := p.history(number, b.auth[i])
		total += balance
		checkHistory(b.t, entries, balance, transfers)
		for _, e := range entries {
			if e.Type == "account_opened" || e.Type == "transfer_in" {
				continue
			}
			found[e.Description]++
			var answered entry
			require.NoError(b.t, json.Unmarshal([]byte(answers[e.Description]), &answered), e.Description)
			require.Equal(b.t, answered, e)
		}
	}
	for key := range answers {
		require.Equal(b.t, 1, found[key], key)
	}
	require.Len(b.t, found, len(answers))
	for id, sum := range transfers {
		require.Zero(b.t, sum, "transfer %s has one leg", id)
	}
	require.Equal(b.t, 2*crashCapital+deposited, total)
}

// crashProof are the settings of a server under such a load.
func crashProof() []string {
	return []string{"RATE_LIMIT_DEPOSIT=off", "RATE_LIMIT_TRANSFER=off", "LOG_LEVEL=warn"}
}

// TestKill kills the server again and again in the middle of its work. Every order takes effect once, and what was
// answered stays so.
func TestKill(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	p := serve(t, folder, crashProof())
	b := newBranch(t, p)
	var since [crashTellers]int
	for crash := range crashes {
		b.work(p, int64(1+crash*crashPatience/crashes))
		p = serve(t, folder, crashProof())
		b.repeat(p, since)
		for teller := range since {
			since[teller] = len(b.orders[teller])
		}
	}
	require.GreaterOrEqual(t, len(b.unheard), crashes, "nobody was interrupted")
	b.repeat(p, [crashTellers]int{}) // and once more, from the beginning
	b.audit(p)
	p.stop()
	o := command(t, []string{"DATABASE_URL=sqlite:" + folder + "/data/bankcore.db"}, "", "verify")
	require.Equal(t, 0, o.code, o.err)
}

// TestKillBetweenCommitAndAnswer: the client never hears that the transfer was made, asks again after the crash, and gets
// the answer that was meant for it.
func TestKillBetweenCommitAndAnswer(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	p := serve(t, folder, crashProof())
	b := newBranch(t, p)
	b.next(0)
	o := b.next(0) // a transfer
	body, err := json.Marshal(o.body)
	require.NoError(t, err)
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	_, err = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: bank\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"+
		"Idempotency-Key: %s\r\n%s: %s\r\n\r\n%s", o.path, len(body), o.key, b.auth[0][0], b.auth[0][1], body)
	require.NoError(t, err)
	var made []entry
	for began := time.Now(); len(made) < 2 && time.Since(began) < patience; {
		made = p.history(b.accounts[0], b.auth[0])
	}
	p.signal(syscall.SIGKILL)
	require.Equal(t, -1, p.exit())
	require.Len(t, made, 2, "the transfer was not made")

	p = serve(t, folder, crashProof())
	r, err := b.send(p, 0, o)
	require.NoError(t, err)
	require.Equal(t, http.StatusCreated, r.status, r.body)
	require.Equal(t, "true", r.header.Get("Idempotent-Replayed"))
	meant, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err == nil { // it had left the server before the kill, and nobody had read it
		defer func() { _ = meant.Body.Close() }()
		unread, err := io.ReadAll(meant.Body)
		require.NoError(t, err)
		require.Equal(t, string(unread), r.body)
	}
	var told entry
	require.NoError(t, json.Unmarshal([]byte(r.body), &told))
	require.Equal(t, made[1], told)
	require.Equal(t, made, p.history(b.accounts[0], b.auth[0]), "made twice")
	p.stop()
}
