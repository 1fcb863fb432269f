package server_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// itemFrom is an item from another account than that of the request.
func itemFrom(from, to customer, amount int, reference string) string {
	return strings.Replace(item(to.number, amount, reference), "{", `{"from_account":"`+from.number+`",`, 1)
}

// exchange is a bank with an account in each of two currencies, and a customer with two more.
type exchange struct {
	*world
	bankUSD, bankEUR, adaUSD, adaEUR customer
	bank, ada                        tokens
}

func newExchange(w *world) *exchange {
	e := &exchange{world: w, bankUSD: w.open("730164", 100_000), adaUSD: w.open("482913", 10_000)}
	e.bank, e.ada = w.login(e.bankUSD), w.login(e.adaUSD)
	e.bankEUR = w.further(e.bankUSD, e.bank, `{"currency":"EUR","initial_deposit":5000}`)
	e.adaEUR = w.further(e.adaUSD, e.ada, `{"currency":"EUR"}`)
	return e
}

// items are the two transfers of an exchange of dollars for euros.
func (e *exchange) items(dollars, euros int) []string {
	return []string{item(e.bankUSD.number, dollars, ""), itemFrom(e.bankEUR, e.adaEUR, euros, "")}
}

func (e *exchange) balances() [4]int64 {
	return [4]int64{e.balance(e.bankUSD.number), e.balance(e.bankEUR.number), e.balance(e.adaUSD.number), e.balance(e.adaEUR.number)}
}

// TestAnExchangeIsTwoTransfers: a service client changes a customer's dollars into euros, both transfers or neither.
func TestAnExchangeIsTwoTransfers(t *testing.T) {
	t.Parallel()
	e := newExchange(newWorld(t))
	_, key := e.serviceClient(auth.TransfersWrite, auth.AccountsRead)
	client := bearer(key)

	before, events := e.everything(), e.tally("SELECT COUNT(*) FROM events")
	refused := e.many(e.adaUSD, client, "", e.items(6000, 5001), idempotencyKey("k"))
	requireRefused(t, 422, "batch_refused", refused)
	require.Contains(t, refused.text(), `"pointer":"/items/1/amount"`)
	dry := e.many(e.adaUSD, client, `"dry_run":true,`, e.items(6000, 5000))
	require.Equal(t, "posted|posted", outcomes(dry.batch()), dry.text())
	require.Equal(t, before, e.everything())
	require.Equal(t, events, e.tally("SELECT COUNT(*) FROM events"))

	first := e.many(e.adaUSD, client, "", e.items(6000, 5000), idempotencyKey("k"))
	requireFresh(t, first)
	batch := first.batch()
	require.Equal(t, "posted|posted", outcomes(batch))
	require.Equal(t, int64(6000), batch.TotalAmount, "what left the account in the path, in its currency")
	require.Equal(t, [4]int64{106_000, 0, 4000, 5000}, e.balances())

	var moved []string
	for _, event := range e.eventsOf("money_moved") {
		moved = append(moved, strings.Fields(event)[0]+" "+strings.Fields(event)[2])
	}
	require.Equal(t, []string{e.adaUSD.number + " " + batch.Id.String(), e.bankEUR.number + " " + batch.Id.String()}, moved,
		"one event for each account that money has left")

	after := e.everything()
	e.restart()
	requireReplay(t, first, e.many(e.adaUSD, client, "", e.items(6000, 5000), idempotencyKey("k")))
	other := strings.ReplaceAll(strings.Join(e.items(6000, 5000), ","), e.bankEUR.number, e.bankUSD.number)
	require.Equal(t, "idempotency_key_reused", e.many(e.adaUSD, client, "", []string{other}, idempotencyKey("k")).code(), "another sender")
	require.Equal(t, after, e.everything())

	link := first.header.Get("Location")
	require.Equal(t, first.text(), e.call("GET", link, client).text())
	require.Equal(t, "batch_not_found", e.call("GET", link, bearer(e.ada.AccessToken)).code(), "it is about the bank's account, too")
	require.Equal(t, first.text(), e.call("GET", link, adminKey(testAdminKey)).text())
	e.verify()
}

