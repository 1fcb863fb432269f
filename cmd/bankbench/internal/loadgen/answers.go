package loadgen

import (
	"bytes"
	"net/http"
	"strconv"
	"time"

	"github.com/valyala/fasthttp"
)

const (
	// transportProblem is the code of a request that got no answer.
	transportProblem = "transport"
	// strangeProblem is the code of a success that does not match the contract.
	strangeProblem = "not_the_contract"
	idLength       = 36 // of a UUID as text
)

var (
	idMember   = []byte(`"id":"`)
	codeMember = []byte(`"code":"`)
)

// note records the outcome of an order.
func (w *worker) note(o order, took time.Duration, err error) {
	if err != nil {
		w.load.unknown(w.tally, o)
		w.load.recorder.failed(o.operation, transportProblem)
		return
	}
	response := &w.connection.response
	body := response.Body()
	want := http.StatusOK
	if o.operation.writes() {
		want = http.StatusCreated
	}
	if status := response.StatusCode(); status != want {
		if status >= http.StatusInternalServerError || status < http.StatusBadRequest {
			w.load.unknown(w.tally, o)
		}
		w.load.recorder.failed(o.operation, problemCode(response))
		return
	}
	done := 1
	if o.operation.writes() {
		var ok bool
		if done, ok = w.acknowledge(o, body); !ok {
			w.load.unknown(w.tally, o)
			w.load.recorder.failed(o.operation, strangeProblem)
			return
		}
	}
	w.load.recorder.done(o.operation, took, len(body), done)
}

// acknowledge records what a success says of an order's items, and returns how many are done. It records nothing and reports false if
// the answer does not match the contract.
func (w *worker) acknowledge(o order, body []byte) (done int, ok bool) {
	if o.operation != opBatch {
		_, id, found := bytes.Cut(body, idMember)
		if !found || len(id) < idLength {
			return 0, false
		}
		w.load.acknowledged(w.tally, o, o.items[0], id[:idLength])
		return 1, true
	}
	answer, err := parseBatch(body, len(o.items))
	if err != nil {
		return 0, false
	}
	for i, result := range answer.Results {
		if result.Status == statusPosted {
			w.load.acknowledged(w.tally, o, o.items[i], []byte(result.TransactionID))
		} else {
			w.load.recorder.refused(o.operation, result.code())
		}
	}
	return answer.Posted, true
}

// problemCode returns the code of a failed answer: that of its problem document or, if there is none, the status.
func problemCode(response *fasthttp.Response) string {
	if _, after, found := bytes.Cut(response.Body(), codeMember); found {
		if code, _, ended := bytes.Cut(after, []byte(`"`)); ended && len(code) <= 64 {
			return string(code)
		}
	}
	return "http_" + strconv.Itoa(response.StatusCode())
}
