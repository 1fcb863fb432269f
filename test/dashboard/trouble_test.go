package dashboard

import (
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// loseReplies lets requests that move money reach the bank, and drops as many of its replies as the counter says.
func (v *person) loseReplies(count *atomic.Int64) {
	v.t.Helper()
	require.NoError(v.t, chromedp.Listen(v.ctx, func(event any) {
		paused, ok := event.(*fetch.EventRequestPaused)
		if !ok {
			return
		}
		lose := count.Add(-1) >= 0
		go func() { // answered here, the handler would wait for itself
			if lose {
				_, _ = chromedp.Call(v.ctx, fetch.FailRequest, fetch.FailRequestParams{
					RequestID: paused.RequestID, ErrorReason: network.ErrorReasonConnectionReset,
				})
				return
			}
			_, _ = chromedp.Call(v.ctx, fetch.ContinueRequest, fetch.ContinueRequestParams{RequestID: paused.RequestID})
		}()
	}))
	_, err := chromedp.Call(v.ctx, fetch.Enable, fetch.EnableParams{Patterns: []*fetch.RequestPattern{
		{URLPattern: "*/transfer", RequestStage: fetch.RequestStageResponse}, {URLPattern: "*/deposit", RequestStage: fetch.RequestStageResponse},
	}})
	require.NoError(v.t, err)
}

// forget removes what Chromium writes about a lost connection.
func (v *person) forget(pattern string) {
	v.t.Helper()
	v.mu.Lock()
	defer v.mu.Unlock()
	expected, kept := regexp.MustCompile(pattern), v.messages[:0]
	for _, message := range v.messages {
		if !expected.MatchString(message) {
			kept = append(kept, message)
		}
	}
	v.messages = kept
}

// TestALostReplyDoesNotSendTwice drops the replies to a transfer and to a deposit: sent again, each took effect once.
func TestALostReplyDoesNotSendTwice(t *testing.T) {
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited)
	number, friend := p.Open("482913", 50_000), p.Open("730164", 0)
	v := newPerson(t, p)
	v.dashboard("#/sign-in")
	v.signIn(number, "482913")
	v.press("Transfer")
	v.enter("To account", friend)
	v.see("A••• L•••")
	v.enter("Amount in USD", "200")
	v.press("Continue")
	var lose atomic.Int64
	lose.Store(2)
	v.loseReplies(&lose)
	for range 2 {
		v.press("Send $200.00")
		v.see("It is not known whether this took effect.")
		require.True(t, read(v.browser, chromedp.Evaluate[bool](
			`[...document.querySelectorAll('button')].find(b => b.innerText === 'Change').disabled`)), "what may have been sent is not changed")
	}
	v.press("Send $200.00")
	v.see("Receipt")
	v.press("Done")
	v.see("$300.00")

	lose.Store(1)
	v.press("Deposit")
	v.enter("Amount in USD", "10")
	v.press("Deposit")
	v.see("It is not known whether this took effect.")
	v.press("Deposit")
	v.see("is in your account.")
	v.press("Done")
	v.see("$310.00")
	auth := p.Authorization(number, "482913")
	require.Len(t, p.History(number, auth), 3, "opened, sent once, deposited once")
	require.Eventually(t, func() bool {
		return strings.Count(p.Stderr.String(), "route=/accounts/:account_number/transfer ") == 3
	}, bankcoretest.Patience, 10*time.Millisecond, "sent three times")
	v.forget("ERR_CONNECTION_RESET")
	v.requireCalm()
}

// TestTooManyAttemptsCountDown uses up the limit of sign-ins.
func TestTooManyAttemptsCountDown(t *testing.T) {
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), []string{"RATE_LIMIT_LOGIN=1/1m"})
	number := p.Open("482913", 0)
	v := newPerson(t, p)
	v.dashboard("#/sign-in")
	v.enter("Account number", number)
	v.enter("PIN", "604713")
	v.press("Sign in")
	v.see("The account number or PIN is wrong")
	v.enter("PIN", "482913")
	v.press("Sign in")
	v.see("Too many requests")
	v.until(`/You can try again in [1-9]\d? seconds\./.test(document.body.innerText)`, "a count")
	count := `parseInt(document.body.innerText.match(/You can try again in (\d+)/)[1])`
	begin := read(v.browser, chromedp.Evaluate[int](count))
	v.until(count+` < `+string(rune('0'+begin/10))+string(rune('0'+begin%10)), "the count to go down")
	require.True(t, read(v.browser, chromedp.Evaluate[bool](`document.querySelector('[type=submit]').disabled`)))
	v.axe("rate limited")
	v.requireCalm(401, 429)
}

// TestOffline loses the connection and finds it again.
func TestOffline(t *testing.T) {
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited)
	number := p.Open("482913", 50_000)
	v := newPerson(t, p)
	v.dashboard("#/sign-in")
	v.signIn(number, "482913")
	v.press("Security") // so that its code is there
	v.settle()
	offline := func(yes bool) {
		t.Helper()
		_, err := chromedp.Call(v.ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
			MatchedNetworkConditions: []*network.Conditions{{Offline: yes, DownloadThroughput: -1, UploadThroughput: -1}},
		})
		require.NoError(t, err)
		_, err = chromedp.Call(v.ctx, network.OverrideNetworkState, network.OverrideNetworkStateParams{
			Offline: yes, DownloadThroughput: -1, UploadThroughput: -1,
		})
		require.NoError(t, err)
	}
	offline(true)
	v.see("You are offline.")
	v.press("Overview")
	v.see("The bank cannot be reached")
	v.axe("offline")
	offline(false)
	v.until(`!document.body.innerText.includes('You are offline.')`, "to be online")
	v.press("Try again")
	v.forget("ERR_INTERNET_DISCONNECTED")
	v.requireCalm()
}
