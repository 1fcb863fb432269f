package bank

import (
	"time"

	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/schedule"
)

// firstOnYears is how many years ahead the first date of a standing order can be. A later one is a typing error.
const firstOnYears = 10

// complete fills in the defaults of an order, and makes the checks that need neither a database nor a clock.
func (p *StandingOrderParams) complete() error {
	if err := checkMovement(ledger.TypeTransferOut, p.Amount, p.Description); err != nil {
		return err
	}
	if p.To == p.Account {
		return ledger.ErrSameAccount
	}
	s := &p.Schedule
	s.Every = max(s.Every, 1)
	if s.Frequency == schedule.Once && (s.Every > 1 || !s.Until.IsZero() || s.Times > 0) {
		return invalid("/frequency", "is once, so every, until and times do not apply")
	}
	if err := completeDay(s); err != nil {
		return err
	}
	switch {
	case !s.Until.IsZero() && s.Times > 0:
		return invalid("/times", "must not be combined with until")
	case !s.Until.IsZero() && s.Until.Before(s.First):
		return invalid("/until", "must not be before first_on")
	}
	return nil
}

// completeDay checks the day of the month. The first date must be one of the schedule's own.
func completeDay(s *schedule.Schedule) error {
	if !s.Frequency.Monthwise() {
		if s.Day != 0 {
			return invalid("/day", "is for monthly and yearly orders")
		}
		return nil
	}
	if s.Day == 0 {
		s.Day = s.First.Day()
	}
	unbounded := schedule.Schedule{Frequency: s.Frequency, Every: s.Every, First: s.First, Day: s.Day}
	if first, _ := unbounded.Date(0); !first.Equal(s.First) {
		return invalid("/day", "must be the day of first_on, or a later one if first_on is its month's last day")
	}
	return nil
}

// checkFirstOn checks the first date against today's.
func (b *Bank) checkFirstOn(p *StandingOrderParams) error {
	today := b.calendar.DateOf(b.now())
	switch {
	case p.Schedule.First.Before(today):
		return invalid("/first_on", "must not be in the past")
	case p.Schedule.First.After(today.AddDate(firstOnYears, 0, 0)):
		return invalid("/first_on", "is too far in the future")
	}
	return nil
}

// advance moves an order to the n-th date of its schedule, or completes it if there is none.
func (o *StandingOrder) advance(n int) {
	date, has := o.Schedule.Date(n)
	o.next, o.NextOn, o.RetryOn = n, date, time.Time{}
	if !has {
		o.Status = OrderCompleted
	}
}

// end ends an order. It has no next date then.
func (o *StandingOrder) end(reason EndReason) {
	o.Status, o.EndReason, o.NextOn, o.RetryOn = OrderEnded, reason, time.Time{}, time.Time{}
}

// over reports whether an order has run for the last time.
func (o *StandingOrder) over() bool { return o.Status == OrderEnded || o.Status == OrderCompleted }

// tryOn returns the day on which an order that is not over runs next.
func (o *StandingOrder) tryOn() time.Time {
	if o.RetryOn.IsZero() {
		return o.NextOn
	}
	return o.RetryOn
}

// optionalDay returns the number of a date that may be missing.
func optionalDay(date time.Time) *int64 {
	if date.IsZero() {
		return nil
	}
	number := schedule.DayNumber(date)
	return &number
}

// dateText returns a date as in the contract, or "" for none.
func dateText(date time.Time) string {
	if date.IsZero() {
		return ""
	}
	return date.Format(time.DateOnly)
}
