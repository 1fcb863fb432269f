package server_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// requireChain checks a history, oldest first, like a client who trusts no server.
func requireChain(t *testing.T, a *answer) []map[string]any {
	t.Helper()
	var page struct{ Data []map[string]any }
	decoder := json.NewDecoder(bytes.NewReader(a.body))
	decoder.UseNumber()
	require.NoError(t, decoder.Decode(&page), a.text())
	slices.Reverse(page.Data)
	previous := strings.Repeat("0", 64)
	for i, entry := range page.Data {
		require.Equal(t, fmt.Sprint(i+1), fmt.Sprint(entry["sequence"]))
		require.Equal(t, recomputedHash(previous, entry), entry["hash"], "entry %d: %v", i+1, entry)
		previous = entry["hash"].(string)
	}
	return page.Data
}

var awkwardDescriptions = []string{
	"", " ", "  two spaces before and after  ", "null", `say "yes" \ no \n / or \u0041`, "<script>alert('x')</script> &amp; &", "1 < 2 > 0",
	"\U0001F469\u200d\U0001F469\u200d\U0001F467 \U0001F1E9\U0001F1EA \U0001F44D\U0001F3FD", "e\u0301 is not \u00e9", "n\u0303a\u0308 \u1100\u1161\u11a8",
	"שלום مرحبا", "می\u200cخواهم", "क्\u200dष", "\ufffd", "\u00a0", "日本語", "%s %d %v", "'; DROP TABLE transactions; --", strings.Repeat("\U0001F4B6", 140),
}

func TestHashChainCanBeRecomputedFromTheAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, bob := w.open("482913", 1_000_000_000_000), w.open("730164", 0)
	adas, bobs := w.login(ada), w.login(bob)
	for _, description := range awkwardDescriptions {
		for _, step := range []struct {
			path, token, to string
		}{
			{ada.number + "/deposit", adas.AccessToken, ""},
			{ada.number + "/withdraw", adas.AccessToken, ""},
			{ada.number + "/transfer", adas.AccessToken, bob.number},
			{bob.number + "/transfer", bobs.AccessToken, ada.number},
		} {
			request := map[string]any{"amount": 17, "description": description}
			if step.to != "" {
				request["to_account"] = step.to
			}
			a := w.call("POST", "/accounts/"+step.path, bearer(step.token), body(request))
			require.Equal(t, 201, a.status, a.text())
			require.Equal(t, description, a.field("description"))
			require.Equal(t, a.text(), w.call("GET", a.header.Get("Location"), bearer(step.token)).text())
			w.clock.pass(time.Millisecond)
		}
	}
	for _, c := range []customer{ada, bob} {
		list := w.call("GET", "/accounts/"+c.number+"/transactions?limit=200", adminKey(testAdminKey))
		entries := requireChain(t, list)
		types := map[string]int{}
		for _, entry := range entries {
			types[entry["transaction_type"].(string)]++
			require.Equal(t, entry["transfer_id"] == nil, !strings.HasPrefix(entry["transaction_type"].(string), "transfer_"))
		}
		n := len(awkwardDescriptions)
		want := map[string]int{"account_opened": 1, "transfer_in": n, "transfer_out": n}
		if c == ada {
			want["deposit"], want["withdrawal"] = n, n
		}
		require.Equal(t, want, types)
	}
	w.verify()
}

// The proof must be able to fail: whatever is changed in an answer, its hash no longer matches.
func TestHashCoversEveryMember(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, bob := w.open("482913", 100), w.open("730164", 0)
	a := w.post("/accounts/"+ada.number+"/transfer", `{"amount":1,"to_account":"`+bob.number+`","description":"Rent"}`,
		bearer(w.login(ada).AccessToken))
	require.Equal(t, 201, a.status, a.text())
	entries := requireChain(t, w.call("GET", "/accounts/"+ada.number+"/transactions", adminKey(testAdminKey)))
	require.Len(t, entries, 2)
	first, second := entries[0]["hash"].(string), entries[1]
	for name, value := range second {
		if name == "hash" {
			continue
		}
		changed := map[string]any{}
		for other, kept := range second {
			changed[other] = kept
		}
		changed[name] = fmt.Sprint(value) + "0"
		require.NotEqual(t, second["hash"], recomputedHash(first, changed), name)
	}
	require.Equal(t, second["hash"], recomputedHash(first, second))
}

