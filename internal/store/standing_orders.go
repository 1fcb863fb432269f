package store

import (
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/schedule"
)

// ScheduleOf returns the schedule in the row of a standing order.
func ScheduleOf(row *db.StandingOrder) schedule.Schedule {
	s := schedule.Schedule{
		Frequency: schedule.Frequency(row.Frequency), Every: int(row.Every), First: schedule.DayOf(row.FirstOn), Day: int(row.MonthDay),
		Times: int(row.Times),
	}
	if row.UntilOn != nil {
		s.Until = schedule.DayOf(*row.UntilOn)
	}
	return s
}
