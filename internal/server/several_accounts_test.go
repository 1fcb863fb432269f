package server_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// severalStage is a stage on which Ada has three accounts, in two currencies, and Bob has two.
type severalStage struct {
	*stage
	adas, bobs []customer
	bob        tokens
}

func newSeveralStage(w *world) *severalStage {
	s := &severalStage{stage: newStage(w)}
	s.adas = []customer{s.ada, s.further(s.ada, s.session, `{"nickname":"Rent"}`), s.further(s.ada, s.session, `{"currency":"EUR","initial_deposit":500}`)}
	bob := s.open("730164", 700)
	s.bob = s.login(bob)
	s.bobs = []customer{bob, s.further(bob, s.bob, `{"initial_deposit":70}`)}
	return s
}

// staffOnly are operations on an account that its owner may not do.
var staffOnly = map[string]bool{"unlockAccount": true, "unfreezeAccount": true, "closeAccount": true}

// TestEveryOwnAccountIsOnesOwn sends every operation on an account for each of the caller's and each of another's, in a session that one of
// the caller's other numbers has started. The answer for another's is the same as for an account that does not exist.
func TestEveryOwnAccountIsOnesOwn(t *testing.T) {
	t.Parallel()
	shared := newWorld(t)
	for id, o := range contractOperations(t) {
		if !o.ofAccount() || !o.takes("bearerAuth") || staffOnly[id] {
			continue
		}
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			for i := range 5 {
				s := newSeveralStage(shared.lend(t))
				account := slices.Concat(s.adas, s.bobs)[i]
				of := &stage{world: s.world, ada: account, session: s.login(account)}
				session := s.login(s.adas[(i+1)%len(s.adas)])
				pays := id == "transfer" || id == "transferMany" || id == "getTransferBatch" || id == "reverseTransaction" || strings.Contains(id, "StandingOrder")
				if pays && i == 2 {
					continue // the drafts pay US dollars
				}
				s.deposit(of, 1_000)
				d := properDraft(of, o)
				d.credentials = signedIn(session)
				a := s.send(d)
				if i < len(s.adas) {
					require.Equal(t, successes[id], a.status, a.text())
					continue
				}
				requireRefused(t, 403, "forbidden", a)
				d.account = unusedNumber
				require.Equal(t, withoutID(a), withoutID(s.send(d)))
			}
		})
	}
}

func withoutID(a *answer) string {
	return strings.ReplaceAll(a.text(), a.field("request_id").(string), "")
}

func (s *severalStage) deposit(of *stage, amount int) {
	s.t.Helper()
	a := s.call("POST", "/accounts/"+of.ada.number+"/deposit", bearer(of.session.AccessToken), body(map[string]any{"amount": amount}))
	require.Equal(s.t, 201, a.status, a.text())
}

// TestMoneyBetweenOnesOwnAccounts moves like any other, and so does not change its currency on the way.
func TestMoneyBetweenOnesOwnAccounts(t *testing.T) {
	t.Parallel()
	s := newSeveralStage(newWorld(t))
	pay := func(from, to customer, amount int) *answer {
		return s.call("POST", "/accounts/"+from.number+"/transfer", bearer(s.session.AccessToken), body(map[string]any{"to_account": to.number, "amount": amount}))
	}
	require.Equal(t, 201, pay(s.adas[0], s.adas[1], 300).status)
	require.Equal(t, 201, pay(s.adas[1], s.bobs[1], 100).status)
	requireRefused(t, 422, "currency_mismatch", pay(s.adas[0], s.adas[2], 1))
	requireRefused(t, 422, "same_account", pay(s.adas[1], s.adas[1], 1))
	requireRefused(t, 403, "forbidden", pay(s.bobs[0], s.adas[0], 1))
	require.Equal(t, []int64{99_700, 200, 500, 700, 170}, []int64{
		s.balance(s.adas[0].number), s.balance(s.adas[1].number), s.balance(s.adas[2].number), s.balance(s.bobs[0].number), s.balance(s.bobs[1].number),
	})
	s.verify()
}

