package server_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/ledger"
)

func TestPayeesAreMasked(t *testing.T) {
	t.Parallel()
	s := newStage(newWorld(t))
	for name, want := range map[string]string{
		"Ada Lovelace": "A••• L•••", "X": "X•••", "Zoë García-Núñez": "Z••• G•••", "'t Hooft": "t••• H•••", "山田太郎": "山•••",
		"O'Neill": "O•••", "A\u0328 Z\u0308": "Ą••• Z\u0308•••", "J. R. Tolkien": "J••• R••• T•••",
	} {
		a := s.call("POST", "/accounts", body(map[string]any{"account_holder_name": name, "pin": "730164", "currency": "EUR"}))
		number := a.field("account_number").(string)
		a = s.call("GET", "/payees/"+number, bearer(s.session.AccessToken))
		require.Equal(t, 200, a.status, a.text())
		require.JSONEq(t, `{"account_number":"`+number+`","masked_name":"`+want+`","currency":"EUR"}`, a.text())
	}
}

type dailyBalance struct {
	Date    string
	In      int64 `json:"money_in"`
	Out     int64 `json:"money_out"`
	Balance int64
}

func (s *stage) balances(query string) []dailyBalance {
	s.t.Helper()
	var got struct{ Data []dailyBalance }
	s.call("GET", "/accounts/"+s.ada.number+"/balances"+query, bearer(s.session.AccessToken)).decode(&got)
	return got.Data
}

func TestBalancesDayByDay(t *testing.T) {
	t.Parallel()
	s := newStage(newWorld(t)) // opened on the 22nd of November with 1,000.00
	s.move("withdraw", 4_000, "")
	s.later(time.Date(2026, 11, 23, 23, 59, 59, 0, time.UTC))
	s.move("deposit", 500, "")
	s.move("withdraw", 200, "")
	s.later(time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC))
	s.move("deposit", 1, "")
	want := []dailyBalance{
		{"2026-11-22", 100_000, 4_000, 96_000},
		{"2026-11-23", 500, 200, 96_300},
		{"2026-11-24", 0, 0, 96_300},
		{"2026-11-25", 1, 0, 96_301},
	}
	require.Equal(t, want, s.balances(""))
	require.Equal(t, want[2:], s.balances("?days=2"))
	require.Equal(t, want[3:], s.balances("?days=1"))
	s.later(time.Date(2027, 11, 30, 12, 0, 0, 0, time.UTC))
	require.Len(t, s.balances(""), 90)
	year := s.balances("?days=366")
	require.Len(t, year, 366)
	require.Equal(t, dailyBalance{"2026-11-30", 0, 0, 96_301}, year[0])
	s.clock.pass(-48 * time.Hour) // the clock is set back: entries of future days count as today's
	require.Equal(t, int64(96_301), s.balances("?days=3")[2].Balance)
}

func TestActivityDayByDay(t *testing.T) {
	t.Parallel()
	s := newStage(newWorld(t))
	s.tryLogin(s.ada.number, "604713")
	s.later(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))
	s.move("deposit", 1, "")
	bob := s.open("730164", 0)
	a := s.call("POST", "/accounts/"+s.ada.number+"/transfer", bearer(s.session.AccessToken), body(map[string]any{"to_account": bob.number, "amount": 1}))
	require.Equal(t, 201, a.status)
	a = s.call("GET", "/admin/activity?days=3", adminKey(testAdminKey))
	require.JSONEq(t, `{"time_zone":"UTC","data":[
		{"date":"2026-11-21","transactions":0,"accounts_opened":0,"failed_sign_ins":0},
		{"date":"2026-11-22","transactions":1,"accounts_opened":1,"failed_sign_ins":1},
		{"date":"2026-11-23","transactions":4,"accounts_opened":1,"failed_sign_ins":0}]}`, a.text())
	require.Len(t, s.call("GET", "/admin/activity", adminKey(testAdminKey)).field("data"), 30)
}

// An owner sees who tried the account's PIN, and nothing about the bank's staff.
func TestOwnersSeeTheirOwnEvents(t *testing.T) {
	t.Parallel()
	s := newStage(newWorld(t))
	other := s.open("730164", 0)
	s.tryLogin(other.number, "604713")
	s.clock.pass(time.Second)
	s.tryLogin(s.ada.number, "604713", header("X-Request-Id", "the-guesser"))
	s.clock.pass(time.Second)
	s.twoMoreWrongPINs()
	s.clock.pass(time.Second)
	require.Equal(t, 200, s.call("POST", "/accounts/"+s.ada.number+"/unlock", adminKey(testAdminKey)).status)
	number, err := ledger.ParseAccountNumber(s.ada.number)
	require.NoError(t, err)
	s.clock.pass(time.Second)
	_, err = s.bank.SetRole(context.Background(), auth.Caller{Operator: true, Address: "192.0.2.9"}, number, auth.RoleAdmin)
	require.NoError(t, err)

	type event struct {
		Type    string `json:"event_type"`
		Address string `json:"client_address"`
	}
	page := func(query string) (events []event, text string, next any) {
		a := s.call("GET", "/accounts/"+s.ada.number+"/events"+query, bearer(s.session.AccessToken))
		require.Equal(t, 200, a.status, a.text())
		var got struct{ Data []event }
		a.decode(&got)
		return got.Data, a.text(), a.field("next_cursor")
	}
	all, text, _ := page("")
	require.Equal(t, []event{
		{"role_changed", ""}, {"account_unlocked", ""}, {"account_locked", "127.0.0.1"},
		{"login_failed", "127.0.0.1"}, {"login_failed", "127.0.0.1"}, {"login_failed", "127.0.0.1"}, {"signed_in", "127.0.0.1"},
	}, all)
	for _, secret := range []string{"admin_key", "192.0.2.9", "the-guesser", other.number} {
		require.NotContains(t, text, secret)
	}
	failed, _, next := page("?event_type=login_failed&limit=2")
	require.Len(t, failed, 2)
	cursor, err := json.Marshal(next)
	require.NoError(t, err)
	rest, _, next := page("?cursor=" + string(cursor[1:len(cursor)-1]))
	require.Len(t, rest, 1)
	require.Nil(t, next)
	a := s.call("GET", "/accounts/"+other.number+"/events?cursor="+string(cursor[1:len(cursor)-1]), adminKey(testAdminKey))
	require.Equal(t, 400, a.status, "a cursor is of one account")
}

// twoMoreWrongPINs enters the two wrong PINs that are missing for a lock.
func (s *stage) twoMoreWrongPINs() {
	for range 2 {
		s.clock.pass(time.Second)
		require.Equal(s.t, 401, s.tryLogin(s.ada.number, "604713").status)
	}
}
