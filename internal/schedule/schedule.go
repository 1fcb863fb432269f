// Package schedule computes the dates on which something recurs, and when days and months begin in a time zone. It knows no clock. A date is
// a time.Time at midnight UTC that stands for a calendar day.
package schedule

import "time"

// Frequency is the unit of a recurrence.
type Frequency string

// The frequencies.
const (
	Once    Frequency = "once"
	Daily   Frequency = "daily"
	Weekly  Frequency = "weekly"
	Monthly Frequency = "monthly"
	Yearly  Frequency = "yearly"
)

// Schedule says on which dates something recurs. Each date is computed from First, and never from the date before: a day that one month
// lacks does not move the dates after it.
type Schedule struct {
	Frequency Frequency
	Every     int       // units between two dates, 1 or more
	First     time.Time // the first date
	Day       int       // of the month, for Monthly and Yearly: 1 to 31. A month that lacks it has its last day instead.
	Until     time.Time // the last date that there can be; the zero time for none
	Times     int       // how many dates there are; 0 for no bound
}

// Monthwise reports whether dates of the frequency have a day of the month.
func (f Frequency) Monthwise() bool { return f == Monthly || f == Yearly }

// Date returns the n-th date, counted from 0, and reports whether the schedule has one.
func (s *Schedule) Date(n int) (date time.Time, has bool) {
	switch s.Frequency {
	case Once:
		date, has = s.First, n == 0
	case Daily:
		date, has = s.First.AddDate(0, 0, n*s.Every), true
	case Weekly:
		date, has = s.First.AddDate(0, 0, 7*n*s.Every), true
	case Monthly:
		date, has = s.inMonth(n*s.Every), true
	case Yearly:
		date, has = s.inMonth(12*n*s.Every), true
	}
	if n < 0 || s.Times > 0 && n >= s.Times || !s.Until.IsZero() && date.After(s.Until) {
		has = false
	}
	if !has {
		return time.Time{}, false
	}
	return date, true
}

// inMonth returns the date in a month, counted from that of the first date.
func (s *Schedule) inMonth(months int) time.Time {
	first := time.Date(s.First.Year(), s.First.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1)
	return first.AddDate(0, 0, min(s.Day, last.Day())-1)
}

// From returns the number of the first date, from the n-th on, that is not before a day. The schedule may have no such date.
func (s *Schedule) From(n int, day time.Time) int {
	for {
		date, has := s.Date(n)
		if !has || !date.Before(day) {
			return n
		}
		n++
	}
}

// Dates returns up to count dates, from the n-th on.
func (s *Schedule) Dates(n, count int) []time.Time {
	var dates []time.Time
	for ; len(dates) < count; n++ {
		date, has := s.Date(n)
		if !has {
			break
		}
		dates = append(dates, date)
	}
	return dates
}

const daySeconds = 24 * 60 * 60

// DayNumber returns how many days a date is after 1970-01-01.
func DayNumber(date time.Time) int64 { return date.Unix() / daySeconds }

// DayOf returns the date of a number.
func DayOf(number int64) time.Time { return time.Unix(number*daySeconds, 0).UTC() }
