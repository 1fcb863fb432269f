package server_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/api"
	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// item returns an item of a request for many transfers.
func item(to string, amount int, reference string) string {
	if reference != "" {
		reference = `,"reference":"` + reference + `"`
	}
	return fmt.Sprintf(`{"to_account":"%s","amount":%d%s}`, to, amount, reference)
}

// many sends a request for many transfers: more is what it has beside its items, such as `"mode":"each",`.
func (w *world) many(from customer, token requestOption, more string, items []string, options ...requestOption) *answer {
	w.t.Helper()
	options = append(options, token, rawBody("{"+more+`"items":[`+strings.Join(items, ",")+"]}"))
	return w.call("POST", "/accounts/"+from.number+"/transfers", options...)
}

func (a *answer) batch() (batch api.TransferBatch) {
	a.decode(&batch)
	return batch
}

// outcomes sums up the results of a batch, such as "posted insufficient_funds".
func outcomes(batch api.TransferBatch) string {
	var words []string
	for _, result := range batch.Results {
		if result.Problem != nil {
			words = append(words, string(result.Problem.Code))
		} else {
			words = append(words, string(result.Status))
		}
	}
	return strings.Join(words, "|")
}

// everything returns what a refused request must not change.
func (w *world) everything() string {
	w.t.Helper()
	return w.books() + storetest.Text(w.t, w.database, "SELECT COUNT(*) FROM transfer_batches")
}

// Each item meets the balance that those before it have left: the third does not fit, the fourth does.
func TestEachIsPostedThatCanBe(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, bob, token := customersOf(w)
	foreign := w.call("POST", "/accounts", rawBody(`{"account_holder_name":"Eva","pin":"482913","currency":"EUR"}`)).field("account_number").(string)
	a := w.many(ada, token, `"mode":"each",`, []string{
		item(bob.number, 6000, "1"), item(bob.number, 3000, "2"), item(bob.number, 1001, "3"), item(bob.number, 900, "1"),
		item(ada.number, 1, ""), item(unusedNumber, 1, ""), item("100000000009", 1, ""), item(foreign, 1, ""), item(bob.number, 1000, "4"),
	})
	requireFresh(t, a)
	batch := a.batch()
	require.Equal(t, "posted|posted|insufficient_funds|reference_used|same_account|account_not_found|account_not_found|currency_mismatch|posted",
		outcomes(batch))
	require.Contains(t, batch.Results[6].Problem.Detail, "check digit")
	require.Equal(t, []any{3, 6, int64(10_000)}, []any{batch.Posted, batch.Refused, batch.TotalAmount})
	require.Equal(t, "/accounts/"+ada.number+"/transfers/"+batch.Id.String(), a.header.Get("Location"))
	require.Zero(t, w.balance(ada.number))
	require.Equal(t, int64(20_000), w.balance(bob.number))
	for i, reference := range map[int]string{0: "1", 1: "2", 8: "4"} {
		entry := w.call("GET", "/accounts/"+ada.number+"/transactions/"+batch.Results[i].TransactionId.String(), token)
		require.Equal(t, reference, entry.field("reference"))
	}
	again := w.call("GET", a.header.Get("Location"), token)
	require.Equal(t, a.text(), again.text())
	require.Equal(t, a.text(), w.call("GET", a.header.Get("Location"), adminKey(testAdminKey)).text())
	require.Equal(t, int64(3), w.verify().Accounts)
}

// A request of which one item is refused changes nothing, and leaves its key free.
func TestAllOrNothingRefusesAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, bob, token := customersOf(w)
	requireFresh(t, w.post("/accounts/"+ada.number+"/transfer", item(bob.number, 1, "paid"), token))
	before := w.everything()
	a := w.many(ada, token, "", []string{
		item(bob.number, 9000, "new"), item(bob.number, 1000, ""), item(unusedNumber, 1, ""), item(bob.number, 5, "paid"), item(bob.number, 5, "new"),
	}, idempotencyKey("k"))
	require.Equal(t, 422, a.status, a.text())
	var problem api.Problem
	a.decode(&problem)
	require.Equal(t, "batch_refused", string(problem.Code))
	var pointers []string
	for _, fault := range *problem.Errors {
		pointers = append(pointers, fault.Pointer)
	}
	require.Equal(t, []string{"/items/1/amount", "/items/2/to_account", "/items/3/reference", "/items/4/reference"}, pointers)
	require.Equal(t, before, w.everything())
	corrected := w.many(ada, token, `"mode":"all_or_nothing",`, []string{item(bob.number, 9000, "new"), item(bob.number, 999, "")}, idempotencyKey("k"))
	requireFresh(t, corrected)
	require.Equal(t, "posted|posted", outcomes(corrected.batch()))
	require.Zero(t, w.balance(ada.number))
	lone := w.many(ada, token, "", []string{item(bob.number, 1, "")})
	require.Equal(t, 422, lone.status, "one item is refused like many")
	require.Equal(t, "batch_refused", lone.code())
	require.Contains(t, lone.text(), `"pointer":"/items/0/amount"`)
}

