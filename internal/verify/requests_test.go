package verify_test

import (
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/storetest"
	"github.com/bankingcore/bankcore/internal/verify"
)

// TestAnApprovalHasWrittenWhatWasAskedFor puts requests into the table that name no entry, or another than was asked for.
func TestAnApprovalHasWrittenWhatWasAskedFor(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kind, wanted, status string
		result               func(entry string) string
		sound                bool
	}{
		"another name":     {"change_name", `{"name":"Ada"}`, "approved", func(string) string { return "NULL" }, true},
		"no entry":         {"deposit", `{"amount":100}`, "approved", func(string) string { return "NULL" }, false},
		"a lost entry":     {"deposit", `{"amount":100}`, "approved", func(string) string { return "'" + uuid.NewString() + "'" }, false},
		"an opening":       {"deposit", `{"amount":100}`, "approved", func(entry string) string { return "'" + entry + "'" }, false},
		"what was refused": {"deposit", `{"amount":100}`, "rejected", func(entry string) string { return "'" + entry + "'" }, false},
		"a rejection":      {"deposit", `{"amount":100}`, "rejected", func(string) string { return "NULL" }, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newHistories(t)
			entry := l.entries(t, l.ada)[0].ID.String()
			_, err := storetest.Raw(t, l.URL).Exec(fmt.Sprintf(`INSERT INTO requests (id, kind, account_number, wanted, note, status, requested_by,
				decided_by, decision_note, created_at, expires_at, decided_at, result_id)
				VALUES ('%s', '%s', %d, '%s', '', '%s', 'one', 'another', '', 1, 2, 3, %s)`,
				uuid.NewString(), c.kind, int64(l.ada), c.wanted, c.status, c.result(entry)))
			require.NoError(t, err)
			_, err = verify.Run(t.Context(), l.Store, func(verify.Report) {})
			require.Equal(t, c.sound, err == nil, err)
		})
	}
}
