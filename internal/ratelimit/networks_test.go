package ratelimit

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// six returns a client in the n-th /64 of an IPv6 provider's /32.
func six(provider, n uint32) Client {
	var address [16]byte
	binary.BigEndian.PutUint32(address[:], 0x20010000+provider)
	binary.BigEndian.PutUint32(address[4:], n)
	return ByAddress(netip.AddrFrom16(address))
}

func four(a, b int) Client {
	return ByAddress(netip.AddrFrom4([4]byte{10, byte(a >> 8), byte(a), byte(b)}))
}

var fivePerMinute = Limit{Requests: 5, Window: time.Minute}

func served(l *Local, c Client, requests int) int {
	accepted := 0
	for range requests {
		if l.table(c).Take(c).Accepted {
			accepted++
		}
	}
	return accepted
}

// TestAMillionAddressesOfOneProvider: they neither erase a victim's count nor keep out a newcomer of another network. It runs
// alone, because it prints its memory use.
func TestAMillionAddressesOfOneProvider(t *testing.T) {
	const flood = 1_000_000
	before := heapInUse()
	limiter := NewLocal("login", fivePerMinute, newHandClock().now)
	spent, half := six(7, 1), six(8, 1)
	require.Equal(t, 5, served(limiter, spent, 6))
	require.Equal(t, 3, served(limiter, half, 3))
	got := 0
	attacker := six(9, 0)
	site := attacker.address[0].prefix.Addr().As16()
	for i := range uint32(flood) {
		// Like six(9, i), in a tenth of the time.
		binary.BigEndian.PutUint32(site[4:], i)
		attacker.key = string(site[:8])
		attacker.address[0].prefix = netip.PrefixFrom(netip.AddrFrom16(site), 48).Masked()
		if limiter.six.Take(attacker).Accepted {
			got++
		}
	}
	require.Equal(t, 5*providerFactor, got, "the network has used up its own quota")
	require.Zero(t, served(limiter, spent, 5))
	require.Equal(t, 2, served(limiter, half, 5))
	newcomers := 0
	for i := range uint32(1000) {
		newcomers += served(limiter, six(1000+i, 1), 1)
	}
	require.Equal(t, 1000, newcomers)
	require.Equal(t, 5, served(limiter, four(0, 1), 6))
	require.LessOrEqual(t, len(limiter.six.logs), got+newcomers+2)
	t.Logf("of %d requests from as many /64 of one /32, %d were served and %d refused; %d clients take %d kB",
		flood, got, flood-got, len(limiter.six.logs), (heapInUse()-before)/1024)
	runtime.KeepAlive(limiter)
}

// TestAFullTableServesNewcomers fills a table from as many providers as it takes. A victim's count stays, strangers are served, and
// the network that fills the table most must wait.
func TestAFullTableServesNewcomers(t *testing.T) {
	before := heapInUse()
	limiter := NewLocal("login", fivePerMinute, newHandClock().now)
	spent, half := six(7, 1), six(8, 1)
	require.Equal(t, 5, served(limiter, spent, 5))
	require.Equal(t, 4, served(limiter, half, 4))
	const providers = 100
	got := 0
	for n := range uint32(providers) {
		for i := range uint32(5 * providerFactor) {
			got += served(limiter, six(100+n, i<<12), 1)
		}
	}
	require.Equal(t, Capacity, len(limiter.six.logs)) //nolint:testifylint // Len would print them all
	require.Zero(t, served(limiter, spent, 5))
	require.Equal(t, 1, served(limiter, half, 5))
	newcomers := 0
	for i := range uint32(10_000) {
		newcomers += served(limiter, six(1000+i, 1), 1)
	}
	require.Equal(t, 10_000, newcomers)
	require.Zero(t, served(limiter, six(100, 1<<20), 1), "one more client of a network that is over its quota")
	require.Equal(t, Capacity, len(limiter.six.logs)) //nolint:testifylint // Len would print them all
	require.LessOrEqual(t, len(limiter.six.networks), 2*Capacity)
	t.Logf("%d requests of %d networks of /32: %d served; then %d of %d strangers; %d clients take %d kB",
		providers*5*providerFactor, providers, got, newcomers, 10_000, len(limiter.six.logs), (heapInUse()-before)/1024)
	runtime.KeepAlive(limiter)
}