// TestOnlyCustomersSendLargeBodies: without a token, the server does not read a body that is larger than those of other operations.
func TestOnlyCustomersSendLargeBodies(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t)
	ada, _, token := customersOf(w)
	path, faulty := "/accounts/"+ada.number+"/transfers", `{"items":[`+strings.Repeat(`{},`, 60_000)+`{}]}`
	for _, credentials := range []requestOption{func(*http.Request) {}, bearer("forged")} {
		require.Equal(t, 401, w.call("POST", path, credentials, rawBody(faulty)).status)
	}
	require.Contains(t, w.call("POST", path, token, rawBody(faulty)).text(), "more than 1000 elements")
	a := w.call("POST", path, token, rawBody(`{"items":[`+strings.Repeat(`{},`, 999)+`{}]}`))
	require.Equal(t, 400, a.status)
	require.Len(t, a.field("errors"), 100, "an answer lists no more")
}

// A dry run says what would become of each item, changes nothing, and uses no key.
func TestADryRunChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, bob, token := customersOf(w)
	good := []string{item(bob.number, 6000, "1"), item(bob.number, 4000, "2")}
	bad := append(slices.Clone(good), item(bob.number, 1, "3"))
	before := w.everything()
	for _, test := range []struct {
		more     string
		items    []string
		outcomes string
		total    int64
	}{
		{`"dry_run":true,`, good, "posted|posted", 10_000},
		{`"dry_run":true,"mode":"each",`, bad, "posted|posted|insufficient_funds", 10_000},
		{`"dry_run":true,`, bad, "not_attempted|not_attempted|insufficient_funds", 0},
	} {
		a := w.many(ada, token, test.more, test.items, idempotencyKey("k"))
		requireFresh(t, a)
		batch := a.batch()
		require.Equal(t, test.outcomes, outcomes(batch))
		require.Equal(t, test.total, batch.TotalAmount)
		require.True(t, batch.DryRun)
		require.Nil(t, batch.Id)
		require.Empty(t, a.header.Get("Location"))
		require.NotContains(t, a.text(), "transaction_id")
	}
	require.Equal(t, before, w.everything())
	requireFresh(t, w.many(ada, token, "", good, idempotencyKey("k")))
}

// The answer under a key stays the same, also if the first one was lost, and the server has been started anew.
func TestManyTransfersAreRepeatedUnderTheirKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, bob, token := customersOf(w)
	items := []string{item(bob.number, 9000, "1"), item(bob.number, 9000, "2"), item("100000000009", 1, "3")}
	first := w.many(ada, token, `"mode":"each",`, items, idempotencyKey("k"))
	requireFresh(t, first)
	w.restart()
	before := w.everything()
	requireReplay(t, first, w.many(ada, token, `"mode":"each","dry_run":false,`, items, idempotencyKey("k")))
	for name, other := range map[string]*answer{
		"mode":  w.many(ada, token, "", items, idempotencyKey("k")),
		"items": w.many(ada, token, `"mode":"each",`, items[:2], idempotencyKey("k")),
		"one":   w.post("/accounts/"+ada.number+"/transfer", items[0], token, idempotencyKey("k")),
	} {
		require.Equal(t, "idempotency_key_reused", other.code(), name)
	}
	found := w.lookUp(ada.number, "k", token)
	require.Equal(t, 303, found.status, found.text())
	require.Equal(t, first.header.Get("Location"), found.header.Get("Location"))
	require.Equal(t, first.text(), w.call("GET", found.header.Get("Location"), token).text())
	require.Equal(t, before, w.everything())
}

// The bank has committed, and the process ends before it answers.
func TestManyTransfersWhoseAnswerIsLostAreNotCarriedOutTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, bob, token := customersOf(w)
	from, err := ledger.ParseAccountNumber(ada.number)
	require.NoError(t, err)
	to, err := ledger.ParseAccountNumber(bob.number)
	require.NoError(t, err)
	lost, err := w.bank.TransferMany(t.Context(), auth.Caller{Account: from, Role: auth.RoleCustomer}, bank.TransferManyParams{
		Account: from, Mode: bank.AllOrNothing, Items: []bank.TransferItem{{To: to, Amount: 2500}}, IdempotencyKey: "k",
	})
	require.NoError(t, err)
	w.restart()
	retry := w.many(ada, token, "", []string{item(bob.number, 2500, "")}, idempotencyKey("k"))
	require.Equal(t, []string{"true"}, retry.header.Values("Idempotent-Replayed"))
	require.Equal(t, lost.ID, *retry.batch().Id)
	require.Equal(t, int64(7500), w.balance(ada.number))
}