// TestALockIsTheCustomers: wrong PINs count on one counter, whichever account they name, and lock and unlock all of them.
func TestALockIsTheCustomers(t *testing.T) {
	t.Parallel()
	s := newSeveralStage(newWorld(t))
	for i, account := range s.adas {
		s.clock.pass(time.Minute)
		requireRefused(t, 401, "invalid_credentials", s.tryLogin(account.number, "604713"))
		require.Equal(t, i == 2, s.isLocked(s.adas[0].number))
	}
	for _, account := range s.adas {
		require.True(t, s.isLocked(account.number))
		requireRefused(t, 423, "account_locked", s.tryLogin(account.number, account.pin))
	}
	for _, account := range s.listAccounts(s.session) {
		require.Equal(t, true, account["is_locked"], "sessions continue")
	}
	require.False(t, s.isLocked(s.bobs[0].number))
	a := s.call("POST", "/accounts/"+s.adas[1].number+"/unlock", adminKey(testAdminKey))
	require.Equal(t, 200, a.status, a.text())
	requireRefused(t, 409, "account_not_locked", s.call("POST", "/accounts/"+s.adas[0].number+"/unlock", adminKey(testAdminKey)))
	s.clock.pass(time.Hour)
	for _, account := range s.adas {
		require.False(t, s.isLocked(account.number))
		s.login(account)
	}
}

// TestAPINAndItsSessionsAreTheCustomers: a change under one number holds for all, and ends the sessions that any of them has started.
func TestAPINAndItsSessionsAreTheCustomers(t *testing.T) {
	t.Parallel()
	s := newSeveralStage(newWorld(t))
	var started []tokens
	for _, account := range s.adas {
		started = append(started, s.login(account))
	}
	require.Len(t, s.sessions(s.session), 4)
	a := s.call("POST", "/accounts/"+s.adas[2].number+"/pin", bearer(started[0].AccessToken),
		body(map[string]any{"current_pin": s.ada.pin, "new_pin": "591746"}))
	require.Equal(t, 204, a.status, a.text())
	require.Len(t, s.sessions(started[0]), 1)
	for _, session := range started[1:] {
		requireRefused(t, 401, "token_revoked", s.call("GET", "/accounts", bearer(session.AccessToken)))
	}
	for _, account := range s.adas {
		requireRefused(t, 401, "invalid_credentials", s.tryLogin(account.number, s.ada.pin))
		s.login(customer{number: account.number, pin: "591746"})
	}
	ended := s.call("DELETE", "/admin/accounts/"+s.adas[1].number+"/sessions", adminKey(testAdminKey))
	require.Equal(t, 200, ended.status, ended.text())
	requireRefused(t, 401, "token_revoked", s.call("GET", "/accounts", bearer(started[0].AccessToken)))
	require.Len(t, s.sessions(s.bob), 1)
}

// TestASecondFactorIsTheCustomers: set up under one number, it is asked for under all.
func TestASecondFactorIsTheCustomers(t *testing.T) {
	t.Parallel()
	s := newSeveralStage(newWorld(t))
	f := s.enableFactor(s.adas[1], s.session)
	for i, account := range s.adas {
		requireRefused(t, 401, "second_factor_required", s.tryLogin(account.number, account.pin))
		a := s.loginWith(account, f.recovery[i])
		require.Equal(t, 200, a.status, a.text())
		status := s.call("GET", "/accounts/"+account.number+"/second-factor", bearer(s.session.AccessToken))
		require.Equal(t, true, status.field("enabled"))
		require.EqualValues(t, 10-i-1, status.field("recovery_codes_left"))
	}
	s.removeFactor(s.adas[2], s.session, f.recovery[5])
	s.login(s.adas[0])
}

// TestEventsAreThoseOfAllOfACustomersAccounts and name the account that each was about; a stranger's are not among them.
func TestEventsAreThoseOfAllOfACustomersAccounts(t *testing.T) {
	t.Parallel()
	s := newSeveralStage(newWorld(t))
	s.clock.pass(time.Second)
	s.tryLogin(s.adas[1].number, "604713")
	s.clock.pass(time.Second)
	s.login(s.adas[2])
	s.tryLogin(s.bobs[1].number, "604713")
	var lists []string
	for _, account := range s.adas {
		a := s.call("GET", "/accounts/"+account.number+"/events", bearer(s.session.AccessToken))
		lists = append(lists, a.text())
		var page struct{ Data []auditEvent }
		a.decode(&page)
		var all []string
		for _, e := range page.Data {
			all = append(all, e.Type+" "+e.Account)
		}
		require.Equal(t, []string{
			"signed_in " + s.adas[2].number, "login_failed " + s.adas[1].number, "account_added " + s.adas[2].number,
			"account_added " + s.adas[1].number, "signed_in " + s.adas[0].number,
		}, all)
		require.NotContains(t, a.text(), s.bobs[1].number)
	}
	require.Equal(t, lists[0], lists[1])
	require.Equal(t, lists[0], lists[2])
}
