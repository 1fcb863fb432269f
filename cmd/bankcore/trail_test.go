package main

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// TestVerifyNamesAnEventThatWasTamperedWith by an attacker who has dropped the triggers and put them back.
func TestVerifyNamesAnEventThatWasTamperedWith(t *testing.T) {
	t.Parallel()
	tamperings := map[string]struct{ statement, says string }{
		"changed":    {"UPDATE events SET detail = 'customer>customer' WHERE sequence = 2", "event 2 (%s): it was changed: the hash does not match"},
		"missing":    {"DELETE FROM events WHERE sequence = 2", "event 2: it is missing"},
		"cut off":    {"DELETE FROM events WHERE sequence > 2", "event 3: it is missing, and so are all up to event 5: they were cut off"},
		"end turned": {"UPDATE event_chain SET sequence = 2", "event 5 (%s): it is not the event that the trail's end names"},
	}
	url := migratedPostgres(t)
	onPostgres := append(slices.Clone(bankcoretest.SharedSecrets), "DATABASE_URL="+url)
	for name, test := range tamperings {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			environ, path := database(t)
			fillTrail(t, environ)
			rewrite(t, path, test.statement)
			requireBrokenTrail(t, environ, test.says)
		})
	}
	fillTrail(t, onPostgres)
	require.Contains(t, command(t, onPostgres, "", "verify").Stdout, "checked 5 events of the audit trail: hashes, sequences, its end\n")
	editPostgres(t, url, `ALTER TABLE events DISABLE TRIGGER USER; UPDATE events SET detail = 'customer>customer' WHERE sequence = 2;
		ALTER TABLE events ENABLE TRIGGER USER`)
	requireBrokenTrail(t, onPostgres, tamperings["changed"].says)
}

// fillTrail records five events: an opening and four changes of a role.
func fillTrail(t *testing.T, environ []string) {
	t.Helper()
	number := createAccount(t, environ)
	for _, role := range []string{"admin", "customer", "admin", "customer"} {
		require.Equal(t, 0, command(t, environ, "", "account", "role", number, role).Code)
	}
}

func requireBrokenTrail(t *testing.T, environ []string, says string) {
	t.Helper()
	o := command(t, environ, "", "verify")
	require.Equal(t, 1, o.Code)
	require.Regexp(t, "^the audit trail is broken: "+strings.ReplaceAll(regexp.QuoteMeta(says), "%s", "[0-9a-f-]{36}")+"$", o.Err)
	require.NotContains(t, o.Stdout, "hold")
	require.Equal(t, 1, command(t, environ, "", "copy", "--to", "sqlite:"+filepath.Join(t.TempDir(), "copy.db")).Code, "and it is not copied")
}
