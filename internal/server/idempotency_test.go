package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// customersOf opens two accounts with money and signs in the first customer.
func customersOf(w *world) (ada, bob customer, token requestOption) {
	w.t.Helper()
	ada, bob = w.open("482913", 10_000), w.open("730164", 10_000)
	return ada, bob, bearer(w.login(ada).AccessToken)
}

// requireReplay compares an answer with the first one under its key.
func requireReplay(t *testing.T, first, again *answer) {
	t.Helper()
	require.Equal(t, first.status, again.status, again.text())
	require.Equal(t, first.text(), again.text())
	require.Equal(t, first.header.Get("Location"), again.header.Get("Location"))
	require.Equal(t, first.header.Get("Content-Type"), again.header.Get("Content-Type"))
	require.Equal(t, []string{"true"}, again.header.Values("Idempotent-Replayed"))
}

// requireFresh requires that an answer is not a replay.
func requireFresh(t *testing.T, a *answer) {
	t.Helper()
	require.Equal(t, 201, a.status, a.text())
	require.Empty(t, a.header.Values("Idempotent-Replayed"))
}

func TestOf100ConcurrentDuplicatesOneTakesEffect(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	w := newWorld(t)
	w.client.Transport = &http.Transport{MaxIdleConnsPerHost: 100}
	ada, bob, token := customersOf(w)
	for _, request := range []struct{ path, content string }{
		{"/accounts/" + ada.number + "/transfer", `{"to_account":"` + bob.number + `","amount":10,"description":"Rent & <b>more</b>"}`},
		{"/accounts/" + ada.number + "/deposit", `{"amount":1000}`},
		{"/accounts/" + ada.number + "/withdraw", `{"amount":300}`},
	} {
		before := w.verify()
		answers := w.atOnce(100, func(int) (*answer, error) {
			return w.try("POST", request.path, token, idempotencyKey(request.path), rawBody(request.content))
		})
		replayed := 0
		for _, a := range answers {
			require.Equal(t, 201, a.status, a.text())
			require.Equal(t, answers[0].text(), a.text())
			require.Equal(t, answers[0].header.Get("Location"), a.header.Get("Location"))
			if a.header.Get("Idempotent-Replayed") == "true" {
				replayed++
			}
		}
		require.Equal(t, 99, replayed, request.path)
		after, entries := w.verify(), int64(1)
		if strings.HasSuffix(request.path, "/transfer") {
			entries = 2
		}
		require.Equal(t, before.Entries+entries, after.Entries, request.path)
		require.Equal(t, before.Accounts, after.Accounts, request.path)
	}
	require.Equal(t, int64(10_690), w.balance(ada.number))
	require.Equal(t, int64(10_010), w.balance(bob.number))
}

func TestKeyWithAnotherRequestOfTheSameAccountIsRefused(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	w := newWorld(t)
	ada, bob, token := customersOf(w)
	cy := w.open("853107", 0)
	path, to := "/accounts/"+ada.number, `"to_account":"`+bob.number+`"`
	first := map[string]*answer{}
	contents := map[string]string{
		"/deposit": `{"amount":10,"description":"a"}`, "/withdraw": `{"amount":10,"description":"a"}`,
		"/transfer": `{"amount":10,"description":"a",` + to + `}`,
	}
	for operation, content := range contents {
		first[operation] = w.post(path+operation, content, token, idempotencyKey("of"+operation))
		requireFresh(t, first[operation])
	}
	before := w.books()
	for operation, changed := range map[string][]string{
		"/deposit":  {`{"amount":11,"description":"a"}`, `{"amount":10,"description":"b"}`, `{"amount":10}`, `{"amount":10,"description":"a "}`, `{"amount":1000000000000,"description":"a"}`},
		"/withdraw": {`{"amount":11,"description":"a"}`, `{"amount":10,"description":"A"}`, `{"amount":10}`, `{"amount":1000000000000,"description":"a"}`},
		"/transfer": {`{"amount":11,"description":"a",` + to + `}`, `{"amount":10,"description":"á",` + to + `}`,
			`{"amount":10,"description":"a","to_account":"` + cy.number + `"}`, `{"amount":10,"description":"a","to_account":"100000000008"}`},
	} {
		for other, content := range contents {
			if other != operation {
				a := w.post(path+other, content, token, idempotencyKey("of"+operation))
				require.Equal(t, "idempotency_key_reused", a.code(), "%s under the key of %s: %s", other, operation, a.text())
			}
		}
		for _, content := range changed {
			a := w.post(path+operation, content, token, idempotencyKey("of"+operation))
			require.Equal(t, 422, a.status)
			require.Equal(t, "idempotency_key_reused", a.code(), "%s %s: %s", operation, content, a.text())
			require.Empty(t, a.header.Values("Idempotent-Replayed"))
		}
	}
	require.Equal(t, before, w.books())
	for operation, content := range contents {
		requireReplay(t, first[operation], w.post(path+operation, content, token, idempotencyKey("of"+operation)))
	}
	require.Equal(t, before, w.books())
}

