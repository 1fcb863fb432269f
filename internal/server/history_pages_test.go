package server_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPagesHoldEachEntryOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const entries = 11
	c, _ := w.statement(entries)
	base := "/accounts/" + c.number + "/transactions"
	for limit := 1; limit <= entries+1; limit++ {
		for _, byLink := range []bool{false, true} {
			var all []int64
			path, pages := fmt.Sprintf("%s?limit=%d", base, limit), 0
			for path != "" {
				page, cursor, link := w.list(path)
				all = append(all, page...)
				pages++
				switch {
				case cursor == "":
					path = ""
				case byLink:
					require.Len(t, page, limit)
					path = link
				default:
					require.Len(t, page, limit)
					path = fmt.Sprintf("%s?limit=%d&cursor=%s", base, limit, url.QueryEscape(cursor))
				}
			}
			require.Equal(t, countdown(entries, 1), all, "limit %d", limit)
			require.Equal(t, (entries+limit-1)/limit, pages, "limit %d", limit)
		}
	}
}

func TestPagesStandStillWhileEntriesArrive(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, session := w.statement(9)
	var all []int64
	for path := "/accounts/" + c.number + "/transactions?limit=2"; path != ""; {
		page, _, link := w.list(path)
		all, path = append(all, page...), link
		a := w.post("/accounts/"+c.number+"/deposit", `{"amount":1}`, bearer(session.AccessToken))
		require.Equal(t, 201, a.status, a.text())
	}
	require.Equal(t, countdown(9, 1), all)
	all, _, _ = w.list("/accounts/" + c.number + "/transactions")
	require.Equal(t, countdown(14, 1), all)
}

func TestPageSizes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.open("482913", 1)
	session := w.login(c)
	for range 204 {
		require.Equal(t, 201, w.post("/accounts/"+c.number+"/deposit", `{"amount":1}`, bearer(session.AccessToken)).status)
	}
	for limit, last := range map[string]int64{"": 156, "?limit=50": 156, "?limit=1": 205, "?limit=200": 6} {
		page, cursor, _ := w.list("/accounts/" + c.number + "/transactions" + limit)
		require.Equal(t, countdown(205, last), page, limit)
		require.NotEmpty(t, cursor)
	}
	for _, limit := range []string{"0", "201", "-1", "1.0", "1e1", "abc", "", "9223372036854775808", "5&limit=5", "%31%00"} {
		a := w.call("GET", "/accounts/"+c.number+"/transactions?limit="+limit, adminKey(testAdminKey))
		require.Equal(t, "invalid_request", a.code(), "limit=%s", limit)
	}
}

// Entry n is n-1 minutes after 07:30:00.123456 UTC.
func TestFilters(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, _ := w.statement(10) // 4, 7 and 10 are withdrawals
	for _, filter := range []struct {
		query string
		want  []int64
	}{
		{"from=2026-11-22T07:32:00.123456Z", countdown(10, 3)},
		{"from=2026-11-22T07:32:00.123457Z", countdown(10, 4)},
		{"from=2026-11-22T07:32:00.1234561Z", countdown(10, 4)}, // finer than the history's own times
		{"from=2026-11-22T13:02:00.123456%2B05:30", countdown(10, 3)},
		{"from=2026-11-21T23:32:00.123456-08:00", countdown(10, 3)},
		{"from=2026-11-22T07:32:00Z", countdown(10, 3)},
		{"from=1970-01-01T00:00:00Z", countdown(10, 1)},
		{"from=2026-11-23T00:00:00Z", nil},
		{"to=2026-11-22T07:32:00.123456Z", countdown(2, 1)},
		{"to=2026-11-22T07:32:00.123457Z", countdown(3, 1)},
		{"to=2026-11-22T07:32:00.1234561Z", countdown(3, 1)},
		{"to=2026-11-22T13:17:00.123456%2B05:45", countdown(2, 1)},
		{"to=2026-11-21T19:32:00.123456-12:00", countdown(2, 1)},
		{"to=2026-11-22T07:30:00.123456Z", nil},
		{"to=1970-01-01T00:00:00Z", nil},
		{"to=9999-12-31T23:59:59Z", countdown(10, 1)},
		{"from=2026-11-22T07:32:00.123456Z&to=2026-11-22T07:35:00.123456Z", countdown(5, 3)},
		{"from=2026-11-22T08:32:00.123456%2B01:00&to=2026-11-22T02:35:00.123456-05:00", countdown(5, 3)},
		{"from=2026-11-22T07:32:00.123456Z&to=2026-11-22T07:32:00.123456Z", nil},
		{"from=2026-11-22T07:35:00Z&to=2026-11-22T07:32:00Z", nil},
		{"transaction_type=withdrawal", []int64{10, 7, 4}},
		{"transaction_type=deposit", []int64{9, 8, 6, 5, 3, 2}},
		{"transaction_type=account_opened", []int64{1}},
		{"transaction_type=transfer_in", nil},
		{"transaction_type=withdrawal&from=2026-11-22T07:33:00.123456Z&to=2026-11-22T07:39:00.123456Z", []int64{7, 4}},
	} {
		for _, limit := range []int{1, 2, 200} {
			var all []int64
			path := fmt.Sprintf("/accounts/%s/transactions?%s&limit=%d", c.number, filter.query, limit)
			for path != "" { // the cursor carries the filters
				page, _, link := w.list(path)
				all, path = append(all, page...), link
			}
			assert.Equal(t, filter.want, all, "%s, limit %d", filter.query, limit)
		}
	}
}

func TestBadFiltersAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, _ := w.statement(2)
	for _, query := range []string{
		"transaction_type=DEPOSIT", "transaction_type=", "transaction_type=deposit,withdrawal", "transaction_type=deposit&transaction_type=deposit",
		"from=yesterday", "from=2026-11-22", "from=2026-02-30T00:00:00Z", "from=2026-11-22T25:00:00Z", "from=2026-11-22T07:30:00", "from=",
		"from=2026-11-22T13:00:00+05:30", "from=1763796600", "to=2026-13-01T00:00:00Z", "to=2026-11-22T07:30:00.Z", "to=-0001-01-01T00:00:00Z",
		"to=2026-11-22T07:30:00Z%00", "From=2026-11-22T07:30:00Z", "type=deposit", "offset=1", "page=2", "cursor=", "cursor=%zz", "limit[]=1", "=1", "a;b=c",
		"q=", "q=" + strings.Repeat("x", 101), "q=" + strings.Repeat("%EF%B7%BA", 100), "reference=", "reference=" + strings.Repeat("x", 65), "reference=a&reference=b",
		"counterparty_account=1", "counterparty_account=", "min_amount=0", "min_amount=-1", "min_amount=1.5", "max_amount=1000000000001", "max_amount=x",
	} {
		a := w.call("GET", "/accounts/"+c.number+"/transactions?"+query, adminKey(testAdminKey))
		require.Equal(t, "invalid_request", a.code(), query)
		require.NotEmpty(t, a.field("errors"), query)
	}
}

func TestCursorKeepsItsFilters(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, _ := w.statement(10)
	base := "/accounts/" + c.number + "/transactions?"
	const filters = "transaction_type=deposit&from=2026-11-22T07:30:00Z&to=2026-11-22T07:39:00Z"
	_, cursor, _ := w.list(base + filters + "&limit=2")
	_, unfiltered, _ := w.list(base + "limit=2")
	for query, want := range map[string][]int64{
		"limit=1&cursor=" + cursor:                                {6},
		"limit=3&cursor=" + cursor:                                {6, 5, 3},
		"limit=2&cursor=" + cursor + "&" + filters:                {6, 5},
		"limit=2&transaction_type=deposit&cursor=" + cursor:       {6, 5},
		"limit=2&to=2026-11-22T08:39:00%2B01:00&cursor=" + cursor: {6, 5},
		"limit=2&cursor=" + unfiltered:                            {8, 7},
	} {
		page, _, _ := w.list(base + query)
		require.Equal(t, want, page, query)
	}
	for _, query := range []string{
		"transaction_type=withdrawal&cursor=" + cursor, "from=2026-11-22T07:30:01Z&cursor=" + cursor,
		"to=2026-11-22T07:38:00Z&cursor=" + cursor, "transaction_type=deposit&cursor=" + unfiltered,
		"from=2026-11-22T07:30:00Z&cursor=" + unfiltered, "to=2026-11-22T07:39:00Z&cursor=" + unfiltered,
		"cursor=" + cursor + "&cursor=" + unfiltered,
	} {
		assert.Equal(t, "invalid_request", w.call("GET", base+query, adminKey(testAdminKey)).code(), query)
	}
}

func TestForeignAndTamperedCursorsAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, _ := w.statement(4)
	other, _ := w.statement(4)
	w.lock(other) // writes events
	base := "/accounts/" + c.number + "/transactions"
	_, good, _ := w.list(base + "?limit=1")
	nextOf := func(path string) string {
		a := w.call("GET", path, adminKey(testAdminKey))
		require.Equal(t, 200, a.status, a.text())
		return a.field("next_cursor").(string)
	}
	accounts, events := nextOf("/admin/accounts?limit=1"), nextOf("/admin/events?limit=1")
	bad := map[string]string{
		"of another account": nextOf("/accounts/" + other.number + "/transactions?limit=1"),
		"of accounts":        accounts, "of events": events,
		"random": "abc", "a number": "2", "a dot": ".", "two dots": good + ".", "more": good + ".x", "longer": good + "AAAA",
		"shorter": good[:len(good)-4], "no seal": strings.Split(good, ".")[0], "an empty seal": strings.Split(good, ".")[0] + ".",
		"another's seal": strings.Split(good, ".")[0] + "." + strings.Split(events, ".")[1], "long": strings.Repeat("A", 2048),
		"too long": strings.Repeat("A", 2049), "not base64": "é.é", "NUL": good + "\x00", "a space": good + " ",
	}
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	for i, letter := range good {
		if value := strings.IndexRune(alphabet, letter); value >= 0 {
			// The highest of six bits: the lowest bits of a last letter mean nothing.
			bad[fmt.Sprint("letter ", i)] = good[:i] + alphabet[value^32:value^32+1] + good[i+1:]
		}
	}
	for name, cursor := range bad {
		a := w.call("GET", base+"?limit=1&cursor="+url.QueryEscape(cursor), adminKey(testAdminKey))
		require.Equal(t, "invalid_request", a.code(), name)
		require.Contains(t, a.text(), `"query/cursor"`, name)
	}
	for path, cursor := range map[string]string{
		"/admin/accounts": good, "/admin/events": good, "/admin/accounts?limit=1": events, "/admin/events?limit=1": accounts,
	} {
		separator := "?"
		if strings.Contains(path, "?") {
			separator = "&"
		}
		require.Equal(t, "invalid_request", w.call("GET", path+separator+"cursor="+cursor, adminKey(testAdminKey)).code(), path)
	}
	page, _, _ := w.list(base + "?limit=1&cursor=" + good)
	require.Equal(t, []int64{3}, page)
	w.clock.pass(365 * 24 * time.Hour)
	w.restart()
	page, _, _ = w.list(base + "?limit=1&cursor=" + good)
	require.Equal(t, []int64{3}, page, "a cursor stays valid after a restart, and for a year")
}

func TestAdminCursorsKeepTheirFilters(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var last customer
	for range 3 {
		last = w.open("482913", 0)
		w.open("730164", 0)
		w.lock(last)
	}
	for _, list := range []struct {
		path, made string
		others     []string
	}{
		{"/admin/accounts", "", []string{"locked=true", "locked=false", "q=Ada"}},
		{"/admin/accounts", "locked=true", []string{"locked=false", "q=Ada"}},
		{"/admin/accounts", "locked=false", []string{"locked=true"}},
		{"/admin/accounts", "q=Ada", []string{"q=ada", "q=A", "locked=true"}},
		{"/admin/events", "", []string{"event_type=login_failed", "account_number=" + last.number}},
		{"/admin/events", "event_type=login_failed", []string{"event_type=account_locked", "account_number=" + last.number}},
		{"/admin/events", "account_number=" + last.number, []string{"account_number=100000000008", "event_type=login_failed"}},
	} {
		page := w.call("GET", list.path+"?limit=1&"+list.made, adminKey(testAdminKey))
		require.Equal(t, 200, page.status, page.text())
		cursor, _ := page.field("next_cursor").(string)
		require.NotEmpty(t, cursor, "%s %s", list.path, list.made)
		for _, same := range []string{"", list.made} {
			a := w.call("GET", list.path+"?limit=1&cursor="+cursor+"&"+same, adminKey(testAdminKey))
			assert.Equal(t, 200, a.status, "%s made with %q, sent with %q: %s", list.path, list.made, same, a.text())
		}
		for _, other := range list.others {
			a := w.call("GET", list.path+"?limit=1&cursor="+cursor+"&"+other, adminKey(testAdminKey))
			assert.Equal(t, "invalid_request", a.code(), "%s made with %q, sent with %q", list.path, list.made, other)
		}
	}
}
