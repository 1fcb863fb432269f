package server_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/testkit/banktest"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

func byInvitation(o *options) { o.openings = auth.OpeningsCode }

// invite does what "bankcore account invite" does.
func (w *world) invite(uses int, lifetime time.Duration) string {
	w.t.Helper()
	invitation, err := w.auth.IssueInvitation(context.Background(), auth.Caller{Operator: true},
		auth.IssueInvitationParams{Uses: uses, Lifetime: lifetime})
	require.NoError(w.t, err)
	require.Regexp(w.t, `^([0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}$`, invitation.Code)
	require.NotEqual(w.t, otherCode, invitation.Code)
	return invitation.Code
}

// openWith opens an account with a code, or without one.
func (w *world) openWith(code string, more ...requestOption) *answer {
	w.t.Helper()
	return w.call("POST", "/accounts", append(more, openingBody(code, "482913"))...)
}

func openingBody(code, pin string) requestOption {
	opening := map[string]any{"account_holder_name": "Ada Lovelace", "pin": pin}
	if code != "" {
		opening["invitation_code"] = code
	}
	return body(opening)
}

func (w *world) accounts() int64 { return w.tally("SELECT COUNT(*) FROM accounts") }

// A customer who was invited opens an account; a stranger cannot.
func TestAnAccountIsOpenedWithAnInvitation(t *testing.T) {
	t.Parallel()
	w := newWorld(t, byInvitation)
	code := w.invite(3, 24*time.Hour)
	require.Equal(t, "invitation_required", w.openWith("").code())
	for _, written := range []string{
		code, strings.ToLower(strings.ReplaceAll(code, "-", " ")), strings.NewReplacer("0", "o", "1", "l", "-", "").Replace(code),
	} {
		a := w.openWith(written)
		require.Equal(t, 201, a.status, "%q: %s", written, a.text())
	}
	require.Equal(t, "invalid_invitation", w.openWith(code).code(), "it had three uses")
	require.Equal(t, int64(3), w.accounts())
	var page struct{ Data []auditEvent }
	w.call("GET", "/admin/events?event_type=invitation_issued", adminKey(testAdminKey)).decode(&page)
	require.Len(t, page.Data, 1)
	require.Equal(t, "operator", page.Data[0].Actor)
}

// The answer does not reveal what is wrong with a code, neither by its words nor by the work it takes.
func TestCodesThatAreWrongUsedUpOrExpiredAreAnsweredAlike(t *testing.T) {
	t.Parallel()
	hashes := 0
	w := newWorld(t, byInvitation, func(o *options) {
		o.kdf = func(password, salt []byte, time, memory uint32, threads uint8, keyLen uint32) []byte {
			hashes++
			return banktest.QuickKDF(password, salt, time, memory, threads, keyLen)
		}
	})
	expired, used := w.invite(1, time.Hour), w.invite(1, 24*time.Hour)
	w.clock.pass(time.Hour - time.Microsecond)
	require.Equal(t, 201, w.openWith(used).status)
	w.clock.pass(time.Microsecond)
	type cost struct {
		body    string
		header  http.Header
		hashes  int
		commits int
	}
	try := func(code string) cost {
		hashes = 0
		_, commits := w.writes()
		a := w.openWith(code, header("X-Request-Id", "the-same"))
		require.Equal(t, 403, a.status, a.text())
		_, moreCommits := w.writes()
		a.header.Del("Date")
		return cost{a.text(), a.header, hashes, moreCommits - commits}
	}
	wrong := try(otherCode)
	require.Contains(t, wrong.body, "invalid_invitation")
	require.Zero(t, wrong.hashes, "without an invitation, a client takes no hashing slot")
	for name, code := range map[string]string{"used up": used, "expired": expired, "misspelt": "U" + otherCode[1:], "short": "7K3M"} {
		require.Equal(t, wrong, try(code), name)
	}
	require.Equal(t, int64(1), w.accounts())

	require.EqualValues(t, 2, w.tally("SELECT COUNT(*) FROM invitations"))
	w.clock.pass(time.Microsecond)
	_, err := w.auth.Purge(context.Background())
	require.NoError(t, err)
	require.Zero(t, w.tally("SELECT COUNT(*) FROM invitations"))
	require.Equal(t, wrong, try(used), "a purged code gets the same answer")
}

// A code for one account opens only one, however many clients use it at once, on two servers.
func TestManyOpenWithOneCodeAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	nodes := newNodes(t, byInvitation)
	w := nodes[0]
	code := w.invite(2, 24*time.Hour)
	statuses := map[int]int{}
	for _, a := range w.atOnce(20, func(i int) (*answer, error) {
		return nodes[i%2].try("POST", "/accounts", openingBody(code, "482913"))
	}) {
		statuses[a.status]++
	}
	require.Equal(t, map[int]int{201: 2, 403: 18}, statuses)
	require.Equal(t, int64(2), w.accounts())
	t.Logf("of 20 openings at once with a code of 2 uses, %d were served and %d refused", statuses[201], statuses[403])
}

