package schedule

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func day(t require.TestingT, text string) time.Time {
	date, err := time.Parse(time.DateOnly, text)
	require.NoError(t, err)
	return date
}

func TestDates(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		frequency    Frequency
		every        int
		first        string
		day          int
		until        string
		times        int
		want         string
		from, number int
	}{
		"once":                             {Once, 1, "2026-11-30", 0, "", 0, "2026-11-30", 0, 5},
		"each day over a leap day":         {Daily, 1, "2028-02-27", 0, "", 0, "2028-02-27 2028-02-28 2028-02-29 2028-03-01", 0, 4},
		"each third day":                   {Daily, 3, "2026-12-30", 0, "", 0, "2026-12-30 2027-01-02 2027-01-05", 0, 3},
		"each second week":                 {Weekly, 2, "2026-12-24", 0, "", 0, "2026-12-24 2027-01-07 2027-01-21", 0, 3},
		"31 January":                       {Monthly, 1, "2026-01-31", 31, "", 0, "2026-01-31 2026-02-28 2026-03-31 2026-04-30 2026-05-31", 0, 5},
		"31 January in a leap year":        {Monthly, 1, "2028-01-31", 31, "", 0, "2028-01-31 2028-02-29 2028-03-31", 0, 3},
		"30 January":                       {Monthly, 1, "2027-01-30", 30, "", 0, "2027-01-30 2027-02-28 2027-03-30", 0, 3},
		"the last day, from February on":   {Monthly, 1, "2027-02-28", 31, "", 0, "2027-02-28 2027-03-31 2027-04-30", 0, 3},
		"each quarter":                     {Monthly, 3, "2026-11-30", 30, "", 0, "2026-11-30 2027-02-28 2027-05-30", 0, 3},
		"29 February":                      {Yearly, 1, "2028-02-29", 29, "", 0, "2028-02-29 2029-02-28 2030-02-28 2031-02-28 2032-02-29", 0, 5},
		"29 February, each fourth year":    {Yearly, 4, "2096-02-29", 29, "", 0, "2096-02-29 2100-02-28 2104-02-29", 0, 3},
		"until a date that is one of them": {Monthly, 1, "2026-01-31", 31, "2026-03-31", 0, "2026-01-31 2026-02-28 2026-03-31", 0, 9},
		"until the day before":             {Monthly, 1, "2026-01-31", 31, "2026-03-30", 0, "2026-01-31 2026-02-28", 0, 9},
		"three times":                      {Weekly, 1, "2026-01-01", 0, "", 3, "2026-01-01 2026-01-08 2026-01-15", 0, 9},
		"three times, after the first":     {Weekly, 1, "2026-01-01", 0, "", 3, "2026-01-08 2026-01-15", 1, 9},
	} {
		s := Schedule{Frequency: c.frequency, Every: c.every, First: day(t, c.first), Day: c.day, Times: c.times}
		if c.until != "" {
			s.Until = day(t, c.until)
		}
		var got []string
		for _, date := range s.Dates(c.from, c.number) {
			got = append(got, date.Format(time.DateOnly))
		}
		require.Equal(t, c.want, strings.Join(got, " "), name)
	}
}

// draw draws a schedule whose first date is one of its own.
func draw(t *rapid.T) Schedule {
	s := Schedule{
		Frequency: rapid.SampledFrom([]Frequency{Once, Daily, Weekly, Monthly, Yearly}).Draw(t, "frequency"),
		Every:     rapid.IntRange(1, 40).Draw(t, "every"),
		First:     day(t, "1999-12-31").AddDate(0, 0, rapid.IntRange(0, 60_000).Draw(t, "first")),
		Times:     rapid.SampledFrom([]int{0, 0, 1, 7}).Draw(t, "times"),
	}
	if s.Frequency.Monthwise() {
		s.Day = s.First.Day()
		if s.First.AddDate(0, 0, 1).Day() == 1 {
			s.Day = rapid.IntRange(s.Day, 31).Draw(t, "day")
		}
	}
	if rapid.Bool().Draw(t, "ends") {
		s.Until = s.First.AddDate(0, 0, rapid.IntRange(0, 4000).Draw(t, "until"))
	}
	return s
}

// TestDatesAscend: whatever the schedule, its first date is the first, each date is later than the one before, is a midnight, and, month by
// month, has the wanted day or is the last of its month.
func TestDatesAscend(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := draw(t)
		dates := s.Dates(0, 60)
		require.NotEmpty(t, dates)
		require.Equal(t, s.First, dates[0])
		for i, date := range dates {
			require.Equal(t, date.Truncate(24*time.Hour), date)
			require.True(t, s.Until.IsZero() || !date.After(s.Until))
			if i > 0 {
				require.True(t, date.After(dates[i-1]))
			}
			if s.Frequency.Monthwise() && date.Day() != s.Day {
				require.Less(t, date.Day(), s.Day)
				require.Equal(t, 1, date.AddDate(0, 0, 1).Day(), "the month has the wanted day")
			}
		}
		if s.Times > 0 {
			require.LessOrEqual(t, len(dates), s.Times)
		}
	})
}

// TestMonthsApart: a month's date is as many months after the first as its number says, never one more because a month was short.
func TestMonthsApart(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := draw(t)
		s.Until, s.Times = time.Time{}, 0
		if !s.Frequency.Monthwise() {
			return
		}
		n := rapid.IntRange(0, 200).Draw(t, "n")
		date, has := s.Date(n)
		require.True(t, has)
		months := n * s.Every
		if s.Frequency == Yearly {
			months *= 12
		}
		require.Equal(t, months, (date.Year()-s.First.Year())*12+int(date.Month()-s.First.Month()))
	})
}

func TestFromFindsTheNextDate(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := draw(t)
		from := rapid.IntRange(0, 5).Draw(t, "n")
		at := s.First.AddDate(0, 0, rapid.IntRange(-3, 900).Draw(t, "day"))
		n := s.From(from, at)
		require.GreaterOrEqual(t, n, from)
		if date, has := s.Date(n); has {
			require.False(t, date.Before(at))
		}
		if n > from {
			before, has := s.Date(n - 1)
			require.True(t, has)
			require.True(t, before.Before(at))
		}
	})
}

// TestNoDates of a number that there cannot be, and of a frequency that is none.
func TestNoDates(t *testing.T) {
	t.Parallel()
	s := Schedule{Frequency: Daily, Every: 1, First: day(t, "2026-11-22")}
	_, has := s.Date(-1)
	require.False(t, has)
	s.Frequency = "fortnightly"
	_, has = s.Date(0)
	require.False(t, has)
}
