package server_test

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the test machine may have no zones

	"github.com/stretchr/testify/require"
)

// A customer moves money in the last hour of a month, in the first hour of the next, and around the change of the clocks. Wherever the
// bank is, each entry belongs to the day and month of the bank's local time.
func TestMonthsAndDaysAreThoseOfTheBank(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ zone, change string }{
		{"UTC", "2027-03-28"}, {"Pacific/Auckland", "2027-04-04"}, {"America/St_Johns", "2027-03-14"}, {"Asia/Kathmandu", "2027-04-14"},
		{"Europe/Zurich", "2027-03-28"}, {"America/Havana", "2027-03-14"}, {"Asia/Beirut", "2027-03-28"},
	} {
		t.Run(test.zone, func(t *testing.T) {
			t.Parallel()
			zone, err := time.LoadLocation(test.zone)
			require.NoError(t, err)
			s := newStage(newWorld(t, func(o *options) { o.zone = zone }))
			at := func(local string, amount int64) {
				moment, err := time.ParseInLocation("2006-01-02 15:04", local, zone)
				require.NoError(t, err)
				s.later(moment)
				s.move("deposit", amount, "moved at "+local)
			}
			at("2026-11-30 23:30", 1)
			at("2026-12-01 00:30", 2)
			change, err := time.Parse(time.DateOnly, test.change)
			require.NoError(t, err)
			day := func(more int) string { return change.AddDate(0, 0, more).Format(time.DateOnly) }
			at(day(-1)+" 23:30", 4)
			at(day(0)+" 01:30", 8)
			at(day(0)+" 23:30", 16)
			at(day(1)+" 00:30", 32)
			at(day(1)+" 23:30", 64)

			var got struct {
				TimeZone string `json:"time_zone"`
				Data     []dailyBalance
			}
			s.call("GET", "/accounts/"+s.ada.number+"/balances?days=366", bearer(s.session.AccessToken)).decode(&got)
			require.Equal(t, test.zone, got.TimeZone)
			moved := map[string]int64{}
			for i, d := range got.Data {
				moved[d.Date] = d.In
				require.Equal(t, dayAfter(t, got.Data[0].Date, i), d.Date, "no day is missing or repeated")
			}
			require.Equal(t, day(1), got.Data[len(got.Data)-1].Date, "today")
			for date, want := range map[string]int64{"2026-11-30": 1, "2026-12-01": 2, day(-1): 4, day(0): 24, day(1): 96} {
				require.Equal(t, want, moved[date], date)
			}
			s.requireActivity(test.zone, map[string]int64{day(-1): 1, day(0): 2, day(1): 2})
			for month, want := range map[string][]string{
				"2026-11": {"moved at 2026-11-30 23:30"}, "2026-12": {"moved at 2026-12-01 00:30"}, "2027-01": nil,
			} {
				text := s.call("GET", "/accounts/"+s.ada.number+"/statement?month="+month, bearer(s.session.AccessToken)).text()
				require.Equal(t, len(want), strings.Count(text, "moved at"), "%s: %s", month, text)
				for _, entry := range want {
					require.Contains(t, text, entry)
				}
			}
		})
	}
}

func dayAfter(t *testing.T, first string, days int) string {
	t.Helper()
	date, err := time.Parse(time.DateOnly, first)
	require.NoError(t, err)
	return date.AddDate(0, 0, days).Format(time.DateOnly)
}

// requireActivity checks the bank's chart against the entries of each day.
func (s *stage) requireActivity(zone string, want map[string]int64) {
	s.t.Helper()
	var got struct {
		TimeZone string `json:"time_zone"`
		Data     []struct {
			Date         string
			Transactions int64
		}
	}
	s.call("GET", "/admin/activity?days=7", adminKey(testAdminKey)).decode(&got)
	require.Equal(s.t, zone, got.TimeZone)
	for _, day := range got.Data {
		require.Equal(s.t, want[day.Date], day.Transactions, day.Date)
	}
}

// A month begins when it begins in the bank's time zone.
func TestAMonthBeginsWhereTheBankIs(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Pacific/Auckland")
	require.NoError(t, err)
	s := newStage(newWorld(t, func(o *options) { o.zone = zone }))
	status := func() int {
		return s.call("GET", "/accounts/"+s.ada.number+"/statement?month=2026-12", bearer(s.session.AccessToken)).status
	}
	s.later(time.Date(2026, 11, 30, 10, 59, 59, 0, time.UTC))
	require.Equal(t, 400, status())
	s.later(time.Date(2026, 11, 30, 11, 0, 0, 0, time.UTC))
	require.Equal(t, 200, status())
}