// The answer to an opening was lost, and the request is repeated: the code is used once, and the answer names the same account.
func TestARepeatedOpeningUsesItsInvitationOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, byInvitation)
	code := w.invite(2, 24*time.Hour)
	key := idempotencyKey("lost")
	first := w.openWith(code, key)
	require.Equal(t, 201, first.status, first.text())
	again := w.openWith(code, key)
	require.Equal(t, first.text(), again.text())
	require.Equal(t, "true", again.header.Get("Idempotent-Replayed"))
	require.EqualValues(t, 1, w.tally("SELECT uses_left FROM invitations"))
	require.Equal(t, 201, w.openWith(code).status)

	for _, other := range []string{code, otherCode, ""} { // used up, wrong, absent
		again = w.openWith(other, key)
		require.Equal(t, 201, again.status, again.text())
		require.Equal(t, first.text(), again.text())
	}
	require.Equal(t, "idempotency_key_reused", w.call("POST", "/accounts", key, openingBody(code, "730164")).code(), "its PIN is proved")
	w.restartWith(func(o *options) { o.openings = auth.OpeningsStaff })
	require.Equal(t, first.text(), w.openWith(code, key).text(), "the stored answer is given, no matter who may open accounts now")
	require.Equal(t, "openings_closed", w.openWith(code, idempotencyKey("another")).code())
	require.Equal(t, int64(2), w.accounts())
}

// A refused opening uses up neither the code nor its key.
func TestARefusedOpeningUsesNoInvitation(t *testing.T) {
	t.Parallel()
	w := newWorld(t, byInvitation)
	code := w.invite(1, 24*time.Hour)
	key := idempotencyKey("once")
	require.Equal(t, "weak_pin", w.call("POST", "/accounts", key, openingBody(code, "123456")).code())
	require.Equal(t, "invalid_invitation", w.openWith(otherCode, key).code())
	behindTheServer(w, "ALTER TABLE transactions RENAME TO lost")
	require.Equal(t, 500, w.openWith(code, key).status)
	require.EqualValues(t, 1, w.tally("SELECT uses_left FROM invitations"))
}

// If staff open accounts, no code helps. The operator can open accounts in every mode, and a bank that is open to anyone needs no code.
func TestWhoOpensAccounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *options) { o.openings = auth.OpeningsStaff })
	code := w.invite(1, 24*time.Hour)
	for openings, want := range map[auth.Openings][3]string{ // without a code, with a wrong one, with a right one
		auth.OpeningsStaff:  {"openings_closed", "openings_closed", "openings_closed"},
		auth.OpeningsAnyone: {"", "", ""},
	} {
		w.restartWith(func(o *options) { o.openings = openings })
		for i, given := range []string{"", otherCode, code} {
			a := w.openWith(given)
			require.Equal(t, want[i], a.code(), "%s, %q", openings, given)
		}
	}
	require.EqualValues(t, 1, w.tally("SELECT uses_left FROM invitations"))
	for _, openings := range []auth.Openings{auth.OpeningsAnyone, auth.OpeningsCode, auth.OpeningsStaff} {
		w.restartWith(func(o *options) { o.openings = openings })
		_, err := w.bank.OpenAccount(context.Background(), auth.Caller{Operator: true}, bank.OpenAccountParams{Holder: "Grace", Pin: "482913"})
		require.NoError(t, err)
		page := w.call("GET", "/app/")
		require.Contains(t, page.text(), `data-openings="`+string(openings)+`"`)
	}
}

// A client that guesses codes is limited like every client that opens accounts.
func TestGuessesAtInvitationsAreLimited(t *testing.T) {
	t.Parallel()
	w := newWorld(t, byInvitation, func(o *options) {
		o.limits["register"] = perMinute(10)
	})
	for range 10 {
		require.Equal(t, "invalid_invitation", w.openWith(otherCode).code())
	}
	require.Equal(t, "rate_limited", w.openWith(otherCode).code())
}

func TestOnlyTheOperatorInvites(t *testing.T) {
	t.Parallel()
	w := newWorld(t, byInvitation)
	good := auth.IssueInvitationParams{Uses: 1, Lifetime: time.Hour}
	for _, caller := range []auth.Caller{{}, {AdminKey: true}, {Account: 100000000008, Role: auth.RoleAdmin}} {
		_, err := w.auth.IssueInvitation(context.Background(), caller, good)
		require.ErrorContains(t, err, "forbidden")
	}
	for _, bad := range []auth.IssueInvitationParams{{Lifetime: time.Hour}, {Uses: 1}, {Uses: 10_001, Lifetime: time.Hour}, {Uses: 1, Lifetime: 366 * 24 * time.Hour}} {
		_, err := w.auth.IssueInvitation(context.Background(), auth.Caller{Operator: true}, bad)
		require.ErrorContains(t, err, "invalid_request")
	}
	require.Zero(t, w.tally("SELECT COUNT(*) FROM invitations"))
}

// SECRET_KEY is replaced: a code issued before stays valid.
func TestAnInvitationOutlivesANewKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t, byInvitation)
	code := w.invite(1, 24*time.Hour)
	w.restartWith(func(o *options) { o.secretKey = newSecretKey + "," + testSecretKey })
	require.Equal(t, "invalid_invitation", w.openWith(otherCode).code())
	require.Equal(t, 201, w.openWith(code).status)
}
