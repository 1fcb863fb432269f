package ledger

import "time"

// Limits are the most that may leave an account by one movement, in a day, and in a month. nil is no limit.
type Limits struct{ PerTransfer, Daily, Monthly *Money }

// Counted reports whether the limits need to know what has left the account before.
func (l *Limits) Counted() bool { return l.Daily != nil || l.Monthly != nil }

// Spent is what has left an account in the latest day and month in which anything did.
type Spent struct {
	Day     int64 // since 1970-01-01
	OnDay   Money
	Month   int64 // since January 1970
	InMonth Money
}

// Period says which day and month a moment is in, and when they end.
type Period struct {
	Day, Month         int64 // as in Spent
	DayEnds, MonthEnds time.Time
}

// Calendar finds the period of a moment.
type Calendar func(time.Time) Period

// At returns what has been spent in a period: nothing, if it is a later one. A period that is earlier, because the bank's time zone was
// changed, counts as the latest.
func (s Spent) At(p Period) Spent {
	if p.Day > s.Day {
		s.Day, s.OnDay = p.Day, 0
	}
	if p.Month > s.Month {
		s.Month, s.InMonth = p.Month, 0
	}
	return s
}

// LimitKind is one of the limits.
type LimitKind string

// The kinds of limits.
const (
	PerTransfer LimitKind = "per_transfer"
	Daily       LimitKind = "daily"
	Monthly     LimitKind = "monthly"
)

// LimitExceeded says which limit a movement would exceed, and what would not.
type LimitExceeded struct {
	Kind      LimitKind
	Remaining Money
	ResetsAt  time.Time // zero for PerTransfer
}

var limitMessages = map[LimitKind]string{
	PerTransfer: "This is more than one transfer or withdrawal from this account may be.",
	Daily:       "This is more than the daily limit leaves for today.",
	Monthly:     "This is more than the monthly limit leaves for this month.",
}

func (e LimitExceeded) refusal() *Refusal {
	return &Refusal{Code: CodeLimitExceeded, Message: limitMessages[e.Kind], Limit: &e}
}

// UsedLimit is a limit with what has been used up of it.
type UsedLimit struct {
	Limit, Spent Money
	LimitExceeded
}

// Used returns the limits that there are, with what is left of each in a period.
func (l *Limits) Used(s Spent, p Period) []UsedLimit {
	s = s.At(p)
	var used []UsedLimit
	for _, each := range []struct {
		limit    *Money
		spent    Money
		kind     LimitKind
		resetsAt time.Time
	}{
		{l.PerTransfer, 0, PerTransfer, time.Time{}}, {l.Daily, s.OnDay, Daily, p.DayEnds}, {l.Monthly, s.InMonth, Monthly, p.MonthEnds},
	} {
		if each.limit != nil {
			used = append(used, UsedLimit{
				*each.limit, each.spent, LimitExceeded{each.kind, max(0, *each.limit-each.spent), each.resetsAt},
			})
		}
	}
	return used
}

// exceededBy returns the refusal of an amount, or nil. If it exceeds several limits, the refusal has the one that leaves the least, and
// among those the one that lasts the longest: a client that goes by it is not refused again.
func (l *Limits) exceededBy(amount Money, s Spent, p Period) *Refusal {
	var tightest *LimitExceeded
	for _, used := range l.Used(s, p) {
		if amount > used.Remaining && (tightest == nil || used.Remaining <= tightest.Remaining) {
			tightest = &used.LimitExceeded
		}
	}
	if tightest == nil {
		return nil
	}
	return tightest.refusal()
}

// Raises reports whether any of the limits allows more than before.
func (l *Limits) Raises(before Limits) bool {
	return more(l.PerTransfer, before.PerTransfer) || more(l.Daily, before.Daily) || more(l.Monthly, before.Monthly)
}

func more(limit, before *Money) bool { return before != nil && (limit == nil || *limit > *before) }