// TestWhoMayPostFromAnotherAccount: for each sender, the caller needs what it would need in the path.
func TestWhoMayPostFromAnotherAccount(t *testing.T) {
	t.Parallel()
	e := newExchange(newWorld(t))
	_, wide := e.serviceClient(auth.TransfersWrite)
	_, narrow := e.clientWith(func(c *auth.ClientSettings) { c.Permissions = []auth.Permission{auth.TransfersWrite} }, onlyFor(e.adaUSD.number))
	_, reader := e.serviceClient(auth.AccountsRead, auth.DepositsWrite)
	_, employee := e.employee()
	admin, adminSession := e.admin()
	ended := e.login(e.adaUSD)
	require.Equal(t, 204, e.call("POST", "/auth/logout", bearer(ended.AccessToken)).status)
	rent := e.further(e.adaUSD, e.ada, `{"initial_deposit":300}`)
	back := []string{item(e.bankUSD.number, 1, ""), itemFrom(rent, e.bankUSD, 1, "")}

	for name, test := range map[string]struct {
		path    customer
		token   string
		items   []string
		refused string
	}{
		"another customer's":           {e.adaUSD, e.ada.AccessToken, e.items(1, 1), "/items/1/from_account"},
		"one that does not exist":      {e.adaUSD, e.ada.AccessToken, append(back, itemFrom(customer{number: unusedNumber}, rent, 1, "")), "/items/2/from_account"},
		"a client for another account": {e.adaUSD, narrow, e.items(1, 1), "/items/1/from_account"},
		"an administrator":             {admin, adminSession.AccessToken, []string{itemFrom(e.adaUSD, e.bankUSD, 1, "")}, "/items/0/from_account"},
		"an employee":                  {e.adaUSD, employee.AccessToken, back, ""},
		"a client without the right":   {e.adaUSD, reader, back, ""},
		"a path that is another's":     {e.bankUSD, e.ada.AccessToken, []string{itemFrom(e.adaUSD, e.bankUSD, 1, "")}, ""},
	} {
		for _, more := range []string{"", `"mode":"each",`, `"dry_run":true,`} {
			before := e.everything()
			a := e.many(test.path, bearer(test.token), more, test.items, idempotencyKey("k"))
			requireRefused(t, 403, "forbidden", a)
			if test.refused != "" {
				require.Contains(t, a.text(), `"pointer":"`+test.refused+`"`, name)
			} else {
				require.NotContains(t, a.text(), "pointer", name)
			}
			require.Equal(t, before, e.everything(), name)
		}
	}
	over := e.many(e.adaUSD, bearer(ended.AccessToken), "", e.items(1, 1))
	require.Equal(t, "token_revoked", over.code(), "a session that is over learns nothing about others' accounts")

	for name, test := range map[string]struct {
		token string
		items []string
	}{
		"the owner of both":       {e.ada.AccessToken, back},
		"a client for every one":  {wide, append(e.items(1, 1), back...)},
		"a client, from the path": {narrow, []string{itemFrom(e.adaUSD, rent, 1, "")}},
	} {
		a := e.many(e.adaUSD, bearer(test.token), "", test.items, idempotencyKey("k"))
		require.Equal(t, 201, a.status, "%s: %s", name, a.text())
	}
	e.verify()
}

// TestABatchIsKeptForAnAccountThatExists, although the account in the path need not send anything. Only senders whose money has moved are
// in the audit trail.
func TestABatchIsKeptForAnAccountThatExists(t *testing.T) {
	t.Parallel()
	e := newExchange(newWorld(t))
	_, key := e.serviceClient(auth.TransfersWrite)
	nobody := customer{number: unusedNumber}
	for _, more := range []string{"", `"mode":"each",`, `"dry_run":true,`} {
		before := e.everything()
		requireRefused(t, 404, "account_not_found", e.many(nobody, bearer(key), more, []string{itemFrom(e.bankUSD, e.adaUSD, 1, "")}))
		requireRefused(t, 404, "account_not_found", e.many(nobody, bearer(key), more, []string{item(e.adaUSD.number, 1, "")}))
		require.Equal(t, before, e.everything())
	}
	mixed := []string{itemFrom(e.bankEUR, e.adaEUR, 1_000_000, ""), itemFrom(nobody, e.adaUSD, 1, ""), itemFrom(e.bankUSD, e.adaUSD, 1, "")}
	a := e.many(e.adaUSD, bearer(key), `"mode":"each",`, mixed)
	require.Equal(t, "insufficient_funds|account_not_found|posted", outcomes(a.batch()), a.text())
	moved := e.eventsOf("money_moved")
	require.Len(t, moved, 1)
	require.Contains(t, moved[0], e.bankUSD.number)
	e.verify()
}

