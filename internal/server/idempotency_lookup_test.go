package server_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/bank"
)

// lookUp asks what a request under a key did.
func (w *world) lookUp(number, key string, token requestOption) *answer {
	w.t.Helper()
	return w.call("GET", "/accounts/"+number+"/idempotency-keys/"+url.PathEscape(key), token)
}

// A customer who never got the answer finds out what became of the request, on any server.
func TestACustomerWhoHeardNoAnswerLooksTheKeyUp(t *testing.T) {
	t.Parallel()
	nodes := newNodes(t)
	ada, bob, token := customersOf(nodes[0])
	for operation, content := range map[string]string{
		"deposit": `{"amount":10}`, "withdraw": `{"amount":10}`, "transfer": `{"amount":10,"to_account":"` + bob.number + `","description":"Rent"}`,
	} {
		for _, node := range nodes {
			a := node.lookUp(ada.number, operation, token)
			require.Equal(t, 404, a.status, a.text())
			require.Equal(t, "idempotency_key_not_found", a.code())
		}
		first := nodes[0].post("/accounts/"+ada.number+"/"+operation, content, token, idempotencyKey(operation))
		requireFresh(t, first)
		for _, node := range nodes {
			a := node.lookUp(ada.number, operation, token)
			require.Equal(t, 200, a.status, a.text())
			require.Equal(t, first.text(), a.text(), "the same as the lost answer")
		}
	}
	bobs := bearer(nodes[1].login(bob).AccessToken)
	require.Equal(t, 404, nodes[1].lookUp(bob.number, "transfer", bobs).status, "the recipient does not have the key")
	require.Equal(t, 403, nodes[1].lookUp(ada.number, "transfer", bobs).status)
}

// A refused request leaves no key behind, so the look-up finds none, and the key can still be used.
func TestARefusedRequestIsNotFoundUnderItsKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, _, token := customersOf(w)
	refused := w.post("/accounts/"+ada.number+"/withdraw", `{"amount":10001}`, token, idempotencyKey("k"))
	require.Equal(t, "insufficient_funds", refused.code())
	before := w.books()
	require.Equal(t, 404, w.lookUp(ada.number, "k", token).status)
	require.Equal(t, before, w.books(), "a look-up changes nothing")
	requireFresh(t, w.post("/accounts/"+ada.number+"/withdraw", `{"amount":10000}`, token, idempotencyKey("k")))
	require.Equal(t, 200, w.lookUp(ada.number, "k", token).status)
}

// The owner of a locked account may still look up a key.
func TestTheOwnerOfALockedAccountLooksAKeyUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, _, token := customersOf(w)
	requireFresh(t, w.post("/accounts/"+ada.number+"/deposit", `{"amount":5}`, token, idempotencyKey("k")))
	w.lock(ada)
	require.Equal(t, 200, w.lookUp(ada.number, "k", token).status)
}

// Anything that can be sent as a key can be looked up.
func TestAnyKeyCanBeLookedUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, _, token := customersOf(w)
	for _, key := range []string{
		"k", strings.Repeat("k", 255), "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", "two words", "a/b", "a%2Fb", "100%", "a+b", "%41", "?q=1", "k#1",
		"019aa8a6-1f3c-7000-8000-5f60718293a4",
	} {
		first := w.post("/accounts/"+ada.number+"/deposit", `{"amount":5}`, token, idempotencyKey(key))
		requireFresh(t, first)
		a := w.lookUp(ada.number, key, token)
		require.Equal(t, 200, a.status, "%q: %s", key, a.text())
		require.Equal(t, first.text(), a.text(), key)
	}
}

// A key used to open an account belongs to no account, and is shown to no customer.
func TestAKeyOfAnOpeningIsNotLookedUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.post("/accounts", `{"account_holder_name":"Ada","pin":"482913"}`, idempotencyKey("k"))
	requireFresh(t, a)
	c := customer{number: a.field("account_number").(string), pin: "482913"}
	require.Equal(t, 404, w.lookUp(c.number, "k", bearer(w.login(c).AccessToken)).status)
}

func TestAForgottenKeyIsNotFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, _, token := customersOf(w)
	requireFresh(t, w.post("/accounts/"+ada.number+"/deposit", `{"amount":5}`, token, idempotencyKey("k")))
	w.clock.pass(bank.KeyLifetime + time.Minute)
	token = bearer(w.login(ada).AccessToken)
	require.Equal(t, 200, w.lookUp(ada.number, "k", token).status, "looking does not make a key older or younger")
	_, err := w.bank.Purge(t.Context())
	require.NoError(t, err)
	require.Equal(t, 404, w.lookUp(ada.number, "k", token).status)
}
