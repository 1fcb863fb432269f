package dashboard

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// transfersOf returns the amounts that an account has sent.
func transfersOf(p *bankcoretest.Process, number, pin string) []int64 {
	p.T.Helper()
	var sent []int64
	for _, entry := range p.History(number, p.Authorization(number, pin)) {
		if entry.Type == "transfer_out" {
			sent = append(sent, entry.Amount)
		}
	}
	return sent
}

// traveller returns a customer with 500 dollars whose requests pass a wayward proxy, and a friend.
func traveller(t *testing.T, more ...string) (v *person, w *wayward, number, friend string) {
	t.Helper()
	p := bankcoretest.Serve(t, t.TempDir(), append(append([]string{}, bankcoretest.Unlimited...), more...))
	number, friend = p.Open("482913", 50_000), p.Open("730164", 0)
	w = newWayward(t, p)
	v = newPerson(t, w.bank)
	v.onNewPages(leapAhead)
	v.dashboard("#/sign-in")
	v.signIn(number, "482913")
	return v, w, number, friend
}

// calm is requireCalm after answers were lost on purpose and the page asked about keys that the bank does not know.
func (v *person) calm(refusals ...int) {
	v.t.Helper()
	v.forget(`ERR_EMPTY_RESPONSE|ERR_CONNECTION|ERR_CONTENT_LENGTH_MISMATCH|ERR_TIMED_OUT|Blocked attempt to show a 'beforeunload'`)
	v.requireCalm(append(refusals, 404)...)
}

// The bank sends the money, its answer never comes, and the customer reloads the page meanwhile.
func TestAReloadFindsOutThatTheTransferWasSent(t *testing.T) {
	t.Parallel()
	v, w, number, friend := traveller(t)
	v.checkTransfer(friend, "12.50")
	w.next("POST /transfer", swallow)
	v.press("Send $12.50")
	w.awaitRequest("POST /transfer", 1)
	v.requireRecord(number, friend)
	require.True(t, v.reload(), "the page asks before it is left")
	v.see("Your transfer of $12.50")
	v.see("was sent.")
	v.requireNothingStored()
	v.see("You can send another as soon as that is settled.")
	v.axe("a transfer that was found out")
	v.press("OK")
	v.see("To account")
	v.until(`!document.querySelector('[data-outcome]')`, "the notice to be gone")
	require.Equal(t, []int64{1250}, transfersOf(v.p, number, "482913"))
	v.calm()
}

// requireRecord checks that the browser keeps a record of a transfer of $12.50, and nothing else.
func (v *person) requireRecord(number, friend string) {
	v.t.Helper()
	var stores []map[string]string
	require.NoError(v.t, json.Unmarshal([]byte(v.stored()), &stores))
	require.Len(v.t, stores[0], 1)
	require.Empty(v.t, stores[1])
	for name, text := range stores[0] {
		require.Equal(v.t, "bankcore pending "+number+" transfer", name)
		var record map[string]any
		require.NoError(v.t, json.Unmarshal([]byte(text), &record))
		require.Regexp(v.t, `^[0-9a-f-]{36}$`, record["key"])
		require.InDelta(v.t, time.Now().UnixMilli(), record["at"], float64(bankcoretest.Patience.Milliseconds()))
		delete(record, "key")
		delete(record, "at")
		require.Equal(v.t, map[string]any{
			"kind": "transfer", "account": number, "currency": "USD",
			"body": map[string]any{"to_account": friend, "amount": 1250.0, "description": ""},
		}, record)
	}
}

// The network swallows the transfer itself: the page says so in good time, and after a reload it is sent once.
func TestAStalledTransferIsSentOnceAfterAll(t *testing.T) {
	t.Parallel()
	v, w, number, friend := traveller(t)
	v.checkTransfer(friend, "12.50")
	w.next("POST /transfer", stall)
	v.press("Send $12.50")
	v.see("The bank does not answer") // after ten seconds, and web/test has the deadline; the network itself never says so
	v.see("It is not known whether this took effect.")
	require.True(t, v.reload())
	v.see("Asking the bank what happened to it")
	v.see("You can send another as soon as that is settled.")
	v.leap(time.Minute)
	v.see("has not reached the bank.")
	v.see("If you do not send it and it reaches the bank after all, it will be in your history.")
	v.axe("a transfer that did not arrive")
	v.press("Send it now")
	v.see("was sent.")
	v.requireNothingStored()
	v.press("OK")
	v.see("To account")
	require.Equal(t, []int64{1250}, transfersOf(v.p, number, "482913"))
	v.calm()
}