// TestNetworksHaveQuotas: many addresses of one network are bounded together, and a campus behind one /24 is not refused.
func TestNetworksHaveQuotas(t *testing.T) {
	t.Parallel()
	clock := newHandClock()
	limiter := NewLocal("login", fivePerMinute, clock.now)
	campus, site, provider := 0, 0, 0
	for i := range 254 {
		campus += served(limiter, four(1, i), 5)
	}
	for i := range uint32(1 << 10) {
		site += served(limiter, six(1, i), 5)
	}
	for i := range uint32(1 << 12) {
		provider += served(limiter, six(2, i<<16), 5)
	}
	require.Equal(t, []int{160, 160, 1280}, []int{campus, site, provider})
	require.Equal(t, 5, served(limiter, four(2, 1), 9), "the neighbouring /24")
	require.Equal(t, 5, served(limiter, six(1, 1<<16), 9), "another site of the provider")
	require.Equal(t, 5, served(limiter, six(3, 1), 9), "another provider")

	refused := limiter.main.Take(four(1, 200))
	require.False(t, refused.Accepted)
	require.Equal(t, refused, limiter.Peek(four(1, 200)))
	clock.advance(refused.Reset - 1)
	require.False(t, limiter.main.Take(four(1, 200)).Accepted)
	clock.advance(1)
	require.True(t, limiter.main.Take(four(1, 200)).Accepted, "accepted when it was told to retry")
}

// TestNoWindowOfANetworkIsOver checks every window that begins with an accepted request against the network's quota, and checks how
// long a request counts against the bound that recent promises.
func TestNoWindowOfANetworkIsOver(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		limit := Limit{Requests: 1, Window: time.Duration(rapid.Int64Range(13, 60_000).Draw(t, "window"))}
		clock := newHandClock()
		limiter := NewTable("login", limit, 1<<10, clock.now)
		var accepted []time.Time
		last := time.Duration(0)
		for i := range rapid.IntRange(1, 300).Draw(t, "arrivals") {
			switch rapid.IntRange(0, 9).Draw(t, "pause kind") {
			case 0:
				clock.advance(max(0, last))
			case 1:
				clock.advance(time.Duration(rapid.Int64Range(0, int64(limit.Window)).Draw(t, "pause")))
			case 2:
				clock.advance(limit.Window / 9)
			}
			admission := limiter.Take(Client{key: fmt.Sprint(i), address: four(1, 1).address})
			last = admission.Reset
			if admission.Accepted {
				accepted = append(accepted, clock.now())
				continue
			}
			longest := (steps + 1) * stepOf(limit.Window)
			require.Positive(t, admission.Reset)
			require.LessOrEqual(t, admission.Reset, longest)
			counting := 0
			for _, at := range accepted {
				if clock.now().Sub(at) < longest {
					counting++
				}
			}
			require.GreaterOrEqual(t, counting, siteFactor, "refused because of requests that no longer count")
		}
		for i, from := range accepted {
			inside := 0
			for _, at := range accepted[i:] {
				if at.Sub(from) < limit.Window {
					inside++
				}
			}
			require.LessOrEqual(t, inside, siteFactor)
		}
	})
}