// TestEachSendersRulesHold: references, limits, freezes and balances are those of the item's own sender.
func TestEachSendersRulesHold(t *testing.T) {
	t.Parallel()
	e := newExchange(newWorld(t))
	_, key := e.serviceClient(auth.TransfersWrite)
	rent := e.further(e.adaUSD, e.ada, `{"initial_deposit":300}`)
	frozen, bob := e.open("604713", 50), e.open("853107", 0)
	freeze := e.call("POST", "/accounts/"+frozen.number+"/freeze", adminKey(testAdminKey), rawBody(`{"debits":true,"credits":false,"reason":"fraud"}`))
	require.Equal(t, 200, freeze.status, freeze.text())
	limited := e.call("PUT", "/accounts/"+rent.number+"/limits", adminKey(testAdminKey), rawBody(`{"daily":100}`))
	require.Equal(t, 200, limited.status, limited.text())

	items := []string{
		item(bob.number, 1, "r"), itemFrom(rent, bob, 60, "r"), itemFrom(rent, bob, 1, "r"), itemFrom(rent, bob, 41, ""),
		itemFrom(frozen, bob, 1, ""), itemFrom(bob, rent, 62, ""), itemFrom(bob, rent, 61, ""), itemFrom(customer{number: unusedNumber}, bob, 1, ""),
		itemFrom(rent, customer{number: unusedNumber}, 1, ""), itemFrom(rent, rent, 1, ""), itemFrom(rent, e.bankEUR, 1, ""),
	}
	a := e.many(e.adaUSD, bearer(key), `"mode":"each",`, items, idempotencyKey("k"))
	requireFresh(t, a)
	batch := a.batch()
	require.Equal(t, "posted|posted|reference_used|limit_exceeded|account_frozen|insufficient_funds|posted|account_not_found|"+
		"account_not_found|same_account|currency_mismatch", outcomes(batch))
	require.Equal(t, int64(40), *batch.Results[3].Problem.Remaining)
	require.Equal(t, int64(1), batch.TotalAmount)
	requireReplay(t, a, e.many(e.adaUSD, bearer(key), `"mode":"each",`, items, idempotencyKey("k")))
	all := e.many(e.adaUSD, bearer(key), "", items)
	requireRefused(t, 422, "batch_refused", all)
	for _, pointer := range []string{"2/reference", "3/amount", "4", "5/amount", "7", "8/to_account", "9/to_account", "10/to_account"} {
		require.Contains(t, all.text(), `"pointer":"/items/`+pointer+`"`)
	}
	require.Equal(t, [3]int64{9999, 301, 0}, [3]int64{e.balance(e.adaUSD.number), e.balance(rent.number), e.balance(bob.number)})
	e.verify()
}

// TestGroupsAgainstEachOther: batches that move money in a circle, each beginning elsewhere, all take effect, and lose nothing.
func TestGroupsAgainstEachOther(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	w := newWorld(t)
	_, key := w.serviceClient(auth.TransfersWrite)
	accounts := []customer{w.open("482913", 1000), w.open("730164", 1000), w.open("604713", 1000)}
	answers := w.atOnce(12, func(i int) (*answer, error) {
		var items []string
		for step := range accounts {
			items = append(items, itemFrom(accounts[(i+step)%3], accounts[(i+step+1)%3], 1000, fmt.Sprint(i)))
		}
		content := rawBody(`{"items":[` + strings.Join(items, ",") + "]}")
		return w.try("POST", "/accounts/"+accounts[i%3].number+"/transfers", bearer(key), content, idempotencyKey(fmt.Sprint(i)))
	})
	for _, a := range answers {
		require.Equal(t, 201, a.status, a.text())
	}
	for _, account := range accounts {
		require.Equal(t, int64(1000), w.balance(account.number))
		require.Equal(t, int64(24), w.tally("SELECT COUNT(*) FROM transactions WHERE account_number = $1 AND counterparty_account IS NOT NULL",
			storedNumber(t, account)))
	}
	w.verify()
}

func storedNumber(t *testing.T, c customer) int64 {
	t.Helper()
	number, err := ledger.ParseAccountNumber(c.number)
	require.NoError(t, err)
	return int64(number)
}