func TestACustomerDecidesNotToSendAfterAll(t *testing.T) {
	t.Parallel()
	v, w, number, friend := traveller(t)
	v.checkTransfer(friend, "12.50")
	w.next("POST /transfer", stall)
	v.press("Send $12.50")
	w.awaitRequest("POST /transfer", 1)
	v.reload()
	v.leap(17 * time.Minute)
	v.see("has not reached the bank.")
	v.see("If you do not send it, nothing happens.") // its access token has expired
	v.press("Do not send it")
	v.requireNothingStored()
	v.see("$12.50") // the check of it, which is where the customer was
	v.press("Overview")
	v.see("$500.00")
	require.Empty(t, transfersOf(v.p, number, "482913"))
	v.calm()
}

// Another tab does not send while the first one waits, and learns the outcome by itself.
func TestAnotherTabWaitsForTheTransferOfTheFirst(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	v, w, number, friend := traveller(t)
	v.checkTransfer(friend, "12.50")
	w.next("POST /transfer", swallow)
	v.press("Send $12.50")
	w.awaitRequest("POST /transfer", 1)
	other := v.tab()
	other.dashboard("#/transfer")
	other.see("was sent.")
	other.press("OK")
	other.see("To account")
	v.see("It is not known whether this took effect.")
	v.press("Send $12.50") // the same once more
	v.seeReceipt()
	require.Equal(t, []int64{1250}, transfersOf(v.p, number, "482913"))
	v.requireNothingStored()
	v.calm()
}

// Two tabs are at the check of different transfers: the second cannot send while the first is not settled.
func TestTwoTabsDoNotSendAtOnce(t *testing.T) {
	t.Parallel()
	v, w, number, friend := traveller(t)
	v.checkTransfer(friend, "12.50")
	other := v.tab()
	other.dashboard("#/overview")
	other.checkTransfer(friend, "7")
	w.next("POST /transfer", stall)
	v.press("Send $12.50")
	w.awaitRequest("POST /transfer", 1)
	other.see("You can send another as soon as that is settled.")
	v.see("It is not known whether this took effect.")
	v.press("Send $12.50")
	v.seeReceipt()
	// The other tab has been asking the bank too. Which tab learns of the transfer first is a matter of chance.
	other.until(`document.querySelector('[data-outcome=done]') || !document.querySelector('[data-outcome], [data-unsettled]')`, "the transfer to be settled")
	if other.within(0, `document.querySelector('[data-outcome=done]')`) {
		other.press("OK")
	}
	other.press("Send $7.00") // it is back where it was
	other.seeReceipt()
	require.ElementsMatch(t, []int64{1250, 700}, transfersOf(v.p, number, "482913"))
	v.calm()
}

// Following a link does not help either: the notice is on the next page.
func TestFollowingALinkWhileTheMoneyIsUnderWay(t *testing.T) {
	t.Parallel()
	v, w, number, friend := traveller(t)
	v.checkTransfer(friend, "12.50")
	w.next("POST /transfer", swallow)
	v.press("Send $12.50")
	w.awaitRequest("POST /transfer", 1)
	v.press("Overview")
	v.see("was sent.")
	v.see("$487.50")
	v.press("OK")

	v.press("Deposit")
	v.enter("Amount in USD", "10")
	w.next("POST /deposit", stall)
	v.press("Deposit")
	w.awaitRequest("POST /deposit", 1)
	v.press("Close")
	v.see("Your deposit of $10.00")
	v.press("Deposit")
	v.see("You can send another as soon as that is settled.")
	v.press("Close")
	v.leap(time.Minute)
	v.see("has not reached the bank.")
	v.press("Send it now")
	v.see("was carried out.")
	v.see("$497.50") // the page is as new
	v.press("OK")
	require.Equal(t, []int64{1250}, transfersOf(v.p, number, "482913"))
	v.calm()
}

// A refusal of the second attempt says nothing about the first.
func TestTooManyAttemptsDoNotSettleALostTransfer(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	v, w, number, friend := traveller(t, "RATE_LIMIT_TRANSFER=1/1m")
	v.checkTransfer(friend, "12.50")
	w.next("POST /transfer", sever)
	v.press("Send $12.50")
	v.see("It is not known whether this took effect.")
	v.press("Send $12.50")
	v.see("Too many requests")
	require.Contains(t, v.stored(), "pending")
	require.True(t, v.reload())
	v.see("was sent.")
	v.press("OK")
	require.Equal(t, []int64{1250}, transfersOf(v.p, number, "482913"))
	v.calm(429)
}

