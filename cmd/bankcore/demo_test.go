package main

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/testkit/checker"
)

var (
	demoLine = regexp.MustCompile(`(?m)^  (\d{12})  (\d{4,12}) +(\S.*?)  +(\S.*)$`)
	demoKey  = regexp.MustCompile(`X-Admin-Key\): (\S{32,})\n`)
)

// serveTheDemo starts a demo whose throwaway folder is in temp.
func serveTheDemo(t *testing.T, temp string, more ...string) *process {
	t.Helper()
	return serve(t, t.TempDir(), append([]string{"TMPDIR=" + temp, "RATE_LIMIT_LOGIN=off"}, more...), "--demo")
}

// TestDemo does what a newcomer does to see the bank at work: everything that is printed works.
func TestDemo(t *testing.T) {
	t.Parallel()
	temp := t.TempDir()
	p := serveTheDemo(t, temp)
	customers := demoLine.FindAllStringSubmatch(p.stdout.String(), -1)
	require.GreaterOrEqual(t, len(customers), 5, p.stdout)
	var admin []string
	locked := 0
	for _, c := range customers {
		number, pin, note := c[1], c[2], c[4]
		if strings.Contains(note, "locked") {
			require.Equal(t, 423, p.login(number, pin).status, note)
			locked++
			continue
		}
		auth := p.authorization(number, pin)
		own := p.call("GET", "/accounts/"+number, nil, auth...)
		require.Equal(t, c[3], own.field(t, "account_holder_name"))
		wantAdmin := strings.Contains(note, "admin")
		require.Equal(t, wantAdmin, own.field(t, "role") == "admin", note)
		require.Equal(t, wantAdmin, p.call("GET", "/admin/stats", nil, auth...).status == 200, note)
		if wantAdmin {
			admin = auth
		}
	}
	require.Equal(t, 1, locked)
	require.NotNil(t, admin, "there is an administrator")
	checkDemoBooks(t, p, admin, len(customers))
	checkDemoEvents(t, p, admin)
	key := demoKey.FindStringSubmatch(p.stdout.String())
	require.NotNil(t, key)
	require.Equal(t, 200, p.call("GET", "/admin/stats", nil, "X-Admin-Key", key[1]).status)

	throwaway, err := os.ReadDir(temp)
	require.NoError(t, err)
	require.Len(t, throwaway, 1)
	p.stop()
	for _, folder := range []string{temp, p.folder} {
		left, err := os.ReadDir(folder)
		require.NoError(t, err)
		require.Empty(t, left, "nothing is kept")
	}
}

func checkDemoEvents(t *testing.T, p *process, admin []string) {
	t.Helper()
	var page struct {
		Data []struct {
			EventType string `json:"event_type"`
		}
	}
	r := p.call("GET", "/admin/events?limit=200", nil, admin...)
	require.Equal(t, 200, r.status, r.body)
	require.NoError(t, json.Unmarshal([]byte(r.body), &page))
	count := map[string]int{}
	for _, event := range page.Data {
		count[event.EventType]++
	}
	for _, own := range []string{"signed_in", "data_read"} { // by this test
		delete(count, own)
	}
	require.Equal(t, map[string]int{"login_failed": 3, "account_locked": 1, "role_changed": 1}, count)
}

// history reads all of an account's entries, the oldest first.
func (p *process) history(number string, auth []string) []checker.Entry {
	p.t.Helper()
	var all []checker.Entry
	for cursor := ""; ; {
		var page struct {
			Data       []checker.Entry
			NextCursor *string `json:"next_cursor"`
		}
		r := p.call("GET", "/accounts/"+number+"/transactions?limit=200"+cursor, nil, auth...)
		require.Equal(p.t, 200, r.status, r.body)
		require.NoError(p.t, json.Unmarshal([]byte(r.body), &page))
		all = append(all, page.Data...)
		if page.NextCursor == nil {
			break
		}
		cursor = "&cursor=" + *page.NextCursor
	}
	for i, j := 0, len(all)-1; i < j; i, j = i+1, j-1 {
		all[i], all[j] = all[j], all[i]
	}
	return all
}

// checkHistory verifies an account's history as a client can, and returns its effect on the bank's money: what came in from
// outside, and what each transfer moved.
func checkHistory(t *testing.T, entries []checker.Entry, balance int64, transfers map[string]int64) (fromOutside int64) {
	t.Helper()
	require.NotEmpty(t, entries)
	number, err := ledger.ParseAccountNumber(entries[0].Account)
	require.NoError(t, err)
	account := ledger.Account{Number: number, Currency: entries[0].Currency}
	for i := range entries {
		e := &entries[i]
		require.Empty(t, e.Follow(&account), "entry %d", i+1)
		if e.Transfer != "" {
			transfers[e.Transfer] += e.Change()
		} else {
			fromOutside += e.Change()
		}
	}
	require.EqualValues(t, balance, account.Balance)
	return fromOutside
}

// checkDemoBooks verifies the whole bank over HTTP, as an administrator can.
func checkDemoBooks(t *testing.T, p *process, admin []string, customers int) {
	t.Helper()
	var accounts struct {
		Data []struct {
			Number  string `json:"account_number"`
			Balance int64
		}
	}
	r := p.call("GET", "/admin/accounts", nil, admin...)
	require.Equal(t, 200, r.status, r.body)
	require.NoError(t, json.Unmarshal([]byte(r.body), &accounts))
	require.Len(t, accounts.Data, customers)
	transfers := map[string]int64{}
	months, types, total := map[string]bool{}, map[string]int{}, int64(0)
	for _, a := range accounts.Data {
		entries := p.history(a.Number, admin)
		total += checkHistory(t, entries, a.Balance, transfers)
		for _, e := range entries {
			months[e.Timestamp[:7]] = true
			types[e.Type]++
			require.Less(t, e.Timestamp, time.Now().UTC().Format(time.RFC3339), "the history reaches into the future")
		}
	}
	for id, sum := range transfers {
		require.Zero(t, sum, "transfer %s: its legs differ", id)
	}
	require.GreaterOrEqual(t, len(months), 6, "half a year")
	for _, kind := range []string{"account_opened", "deposit", "withdrawal", "transfer_in", "transfer_out"} {
		require.GreaterOrEqual(t, types[kind], 5, kind)
	}
	var stats struct {
		Accounts int
		Locked   int `json:"locked_accounts"`
		Totals   []struct {
			Currency string
			Balance  int64
		} `json:"total_balances"`
	}
	r = p.call("GET", "/admin/stats", nil, admin...)
	require.NoError(t, json.Unmarshal([]byte(r.body), &stats), r.body)
	require.Equal(t, customers, stats.Accounts)
	require.Equal(t, 1, stats.Locked)
	require.Len(t, stats.Totals, 1, r.body)
	require.Equal(t, total, stats.Totals[0].Balance)
}
