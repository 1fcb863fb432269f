package server

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/ratelimit"
)

func TestRateLimiterHeaders(t *testing.T) {
	t.Parallel()
	limiter := newOperationLimiter("login", ratelimit.Limit{Requests: 5, Window: time.Minute}, false, nil)
	require.Equal(t, `"login";q=5;w=60`, limiter.policy[0])
	tests := []struct {
		remaining  int
		reset      time.Duration
		header     string
		retryAfter string
	}{
		{4, 31 * time.Second, `"login";r=4;t=31`, "31"},
		{4, 30*time.Second + 1, `"login";r=4;t=31`, "31"},
		{0, 31*time.Second - 1, `"login";r=0;t=31`, "31"},
		{0, 1, `"login";r=0;t=1`, "1"},
		{0, 0, `"login";r=0;t=0`, "1"},
		{0, -time.Hour, `"login";r=0;t=0`, "1"},
	}
	for _, test := range tests {
		a := ratelimit.Admission{Remaining: test.remaining, Reset: test.reset}
		require.Equal(t, test.header, limiter.standing(a), "%s", test.reset)
		require.Equal(t, test.retryAfter, retryAfter(a), "%s", test.reset)
	}
	odd := newOperationLimiter("odd", ratelimit.Limit{Requests: 1, Window: 1500 * time.Millisecond}, false, nil)
	require.Equal(t, `"odd";q=1;w=2`, odd.policy[0], "a window is never announced as shorter than it is")
}