// A browser repeats a request by itself if the connection is closed before the answer. The bank refuses the second one, and the
// page must not take that for the outcome.
func TestARefusalOfTheBrowsersOwnRepetitionIsNotTheOutcome(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	v, w, number, friend := traveller(t, "RATE_LIMIT_TRANSFER=1/1m")
	v.checkTransfer(friend, "12.50")
	w.next("POST /transfer", hangUp)
	v.press("Send $12.50")
	v.see("Too many requests")
	require.Len(t, w.times("POST /transfer"), 2, "the browser has sent it twice")
	require.True(t, v.reload())
	v.see("was sent.")
	require.Equal(t, []int64{1250}, transfersOf(v.p, number, "482913"))
	v.calm(429)
}

// Where nothing was lost, a refusal is the outcome: the money has not moved, and nothing is kept.
func TestTooManyTransfersAreRefusedAndThatIsAll(t *testing.T) {
	t.Parallel()
	v, _, number, friend := traveller(t, "RATE_LIMIT_TRANSFER=1/1m")
	v.checkTransfer(friend, "12.50")
	v.press("Send $12.50")
	v.seeReceipt()
	v.press("Another transfer")
	v.checkTransfer(friend, "3")
	v.press("Send $3.00")
	v.see("Too many requests")
	v.requireNothingStored()
	v.press("Change")
	v.see("To account")
	require.Equal(t, []int64{1250}, transfersOf(v.p, number, "482913"))
	v.calm(429)
}

// An unsettled transfer waits for its own customer, and no other customer sees it.
func TestAnotherCustomerOfTheBrowserSeesNothing(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	v, w, number, friend := traveller(t)
	v.checkTransfer(friend, "12.50")
	w.next("POST /transfer", stall)
	v.press("Send $12.50")
	v.see("It is not known whether this took effect.")
	v.press("Sign out")
	v.see("You have signed out.")
	v.signIn(friend, "730164")
	v.press("Transfer")
	v.see("To account")
	require.NotContains(t, v.text(), "12.50")
	v.press("Sign out")
	v.see("You have signed out.")
	v.signIn(number, "482913")
	v.leap(time.Minute)
	v.see("has not reached the bank.")
	v.press("Do not send it")
	v.requireNothingStored()
	v.calm()
}

// After a day the bank has forgotten the key: it is no longer safe to send the same again.
func TestADayLaterTheCustomerLooksIntoTheHistory(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	v, w, number, friend := traveller(t)
	v.checkTransfer(friend, "12.50")
	w.next("POST /transfer", stall)
	v.press("Send $12.50")
	w.awaitRequest("POST /transfer", 1)
	v.reload()
	v.see("Asking the bank")
	v.leap(25 * time.Hour)
	v.see("You were signed out after 12 hours without activity.")
	v.signIn(number, "482913")
	v.see("It is too late to ask the bank")
	v.press("Done")
	v.requireNothingStored()
	require.Empty(t, transfersOf(v.p, number, "482913"))
	v.calm()
}

// In a browser that keeps nothing, the page still sends, asks before it is left, and shows the notice while it is open.
func TestABrowserWithoutStorageSends(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	v, w, number, friend := traveller(t)
	v.onNewPages(`Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }`)
	v.reload()
	v.settle()
	v.checkTransfer(friend, "12.50")
	w.next("POST /transfer", swallow)
	v.press("Send $12.50")
	w.awaitRequest("POST /transfer", 1)
	v.press("Overview")
	v.see("was sent.")
	v.press("OK")
	v.checkTransfer(friend, "3")
	w.next("POST /transfer", stall)
	v.press("Send $3.00")
	w.awaitRequest("POST /transfer", 2)
	require.True(t, v.reload())
	require.Equal(t, []int64{1250}, transfersOf(v.p, number, "482913"))
	v.calm()
}

// Every request of the page goes through the one place that sets deadlines.
func TestEveryRequestOfThePageHasADeadline(t *testing.T) {
	t.Parallel()
	v, w, _, _ := traveller(t)
	fetching := regexp.MustCompile(`\bfetch\(|XMLHttpRequest|sendBeacon|EventSource`)
	require.NoError(t, fs.WalkDir(os.DirFS(bankcoretest.Root+"/web"), "app/js", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(filepath.Join(bankcoretest.Root, "web", name))
		if found := fetching.Find(content); found != nil {
			require.Equal(t, "app/js/requests.js", name, "%s", found)
		}
		return err
	}))
	w.next("GET /healthz", stall)
	late := evaluate[string](v, module("requests.js", `m.request('../healthz', {}, { deadline: 300 }).then(() => 'answered', e => e.constructor.name)`))
	require.Equal(t, "Unanswered", late)

	v.calm()
}
