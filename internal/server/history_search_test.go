package server_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestHistoriesAreSearched(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, bob, eve := w.open("482913", 100_000), w.open("730164", 100_000), w.open("730164", 0)
	adas, bobs := w.login(ada), w.login(bob)
	move := func(from customer, session tokens, operation string, request map[string]any) {
		a := w.call("POST", "/accounts/"+from.number+"/"+operation, bearer(session.AccessToken), body(request))
		require.Equal(t, 201, a.status, a.text())
	}
	move(ada, adas, "deposit", map[string]any{"amount": 500, "description": "Café Zürich"})                                             // 2
	move(ada, adas, "withdraw", map[string]any{"amount": 20, "description": "CAFE-zurich, again"})                                      // 3
	move(ada, adas, "transfer", map[string]any{"to_account": bob.number, "amount": 30, "description": "Rent", "reference": "2026/7"})   // 4
	move(ada, adas, "transfer", map[string]any{"to_account": eve.number, "amount": 30, "description": "rent 家賃", "reference": "a&b<c"}) // 5
	move(bob, bobs, "transfer", map[string]any{"to_account": ada.number, "amount": 500, "reference": "2026/7"})                         // 6
	for query, want := range map[string][]int64{
		"q=cafe zurich":                        {3, 2},
		"q=CAFÉ":                               {3, 2},
		"q=家賃":                                 {5},
		"q=rent":                               {5, 4},
		"q=rents":                              nil,
		"q=!":                                  {6, 5, 4, 3, 2, 1}, // nothing but punctuation matches everything
		"reference=2026/7":                     {6, 4},
		"reference=2026":                       nil,
		"reference=a&b<c":                      {5},
		"counterparty_account=" + bob.number:   {6, 4},
		"counterparty_account=" + unusedNumber: nil,
		"counterparty_account=" + ada.number:   nil,
		"min_amount=500":                       {6, 2, 1},
		"max_amount=30":                        {5, 4, 3},
		"min_amount=30|max_amount=500":         {6, 5, 4, 2},
		"min_amount=31|max_amount=30":          nil,
		"q=rent|counterparty_account=" + eve.number + "|min_amount=1": {5},
		"reference=2026/7|transaction_type=transfer_in":               {6},
	} {
		values := url.Values{}
		for pair := range strings.SplitSeq(query, "|") {
			name, value, _ := strings.Cut(pair, "=")
			values.Set(name, value)
		}
		for _, limit := range []int{1, 200} {
			var all []int64
			path := fmt.Sprintf("/accounts/%s/transactions?%s&limit=%d", ada.number, values.Encode(), limit)
			for path != "" { // the cursor carries the filters
				page, _, link := w.list(path)
				all, path = append(all, page...), link
			}
			assert.Equal(t, want, all, "%s, limit %d", query, limit)
		}
	}
}

// TestLongFiltersFitIntoACursor: the contract bounds a cursor, and a text can be longer in the form for searching.
func TestLongFiltersFitIntoACursor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.open("482913", 1_000)
	session := w.login(ada)
	text, reference := strings.Repeat("家", 100), strings.Repeat("<", 64)
	for i := range 2 {
		a := w.call("POST", "/accounts/"+ada.number+"/deposit", bearer(session.AccessToken), body(map[string]any{"amount": 1 + i, "description": text}))
		require.Equal(t, 201, a.status, a.text())
	}
	values := url.Values{"q": {text}, "max_amount": {"1000000000000"}, "min_amount": {"1"}, "limit": {"1"}}
	page, cursor, _ := w.list("/accounts/" + ada.number + "/transactions?" + values.Encode())
	require.Equal(t, []int64{3}, page)
	values.Set("cursor", cursor)
	page, _, _ = w.list("/accounts/" + ada.number + "/transactions?" + values.Encode())
	require.Equal(t, []int64{2}, page)
	values.Set("reference", reference)
	a := w.call("GET", "/accounts/"+ada.number+"/transactions?"+values.Encode(), adminKey(testAdminKey))
	require.Equal(t, "invalid_request", a.code(), "another filter than the cursor's")
}
