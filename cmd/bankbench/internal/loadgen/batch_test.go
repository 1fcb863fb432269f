package loadgen

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/api"
)

// moveBatch carries out the items of a batch one by one. Of the lies that concern a whole answer, the last one in it counts.
func (b *fakeBank) moveBatch(w http.ResponseWriter, r *http.Request, number string) {
	text, _ := io.ReadAll(r.Body)
	var batch struct {
		Mode  string
		Items []api.TransferRequest
	}
	if json.Unmarshal(text, &batch) != nil || batch.Mode != "each" || len(batch.Items) == 0 || r.Header.Get("Idempotency-Key") == "" {
		answer(w, 400, map[string]any{"code": "validation_failed"})
		return
	}
	whole, posted, moved := honest, 0, int64(0)
	var results []map[string]any
	for i, item := range batch.Items {
		told, id := b.carryOut(number, "transfer", item)
		switch told {
		case refused, pretended:
			results = append(results, map[string]any{"index": i, "status": "refused", "problem": map[string]any{"code": "insufficient_funds"}})
			continue
		case swallowed, hidden, cutBefore, cutAfter, incomplete:
			whole = told
		case honest, lost, doubled, misstated:
		}
		posted, moved = posted+1, moved+item.Amount
		results = append(results, map[string]any{"index": i, "status": "posted", "transaction_id": id})
	}
	switch whole { //nolint:exhaustive // the others concern one item
	case cutBefore, cutAfter:
		panic(http.ErrAbortHandler)
	case swallowed, hidden:
		answer(w, 500, map[string]any{"code": "internal"})
		return
	case incomplete:
		results = results[1:]
	}
	answer(w, 201, map[string]any{
		"id": opening, "mode": batch.Mode, "dry_run": false, "posted": posted, "refused": len(batch.Items) - posted,
		"total_amount": moved, "results": results,
	})
}

// TestBatches: every posted item counts, is acknowledged and is looked up, and a refused one is not.
func TestBatches(t *testing.T) {
	t.Parallel()
	for _, items := range []int{1, 7, MaxItems} {
		load, verdict := loadFake(t, &fakeBank{lie: sometimes(refused), enough: max(1, enoughRequests/items)}, "batch", func(c *Config) { c.Items = items })
		require.True(t, verdict.Holds, verdict.Says)
		each, all := load.Measurements(time.Second)
		require.Equal(t, "batch", each[0].Operation)
		require.Equal(t, each[0].Count*int64(items), each[0].Items+each[0].ItemsRefused)
		require.Equal(t, [3]int64{all.Items, all.Items, 0}, [3]int64{verdict.Acknowledged, verdict.LookedUp, verdict.Unknown})
		require.Positive(t, all.ItemsRefused)
		require.Zero(t, all.Errors)
		require.Equal(t, map[string]int64{"insufficient_funds": all.ItemsRefused}, load.Problems())
	}
}

// TestVerdictOnLiarsAboutBatches: a lie about one item of many is caught.
func TestVerdictOnLiarsAboutBatches(t *testing.T) {
	t.Parallel()
	for told, says := range map[lie]string{
		lost: " which should be from ", doubled: " which should be from ", pretended: " which should be from ", misstated: "is not what was ordered",
	} {
		_, verdict := loadFake(t, &fakeBank{lie: sometimes(told)}, "batch=1,transfer=1", nil)
		require.False(t, verdict.Holds)
		require.Contains(t, verdict.Says, says)
	}
}

// TestUnknownBatches: without a clear answer, each item of a batch may have been carried out or not.
func TestUnknownBatches(t *testing.T) {
	t.Parallel()
	for told, code := range map[lie]string{hidden: "internal", cutAfter: transportProblem, incomplete: strangeProblem} {
		load, verdict := loadFake(t, &fakeBank{lie: sometimes(told)}, "batch", nil)
		require.True(t, verdict.Holds, verdict.Says)
		failed := load.Problems()[code]
		require.Positive(t, failed, code)
		require.Equal(t, failed*4, verdict.Unknown, code)
	}
}

func TestParseBatch(t *testing.T) {
	t.Parallel()
	posted := func(index int) string {
		return fmt.Sprintf(`{"index":%d,"status":"posted","transaction_id":"%s"}`, index, opening)
	}
	whole := func(count int, results ...string) string {
		return fmt.Sprintf(`{"id":"x","posted":%d,"results":[%s]}`, count, strings.Join(results, ","))
	}
	answer, err := parseBatch([]byte(whole(1, posted(0), `{"index":1,"status":"refused","problem":{"code":"payee_unknown"}}`,
		`{"index":2,"status":"not_attempted"}`)), 3)
	require.NoError(t, err)
	require.Equal(t, 1, answer.Posted)
	require.Equal(t, opening, answer.Results[0].TransactionID)
	require.Equal(t, "payee_unknown", answer.Results[1].code())
	require.Equal(t, "not_attempted", answer.Results[2].code())
	for text, says := range map[string]string{
		``:                             "unexpected end",
		`{"id":"x"}`:                   "0 results for 2 items",
		whole(1, posted(0)):            "1 results for 2 items",
		whole(2, posted(0), posted(0)): "result 1 is of item 0",
		whole(1, posted(0), posted(1)): "do not add up",
		whole(1, posted(0), `{"index":1,"status":"posted"}`):  `item 1 is "posted", without an entry`,
		whole(1, posted(0), `{"index":1,"status":"pending"}`): `item 1 is "pending"`,
	} {
		_, err := parseBatch([]byte(text), 2)
		require.ErrorContains(t, err, says, text)
	}
}
