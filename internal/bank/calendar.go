package bank

import (
	"sort"
	"time"
)

// calendar knows when days and months begin in the bank's time zone. A date is a time.Time at midnight UTC that stands for a
// calendar day, not for a moment, since some zones skip a midnight and some even skipped a day.
type calendar struct{ zone *time.Location }

// begin returns the moment from which on it is the date or later, for good. Where clocks are set back over midnight, a date
// begins the last time it is reached; where they skip midnight, it begins with the hour that follows.
func (c calendar) begin(date time.Time) time.Time {
	const beyondOffsets = 16 * time.Hour // more than any zone's offset from UTC
	for t := date.Add(beyondOffsets).In(c.zone); ; {
		since, _ := t.ZoneBounds()
		_, offset := t.Zone()
		midnight := date.Add(-time.Duration(offset) * time.Second)
		if since.IsZero() || midnight.After(since) {
			return midnight.In(c.zone)
		}
		// The offset was different at midnight. If the day before was not over then, midnight was skipped.
		t = since.Add(-time.Microsecond)
		_, offset = t.Zone()
		if t.Add(time.Duration(offset) * time.Second).Before(date) {
			return since
		}
	}
}

// dateOf returns the date at a moment.
func (c calendar) dateOf(moment time.Time) time.Time {
	date := dateFrom(moment.In(c.zone).Date())
	if c.begin(date).After(moment) { // the clocks will yet be set back over this midnight
		return date.AddDate(0, 0, -1)
	}
	return date
}

// month returns when a date's month begins and ends.
func (c calendar) month(date time.Time) (from, to time.Time) {
	first := dateFrom(date.Year(), date.Month(), 1)
	return c.begin(first), c.begin(first.AddDate(0, 1, 0))
}

// days returns the dates from first to last and when each begins; one more beginning marks the end of the last.
func (c calendar) days(first, last time.Time) (dates, begins []time.Time) {
	for date := first; !date.After(last); date = date.AddDate(0, 0, 1) {
		dates, begins = append(dates, date), append(begins, c.begin(date))
	}
	return dates, append(begins, c.begin(last.AddDate(0, 0, 1)))
}

// dayAt returns the index of the day that a moment is in: the last one that has begun.
func dayAt(begins []time.Time, moment time.Time) int {
	return sort.Search(len(begins), func(i int) bool { return begins[i].After(moment) }) - 1
}

func dateFrom(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// Zone returns the time zone of the bank's days and months.
func (b *Bank) Zone() *time.Location { return b.calendar.zone }
