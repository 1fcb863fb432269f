package server_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/testkit/banktest"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

const otherCode = "0000-0000-0000"

// issueReset does what "bankcore account reset-pin" does.
func (w *world) issueReset(c customer) string {
	w.t.Helper()
	number, err := ledger.ParseAccountNumber(c.number)
	require.NoError(w.t, err)
	reset, err := w.auth.IssuePinReset(context.Background(), auth.Caller{Operator: true}, number)
	require.NoError(w.t, err)
	require.Regexp(w.t, `^([0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}$`, reset.Code)
	require.NotEqual(w.t, otherCode, reset.Code)
	return reset.Code
}

func (w *world) resetPin(number, code, pin string, more ...requestOption) *answer {
	w.t.Helper()
	return w.call("POST", "/auth/reset-pin",
		append(more, body(map[string]string{"account_number": number, "code": code, "new_pin": pin}))...)
}

func requireRefusedCode(t *testing.T, a *answer) {
	t.Helper()
	require.Equal(t, 401, a.status, a.text())
	require.Equal(t, "invalid_reset_code", a.code())
}

func TestACustomerWhoForgotThePINSetsAnotherOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.open("482913", 100)
	session := w.login(c)
	w.lock(c)
	code := w.issueReset(c)
	a := w.resetPin(c.number, code, "730164")
	require.Equal(t, 204, a.status, a.text())

	require.False(t, w.isLocked(c.number))
	require.Equal(t, "token_revoked", w.call("GET", "/accounts/"+c.number, bearer(session.AccessToken)).code())
	require.Equal(t, "token_revoked", w.renew(session.RefreshToken).code())
	require.Empty(t, w.audit("refresh_token_reused", c.number))
	for range 2 {
		require.Equal(t, 401, w.tryLogin(c.number, "482913").status)
	}
	require.Equal(t, 200, w.tryLogin(c.number, "730164").status)
	requireRefusedCode(t, w.resetPin(c.number, code, "604713"))
	require.Equal(t, "operator", w.audit("pin_reset_issued", c.number)[0].Actor)
	require.Equal(t, "anonymous", w.audit("pin_reset", c.number)[0].Actor)
	require.Len(t, w.audit("pin_reset_failed", c.number), 1)
}

func TestAResetCodeIsReadAsPeopleWriteItDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.open("482913", 0)
	for _, write := range []func(code string) string{
		strings.ToLower,
		func(code string) string { return strings.ReplaceAll(code, "-", "") },
		func(code string) string { return " " + strings.ReplaceAll(code, "-", " – ") + "\u00a0" },
		func(code string) string { return strings.NewReplacer("0", "O", "1", "I").Replace(code) },
		func(code string) string { return strings.NewReplacer("0", "o", "1", "l").Replace(code) },
	} {
		code := write(w.issueReset(c))
		a := w.resetPin(c.number, code, "730164")
		require.Equal(t, 204, a.status, "%q: %s", code, a.text())
	}
	code := w.issueReset(c)
	for _, misspelt := range []string{code[:13], code + "0", strings.Replace(code, code[:1], "U", 1), strings.Repeat("é", 12)} {
		a := w.resetPin(c.number, misspelt, "730164")
		require.Equal(t, 400, a.status, a.text())
		require.Contains(t, a.text(), `"/code"`)
	}
	require.Equal(t, 204, w.resetPin(c.number, code, "730164").status, "a malformed code is not a try")
}

func TestThreeWrongCodesKillTheRightOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.open("482913", 0)
	code := w.issueReset(c)
	for range 2 {
		requireRefusedCode(t, w.resetPin(c.number, otherCode, "730164"))
	}
	next := w.issueReset(c)
	requireRefusedCode(t, w.resetPin(c.number, code, "730164"))
	for range 2 {
		requireRefusedCode(t, w.resetPin(c.number, otherCode, "730164"))
	}
	requireRefusedCode(t, w.resetPin(c.number, next, "730164"))
	require.Equal(t, 200, w.tryLogin(c.number, c.pin).status, "the PIN is the old one")
	require.Equal(t, 204, w.resetPin(c.number, w.issueReset(c), "730164").status)
}

func TestAResetCodeLivesTenMinutes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.open("482913", 0)
	code := w.issueReset(c)
	w.clock.pass(10*time.Minute - time.Microsecond)
	require.Equal(t, 204, w.resetPin(c.number, code, "730164").status)
	code = w.issueReset(c)
	w.clock.pass(10 * time.Minute)
	requireRefusedCode(t, w.resetPin(c.number, code, "604713"))
	w.clock.pass(time.Microsecond)
	require.EqualValues(t, 1, w.tally("SELECT COUNT(*) FROM pin_reset_codes"))
	_, err := w.auth.Purge(context.Background())
	require.NoError(t, err)
	require.Zero(t, w.tally("SELECT COUNT(*) FROM pin_reset_codes"))
}

