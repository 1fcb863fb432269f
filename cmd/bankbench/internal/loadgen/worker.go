package loadgen

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

const (
	// maxAmount is small, so that no account runs out of money.
	maxAmount = 100
	// pageSize is how many entries a request for a history asks for: the contract's default.
	pageSize = 50
	// knownEntries bounds how many entries of an account are known, for the operation that reads one.
	knownEntries = 16
	// pause follows a request without an answer, so that a server that is gone is not called a million times.
	pause = 10 * time.Millisecond
)

// worker is one client: it sends a request, waits for the answer, and sends the next one.
type worker struct {
	load       *Load
	connection connection
	keys       keys
	random     *rand.Rand
	recipients recipients
	senders    []int            // accounts, by their place in the load
	entries    map[int][]string // ids of entries that they have
	tally      *tally
	items      []item // of the order that is under way
	request    []byte
	body       []byte
}

// order is one request and its subject.
type order struct {
	operation operation
	account   int    // the sender's place in the load
	items     []item // one for each movement of money; none for a reading. It is valid until the worker's next order
}

// item is one movement of money.
type item struct {
	to     int // the recipient's place in the load, for a transfer
	amount int64
}

// run sends one request after the other until the end, but at least one.
func (w *worker) run(ctx context.Context, end time.Time) {
	alive := context.WithoutCancel(ctx) // a request that was sent is waited for
	defer w.connection.close()          // the next round may be minutes away, and the server may close it before that
	for ctx.Err() == nil {
		o := w.choose()
		began := w.load.config.Now()
		w.write(o, began)
		err := w.connection.roundTrip(alive, w.request, began.Add(answerTimeout))
		now := w.load.config.Now()
		w.note(o, now.Sub(began), err)
		if !now.Before(end) {
			return
		}
		if err != nil {
			time.Sleep(pause)
		}
	}
}

func (w *worker) choose() order {
	o := order{operation: w.load.config.Mix.pick(w.random), account: w.senders[w.random.IntN(len(w.senders))]}
	count := 0
	if o.operation == opBatch {
		count = w.load.config.Items
	} else if o.operation.writes() {
		count = 1
	}
	w.items = w.items[:0]
	for range count {
		chosen := item{amount: 1 + w.random.Int64N(maxAmount)}
		if o.operation == opTransfer || o.operation == opBatch {
			chosen.to = w.recipients.pick(w.random, o.account)
		}
		w.items = append(w.items, chosen)
	}
	o.items = w.items
	return o
}

// write writes a request's bytes into w.request.
func (w *worker) write(o order, now time.Time) {
	method := "GET"
	if o.operation.writes() {
		method = "POST"
	}
	b := w.request[:0]
	b = append(b, method...)
	b = append(b, " /accounts/"...)
	b = append(b, w.load.config.Accounts[o.account].Number...)
	b = w.appendPath(b, o, now)
	b = append(b, " HTTP/1.1\r\nHost: "...)
	b = append(b, w.connection.target.host...)
	b = append(b, "\r\nAuthorization: Bearer "...)
	b = append(b, w.load.config.Accounts[o.account].Token...)
	if o.operation.writes() {
		b = w.appendBody(b, o, now)
	} else {
		b = append(b, "\r\n\r\n"...)
	}
	w.request = b
}

func (w *worker) appendPath(b []byte, o order, now time.Time) []byte {
	switch o.operation {
	case opTransfer, opDeposit, opWithdraw:
		b = append(append(b, '/'), o.operation.String()...)
	case opBatch:
		b = append(b, "/transfers"...)
	case opHistory:
		b = strconv.AppendInt(append(b, "/transactions?limit="...), pageSize, 10)
	case opEntry:
		ids := w.entries[o.account]
		b = append(append(b, "/transactions/"...), ids[w.random.IntN(len(ids))]...)
	case opMonth:
		b = w.appendMonth(b, now)
	case opAccount, operations:
	}
	return b
}

// appendMonth appends the query for the first page of a month since the histories began.
func (w *worker) appendMonth(b []byte, now time.Time) []byte {
	from := w.moment(now)
	from = time.Date(from.Year(), from.Month(), 1, 0, 0, 0, 0, time.UTC)
	b = strconv.AppendInt(append(b, "/transactions?limit="...), pageSize, 10)
	b = from.AppendFormat(append(b, "&from="...), time.RFC3339)
	return from.AddDate(0, 1, 0).AppendFormat(append(b, "&to="...), time.RFC3339)
}

// moment returns a random time since the histories began.
func (w *worker) moment(now time.Time) time.Time {
	now = now.UTC()
	if age := now.Sub(w.load.config.Since); !w.load.config.Since.IsZero() && age > 0 {
		return now.Add(-time.Duration(w.random.Int64N(int64(age))))
	}
	return now
}

func (w *worker) appendBody(b []byte, o order, now time.Time) []byte {
	if o.operation == opBatch {
		w.body = w.appendBatch(w.body[:0], o)
	} else {
		w.body = w.appendMovement(w.body[:0], o)
	}
	if w.keys.style != KeysNone {
		b = w.keys.append(append(b, "\r\nIdempotency-Key: "...), now)
	}
	b = append(b, "\r\nContent-Type: application/json\r\nContent-Length: "...)
	b = strconv.AppendInt(b, int64(len(w.body)), 10)
	b = append(b, "\r\n\r\n"...)
	return append(b, w.body...)
}

// appendMovement appends the body of a single movement.
func (w *worker) appendMovement(body []byte, o order) []byte {
	body = append(body, `{"amount":`...)
	body = strconv.AppendInt(body, o.items[0].amount, 10)
	if o.operation == opTransfer {
		body = append(body, `,"to_account":"`...)
		body = append(body, w.load.config.Accounts[o.items[0].to].Number...)
		body = append(body, '"')
	}
	return append(body, '}')
}

// learn reads ids of each sender's entries, backwards from a random time in its history or else from the newest.
func (w *worker) learn(ctx context.Context) error {
	w.entries = map[int][]string{}
	for _, sender := range w.senders {
		moment := w.moment(w.load.config.Now()).Format(time.RFC3339)
		ids, err := w.ids(ctx, sender, "&to="+url.QueryEscape(moment))
		if err == nil && len(ids) == 0 {
			ids, err = w.ids(ctx, sender, "")
		}
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			return fmt.Errorf("account %s has no entry", w.load.config.Accounts[sender].Number)
		}
		w.entries[sender] = ids
	}
	return nil
}

func (w *worker) ids(ctx context.Context, sender int, filter string) ([]string, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	a := w.load.config.Accounts[sender]
	w.request = fmt.Appendf(w.request[:0],
		"GET /accounts/%s/transactions?limit=%d%s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n",
		a.Number, knownEntries, filter, w.connection.target.host, a.Token)
	if err := w.connection.roundTrip(ctx, w.request, w.load.config.Now().Add(answerTimeout)); err != nil {
		return nil, err
	}
	response := &w.connection.response
	if response.StatusCode() != http.StatusOK {
		return nil, fmt.Errorf("reading a history was answered with %s", problemCode(response))
	}
	return entryIDs(response.Body()), nil
}

// entryIDs finds the ids in a page. No other member of an entry has this name.
func entryIDs(body []byte) []string {
	var ids []string
	for {
		_, after, found := bytes.Cut(body, idMember)
		if !found || len(after) < idLength {
			return ids
		}
		ids, body = append(ids, string(after[:idLength])), after
	}
}
