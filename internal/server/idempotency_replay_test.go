package server_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
)

func TestReplayAfterRestartAndAfterTheBalanceHasChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, bob, token := customersOf(w)
	opening := `{"account_holder_name":"Eve","pin":"482913","initial_deposit":5}`
	opened := w.post("/accounts", opening, idempotencyKey("k"))
	requireFresh(t, opened)
	eve := customer{number: opened.field("account_number").(string), pin: "482913"}
	path, content := "/accounts/"+ada.number+"/transfer", `{"to_account":"`+bob.number+`","amount":9000}`
	sent := w.post(path, content, token, idempotencyKey("k"))
	requireFresh(t, sent)
	requireFresh(t, w.post("/accounts/"+ada.number+"/withdraw", `{"amount":1000}`, token))
	requireFresh(t, w.post("/accounts/"+eve.number+"/deposit", `{"amount":7}`, bearer(w.login(eve).AccessToken)))
	for range 2 {
		// The sender has no money left: only a stored answer can be a success.
		requireReplay(t, sent, w.post(path, content, token, idempotencyKey("k")))
		requireReplay(t, opened, w.post("/accounts", opening, idempotencyKey("k")))
		w.clock.pass(time.Minute)
		w.restart()
	}
	number, err := ledger.ParseAccountNumber(eve.number)
	require.NoError(t, err)
	_, err = w.bank.SetRole(t.Context(), auth.Caller{Operator: true}, number, auth.RoleAdmin)
	require.NoError(t, err)
	requireReplay(t, opened, w.post("/accounts", opening, idempotencyKey("k")))
	require.Zero(t, w.balance(ada.number))
	require.Equal(t, int64(12), w.balance(eve.number))
	require.Equal(t, int64(3), w.verify().Accounts)
}

// A lock concerns signing in: a live session still gets stored answers, and can move more money.
func TestReplayOfALockedAccountStillAnswersAndANewRequestIsCarriedOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, bob, token := customersOf(w)
	contents := map[string]string{
		"deposit": `{"amount":5}`, "withdraw": `{"amount":5}`, "transfer": `{"amount":5,"to_account":"` + bob.number + `"}`,
	}
	first := map[string]*answer{}
	for operation, content := range contents {
		first[operation] = w.post("/accounts/"+ada.number+"/"+operation, content, token, idempotencyKey(operation))
		requireFresh(t, first[operation])
	}
	w.lock(ada)
	before := w.books()
	for operation, content := range contents {
		requireReplay(t, first[operation], w.post("/accounts/"+ada.number+"/"+operation, content, token, idempotencyKey(operation)))
	}
	require.Equal(t, before, w.books())
	requireFresh(t, w.post("/accounts/"+ada.number+"/deposit", contents["deposit"], token, idempotencyKey("new")))
}

// The bank has committed, and the process ends before it answers.
func TestRetryAfterALostAnswerGetsTheStoredOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, bob, token := customersOf(w)
	from, err := ledger.ParseAccountNumber(ada.number)
	require.NoError(t, err)
	to, err := ledger.ParseAccountNumber(bob.number)
	require.NoError(t, err)
	lost, err := w.bank.Transfer(t.Context(), auth.Caller{Account: from, Role: auth.RoleCustomer},
		bank.TransferParams{Account: from, To: to, Amount: 2500, Description: "Rent", IdempotencyKey: "k"})
	require.NoError(t, err)
	w.restart()
	before := w.books()
	retry := w.post("/accounts/"+ada.number+"/transfer", `{"to_account":"`+bob.number+`","amount":2500,"description":"Rent"}`,
		token, idempotencyKey("k"))
	require.Equal(t, 201, retry.status, retry.text())
	require.Equal(t, "true", retry.header.Get("Idempotent-Replayed"))
	require.Equal(t, lost.Transaction.ID.String(), retry.field("id"))
	require.Equal(t, before, w.books())
	require.Equal(t, int64(7500), w.balance(ada.number))
}

