package loadgen

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
)

// MaxItems is the contract's limit on the items of one batch.
const MaxItems = 1000

// batchAnswer is what a load reads of the answer to a batch.
type batchAnswer struct {
	Posted  int           `json:"posted"`
	Results []batchResult `json:"results"`
}

type batchResult struct {
	Index         int    `json:"index"`
	Status        string `json:"status"`
	TransactionID string `json:"transaction_id"` // of the sender's entry
	Problem       struct {
		Code string `json:"code"`
	} `json:"problem"`
}

// The statuses of an item.
const (
	statusPosted       = "posted"
	statusRefused      = "refused"
	statusNotAttempted = "not_attempted"
)

// parseBatch decodes the answer to a batch of so many items, and refuses one that leaves the outcome of an item open.
func parseBatch(body []byte, items int) (batchAnswer, error) {
	var answer batchAnswer
	if err := json.Unmarshal(body, &answer); err != nil {
		return batchAnswer{}, err
	}
	if len(answer.Results) != items {
		return batchAnswer{}, fmt.Errorf("%d results for %d items", len(answer.Results), items)
	}
	posted := 0
	for i, result := range answer.Results {
		switch {
		case result.Index != i:
			return batchAnswer{}, fmt.Errorf("result %d is of item %d", i, result.Index)
		case result.Status == statusPosted && len(result.TransactionID) == idLength:
			posted++
		case result.Status != statusRefused && result.Status != statusNotAttempted:
			return batchAnswer{}, fmt.Errorf("item %d is %q, without an entry", i, result.Status)
		}
	}
	if posted != answer.Posted {
		return batchAnswer{}, errors.New("the results do not add up")
	}
	return answer, nil
}

// code is why an item was not posted.
func (r batchResult) code() string {
	if r.Problem.Code == "" {
		return r.Status
	}
	return r.Problem.Code
}

// appendBatch appends the body of a batch whose items are independent of each other.
func (w *worker) appendBatch(body []byte, o order) []byte {
	body = append(body, `{"mode":"each","items":[`...)
	for i, item := range o.items {
		if i > 0 {
			body = append(body, ',')
		}
		body = append(body, `{"to_account":"`...)
		body = append(body, w.load.config.Accounts[item.to].Number...)
		body = append(body, `","amount":`...)
		body = append(strconv.AppendInt(body, item.amount, 10), '}')
	}
	return append(body, `]}`...)
}
