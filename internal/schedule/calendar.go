package schedule

import (
	"sort"
	"time"
)

// Calendar knows when days and months begin in a time zone. A date stands for a calendar day, not for a moment, since some
// zones skip a midnight and some even skipped a day.
type Calendar struct{ Zone *time.Location }

// Begin returns the moment from which on it is the date or later, for good. Where clocks are set back over midnight, a date
// begins the last time it is reached; where they skip midnight, it begins with the hour that follows.
func (c Calendar) Begin(date time.Time) time.Time {
	const beyondOffsets = 16 * time.Hour // more than any zone's offset from UTC
	for t := date.Add(beyondOffsets).In(c.Zone); ; {
		since, _ := t.ZoneBounds()
		_, offset := t.Zone()
		midnight := date.Add(-time.Duration(offset) * time.Second)
		if since.IsZero() || midnight.After(since) {
			return midnight.In(c.Zone)
		}
		// The offset was different at midnight. If the day before was not over then, midnight was skipped.
		t = since.Add(-time.Microsecond)
		_, offset = t.Zone()
		if t.Add(time.Duration(offset) * time.Second).Before(date) {
			return since
		}
	}
}

// DateOf returns the date at a moment.
func (c Calendar) DateOf(moment time.Time) time.Time {
	date := dateFrom(moment.In(c.Zone).Date())
	if c.Begin(date).After(moment) { // the clocks will yet be set back over this midnight
		return date.AddDate(0, 0, -1)
	}
	return date
}

// Month returns when a date's month begins and ends.
func (c Calendar) Month(date time.Time) (from, to time.Time) {
	first := dateFrom(date.Year(), date.Month(), 1)
	return c.Begin(first), c.Begin(first.AddDate(0, 1, 0))
}

// Days returns the dates from first to last and when each begins; one more beginning marks the end of the last.
func (c Calendar) Days(first, last time.Time) (dates, begins []time.Time) {
	for date := first; !date.After(last); date = date.AddDate(0, 0, 1) {
		dates, begins = append(dates, date), append(begins, c.Begin(date))
	}
	return dates, append(begins, c.Begin(last.AddDate(0, 0, 1)))
}

// DayAt returns the index of the day that a moment is in: the last one that has begun.
func DayAt(begins []time.Time, moment time.Time) int {
	return sort.Search(len(begins), func(i int) bool { return begins[i].After(moment) }) - 1
}

func dateFrom(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}
