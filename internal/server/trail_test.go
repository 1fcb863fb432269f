package server_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// readEvents returns the events of reads by staff, oldest first, from the database: "account actor detail request server-request".
func (w *world) readEvents() []string { return w.eventsOf("data_read") }

func (w *world) eventsOf(kind string) []string {
	w.t.Helper()
	rows := storetest.Text(w.t, w.database, `SELECT account_number || ' ' || actor || ' ' || detail || ' ' || request_id || ' ' || server_request_id AS told
		FROM events WHERE event_type = $1 ORDER BY sequence`, kind)
	var events []string
	for line := range strings.Lines(rows) {
		events = append(events, strings.TrimSpace(strings.TrimPrefix(line, "told=")))
	}
	return events
}

// reads returns the contract's operations that show something to a signed-in caller or to the admin key, except the caller's own sessions
// and accounts.
func reads(t *testing.T) map[string]contractOperation {
	t.Helper()
	found := map[string]contractOperation{}
	for id, o := range contractOperations(t) {
		if o.method == "GET" && !o.public() && id != "listSessions" && id != "listAccounts" {
			found[id] = o
		}
	}
	require.Greater(t, len(found), 10)
	return found
}

// TestEveryReadByStaffLeavesOneEvent: an engineer who adds an operation that reads need do nothing for it.
func TestEveryReadByStaffLeavesOneEvent(t *testing.T) {
	t.Parallel()
	var read atomic.Int64
	t.Cleanup(func() {
		t.Logf("%d reads by administrators and with the admin key left one event each", read.Load())
		require.Greater(t, read.Load(), int64(20))
	})
	for id, o := range reads(t) {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			s := newStage(newWorld(t))
			administrator, session := s.admin()
			callers := map[string][]requestOption{"admin_key": {adminKey(testAdminKey)}, administrator.number: signedIn(session)}
			for actor, credentials := range callers {
				d := properDraft(s, o)
				d.credentials, d.more = credentials, append(d.more, header("X-Request-Id", "chosen-by-the-caller"))
				before := s.readEvents()
				a := s.send(d)
				events := s.readEvents()[len(before):]
				if a.status != 200 { // the key is not accepted here, or the operation is only for the owner
					require.Contains(t, []int{401, 403}, a.status, a.text())
					require.Empty(t, events, "a refused read leaves none")
					continue
				}
				require.Len(t, events, 1, actor)
				account := "0"
				if o.namesAccount() {
					account = s.ada.number
				}
				fields := strings.Fields(events[0])
				require.Equal(t, []string{account, actor, id, "chosen-by-the-caller"}, fields[:4])
				require.Equal(t, uuid.Version(7), uuid.MustParse(fields[4]).Version())
				read.Add(1)
			}
		})
	}
}

// TestReadingOnesOwnAccountLeavesNoEvent, even for an administrator.
func TestReadingOnesOwnAccountLeavesNoEvent(t *testing.T) {
	t.Parallel()
	s := newStage(newWorld(t))
	administrator, session := s.admin()
	own := map[*customer]tokens{&s.ada: s.session, &administrator: session}
	for id, o := range reads(t) {
		if !o.namesAccount() {
			continue
		}
		for c, session := range own {
			d := properDraft(&stage{world: s.world, ada: *c, session: session}, o)
			before := len(s.readEvents())
			require.Equal(t, 200, s.send(d).status, id)
			require.Len(t, s.readEvents(), before, id)
		}
	}
	bob := s.open("730164", 0)
	before := len(s.readEvents())
	require.Equal(t, 200, s.call("GET", "/auth/sessions", bearer(session.AccessToken)).status)
	require.Equal(t, 200, s.call("GET", "/payees/"+bob.number, bearer(s.session.AccessToken)).status)
	require.Len(t, s.readEvents(), before, "a customer may see whom a payment goes to")
}

// TestAListByAccountIsAboutThatAccount, and HEAD is a read like GET.
func TestAListByAccountIsAboutThatAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.open("482913", 0)
	w.call("GET", "/admin/events?account_number="+c.number, adminKey(testAdminKey))
	encoded := "%3" + c.number[:1] + c.number[1:]
	require.Equal(t, 200, w.call("GET", "/accounts/"+encoded, adminKey(testAdminKey)).status)
	require.Equal(t, 200, w.call("HEAD", "/accounts/"+c.number, adminKey(testAdminKey)).status)
	events := w.readEvents()
	require.Len(t, events, 3)
	for _, event := range events {
		require.True(t, strings.HasPrefix(event, c.number+" admin_key "), event)
	}
}