// A reference is good for one transfer of an account, alone or among many, and for another account's besides.
func TestAReferencePaysOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, bob, token := customersOf(w)
	single := w.post("/accounts/"+ada.number+"/transfer", item(bob.number, 1, "a"), token)
	requireFresh(t, single)
	require.Equal(t, "a", single.field("reference"))
	var history struct{ Data []map[string]any } // newest first
	w.call("GET", "/accounts/"+ada.number+"/transactions", token).decode(&history)
	require.Equal(t, single.field("hash"), recomputedHash(history.Data[1]["hash"].(string), history.Data[0]), "the hash covers it")
	batch := w.many(ada, token, `"mode":"each",`, []string{item(bob.number, 1, "a"), item(bob.number, 2, "b")})
	require.Equal(t, "reference_used|posted", outcomes(batch.batch()))
	for _, used := range []string{"a", "b"} {
		refused := w.post("/accounts/"+ada.number+"/transfer", item(bob.number, 1, used), token)
		require.Equal(t, 409, refused.status, refused.text())
		require.Equal(t, "reference_used", refused.code())
	}
	bobs := bearer(w.login(bob).AccessToken)
	received := w.call("GET", "/accounts/"+bob.number+"/transactions/"+newestEntry(w, bob.number), bobs)
	require.Equal(t, "b", received.field("reference"), "the recipient sees it, too")
	requireFresh(t, w.post("/accounts/"+bob.number+"/transfer", item(ada.number, 1, "a"), bobs))
	require.Equal(t, int64(9998), w.balance(ada.number))
	w.verify()
}

// Of two batches with the same references that arrive at the same moment, exactly one pays.
func TestOfTwoBatchesWithTheSameReferencesOnePays(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	w := newWorld(t)
	ada, bob, token := customersOf(w)
	content := `{"items":[` + item(bob.number, 10, "1") + "," + item(bob.number, 20, "2") + "]}"
	answers := w.atOnce(8, func(int) (*answer, error) {
		return w.try("POST", "/accounts/"+ada.number+"/transfers", token, rawBody(content))
	})
	statuses := map[int]int{}
	for _, a := range answers {
		statuses[a.status]++
	}
	require.Equal(t, map[int]int{201: 1, 422: 7}, statuses)
	require.Equal(t, int64(9970), w.balance(ada.number))
	require.Equal(t, int64(2), w.verify().Accounts)
}

// A request has 1 to 1,000 items and 256 KiB, and what the contract does not allow is refused with its place.
func TestLimitsOfManyTransfers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, bob, token := customersOf(w)
	items := func(n int) []string {
		all := make([]string, n)
		for i := range all {
			all[i] = item(bob.number, 1, fmt.Sprintf("%0*d", 64, i))
		}
		return all
	}
	for n, want := range map[int]int{0: 400, 1001: 400} {
		require.Equal(t, want, w.many(ada, token, "", items(n)).status, n)
	}
	for place, wrong := range map[string]string{
		"/items/1/amount":      item(bob.number, 0, ""),
		"/items/1/to_account":  item("12", 1, ""),
		"/items/1/reference":   item(bob.number, 1, strings.Repeat("r", 65)),
		"/items/1/description": `{"to_account":"` + bob.number + `","amount":1,"description":"\u202e"}`,
	} {
		a := w.many(ada, token, `"mode":"each",`, []string{item(bob.number, 1, ""), wrong})
		require.Equal(t, 400, a.status, a.text())
		require.Contains(t, a.text(), `"pointer":"`+place+`"`)
	}
	control := w.many(ada, token, "", []string{item(bob.number, 1, ""), item(bob.number, 1, `\u0007`)})
	require.Equal(t, 400, control.status, control.text())
	require.Contains(t, control.text(), `"pointer":"/items/1/reference"`)
	for size, want := range map[int]int{256 << 10: 201, 256<<10 + 1: 413} {
		content := `{"items":[` + item(bob.number, 1, "") + "]}"
		a := w.call("POST", "/accounts/"+ada.number+"/transfers", token, rawBody(content+strings.Repeat(" ", size-len(content))))
		require.Equal(t, want, a.status, size)
		if want == 413 {
			require.Contains(t, a.text(), "262144")
		}
	}
	a := w.many(ada, token, "", items(1000))
	requireFresh(t, a)
	batch := a.batch()
	require.Equal(t, 1000, batch.Posted)
	require.Equal(t, 999, batch.Results[999].Index)
	require.Equal(t, int64(8999), w.balance(ada.number))
	w.verify()
}
