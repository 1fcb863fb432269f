package verify

import (
	"time"

	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// spending adds up what has left an account in the day or the month that its row counts, from its entries. A period begins at midnight in
// the bank's time zone. A verification does not know the zone, and it may have been changed since, so the period may begin at
// any time at which the date begins somewhere.
type spending struct {
	begins [2]int64 // the first and the last moment at which the period can begin
	ends   int64    // the last moment at which it can end
	late   []int64  // debits that may be before or in the period, oldest first
	surely int64    // the sum of those that are in it wherever it begins
	after  bool     // there are debits that are in no such period
}

// A date begins first 14 hours east of Greenwich, and last 12 hours west of it.
const (
	easternmost = 14 * time.Hour
	westernmost = 12 * time.Hour
)

func spendingIn(begins, ends time.Time) *spending {
	return &spending{
		begins: [2]int64{begins.Add(-easternmost).UnixMicro(), begins.Add(westernmost).UnixMicro()},
		ends:   ends.Add(westernmost).UnixMicro(),
	}
}

// count counts an entry.
func (s *spending) count(e *ledger.Entry) {
	if at := e.Timestamp.UnixMicro(); !e.Type.Takes() || e.Type.Reverses() || at < s.begins[0] {
		return
	} else if at < s.begins[1] {
		s.late = append(s.late, int64(e.Amount))
	} else {
		s.surely += int64(e.Amount)
		s.after = s.after || at >= s.ends
	}
}

// explains reports whether the entries can have led to a counter.
func (s *spending) explains(counter int64) bool {
	sum := s.surely
	for i := len(s.late) - 1; i >= 0 && sum < counter; i-- {
		sum += s.late[i]
	}
	return sum == counter && !s.after
}

// spendings are the two of an account whose limits count.
type spendings struct{ day, month *spending }

// spendingsOf returns what to count of an account, or nil if its row counts nothing.
func spendingsOf(row *db.Account) *spendings {
	if row.Status == "closed" || row.LimitDaily == nil && row.LimitMonthly == nil {
		return nil // what has left a closed account last was no matter of limits
	}
	day := time.Unix(row.SpentDay*24*60*60, 0).UTC()
	month := time.Date(1970, time.January+time.Month(row.SpentMonth), 1, 0, 0, 0, 0, time.UTC)
	return &spendings{spendingIn(day, day.AddDate(0, 0, 1)), spendingIn(month, month.AddDate(0, 1, 0))}
}

func (s *spendings) count(e *ledger.Entry) {
	if s != nil {
		s.day.count(e)
		s.month.count(e)
	}
}

// brokenRule returns what is wrong with an account's status or counters, or "".
func brokenRule(row *db.Account, spent *spendings) string {
	switch {
	case row.Status == "closed" && row.Balance != 0:
		return "it is closed, and there is money in it"
	case (row.Status == "frozen") != (row.DebitsFrozen || row.CreditsFrozen):
		return "its status and its freeze do not agree"
	case spent == nil:
		return ""
	case !spent.day.explains(row.SpentOnDay):
		return "what it has spent in a day is not what its entries say"
	case !spent.month.explains(row.SpentInMonth):
		return "what it has spent in a month is not what its entries say"
	}
	return ""
}
