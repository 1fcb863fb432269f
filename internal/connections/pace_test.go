package connections

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestADeadlineMovesWithWhatIsTaken(t *testing.T) {
	t.Parallel()
	began := time.Date(2026, 11, 22, 7, 30, 0, 0, time.UTC)
	const patience = 30 * time.Second
	for name, test := range map[string]struct {
		after  time.Duration // the start
		handed int64
		want   time.Duration // after the start
	}{
		"the first step":             {0, paceStep, patience},
		"a client that keeps up":     {time.Minute, 10 << 20, time.Minute + patience},
		"a client at the least rate": {100 * time.Second, 100 * slowestClient, 100*time.Second + patience},
		"a client that is too slow":  {100 * time.Second, 80 * slowestClient, 80*time.Second + patience},
	} {
		require.Equal(t, test.want, writeDeadline(began, began.Add(test.after), test.handed, patience).Sub(began), name)
	}
}
