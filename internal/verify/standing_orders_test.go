package verify_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/schedule"
	"github.com/bankingcore/bankcore/internal/testkit/banktest"
	"github.com/bankingcore/bankcore/internal/verify"
)

// TestRunsOfStandingOrdersAreProved lets two orders run, each on two days, and then changes what the tables say about one of them. The triggers
// that would refuse that are gone, as for an attacker who owns the database.
func TestRunsOfStandingOrdersAreProved(t *testing.T) {
	t.Parallel()
	for name, tamper := range map[string]func(l *histories, order bank.StandingOrder){
		"another amount": func(l *histories, order bank.StandingOrder) {
			l.Tamper(t, "UPDATE standing_orders SET amount = amount + 1 WHERE id = $1", order.ID)
		},
		"another recipient": func(l *histories, order bank.StandingOrder) {
			l.Tamper(t, "UPDATE standing_orders SET to_account = $1 WHERE id = $2", int64(l.cy), order.ID)
		},
		"another next date": func(l *histories, order bank.StandingOrder) {
			l.Tamper(t, "UPDATE standing_orders SET next_on = next_on + 1, try_on = try_on + 1 WHERE id = $1", order.ID)
		},
		"a date that is to come": func(l *histories, order bank.StandingOrder) {
			l.Tamper(t, "UPDATE standing_orders SET next_index = next_index - 1, next_on = next_on - 7, try_on = try_on - 7 WHERE id = $1", order.ID)
		},
		"a date of no week": func(l *histories, order bank.StandingOrder) {
			l.Tamper(t, "UPDATE standing_order_runs SET due_on = due_on + 1 WHERE order_id = $1 AND due_on = $2", order.ID, schedule.DayNumber(order.Schedule.First))
		},
		"a lost entry": func(l *histories, order bank.StandingOrder) {
			l.Tamper(t, "UPDATE standing_order_runs SET transaction_id = $1 WHERE order_id = $2 AND due_on = $3", uuid.New(), order.ID,
				schedule.DayNumber(order.Schedule.First))
		},
		"the deposit of another": func(l *histories, order bank.StandingOrder) {
			l.Tamper(t, "UPDATE standing_order_runs SET transaction_id = $1 WHERE order_id = $2 AND due_on = $3", l.entries(t, l.eva)[1].ID, order.ID,
				schedule.DayNumber(order.Schedule.First))
		},
		"completed too early": func(l *histories, order bank.StandingOrder) {
			l.Tamper(t, "UPDATE standing_orders SET status = 'completed', next_on = NULL, try_on = NULL WHERE id = $1", order.ID)
		},
	} {
		l := newHistories(t)
		order, _ := l.weekly(t), l.weekly(t)
		l.Clock.Pass(8 * 24 * time.Hour)
		ran, err := l.Bank.RunStandingOrders(t.Context())
		require.NoError(t, err)
		require.Equal(t, 4, ran)
		report, err := verify.Run(t.Context(), l.Store, func(verify.Report) {})
		require.NoError(t, err)
		require.EqualValues(t, 4, report.Runs)
		tamper(l, order)
		_, err = verify.Run(t.Context(), l.Store, func(verify.Report) {})
		require.ErrorContains(t, err, "the ledger is broken", name)
		require.ErrorContains(t, err, order.ID.String(), name)
	}
}

// weekly orders 5 for Bob from Ada's account, from today on.
func (l *histories) weekly(t *testing.T) bank.StandingOrder {
	t.Helper()
	made, err := l.Bank.CreateStandingOrder(t.Context(), banktest.OwnerOf(l.ada), bank.StandingOrderParams{
		Account: l.ada, To: l.bob, Amount: ledger.Money(5), IfShort: bank.SkipIfShort,
		Schedule: schedule.Schedule{Frequency: schedule.Weekly, First: l.Clock.Now().Truncate(24 * time.Hour)},
	})
	require.NoError(t, err)
	return made.Order
}
