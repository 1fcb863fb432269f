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
	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
	"github.com/bankingcore/bankcore/internal/testkit/checker"
)

var (
	demoKey = regexp.MustCompile(`X-Admin-Key\): (\S{32,})\n`)
)

// TestDemo does what a newcomer does to see the bank at work: everything that is printed works.
func TestDemo(t *testing.T) {
	t.Parallel()
	temp := t.TempDir()
	p := bankcoretest.ServeDemo(t, temp)
	customers := bankcoretest.DemoLine.FindAllStringSubmatch(p.Stdout.String(), -1)
	require.GreaterOrEqual(t, len(customers), 5, p.Stdout)
	var admin []string
	locked := 0
	for _, c := range customers {
		number, pin, note := c[1], c[2], c[4]
		if strings.Contains(note, "locked") {
			require.Equal(t, 423, p.Login(number, pin).Status, note)
			locked++
			continue
		}
		auth := p.Authorization(number, pin)
		own := p.Call("GET", "/accounts/"+number, nil, auth...)
		require.Equal(t, c[3], own.Field(t, "account_holder_name"))
		wantAdmin := strings.Contains(note, "admin")
		require.Equal(t, wantAdmin, own.Field(t, "role") == "admin", note)
		require.Equal(t, wantAdmin, p.Call("GET", "/admin/stats", nil, auth...).Status == 200, note)
		if wantAdmin {
			admin = auth
		}
	}
	require.Equal(t, 1, locked)
	require.NotNil(t, admin, "there is an administrator")
	checkDemoBooks(t, p, admin, len(customers))
	checkDemoEvents(t, p, admin)
	key := demoKey.FindStringSubmatch(p.Stdout.String())
	require.NotNil(t, key)
	require.Equal(t, 200, p.Call("GET", "/admin/stats", nil, "X-Admin-Key", key[1]).Status)

	throwaway, err := os.ReadDir(temp)
	require.NoError(t, err)
	require.Len(t, throwaway, 1)
	p.Stop()
	for _, folder := range []string{temp, p.Folder} {
		left, err := os.ReadDir(folder)
		require.NoError(t, err)
		require.Empty(t, left, "nothing is kept")
	}
}

func checkDemoEvents(t *testing.T, p *bankcoretest.Process, admin []string) {
	t.Helper()
	var page struct {
		Data []struct {
			EventType string `json:"event_type"`
		}
	}
	r := p.Call("GET", "/admin/events?limit=200", nil, admin...)
	require.Equal(t, 200, r.Status, r.Body)
	require.NoError(t, json.Unmarshal([]byte(r.Body), &page))
	count := map[string]int{}
	for _, event := range page.Data {
		count[event.EventType]++
	}
	for _, own := range []string{"signed_in", "data_read"} { // by this test
		delete(count, own)
	}
	require.Equal(t, map[string]int{"login_failed": 3, "account_locked": 1, "role_changed": 1, "opened_for_customer": 6}, count)
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
func checkDemoBooks(t *testing.T, p *bankcoretest.Process, admin []string, customers int) {
	t.Helper()
	var accounts struct {
		Data []struct {
			Number  string `json:"account_number"`
			Balance int64
		}
	}
	r := p.Call("GET", "/admin/accounts", nil, admin...)
	require.Equal(t, 200, r.Status, r.Body)
	require.NoError(t, json.Unmarshal([]byte(r.Body), &accounts))
	require.Len(t, accounts.Data, customers)
	transfers := map[string]int64{}
	months, types, total := map[string]bool{}, map[string]int{}, int64(0)
	for _, a := range accounts.Data {
		entries := p.History(a.Number, admin)
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
	r = p.Call("GET", "/admin/stats", nil, admin...)
	require.NoError(t, json.Unmarshal([]byte(r.Body), &stats), r.Body)
	require.Equal(t, customers, stats.Accounts)
	require.Equal(t, 1, stats.Locked)
	require.Len(t, stats.Totals, 1, r.Body)
	require.Equal(t, total, stats.Totals[0].Balance)
}
