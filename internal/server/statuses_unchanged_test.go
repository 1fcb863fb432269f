package server_test

import (
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// countedAttempts are the changes that count guesses at PINs and codes. A guess is counted before it is checked, and taken back if it was right.
var countedAttempts = []string{
	"customers UPDATE failed_attempts", "sessions UPDATE wrong_pins", "second_factors UPDATE tries_left", "pin_reset_codes UPDATE tries_left",
	"unknown_account_attempts UPDATE attempts",
}

// mayChange reports whether a refusal of an operation may make a change: to the audit trail, and to the counters of guesses where
// the operation takes a PIN or a code.
func (o contractOperation) mayChange(change string) bool {
	if change == "events INSERT" || strings.HasPrefix(change, "event_chain UPDATE ") {
		return true
	}
	body := o.bodyOf()
	takesSecret := body != nil && slices.ContainsFunc([]string{"pin", "current_pin", "code"}, func(name string) bool { return body.Properties[name] != nil })
	return takesSecret && slices.Contains(countedAttempts, change)
}

// statusWorlds are the worlds for the cases of all statuses.
type statusWorlds struct {
	shared  *world
	quiet   quietWorlds // with a journal, for refusals
	fragile quietWorlds // for failures, which damage the database for a while
}

func (ws statusWorlds) lend(t *testing.T, status int) *world {
	t.Helper()
	switch {
	case status >= 400 && status < 500:
		return ws.quiet.lend(t)
	case status == http.StatusInternalServerError:
		return ws.fragile.lend(t)
	default:
		return ws.shared.lend(t)
	}
}

// quietWorlds are worlds that each case has to itself.
type quietWorlds chan *world

func newQuietWorlds(t *testing.T, prepare func(w *world)) quietWorlds {
	t.Helper()
	worlds := make(quietWorlds, 2*runtime.GOMAXPROCS(0))
	for range cap(worlds) {
		w := newWorld(t)
		prepare(w)
		worlds <- w
	}
	return worlds
}

func (q quietWorlds) lend(t *testing.T) *world {
	t.Helper()
	w := <-q
	t.Cleanup(func() { q <- w })
	return w.lend(t)
}

// keepJournal makes a world keep a journal of its tables' changes.
func (w *world) keepJournal() {
	w.t.Helper()
	w.journal = storetest.KeepJournal(w.t, w.database)
}

// watch returns a function that lists the changes since then.
func (s *stage) watch() (changes func() []string) {
	s.t.Helper()
	if s.journal == nil { // the case has moved to a world of its own
		s.keepJournal()
	} else {
		require.Contains(s.t, s.journal.Since(s.t, 0), "customers INSERT", "the journal does not show that Ada has come")
	}
	start := s.journal.End(s.t)
	return func() []string { return s.journal.Since(s.t, start) }
}
