package server_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAFloodOfOneNetworkCostsTheDatabaseNoMoreThanItsQuota sends each sign-in from another address of an IPv6 provider.
func TestAFloodOfOneNetworkCostsTheDatabaseNoMoreThanItsQuota(t *testing.T) {
	t.Parallel()
	w := newSharedWorld(t, behindProxy, func(o *options) { o.limits["login"] = perMinute(1) })
	const flood = 1000
	statuses := map[int]int{}
	for i := range flood {
		statuses[w.strangerLogin(header("X-Forwarded-For", fmt.Sprintf("2001:db8:%x:1::1", i))).status]++
	}
	require.Equal(t, map[int]int{401: 256, 429: flood - 256}, statuses)
	require.EqualValues(t, 256, w.tally("SELECT COUNT(*) FROM rate_limits"))
	require.Equal(t, 401, w.strangerLogin(header("X-Forwarded-For", "2001:db9::1")).status, "a newcomer of another network")
	require.Equal(t, 401, w.strangerLogin(header("X-Forwarded-For", "203.0.113.1")).status)
	t.Logf("%d sign-ins from as many networks of one /32: %d served, %d refused, 256 rows", flood, statuses[401], statuses[429])
}
