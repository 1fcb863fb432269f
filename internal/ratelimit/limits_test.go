package ratelimit

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLimitsAreComplete(t *testing.T) {
	t.Parallel()
	limits := Unlimited()
	require.NoError(t, limits.Check())
	for name, limit := range limits {
		require.True(t, limit.Off(), name)
	}
	limits["lgin"] = perMinute(5)
	require.Error(t, limits.Check(), "a name that is unknown")
	delete(limits, "login")
	require.Error(t, limits.Check(), "a name that is misspelt")
	require.Error(t, Limits{}.Check())
}
