package server_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// setRole gives a customer a role, like the operator.
func (w *world) setRole(c customer, role auth.Role) {
	w.t.Helper()
	number, err := ledger.ParseAccountNumber(c.number)
	require.NoError(w.t, err)
	_, err = w.bank.SetRole(context.Background(), auth.Caller{Operator: true}, number, role)
	require.NoError(w.t, err)
}

// employee opens an account with the role employee and signs it in.
func (w *world) employee() (customer, tokens) {
	w.t.Helper()
	c := w.open("604713", 1000)
	w.setRole(c, auth.RoleEmployee)
	return c, w.login(c)
}

// totals returns the money in all accounts and the number of entries.
func (w *world) totals() [2]int64 {
	w.t.Helper()
	return [2]int64{
		w.tally("SELECT CAST(COALESCE(SUM(balance), 0) AS BIGINT) FROM accounts"), w.tally("SELECT COUNT(*) FROM transactions"),
	}
}

// TestStaffServeCustomersAtTheDesk: what they deposit and withdraw is in the audit trail, once, in the transaction of the money.
func TestStaffServeCustomersAtTheDesk(t *testing.T) {
	t.Parallel()
	for _, role := range []auth.Role{auth.RoleEmployee, auth.RoleAdmin} {
		t.Run(string(role), func(t *testing.T) {
			t.Parallel()
			s := newStage(newWorld(t))
			teller, session := s.employee()
			s.setRole(teller, role)
			token := bearer(session.AccessToken)

			deposit := func(key string) *answer {
				return s.post("/accounts/"+s.ada.number+"/deposit", `{"amount":500,"via":"card","description":"Desk 3"}`, token, idempotencyKey(key))
			}
			first := deposit("one")
			require.Equal(t, 201, first.status, first.text())
			require.Equal(t, "card", first.field("via"))
			again := deposit("one")
			require.Equal(t, []any{201, "true", first.field("id")}, []any{again.status, again.header.Get("Idempotent-Replayed"), again.field("id")})
			owner := s.post("/accounts/"+s.ada.number+"/deposit", `{"amount":500,"via":"card"}`, bearer(s.session.AccessToken), idempotencyKey("one"))
			require.Empty(t, owner.header.Get("Idempotent-Replayed"), "the owner's key is another one")

			out := s.post("/accounts/"+s.ada.number+"/withdraw", `{"amount":70}`, token)
			require.Equal(t, []any{201, "cash"}, []any{out.status, out.field("via")}, out.text())
			before := s.everything()
			trail := s.tally("SELECT COUNT(*) FROM events")
			require.Equal(t, "insufficient_funds", s.post("/accounts/"+s.ada.number+"/withdraw", `{"amount":1000000}`, token).code())
			require.Equal(t, "account_not_found", s.post("/accounts/"+unusedNumber+"/deposit", `{"amount":1}`, token).code())
			require.Equal(t, before, s.everything())
			require.Equal(t, trail, s.tally("SELECT COUNT(*) FROM events"), "a refused movement leaves no event")

			var moved []string
			for _, event := range s.eventsOf("money_moved") {
				moved = append(moved, strings.Join(strings.Fields(event)[:3], " "))
			}
			require.Equal(t, []string{
				fmt.Sprint(s.ada.number, " ", teller.number, " ", first.field("id")), fmt.Sprint(s.ada.number, " ", teller.number, " ", out.field("id")),
			}, moved)

			// A transfer is the owner's alone.
			require.Equal(t, "forbidden", s.post("/accounts/"+s.ada.number+"/transfer", `{"amount":1,"to_account":"`+teller.number+`"}`, token).code())
			s.verify()
		})
	}
}

// TestTellersWorkSideBySide: the trail is one chain, however many batches write to it at once.
func TestTellersWorkSideBySide(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	s := newStage(newWorld(t))
	_, session := s.employee()
	others := []customer{s.open("730164", 0), s.open("730164", 0), s.open("730164", 0)}
	before := s.tally("SELECT COUNT(*) FROM events")
	for _, a := range s.atOnce(60, func(i int) (*answer, error) {
		switch i % 3 {
		case 0:
			return s.try("GET", "/accounts/"+s.ada.number, adminKey(testAdminKey))
		case 1:
			return s.try("POST", "/accounts/"+s.ada.number+"/deposit", bearer(s.session.AccessToken), rawBody(`{"amount":1}`))
		}
		return s.try("POST", "/accounts/"+others[i%9/3].number+"/deposit", bearer(session.AccessToken), rawBody(`{"amount":1}`), idempotencyKey(fmt.Sprint(i)))
	}) {
		require.Contains(t, []int{200, 201}, a.status, a.text())
	}
	require.EqualValues(t, 40, s.tally("SELECT COUNT(*) FROM events")-before)
	require.Len(t, s.eventsOf("money_moved"), 20)
	s.verify()
}

