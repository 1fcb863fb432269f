package bank

import (
	"sort"
	"time"
)

// calendar knows when the days and months of the bank's time zone begin. A date is a time.Time at midnight of UTC that stands for
// its calendar day and no moment, since some zones lack a midnight, and some even a day.
type calendar struct{ zone *time.Location }

// begin is the moment from which on it is a date or later, for good: where clocks are set back over midnight, a date begins when
// it comes to stay, and where they skip midnight, it begins with the hour that follows.
func (c calendar) begin(date time.Time) time.Time {
	const beyondOffsets = 16 * time.Hour // no zone is that far from UTC
	for t := date.Add(beyondOffsets).In(c.zone); ; {
		since, _ := t.ZoneBounds()
		_, offset := t.Zone()
		midnight := date.Add(-time.Duration(offset) * time.Second)
		if since.IsZero() || midnight.After(since) {
			return midnight.In(c.zone)
		}
		// The offset was another one at midnight. Was the day before not over, it was skipped.
		t = since.Add(-time.Microsecond)
		_, offset = t.Zone()
		if t.Add(time.Duration(offset) * time.Second).Before(date) {
			return since
		}
	}
}

// dateOf is the date at a moment.
func (c calendar) dateOf(moment time.Time) time.Time {
	date := dateFrom(moment.In(c.zone).Date())
	if c.begin(date).After(moment) { // the clocks are still to be set back over this midnight
		return date.AddDate(0, 0, -1)
	}
	return date
}

// month is when a date's month begins and ends.
func (c calendar) month(date time.Time) (from, to time.Time) {
	first := dateFrom(date.Year(), date.Month(), 1)
	return c.begin(first), c.begin(first.AddDate(0, 1, 0))
}

// days lists the dates from the first to the last, and when each begins; one more beginning is the end of the last.
func (c calendar) days(first, last time.Time) (dates, begins []time.Time) {
	for date := first; !date.After(last); date = date.AddDate(0, 0, 1) {
		dates, begins = append(dates, date), append(begins, c.begin(date))
	}
	return dates, append(begins, c.begin(last.AddDate(0, 0, 1)))
}

// dayAt is the index of the day at a moment: that of the last one that has begun.
func dayAt(begins []time.Time, moment time.Time) int {
	return sort.Search(len(begins), func(i int) bool { return begins[i].After(moment) }) - 1
}

func dateFrom(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// Zone is the time zone of the bank's days and months.
func (b *Bank) Zone() *time.Location { return b.calendar.zone }
