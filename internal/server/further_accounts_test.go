package server_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// further opens a further account of a signed-in customer and returns it with the customer's PIN.
func (w *world) further(of customer, as tokens, content string) customer {
	w.t.Helper()
	w.clock.pass(time.Microsecond) // accounts are listed in the order in which they were opened
	a := w.post("/accounts", content, bearer(as.AccessToken))
	require.Equal(w.t, 201, a.status, a.text())
	return customer{number: a.field("account_number").(string), pin: of.pin}
}

// rows returns everything that an opening can write.
func (w *world) rows() string {
	w.t.Helper()
	return w.books() + storetest.Text(w.t, w.database, `SELECT (SELECT COUNT(*) FROM customers), (SELECT COUNT(*) FROM events)`) +
		storetest.Text(w.t, w.database, `SELECT account_number, nickname FROM accounts ORDER BY account_number`)
}

func (w *world) listAccounts(as tokens) (list []map[string]any) {
	w.t.Helper()
	a := w.call("GET", "/accounts", bearer(as.AccessToken))
	require.Equal(w.t, 200, a.status, a.text())
	var answer struct{ Data []map[string]any }
	a.decode(&answer)
	return answer.Data
}

func TestACustomerOpensFurtherAccounts(t *testing.T) {
	t.Parallel()
	s := newStage(newWorld(t))
	s.clock.pass(time.Microsecond)
	a := s.post("/accounts", `{"currency":"EUR","nickname":"Holidays","initial_deposit":500}`, bearer(s.session.AccessToken))
	require.Equal(t, 201, a.status, a.text())
	require.Equal(t, "/accounts/"+a.field("account_number").(string), a.header.Get("Location"))
	for member, want := range map[string]any{
		"account_holder_name": "Ada Lovelace", "nickname": "Holidays", "currency": "EUR", "balance": 500.0, "role": "customer", "status": "open",
	} {
		require.Equal(t, want, a.field(member), member)
	}
	s.further(s.ada, s.session, `{}`)
	bob := s.open("730164", 0)
	list := s.listAccounts(s.session)
	require.Len(t, list, 3)
	require.Equal(t, s.ada.number, list[0]["account_number"], "oldest first")
	var second map[string]any
	a.decode(&second)
	require.Equal(t, second, list[1])
	require.NotContains(t, list[2], "nickname")
	require.Equal(t, "USD", list[2]["currency"], "the bank's own")
	require.Len(t, s.listAccounts(s.login(bob)), 1)
	require.Equal(t, int64(4), s.verify().Accounts)
	require.Equal(t, int64(2), s.verify().Customers)
}

func TestRenamingAnAccount(t *testing.T) {
	t.Parallel()
	s := newStage(newWorld(t))
	second := s.further(s.ada, s.session, `{}`)
	rename := func(number, content string) *answer {
		return s.call("PATCH", "/accounts/"+number, rawBody(content), bearer(s.session.AccessToken))
	}
	a := rename(second.number, `{"nickname":"Für die Miete"}`)
	require.Equal(t, "Für die Miete", a.field("nickname"), a.text())
	require.Equal(t, a.text(), s.call("GET", "/accounts/"+second.number, bearer(s.session.AccessToken)).text())
	require.NotContains(t, s.listAccounts(s.session)[0], "nickname", "only that account")
	before := s.rows()
	for _, bad := range []string{`{}`, `{"nickname":null}`, `{"nickname":"a\nb"}`, `{"nickname":"a","balance":1}`} {
		require.Equal(t, 400, rename(second.number, bad).status, bad)
	}
	require.Equal(t, 403, rename(s.open("730164", 0).number, `{"nickname":"Mine"}`).status)
	require.NotEqual(t, before, s.rows(), "Bob's account")
	require.Equal(t, 200, rename(second.number, `{"nickname":""}`).status)
	require.NotContains(t, s.listAccounts(s.session)[1], "nickname")
}

// TestRefusedFurtherAccountsChangeNothing tries what a customer could attempt with a token.
func TestRefusedFurtherAccountsChangeNothing(t *testing.T) {
	t.Parallel()
	s := newStage(newWorld(t))
	bob := s.open("730164", 0)
	ended := s.login(s.ada)
	require.Equal(t, 204, s.call("POST", "/auth/logout", bearer(ended.AccessToken)).status)
	mine := bearer(s.session.AccessToken)
	before := s.rows()
	for _, test := range []struct {
		status  int
		content string
		as      requestOption
	}{
		{403, `{"account_holder_name":"Eve","pin":"604713"}`, mine}, // an opening that the limit of addresses would not count
		{403, `{"account_holder_name":"Eve"}`, mine},
		{403, `{"pin":"604713"}`, mine},
		{403, `{"customer_of":"` + bob.number + `"}`, mine},
		{403, `{"customer_of":"` + unusedNumber + `"}`, mine}, // alike, whether or not it exists
		{400, `{"customer_of":"100000000009x"}`, mine},
		{400, `{"currency":"HRK"}`, mine},
		{400, `{"initial_deposit":-1}`, mine},
		{401, `{}`, bearer(ended.AccessToken)},
		{401, `{}`, bearer(s.session.RefreshToken)},
		{401, `{"account_holder_name":"Eve","pin":"604713"}`, bearer("x")}, // a token is never ignored
		{401, `{"account_holder_name":"Eve","pin":"604713"}`, header("Authorization", "")},
		{400, `{}`, func(*http.Request) {}},
		{400, `{"account_holder_name":"Eve","pin":"604713","customer_of":"` + bob.number + `"}`, func(*http.Request) {}},
	} {
		a := s.post("/accounts", test.content, test.as, idempotencyKey("k"))
		require.Equal(t, test.status, a.status, "%s: %s", test.content, a.text())
		require.Equal(t, before, s.rows(), test.content)
	}
	s.further(s.ada, s.session, `{"customer_of":"`+s.ada.number+`"}`) // oneself
	require.Len(t, s.listAccounts(s.session), 2)
}

