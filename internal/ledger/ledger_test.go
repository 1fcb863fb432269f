package ledger

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// requireCode fails the test unless err is a refusal with this code.
func requireCode(t require.TestingT, code Code, err error) {
	var refusal *Refusal
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, code, refusal.Code, refusal.Message)
}

func TestTimesAreWrittenAsTheContractSays(t *testing.T) {
	t.Parallel()
	berlin := time.FixedZone("CET", 3600)
	for want, moment := range map[string]time.Time{
		"2026-11-22T07:30:00.123456Z": time.Date(2026, 11, 22, 8, 30, 0, 123456789, berlin),
		"2026-11-22T07:30:00.000000Z": time.Date(2026, 11, 22, 7, 30, 0, 0, time.UTC),
		"2026-11-22T07:30:00.100000Z": time.Date(2026, 11, 22, 7, 30, 0, 100_000_000, time.UTC),
		"1970-01-01T00:00:00.000001Z": time.UnixMicro(1),
	} {
		require.Equal(t, want, FormatTime(moment))
	}
}