// TestADemotedEmployeeHasTheNewRightsAtTheNextRequest of the same session, and so has a promoted customer.
func TestADemotedEmployeeHasTheNewRightsAtTheNextRequest(t *testing.T) {
	t.Parallel()
	s := newStage(newWorld(t))
	teller, session := s.employee()
	requests := map[string]func() *answer{
		"deposit": func() *answer {
			return s.post("/accounts/"+s.ada.number+"/deposit", `{"amount":1}`, bearer(session.AccessToken))
		},
		"withdraw": func() *answer {
			return s.post("/accounts/"+s.ada.number+"/withdraw", `{"amount":1}`, bearer(session.AccessToken))
		},
		"read": func() *answer { return s.call("GET", "/accounts/"+s.ada.number, bearer(session.AccessToken)) },
		"list": func() *answer { return s.call("GET", "/admin/accounts", bearer(session.AccessToken)) },
	}
	for range 2 {
		for name, request := range requests {
			require.Less(t, request().status, 300, name)
		}
		s.setRole(teller, auth.RoleCustomer)
		before := s.everything()
		for name, request := range requests {
			require.Equal(t, "forbidden", request().code(), name)
		}
		require.Equal(t, before, s.everything())
		require.Equal(t, 201, s.post("/accounts/"+teller.number+"/deposit", `{"amount":1}`, bearer(session.AccessToken)).status, "it is still their own")
		s.setRole(teller, auth.RoleEmployee)
	}
}

// TestStaffWithoutASecondFactorActAsCustomers at the desk, too.
func TestStaffWithoutASecondFactorActAsCustomers(t *testing.T) {
	t.Parallel()
	s := newStage(newStrictWorld(t))
	teller, session := s.employee()
	before := s.everything()
	for _, path := range []string{"/deposit", "/withdraw"} {
		a := s.post("/accounts/"+s.ada.number+path, `{"amount":1}`, bearer(session.AccessToken))
		require.Equal(t, "forbidden", a.code())
		require.Contains(t, a.text(), "role_requires")
	}
	require.Equal(t, before, s.everything())
	require.Equal(t, 201, s.post("/accounts/"+teller.number+"/deposit", `{"amount":1}`, bearer(session.AccessToken)).status)
}

// TestEmployeesLeaveAnEventForEveryRead of what is not theirs.
func TestEmployeesLeaveAnEventForEveryRead(t *testing.T) {
	t.Parallel()
	s := newStage(newWorld(t))
	teller, session := s.employee()
	read := 0
	for id, o := range reads(t) {
		d := properDraft(s, o)
		d.credentials = signedIn(session)
		before := len(s.readEvents())
		a := s.send(d)
		events := s.readEvents()[before:]
		if a.status != 200 {
			require.Contains(t, []string{"forbidden", "session_not_found"}, a.code(), id)
			require.Empty(t, events, id)
			continue
		}
		if !o.namesAccount() && o.permission() == string(auth.SelfManage) {
			continue // the employee's own
		}
		read++
		require.Len(t, events, 1, id)
		require.Equal(t, []string{teller.number, id}, strings.Fields(events[0])[1:3])
	}
	require.Greater(t, read, 6)
}

// TestNothingComesInFromOutsideWhereStaffServe: with OPENINGS=staff and CASH=staff no request of a stranger, of an owner, or of staff for
// themselves changes what money there is. Staff serving a customer do.
func TestNothingComesInFromOutsideWhereStaffServe(t *testing.T) {
	t.Parallel()
	s := newStage(newWorld(t))
	teller, session := s.employee()
	administrator, admin := s.admin()
	s.restartWith(func(o *options) { o.openings, o.cash = auth.OpeningsStaff, auth.CashStaff })
	callers := map[string]struct {
		own         customer
		credentials []requestOption
	}{
		"stranger":      {s.ada, nil},
		"owner":         {s.ada, signedIn(s.session)},
		"employee":      {teller, signedIn(session)},
		"administrator": {administrator, signedIn(admin)},
		"admin key":     {s.ada, []requestOption{adminKey(testAdminKey)}},
		"garbage":       {s.ada, []requestOption{bearer("bc_live_x")}},
	}
	before := s.totals()
	closed := 0
	for name, caller := range callers {
		for id, o := range contractOperations(t) {
			if o.method == "GET" || slices.Contains([]string{"logout", "changePin", "endSession", "endOtherSessions", "adminEndSessions"}, id) {
				continue
			}
			if staff := name == "employee" || name == "administrator"; staff && id == "openAccount" {
				continue // with money that they take in at the desk
			}
			for _, more := range []map[string]any{{}, {"via": "bank"}, {"initial_deposit": 1000}, {"amount": 1}} {
				d := properDraft(&stage{world: s.world, ada: s.ada, session: s.session}, contractOperations(t)["getAccount"])
				d.operation, d.account, d.credentials = o, caller.own.number, caller.credentials
				d.body = map[string]any{"amount": 100, "account_holder_name": "Eve", "pin": "730164", "to_account": teller.number}
				for member := range d.body {
					if schema := o.bodyOf(); schema == nil || schema.Properties[member] == nil {
						delete(d.body, member)
					}
				}
				for member, value := range more {
					d.body[member] = value
				}
				if s.send(d).code() == "cash_closed" {
					closed++
				}
			}
		}
		require.Equal(t, before[0], s.totals()[0], name)
	}
	require.GreaterOrEqual(t, closed, 3*4, "owner, employee and administrator, at their own accounts")
	require.Equal(t, 201, s.post("/accounts/"+s.ada.number+"/transfer", `{"amount":1,"to_account":"`+teller.number+`"}`, bearer(s.session.AccessToken)).status,
		"transfers go on")
	require.Equal(t, before[0], s.totals()[0])
	require.Equal(t, 201, s.post("/accounts/"+s.ada.number+"/deposit", `{"amount":5}`, bearer(session.AccessToken)).status)
	require.Equal(t, 201, s.post("/accounts/"+teller.number+"/withdraw", `{"amount":5}`, bearer(admin.AccessToken)).status, "one serves the other")
	s.verify()
}