func TestKeysOfTwoAccountsAreTwoKeys(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, bob, adas := customersOf(w)
	bobs := bearer(w.login(bob).AccessToken)
	first := w.post("/accounts/"+ada.number+"/deposit", `{"amount":5}`, adas, idempotencyKey("k"))
	second := w.post("/accounts/"+bob.number+"/deposit", `{"amount":5}`, bobs, idempotencyKey("k"))
	requireFresh(t, first)
	requireFresh(t, second)
	// A stranger who knows the key and the path learns nothing and changes nothing.
	stolen := w.post("/accounts/"+ada.number+"/deposit", `{"amount":5}`, bobs, idempotencyKey("k"))
	require.Equal(t, "forbidden", stolen.code())
	requireReplay(t, first, w.post("/accounts/"+ada.number+"/deposit", `{"amount":5}`, adas, idempotencyKey("k")))
	requireReplay(t, second, w.post("/accounts/"+bob.number+"/deposit", `{"amount":5}`, bobs, idempotencyKey("k")))
	// Keys are compared letter by letter.
	for _, other := range []string{"K", "kk", "k.", "k k"} {
		requireFresh(t, w.post("/accounts/"+ada.number+"/deposit", `{"amount":6}`, adas, idempotencyKey(other)))
	}
	require.Equal(t, int64(10_029), w.balance(ada.number))
	require.Equal(t, int64(10_005), w.balance(bob.number))
}

func TestOpeningUnderAUsedKeyWithAnotherBodyOpensAnotherAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	seen := map[any]bool{}
	for _, content := range []string{
		`{"account_holder_name":"Ada","pin":"482913","initial_deposit":5}`,
		`{"account_holder_name":"Bob","pin":"482913","initial_deposit":5}`,
		`{"account_holder_name":"Ada","pin":"482913","initial_deposit":6}`,
		`{"account_holder_name":"Ada","pin":"482913","initial_deposit":5,"currency":"EUR"}`,
	} {
		first := w.post("/accounts", content, idempotencyKey("k"))
		requireFresh(t, first)
		require.False(t, seen[first.field("account_number")], content)
		seen[first.field("account_number")] = true
		requireReplay(t, first, w.post("/accounts", content, idempotencyKey("k")))
	}
	require.Equal(t, int64(4), w.verify().Accounts)
}

func TestRefusalsDoNotBurnTheirKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, bob, token := customersOf(w)
	path, key := "/accounts/"+ada.number, idempotencyKey("k")
	before := w.books()
	for _, refused := range []struct{ operation, content, code string }{
		{"/withdraw", `{"amount":10001}`, "insufficient_funds"},
		{"/transfer", `{"amount":10001,"to_account":"` + bob.number + `"}`, "insufficient_funds"},
		{"/transfer", `{"amount":1,"to_account":"100000000008"}`, "account_not_found"},
		{"/transfer", `{"amount":1,"to_account":"` + mistyped(bob.number, 3) + `"}`, "account_not_found"},
		{"/transfer", `{"amount":1,"to_account":"` + ada.number + `"}`, "same_account"},
		{"/deposit", `{"amount":0}`, "invalid_request"},
	} {
		require.Equal(t, refused.code, w.post(path+refused.operation, refused.content, token, key).code())
		require.Equal(t, before, w.books(), refused.content)
	}
	requireFresh(t, w.post(path+"/deposit", `{"amount":1}`, token))
	paid := w.post(path+"/withdraw", `{"amount":10001}`, token, key)
	requireFresh(t, paid) // the very request that was refused for lack of one cent
	requireReplay(t, paid, w.post(path+"/withdraw", `{"amount":10001}`, token, key))
	require.Equal(t, "weak_pin", w.post("/accounts", `{"account_holder_name":"Ada","pin":"1234"}`, key).code())
	requireFresh(t, w.post("/accounts", `{"account_holder_name":"Ada","pin":"482913"}`, key))
}

// What counts is what a request means, not how it is written.
func TestSpellingOfTheBodyDoesNotMatter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, bob, token := customersOf(w)
	path, key := "/accounts/"+ada.number+"/transfer", idempotencyKey("k")
	first := w.post(path, `{"to_account":"`+bob.number+`","amount":10,"description":"é/"}`, token, key)
	requireFresh(t, first)
	for _, content := range []string{
		"\r\n\t{ \"to_account\" : \"" + bob.number + "\" ,\n\"amount\" : 10, \"description\": \"é/\" } \n",
		`{"description":"é/","amount":10,"to_account":"` + bob.number + `"}`,
		`{"\u0061mount":10,"description":"\u00e9\/","to_account":"\u003` + bob.number[:1] + bob.number[1:] + `"}`,
	} {
		requireReplay(t, first, w.post(path, content, token, key))
	}
	requireReplay(t, first, w.post(path, `{"to_account":"`+bob.number+`","amount":10,"description":"é/"}`, token, key,
		header("Content-Type", "application/json; charset=utf-8"), header("X-Request-Id", "another")))
	require.Equal(t, int64(9_990), w.balance(ada.number))
}