func TestParallelGuessesAtAResetCodeAreThree(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	nodes := newNodes(t)
	w := nodes[0]
	c := w.open("482913", 0)
	code := w.issueReset(c)
	guess := func(code string) requestOption {
		return body(map[string]string{"account_number": c.number, "code": code, "new_pin": "730164"})
	}
	for _, a := range w.atOnce(50, func(i int) (*answer, error) {
		return nodes[i%2].try("POST", "/auth/reset-pin", guess(otherCode))
	}) {
		requireRefusedCode(t, a)
	}
	requireRefusedCode(t, w.resetPin(c.number, code, "730164"))
	for _, node := range nodes {
		require.NoError(t, node.auth.FlushRepeats(t.Context()))
	}
	require.Equal(t, int64(51), w.tally("SELECT CAST(SUM(count) AS BIGINT) FROM events WHERE event_type = 'pin_reset_failed'"))
	require.LessOrEqual(t, len(w.audit("pin_reset_failed", c.number)), 3+2*len(nodes), "three tries, and those that came after them")

	code = w.issueReset(c)
	statuses := map[int]int{}
	for _, a := range w.atOnce(20, func(i int) (*answer, error) {
		return nodes[i%2].try("POST", "/auth/reset-pin", guess(code))
	}) {
		statuses[a.status]++
	}
	require.Equal(t, map[int]int{204: 1, 401: 19}, statuses, "a code is used once")
	require.Len(t, w.audit("pin_reset", c.number), 1)
}

// TestATryIsCountedBeforeTheCodeIsLookedAt: a failure after the count has used up a try.
func TestATryIsCountedBeforeTheCodeIsLookedAt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.open("482913", 0)
	code := w.issueReset(c)
	behindTheServer(w, "ALTER TABLE events RENAME TO lost")
	for range 2 {
		require.Equal(t, 500, w.resetPin(c.number, code, "730164").status)
	}
	behindTheServer(w, "ALTER TABLE lost RENAME TO events")
	require.Equal(t, 200, w.tryLogin(c.number, c.pin).status)
	requireRefusedCode(t, w.resetPin(c.number, otherCode, "730164"))
	requireRefusedCode(t, w.resetPin(c.number, code, "730164"))
}

// TestAStrangerLearnsNothingFromAReset compares what a stranger sees, and the work that a stranger could measure.
func TestAStrangerLearnsNothingFromAReset(t *testing.T) {
	t.Parallel()
	hashes := 0
	w := newWorld(t, func(o *options) {
		o.kdf = func(password, salt []byte, time, memory uint32, threads uint8, keyLen uint32) []byte {
			hashes++
			return banktest.QuickKDF(password, salt, time, memory, threads, keyLen)
		}
	})
	withCode, without, used, expired := w.open("482913", 0), w.open("482913", 0), w.open("482913", 0), w.open("482913", 0)
	w.issueReset(expired)
	w.clock.pass(time.Hour)
	w.issueReset(withCode)
	require.Equal(t, 204, w.resetPin(used.number, w.issueReset(used), "730164").status)
	type cost struct {
		body                   string
		header                 http.Header
		hashes, pages, commits int
	}
	try := func(number string) cost {
		hashes = 0
		pages, commits := w.writes()
		a := w.resetPin(number, otherCode, "730164", header("X-Request-Id", "the-same"))
		requireRefusedCode(t, a)
		morePages, moreCommits := w.writes()
		a.header.Del("Date")
		return cost{a.text(), a.header, hashes, morePages - pages, moreCommits - commits}
	}
	wrong := try(withCode.number)
	require.Equal(t, 1, wrong.hashes)
	for name, number := range map[string]string{
		"no code": without.number, "used": used.number, "expired": expired.number, "no account": "999999999990", "no number": "000000000000",
	} {
		got := try(number)
		got.pages = wrong.pages // a count takes fewer pages than an event, in as many commits
		if !storetest.OnSQLite() {
			got.commits = wrong.commits // on PostgreSQL they are read from counters, which do not include tries
		}
		require.Equal(t, wrong, got, name)
	}
	for _, number := range []string{withCode.number, without.number, "999999999990"} {
		a := w.resetPin(number, otherCode, "123456")
		require.Equal(t, "weak_pin", a.code(), "a weak PIN is refused before anything else is checked")
	}
	require.Len(t, w.audit("pin_reset_failed", withCode.number), 1)
	require.Equal(t, 204, w.resetPin(withCode.number, w.issueReset(withCode), "730164").status)
}

func TestAResetEndsOneWhoKnewTheOldPIN(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.open("482913", 0)
	thief := w.login(c)
	require.Equal(t, 204, w.resetPin(c.number, w.issueReset(c), "730164").status)
	a := w.call("POST", "/accounts/"+c.number+"/pin", bearer(thief.AccessToken), body(map[string]string{"current_pin": "730164", "new_pin": "604713"}))
	require.Equal(t, "token_revoked", a.code())
}

// TestStrangersIssueNoResetCodes: which staff may, and for whom, is tested in internal/bank.
func TestStrangersIssueNoResetCodes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.open("482913", 0)
	number, err := ledger.ParseAccountNumber(c.number)
	require.NoError(t, err)
	for _, caller := range []auth.Caller{{}, {Account: number}, {AdminKey: true}} {
		_, err := w.auth.IssuePinReset(context.Background(), caller, number)
		require.ErrorContains(t, err, "forbidden")
	}
	_, err = w.auth.IssuePinReset(context.Background(), auth.Caller{Operator: true}, 999999999990)
	require.ErrorContains(t, err, "account_not_found")
	require.Zero(t, w.tally("SELECT COUNT(*) FROM pin_reset_codes"))
}