func TestReplayHasTheSameRateLimitAsAnyOtherRequest(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *options) { o.limits["deposit"] = perMinute(3) })
	ada, _, token := customersOf(w)
	path := "/accounts/" + ada.number + "/deposit"
	first := w.post(path, `{"amount":5}`, token, idempotencyKey("k"))
	requireFresh(t, first)
	for range 2 {
		requireReplay(t, first, w.post(path, `{"amount":5}`, token, idempotencyKey("k")))
	}
	require.Equal(t, "rate_limited", w.post(path, `{"amount":5}`, token, idempotencyKey("k")).code())
	w.clock.pass(time.Minute)
	requireReplay(t, first, w.post(path, `{"amount":5}`, token, idempotencyKey("k")))
}

// TestASettingOfTheBankDoesNotUndoAnAnswer: what was done before the bank closed its openings and its cash, gave up a settlement code, or
// wanted two people for large amounts, is answered as before. Nothing else is done under the same keys.
func TestASettingOfTheBankDoesNotUndoAnAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *options) { o.settlements = []string{"giro"} })
	ada, _, token := customersOf(w)
	path := "/accounts/" + ada.number
	hold := w.post(path+"/holds", `{"amount":100}`, token).field("id").(string)
	received := w.post(path+"/deposit", `{"amount":100}`, token).field("id").(string)
	_, teller := w.employee()
	requests := map[string]struct {
		path, content, refused string
		credentials            []requestOption
	}{
		"capture":        {path + "/holds/" + hold + "/capture", `{"amount":5,"final":false}`, "cash_closed", []requestOption{token}},
		"capture, via":   {path + "/holds/" + hold + "/capture", `{"amount":5,"final":false,"via":"giro"}`, "cash_closed", []requestOption{token}},
		"reversal":       {path + "/transactions/" + received + "/reverse", `{"amount":5,"reason":"Mistake"}`, "", []requestOption{bearer(teller.AccessToken)}},
		"deposit":        {path + "/deposit", `{"amount":5}`, "cash_closed", []requestOption{token}},
		"via":            {path + "/deposit", `{"amount":5,"via":"giro"}`, "cash_closed", []requestOption{token}},
		"withdrawal":     {path + "/withdraw", `{"amount":5,"description":"Lunch"}`, "cash_closed", []requestOption{token}},
		"first":          {"/accounts", `{"account_holder_name":"Eve","pin":"482913","initial_deposit":5}`, "openings_closed", nil},
		"first, via":     {"/accounts", `{"account_holder_name":"Eve","pin":"482913","initial_deposit":5,"via":"giro"}`, "invalid_request", nil},
		"further":        {"/accounts", `{"nickname":"Rent"}`, "openings_closed", []requestOption{token}},
		"further, money": {"/accounts", `{"nickname":"Car","initial_deposit":5}`, "openings_closed", []requestOption{token}},
		"further, via":   {"/accounts", `{"initial_deposit":5,"via":"giro"}`, "invalid_request", []requestOption{token}},
	}
	send := func(name, key string) *answer {
		r := requests[name]
		return w.post(r.path, r.content, append(r.credentials, idempotencyKey(key))...)
	}
	first := map[string]*answer{}
	for name := range requests {
		first[name] = send(name, name)
		requireFresh(t, first[name])
	}
	w.restartWith(func(o *options) {
		o.openings, o.cash, o.settlements, o.approvalAbove = auth.OpeningsStaff, auth.CashStaff, nil, 1
	})
	before := w.rows()
	for name, r := range requests {
		requireReplay(t, first[name], send(name, name))
		if r.refused != "" { // refusing staff leaves an event
			require.Equal(t, r.refused, send(name, "another").code(), name)
		}
	}
	for name, other := range map[string]string{"deposit": `{"amount":6}`, "withdrawal": `{"amount":5,"description":"Dinner"}`} {
		require.Equal(t, "idempotency_key_reused", w.post(requests[name].path, other, token, idempotencyKey(name)).code(), name)
	}
	require.Equal(t, before, w.rows())
	require.Equal(t, 204, w.call("POST", "/auth/logout", token).status)
	require.Equal(t, "token_revoked", send("deposit", "deposit").code(), "a session that is over gets no answer")
	w.verify()
}