// When a clock is set back, time stands still for the accounts that have seen a later time, and only for them.
func TestTimesNeverGoBackWithinAnAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, bob := w.open("482913", 1000), w.open("730164", 1000)
	w.clock.pass(time.Hour)
	deposit := w.post("/accounts/"+bob.number+"/deposit", `{"amount":5}`, bearer(w.login(bob).AccessToken))
	require.Equal(t, 201, deposit.status, deposit.text())
	w.clock.pass(-24 * time.Hour)
	cy := w.open("853107", 1000)
	adas, bobs, cys := w.login(ada), w.login(bob), w.login(cy)
	move := func(session tokens, path, more string) string {
		a := w.post("/accounts/"+path, `{"amount":7`+more+`}`, bearer(session.AccessToken))
		require.Equal(t, 201, a.status, a.text())
		return a.field("timestamp").(string)
	}
	const early, opened, late = "2026-11-21T08:30:00.123456Z", "2026-11-22T07:30:00.123456Z", "2026-11-22T08:30:00.123456Z"
	require.Equal(t, early, move(cys, cy.number+"/deposit", ""), "an account opened since then has the new time")
	require.Equal(t, opened, move(adas, ada.number+"/withdraw", ""))
	require.Equal(t, late, move(bobs, bob.number+"/withdraw", ""))
	require.Equal(t, opened, move(cys, cy.number+"/transfer", `,"to_account":"`+ada.number+`"`), "both legs have the later time")
	require.Equal(t, late, move(adas, ada.number+"/transfer", `,"to_account":"`+bob.number+`"`))
	require.Equal(t, late, move(adas, ada.number+"/deposit", ""))
	w.clock.pass(48 * time.Hour)
	require.Equal(t, "2026-11-23T08:30:00.123456Z", move(w.login(bob), bob.number+"/transfer", `,"to_account":"`+cy.number+`"`))
	legs := map[string]string{}
	for _, c := range []customer{ada, bob, cy} {
		last := ""
		for _, e := range slices.Backward(w.history(c.number)) {
			require.GreaterOrEqual(t, e.Timestamp, last, "entry %d of %s", e.Sequence, e.Account)
			last = e.Timestamp
			if earlier, seen := legs[e.Transfer]; e.Transfer != "" && seen {
				require.Equal(t, earlier, e.Timestamp)
			}
			legs[e.Transfer] = e.Timestamp
		}
	}
	w.verify()
}

// statement opens an account with n entries, the first at the world's start and each a minute after the one before.
func (w *world) statement(n int) (customer, tokens) {
	w.t.Helper()
	c := w.open("482913", 100)
	session := w.login(c)
	for i := 1; i < n; i++ {
		w.clock.pass(time.Minute)
		operation := "deposit"
		if i%3 == 0 {
			operation = "withdraw"
		}
		session = w.login(c)
		a := w.post("/accounts/"+c.number+"/"+operation, fmt.Sprintf(`{"amount":%d}`, i), bearer(session.AccessToken))
		require.Equal(w.t, 201, a.status, a.text())
	}
	return c, session
}

// list reads one page, and checks that its Link header agrees with its next_cursor.
func (w *world) list(path string) (sequences []int64, cursor, link string) {
	w.t.Helper()
	a := w.call("GET", path, adminKey(testAdminKey))
	require.Equal(w.t, 200, a.status, a.text())
	var page struct {
		Data []entry
		Next *string `json:"next_cursor"`
	}
	a.decode(&page)
	for _, e := range page.Data {
		sequences = append(sequences, e.Sequence)
	}
	if page.Next == nil {
		require.Empty(w.t, a.header.Values("Link"))
		return sequences, "", ""
	}
	require.Len(w.t, a.header.Values("Link"), 1)
	link, ok := strings.CutSuffix(a.header.Get("Link"), `>; rel="next"`)
	require.True(w.t, ok, a.header.Get("Link"))
	link, ok = strings.CutPrefix(link, "<")
	require.True(w.t, ok, link)
	target, err := url.Parse(link)
	require.NoError(w.t, err)
	require.Equal(w.t, *page.Next, target.Query().Get("cursor"))
	return sequences, *page.Next, link
}

// countdown returns the sequences from one down to another.
func countdown(from, to int64) []int64 {
	var all []int64
	for i := from; i >= to; i-- {
		all = append(all, i)
	}
	return all
}
