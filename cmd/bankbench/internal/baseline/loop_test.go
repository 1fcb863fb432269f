package baseline

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// endingAfter is a context that ends after a number of groups and one more.
type endingAfter struct {
	context.Context
	groups int
}

func (c *endingAfter) Err() error {
	if c.groups--; c.groups < 0 {
		return context.Canceled
	}
	return nil
}

// TestLoop checks that the baseline durably writes everything that it counts.
func TestLoop(t *testing.T) {
	t.Parallel()
	l, err := OpenLoop(t.Context(), filepath.Join(t.TempDir(), "bare.db"), 10)
	require.NoError(t, err)
	defer l.Close()
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2"} {
		var got string
		require.NoError(t, l.pool.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got))
		require.Equal(t, want, got, pragma)
	}
	transfers, err := l.Run(&endingAfter{t.Context(), 2})
	require.NoError(t, err)
	require.EqualValues(t, 3*groupSize, transfers)
	for query, want := range map[string]int64{
		"SELECT count(*) FROM keys":          transfers,
		"SELECT count(*) FROM entries":       2 * transfers,
		"SELECT sum(sequence) FROM accounts": 2 * transfers,
		"SELECT sum(balance) FROM accounts":  10 * 1_000_000_000,
		"SELECT count(*) FROM entries AS e JOIN accounts AS a ON e.account = a.number AND e.sequence = a.sequence AND e.balance = a.balance": 10,
	} {
		var got int64
		require.NoError(t, l.pool.QueryRowContext(t.Context(), query).Scan(&got), query)
		require.Equal(t, want, got, query)
	}
	_, err = OpenLoop(t.Context(), filepath.Join(t.TempDir(), "absent", "bare.db"), 10)
	require.ErrorContains(t, err, "make the bare database")
}