func TestAReadThatCannotBeRecordedIsNotAnswered(t *testing.T) {
	t.Parallel()
	s := newStage(newWorld(t))
	drafts := map[string]*draft{}
	for id, o := range reads(t) {
		drafts[id] = properDraft(s, o)
	}
	before := len(s.readEvents())
	behindTheServer(s.world, storetest.Break("event_chain", "OLD.sequence >= 0"))
	refused := 0
	for id, o := range reads(t) {
		if !o.takes("adminKey") {
			continue
		}
		d := drafts[id]
		d.credentials = []requestOption{adminKey(testAdminKey)}
		a := s.send(d)
		require.Equal(t, 503, a.status, a.text())
		require.Equal(t, "unavailable", a.code())
		require.NotContains(t, a.text(), "Lovelace")
		require.Equal(t, "1", a.header.Get("Retry-After"))
		refused++
	}
	require.Equal(t, 200, s.call("GET", "/accounts/"+s.ada.number, bearer(s.session.AccessToken)).status, "its owner needs no event")
	behindTheServer(s.world, storetest.Mend())
	require.Equal(t, 200, s.call("GET", "/accounts/"+s.ada.number, adminKey(testAdminKey)).status)
	require.Len(t, s.readEvents(), before+1)
	t.Logf("%d reads refused while events could not be written", refused)
}

// TestAnOwnerSeesWhoLooked: that it was the bank's staff, and what they read, but not who.
func TestAnOwnerSeesWhoLooked(t *testing.T) {
	t.Parallel()
	s := newStage(newWorld(t))
	administrator, session := s.admin()
	s.clock.pass(time.Second)
	require.Equal(t, 200, s.call("GET", "/accounts/"+s.ada.number+"/statement?month=2026-11", bearer(session.AccessToken)).status)
	a := s.call("GET", "/accounts/"+s.ada.number+"/events?limit=1", bearer(s.session.AccessToken))
	var page struct {
		Data []struct {
			Type    string `json:"event_type"`
			Address string `json:"client_address"`
			Detail  string `json:"detail"`
		}
	}
	a.decode(&page)
	require.Equal(t, "data_read", page.Data[0].Type)
	require.Equal(t, "getStatement", page.Data[0].Detail)
	require.Empty(t, page.Data[0].Address)
	require.NotContains(t, a.text(), administrator.number)
}

// TestTokensOfStaffThatAreRefusedLeaveAnEvent: those of a former administrator, and those used after the sign-out.
func TestTokensOfStaffThatAreRefusedLeaveAnEvent(t *testing.T) {
	t.Parallel()
	s := newStage(newWorld(t))
	administrator, session := s.admin()
	ended := s.login(administrator)
	require.Equal(t, 204, s.call("POST", "/auth/logout", bearer(ended.AccessToken)).status)
	require.Equal(t, 401, s.call("GET", "/admin/stats", bearer(ended.AccessToken)).status)
	require.Equal(t, 403, s.call("GET", "/admin/stats", bearer(s.session.AccessToken)).status, "a customer, who never was staff")
	require.Len(t, s.eventsOf("staff_token_refused"), 1)
	number, err := ledger.ParseAccountNumber(administrator.number)
	require.NoError(t, err)
	_, err = s.bank.SetRole(t.Context(), auth.Caller{Operator: true}, number, auth.RoleCustomer)
	require.NoError(t, err)
	s.restart() // a server that remembers no repeats
	require.Equal(t, 403, s.call("GET", "/accounts/"+s.ada.number, bearer(session.AccessToken)).status)
	events := s.eventsOf("staff_token_refused")
	require.Len(t, events, 2)
	require.Contains(t, events[0], administrator.number+" anonymous adminStats ")
	require.Contains(t, events[1], administrator.number+" anonymous getAccount ")
	require.Empty(t, s.readEvents(), "a refused read is not recorded as a read")
}