// TestCashIsWhatARequestWithoutACodeMeans: it may be said or not, under the same key.
func TestCashIsWhatARequestWithoutACodeMeans(t *testing.T) {
	t.Parallel()
	s := newStage(newWorld(t))
	send := func(body string) *answer {
		return s.post("/accounts/"+s.ada.number+"/deposit", body, bearer(s.session.AccessToken), idempotencyKey("k"))
	}
	first := send(`{"amount":5}`)
	require.Equal(t, []any{201, "cash"}, []any{first.status, first.field("via")})
	require.Equal(t, "true", send(`{"amount":5,"via":"cash"}`).header.Get("Idempotent-Replayed"))
	require.Equal(t, "idempotency_key_reused", send(`{"amount":5,"via":"bank"}`).code())

	open := func(body string) *answer { return s.post("/accounts", body, idempotencyKey("o")) }
	opened := open(`{"account_holder_name":"Bob","pin":"730164","initial_deposit":7}`)
	same := open(`{"account_holder_name":"Bob","pin":"730164","initial_deposit":7,"via":"cash"}`)
	require.Equal(t, opened.field("account_number"), same.field("account_number"))
	other := open(`{"account_holder_name":"Bob","pin":"730164","initial_deposit":7,"via":"bank"}`)
	require.NotEqual(t, opened.field("account_number"), other.field("account_number"), "another request is another opening")
	empty := s.post("/accounts", `{"account_holder_name":"Bob","pin":"730164"}`)
	for number, via := range map[any]string{opened.field("account_number"): "cash", other.field("account_number"): "bank", empty.field("account_number"): ""} {
		require.Equal(t, via, s.history(number.(string))[0].Via)
	}
	s.verify()
}

// TestTheTrialBalanceOfTheBank as JSON and as CSV.
func TestTheTrialBalanceOfTheBank(t *testing.T) {
	t.Parallel()
	s := newStage(newWorld(t))
	bob := s.open("730164", 0)
	s.post("/accounts/"+s.ada.number+"/deposit", `{"amount":2505,"via":"card"}`, bearer(s.session.AccessToken))
	at := s.clock.Now().UTC().Format("2006-01-02T15:04:05.000000Z")
	s.clock.pass(time.Microsecond)
	s.post("/accounts/"+s.ada.number+"/withdraw", `{"amount":100001}`, bearer(s.session.AccessToken))
	s.post("/accounts/"+s.ada.number+"/transfer", `{"amount":4,"to_account":"`+bob.number+`"}`, bearer(s.session.AccessToken))
	csv := func(query string) string {
		a := s.call("GET", "/admin/trial-balance"+query, adminKey(testAdminKey), header("Accept", "text/csv"))
		require.Equal(t, 200, a.status, a.text())
		return strings.ReplaceAll(a.text(), "\r\n", "\n")
	}
	require.Equal(t, `currency,ledger,via,debits,credits,balance
USD,settlement,card,25.05,0.00,25.05
USD,settlement,cash,1000.00,1000.01,-0.01
USD,customers,,1000.05,1025.09,-25.04
`, csv(""))
	require.Equal(t, `currency,ledger,via,debits,credits,balance
USD,settlement,card,25.05,0.00,25.05
USD,settlement,cash,1000.00,0.00,1000.00
USD,customers,,0.00,1025.05,-1025.05
`, csv("?at="+at))
	a := s.call("GET", "/admin/trial-balance?at="+at, adminKey(testAdminKey))
	require.Equal(t, at, a.field("at"))
	require.Equal(t, map[string]any{"currency": "USD", "ledger": "customers", "debits": 0.0, "credits": 102505.0, "balance": -102505.0}, a.field("data").([]any)[2])
	require.Len(t, s.readEvents(), 3, "it is a read of the bank")
}
