package server_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// balanceAt is the answer of GET /accounts/{account_number}/balance.
type balanceAt struct {
	Account  string `json:"account_number"`
	At       time.Time
	Balance  int64
	Currency string
	Sequence int64
	Hash     string
}

func (s *stage) balanceAt(at string) balanceAt {
	s.t.Helper()
	query := ""
	if at != "" {
		query = "?at=" + url.QueryEscape(at)
	}
	a := s.call("GET", "/accounts/"+s.ada.number+"/balance"+query, bearer(s.session.AccessToken))
	require.Equal(s.t, 200, a.status, a.text())
	var got balanceAt
	a.decode(&got)
	return got
}

// TestTheBalanceAtAnyMoment compares it with the history, over more entries than lie between two in the index, some of one moment.
func TestTheBalanceAtAnyMoment(t *testing.T) {
	t.Parallel()
	s := newStage(newWorld(t))
	for i := range 150 {
		if i%3 > 0 {
			s.clock.pass(time.Second)
		}
		a := s.post("/accounts/"+s.ada.number+"/deposit", `{"amount":1}`, bearer(s.session.AccessToken))
		require.Equal(t, 201, a.status, a.text())
	}
	var page struct {
		Data []struct {
			Sequence     int64
			Hash         string
			Timestamp    time.Time
			BalanceAfter int64 `json:"balance_after"`
		}
	}
	s.call("GET", "/accounts/"+s.ada.number+"/transactions?limit=200", bearer(s.session.AccessToken)).decode(&page)
	require.Len(t, page.Data, 151)
	s.clock.pass(time.Minute)
	newest := page.Data[0]
	now := s.balanceAt("")
	require.Equal(t, balanceAt{s.ada.number, s.clock.Now().UTC(), newest.BalanceAfter, "USD", 151, newest.Hash}, now)
	for i, entry := range page.Data {
		if i > 0 && page.Data[i-1].Timestamp.Equal(entry.Timestamp) {
			continue // a later one has the same time
		}
		want := balanceAt{s.ada.number, entry.Timestamp, entry.BalanceAfter, "USD", entry.Sequence, entry.Hash}
		require.Equal(t, want, s.balanceAt(entry.Timestamp.Format(time.RFC3339Nano)))
		want.At = entry.Timestamp.Add(100 * time.Millisecond)
		require.Equal(t, want, s.balanceAt(want.At.In(time.FixedZone("", 3600)).Format(time.RFC3339Nano)), "in another zone")
	}
	first := page.Data[150]
	before := first.Timestamp.Add(-time.Microsecond)
	require.Equal(t, balanceAt{s.ada.number, before, 0, "USD", 0, strings.Repeat("0", 64)}, s.balanceAt(before.Format(time.RFC3339Nano)), "what the chain begins with")
}

// TestTheBalanceNowAfterAClockWasSetBack is the newest entry's, and says from when on it is so.
func TestTheBalanceNowAfterAClockWasSetBack(t *testing.T) {
	t.Parallel()
	s := newStage(newWorld(t))
	opened := s.clock.Now()
	s.clock.pass(-time.Minute)
	a := s.post("/accounts/"+s.ada.number+"/deposit", `{"amount":1}`, bearer(s.session.AccessToken))
	require.Equal(t, 201, a.status, a.text())
	now := s.balanceAt("")
	require.EqualValues(t, 100_001, now.Balance)
	require.False(t, now.At.Before(opened))
	a = s.call("GET", "/accounts/"+s.ada.number+"/balance?at="+url.QueryEscape(opened.Format(time.RFC3339Nano)), bearer(s.session.AccessToken))
	requireRefused(t, 400, "invalid_request", a)
	require.Contains(t, a.text(), "query/at")
}