// TestBothRequestIDsAreKept: two callers may choose the same id.
func TestBothRequestIDsAreKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 2 {
		a := w.call("GET", "/admin/stats", adminKey(testAdminKey), header("X-Request-Id", "the-same"))
		require.Equal(t, "the-same", a.header.Get("X-Request-Id"))
	}
	own := w.call("GET", "/admin/stats", adminKey(testAdminKey)).header.Get("X-Request-Id")
	logged := map[string]string{}
	for line := range strings.Lines(w.logs.String()) {
		var request struct {
			Msg, Route string
			ID         string `json:"request_id"`
			ServerID   string `json:"server_request_id"`
		}
		require.NoError(t, json.Unmarshal([]byte(line), &request))
		if request.Route == "/admin/stats" {
			logged[request.ServerID] = request.ID
		}
	}
	require.Len(t, logged, 3)
	for _, event := range w.readEvents() {
		fields := strings.Fields(event)
		require.Equal(t, fields[3], logged[fields[4]], "the log and the trail have the same ids for the request")
	}
	require.Equal(t, own, logged[own], "if the caller chooses none, it is ours")
}

// TestGuessesOfTheAdminKeyAreFew from one address, and from all of them together; and the operator is not shut out.
func TestGuessesOfTheAdminKeyAreFew(t *testing.T) {
	t.Parallel()
	w := newWorld(t, behindProxy, func(o *options) { o.adminKey = perMinute(5) })
	ask := func(address, key string) int {
		return w.call("GET", "/admin/stats", adminKey(key), header("X-Forwarded-For", address)).status
	}
	const operators = "198.51.100.7"
	require.Equal(t, 200, ask(operators, testAdminKey))
	one := map[int]int{}
	for range 100 {
		one[ask("203.0.113.9", "wrong")]++
	}
	require.Equal(t, map[int]int{403: 5, 429: 95}, one)
	require.Equal(t, 429, ask("203.0.113.9", testAdminKey), "it is not compared")
	require.Equal(t, 200, ask("203.0.113.10", testAdminKey), "another address of that network")
	all := map[int]int{}
	for i := range 1000 {
		all[ask(fmt.Sprintf("20.%d.%d.7", i/256, i%256), "wrong")]++
	}
	require.Equal(t, map[int]int{403: 55, 429: 945}, all, "60 in all")
	require.Equal(t, 429, ask("192.0.2.1", testAdminKey), "a network that is not known to have the key")
	require.Equal(t, 200, ask(operators, testAdminKey))
	require.Equal(t, 200, ask("198.51.100.8", testAdminKey), "by its network")
	metrics := string(w.atOps().call("GET", "/metrics").body)
	require.Contains(t, metrics, `bankcore_admin_key_refused_total{reason="wrong"} 60`)
	require.Contains(t, metrics, `bankcore_admin_key_refused_total{reason="limited"} 1042`)

	rows := w.tally("SELECT COUNT(*) FROM events WHERE event_type = 'admin_key_refused'")
	require.Equal(t, int64(56), rows, "the first of each network at once")
	w.clock.pass(time.Minute)
	require.NoError(t, w.auth.FlushRepeats(t.Context()))
	require.Equal(t, int64(60), w.tally("SELECT CAST(SUM(count) AS BIGINT) FROM events WHERE event_type = 'admin_key_refused'"))
	require.Equal(t, int64(57), w.tally("SELECT COUNT(*) FROM events WHERE event_type = 'admin_key_refused'"))
	require.Equal(t, 200, ask("192.0.2.1", testAdminKey), "a minute later")
	for i := range 60 {
		ask(fmt.Sprintf("20.0.%d.7", i), "wrong")
	}
	w.clock.pass(24*time.Hour - time.Second)
	for i := range 60 {
		ask(fmt.Sprintf("20.1.%d.7", i), "wrong")
	}
	require.Equal(t, 429, ask(operators, testAdminKey), "a day later the network is no longer trusted")
	t.Logf("of 100 guesses of one address %d compared, of 1,000 guesses of as many networks %d; 57 events count 60", one[403], all[403])
}

// TestGuessesAtOnceAreNoMore than guesses one after another.
func TestGuessesAtOnceAreNoMore(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	w := newWorld(t, func(o *options) { o.adminKey = perMinute(5) })
	const guesses = 50
	statuses := make(chan int, guesses)
	for range guesses {
		go func() {
			a, err := w.try("GET", "/admin/stats", adminKey("wrong"))
			if err != nil {
				statuses <- 0
				return
			}
			statuses <- a.status
		}()
	}
	counted := map[int]int{}
	for range guesses {
		counted[<-statuses]++
	}
	require.Equal(t, map[int]int{403: 5, 429: guesses - 5}, counted)
}