// TestWhoOpensFurtherAccounts follows the bank's policy: an invitation is for new customers, and staff open all accounts where they alone do.
func TestWhoOpensFurtherAccounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := w.open("482913", 0)
	bob := w.open("730164", 0)
	w.options.openings = auth.OpeningsCode
	w.restart()
	w.further(ada, w.login(ada), `{}`)
	w.options.openings = auth.OpeningsStaff
	w.restart()
	requireRefused(t, 403, "openings_closed", w.post("/accounts", `{}`, bearer(w.login(ada).AccessToken)))
	w.promote(bob)
	staff := w.login(bob)
	for _, number := range []string{ada.number, bob.number} {
		opened := w.further(bob, staff, `{"customer_of":"`+number+`"}`)
		events := w.audit("account_added", opened.number)
		require.Len(t, events, 1)
		require.Equal(t, bob.number, events[0].Actor, "the trail says who opened an account for a customer")
	}
	require.Len(t, w.listAccounts(w.login(ada)), 3)
}

// TestAFurtherAccountIsOpenedOnceUnderItsKey, whatever the answer met on its way.
func TestAFurtherAccountIsOpenedOnceUnderItsKey(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	s := newStage(newWorld(t))
	bob := s.open("730164", 0)
	bobs := s.login(bob)
	key, content := idempotencyKey("k"), `{"nickname":"Holidays","initial_deposit":7}`
	answers := s.atOnce(20, func(int) (*answer, error) {
		return s.try("POST", "/accounts", rawBody(content), bearer(s.session.AccessToken), key)
	})
	for _, a := range answers {
		require.Equal(t, 201, a.status, a.text())
		require.Equal(t, answers[0].text(), a.text())
	}
	require.Len(t, s.listAccounts(s.session), 2)
	requireRefused(t, 422, "idempotency_key_reused", s.post("/accounts", `{"nickname":"Rent","initial_deposit":7}`, bearer(s.session.AccessToken), key))
	requireFresh(t, s.post("/accounts", content, bearer(bobs.AccessToken), key)) // another customer's key is another key
	requireReplay(t, answers[0], s.post("/accounts", content, bearer(s.login(s.ada).AccessToken), key))
	require.Len(t, s.listAccounts(s.session), 2)
}

// TestACustomerHas100AccountsAtMost under parallel openings too, and the last one's answer can still be repeated.
func TestACustomerHas100AccountsAtMost(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	s := newStage(newWorld(t))
	for range auth.MaxAccounts - 1 - 5 {
		s.further(s.ada, s.session, `{}`)
	}
	answers := s.atOnce(25, func(i int) (*answer, error) {
		return s.try("POST", "/accounts", rawBody(`{}`), bearer(s.session.AccessToken), idempotencyKey(fmt.Sprint(i)))
	})
	opened := map[int]*answer{}
	for i, a := range answers {
		if a.status != 201 {
			requireRefused(t, 409, "too_many_accounts", a)
			continue
		}
		opened[i] = a
	}
	require.Len(t, opened, 5)
	require.Len(t, s.listAccounts(s.session), auth.MaxAccounts)
	for i, a := range opened {
		requireReplay(t, a, s.post("/accounts", `{}`, bearer(s.session.AccessToken), idempotencyKey(fmt.Sprint(i))))
	}
	before := s.rows()
	requireRefused(t, 409, "too_many_accounts", s.post("/accounts", `{}`, bearer(s.session.AccessToken)))
	require.Equal(t, before, s.rows())
	s.verify()
}

// TestOnlyOpeningsWithoutATokenCountForTheirAddress, which many customers can share.
func TestOnlyOpeningsWithoutATokenCountForTheirAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *options) { o.limits["register"] = perMinute(1) })
	ada := w.open("482913", 0)
	session := w.login(ada)
	content := `{"account_holder_name":"Eve","pin":"604713"}`
	require.Equal(t, 429, w.post("/accounts", content).status)
	w.further(ada, session, `{}`)
	require.Equal(t, 429, w.post("/accounts", `{}`, bearer(session.AccessToken)).status, "customers have a quota of their own")
	require.Equal(t, 401, w.post("/accounts", content, bearer("x")).status, "a false token is no way around the limit")
	require.Equal(t, 429, w.post("/accounts", content).status)
}