// TestEvictionDoesTheLeastHarm compares each evicted client with all that were in the table.
func TestEvictionDoesTheLeastHarm(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		const capacity = 6
		clock := newHandClock()
		limit := Limit{Requests: 3, Window: time.Minute}
		limiter := NewTable("login", limit, capacity, clock.now)
		for range rapid.IntRange(1, 120).Draw(t, "arrivals") {
			clock.advance(time.Duration(rapid.IntRange(0, 5).Draw(t, "seconds")) * time.Second)
			c := four(rapid.IntRange(1, 4).Draw(t, "network"), rapid.IntRange(1, 4).Draw(t, "address"))
			for range capacity { // each call forgets two that have expired
				limiter.Peek(Client{key: "nobody"})
			}
			there := map[string]*keyLog{}
			for key, log := range limiter.logs {
				copied := *log
				there[key] = &copied
			}
			weights := map[reach]int{}
			for _, log := range there {
				if log.used < limit.Requests {
					weights[log.widest().reach]++
				}
			}
			heaviest := 0
			for _, weight := range weights {
				heaviest = max(heaviest, weight)
			}
			own := weights[c.address[0]]
			admission := limiter.Take(c)
			if there[c.key] == nil && !admission.Accepted {
				require.Len(t, there, capacity)
				require.GreaterOrEqual(t, own, heaviest, "a newcomer of another network was refused")
			}
			for key, gone := range there {
				if limiter.logs[key] != nil {
					continue
				}
				require.Len(t, there, capacity)
				require.Less(t, gone.used, limit.Requests, "one at its quota was forgotten")
				require.Equal(t, heaviest, weights[gone.widest().reach])
				require.Less(t, own, heaviest)
				for _, other := range there {
					if other.widest() == gone.widest() && other.used < limit.Requests && other.key != key {
						require.True(t, gone.before(other), "%s went and not %s", key, other.key)
					}
				}
			}
			require.LessOrEqual(t, len(limiter.logs), capacity)
			clients := 0
			for _, network := range limiter.networks {
				clients += network.clients
			}
			require.Equal(t, len(limiter.logs), clients)
			require.Len(t, limiter.crowds, len(limiter.networks))
		}
	})
}

// TestWhatIsCancelledWasNeverCounted takes and cancels at random, beside a limiter that never saw the cancelled requests.
func TestWhatIsCancelledWasNeverCounted(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		clock := newHandClock()
		limit := Limit{Requests: rapid.IntRange(1, 4).Draw(t, "requests"), Window: time.Minute}
		limiter := NewTable("login", limit, 100, clock.now)
		other := NewTable("login", limit, 100, clock.now)
		type request struct {
			at     time.Duration
			client Client
		}
		var accepted []request
		for range rapid.IntRange(1, 80).Draw(t, "arrivals") {
			clock.advance(time.Duration(rapid.IntRange(0, 20).Draw(t, "seconds")) * time.Second)
			c := six(uint32(rapid.IntRange(1, 2).Draw(t, "provider")), uint32(rapid.IntRange(1, 3).Draw(t, "client")))
			if admission := limiter.Take(c); admission.Accepted && rapid.Bool().Draw(t, "cancelled") {
				limiter.cancel(c)
				require.Equal(t, admission, limiter.Peek(c))
				continue
			}
			if other.Take(c).Accepted {
				accepted = append(accepted, request{other.tick(), c})
			}
			require.Equal(t, other.Peek(c), limiter.Peek(c))
		}
		// A network counts at least what its clients were granted in this window. It may count a little more, for up to a step, and the two
		// tables differ in that: the one where a request was cancelled may have forgotten the network meanwhile.
		now := other.tick()
		for in, kept := range limiter.networks {
			granted := 0
			for _, r := range accepted {
				if r.at > now-limit.Window && slices.Contains(r.client.reaches(), in) {
					granted++
				}
			}
			require.GreaterOrEqual(t, kept.recent.total(now, limit.Window), granted)
		}
		clock.advance(limit.Window)
		for range 6 { // clients at most; each call forgets two that have expired
			limiter.Peek(Client{key: "nobody"})
		}
		require.Empty(t, limiter.logs)
		require.Empty(t, limiter.networks)
		require.Empty(t, limiter.crowds)
	})
}