// What a request leaves out is what it gets by default, and a name is what the account is called.
func TestDefaultsAreNoOtherRequest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, _, token := customersOf(w)
	for _, alike := range [][]string{
		{"/accounts/" + ada.number + "/deposit", `{"amount":10}`, `{"amount":10,"description":""}`},
		{
			"/accounts", `{"account_holder_name":"Zoë Müller","pin":"482913"}`, `{"account_holder_name":"Zoe\u0308 Mu\u0308ller","pin":"482913"}`,
			`{"account_holder_name":" Zoë  Müller ","pin":"482913","initial_deposit":0,"currency":"USD"}`,
		},
	} {
		credentials := []requestOption{idempotencyKey("k")}
		if alike[0] != "/accounts" {
			credentials = append(credentials, token)
		}
		first := w.post(alike[0], alike[1], credentials...)
		requireFresh(t, first)
		for _, content := range alike[2:] {
			requireReplay(t, first, w.post(alike[0], content, credentials...))
		}
	}
}

func TestKeysHave1To255PrintableCharacters(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, _, token := customersOf(w)
	path := "/accounts/" + ada.number + "/deposit"
	for i, good := range []string{
		"k", strings.Repeat("k", 255), "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", "two words", "019aa8a6-1f3c-7000-8000-5f60718293a4",
	} {
		content := fmt.Sprintf(`{"amount":%d}`, i+1)
		first := w.post(path, content, token, idempotencyKey(good))
		requireFresh(t, first)
		requireReplay(t, first, w.post(path, content, token, idempotencyKey(good)))
	}
	twice := func(r *http.Request) { r.Header["Idempotency-Key"] = []string{"one", "two"} }
	same := func(r *http.Request) { r.Header["Idempotency-Key"] = []string{"k", "k"} }
	before := w.books()
	for name, bad := range map[string]requestOption{
		"0 characters": idempotencyKey(""), "256 characters": idempotencyKey(strings.Repeat("k", 256)), "blank": idempotencyKey("   "),
		"not ASCII": idempotencyKey("clé"), "Latin-1": idempotencyKey("cl\xe9"), "a tab": idempotencyKey("a\tb"), "a soft hyphen": idempotencyKey("a\u00adb"),
		"two headers": twice, "the same header twice": same,
	} {
		for _, request := range [][2]string{{path, `{"amount":1}`}, {"/accounts", `{"account_holder_name":"Ada","pin":"482913"}`}} {
			a := w.post(request[0], request[1], token, bad)
			if !assertRefusal(t, a, name+" "+request[0]) {
				before = w.books()
			}
			require.Equal(t, before, w.books(), name)
		}
	}
}

func assertRefusal(t *testing.T, a *answer, name string) bool {
	t.Helper()
	if a.status != 400 || a.code() != "invalid_request" {
		t.Errorf("%s: answered %d %s", name, a.status, a.text())
		return false
	}
	return true
}

func TestKeysAreForgottenAfter24HoursByThePurgeOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, bob, _ := customersOf(w)
	deposit := func() *answer {
		return w.post("/accounts/"+ada.number+"/deposit", `{"amount":5}`, bearer(w.login(ada).AccessToken), idempotencyKey("k"))
	}
	transfer := func() *answer {
		return w.post("/accounts/"+ada.number+"/transfer", `{"amount":5,"to_account":"`+bob.number+`"}`,
			bearer(w.login(ada).AccessToken), idempotencyKey("l"))
	}
	open := func() *answer {
		return w.post("/accounts", `{"account_holder_name":"Ada","pin":"482913","initial_deposit":5}`, idempotencyKey("k"))
	}
	purge := func() {
		_, err := w.bank.Purge(t.Context())
		require.NoError(t, err)
	}
	first := map[string]*answer{}
	requests := map[string]func() *answer{"deposit": deposit, "transfer": transfer, "open": open}
	for name, request := range requests {
		first[name] = request()
		requireFresh(t, first[name])
	}
	w.clock.pass(bank.KeyLifetime - time.Minute)
	purge()
	for name, request := range requests {
		requireReplay(t, first[name], request())
	}
	w.clock.pass(time.Minute) // 24 hours to the microsecond
	purge()
	for name, request := range requests {
		requireReplay(t, first[name], request())
	}
	w.clock.pass(time.Minute)
	for name, request := range requests {
		requireReplay(t, first[name], request())
	}
	purge()
	for name, request := range requests {
		again := request()
		requireFresh(t, again)
		require.NotEqual(t, first[name].text(), again.text())
		requireReplay(t, again, request())
	}
	require.Equal(t, int64(10_000), w.balance(ada.number))
	require.Equal(t, int64(4), w.verify().Accounts)
}
