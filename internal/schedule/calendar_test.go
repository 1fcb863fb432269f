package schedule

import (
	"testing"
	"time"
	_ "time/tzdata" // the machine that runs the tests may have no zones, or outdated ones

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func zone(t require.TestingT, name string) Calendar {
	found, err := time.LoadLocation(name)
	require.NoError(t, err)
	return Calendar{Zone: found}
}

func TestDaysBeginWhereTheirZoneSays(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ zone, date, want string }{
		{"UTC", "2026-11-22", "2026-11-22T00:00:00Z"},
		{"Pacific/Auckland", "2026-04-01", "2026-03-31T11:00:00Z"},
		{"Pacific/Auckland", "2026-04-05", "2026-04-04T11:00:00Z"}, // a day of 25 hours
		{"Pacific/Auckland", "2026-04-06", "2026-04-05T12:00:00Z"},
		{"America/St_Johns", "2026-03-08", "2026-03-08T03:30:00Z"}, // of 23 hours
		{"America/St_Johns", "2026-03-09", "2026-03-09T02:30:00Z"},
		{"America/St_Johns", "2010-11-07", "2010-11-07T03:30:00Z"}, // set back from 00:01: midnight came twice, the second time for good
		{"Asia/Kathmandu", "2026-01-01", "2025-12-31T18:15:00Z"},
		{"America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"}, // begins at one o'clock
		{"America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00:00Z"}, // set back to 23:00 of the day before
		{"Asia/Beirut", "2026-03-29", "2026-03-28T22:00:00Z"},
		{"America/Havana", "2026-11-01", "2026-11-01T04:00:00Z"}, // its first hour comes twice
		{"Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"},   // the zone skipped this day
		{"Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"},
		{"Pacific/Kiritimati", "2026-11-22", "2026-11-21T10:00:00Z"},
		{"Etc/GMT+12", "2026-11-22", "2026-11-22T12:00:00Z"},
	} {
		date, err := time.Parse(time.DateOnly, test.date)
		require.NoError(t, err)
		got := zone(t, test.zone).Begin(date)
		require.Equal(t, test.want, got.UTC().Format(time.RFC3339), "%s in %s", test.date, test.zone)
		require.Equal(t, test.zone, got.Location().String())
	}
}

// In every zone, each moment is in exactly one day, days follow each other without gaps, and the day is that of the local
// clock. (Since 2012, no zone has begun a day twice.)
func TestEveryMomentIsInOneDay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := zone(t, rapid.SampledFrom([]string{
			"UTC", "Pacific/Auckland", "America/St_Johns", "America/Sao_Paulo", "Asia/Beirut", "America/Havana", "Pacific/Apia",
			"Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu", "Europe/Dublin", "America/Nuuk", "Asia/Gaza",
		}).Draw(t, "zone"))
		from := time.Date(2012, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
		to := time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
		moment := time.UnixMicro(rapid.Int64Range(from, to).Draw(t, "moment"))
		date := c.DateOf(moment)
		next := c.Begin(date.AddDate(0, 0, 1))
		require.False(t, c.Begin(date).After(moment))
		require.True(t, next.After(moment), "%s", date)
		require.Equal(t, next, c.Begin(date.AddDate(0, 0, 1)))
		require.Equal(t, moment.In(c.Zone).Format(time.DateOnly), date.Format(time.DateOnly))
		require.Zero(t, c.Begin(date).Unix()%(15*60))
		dates, begins := c.Days(date.AddDate(0, 0, -40), date)
		require.Equal(t, date, dates[DayAt(begins, moment)])
		monthFrom, monthTo := c.Month(date)
		require.False(t, monthFrom.After(moment))
		require.True(t, monthTo.After(moment))
	})
}
