package loadgen

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// sometimes makes a bank lie once in a while.
func sometimes(told lie) func(int) lie {
	return func(order int) lie {
		if order%7 == 3 {
			return told
		}
		return honest
	}
}

const everything = "transfer=1,deposit=1,withdraw=1,batch=1,read=4"

func TestVerdictOnAnHonestBank(t *testing.T) {
	t.Parallel()
	load, verdict := loadFake(t, &fakeBank{enough: 400}, everything, nil)
	require.True(t, verdict.Holds, verdict.Says)
	require.Equal(t, "the balances of all 6 accounts are what was acknowledged", verdict.Says)
	require.Positive(t, verdict.Acknowledged)
	require.Equal(t, verdict.Acknowledged, verdict.LookedUp)
	require.Zero(t, verdict.Unknown)
	require.Empty(t, load.Problems())
	each, all := load.Measurements(time.Second)
	require.Len(t, each, int(operations))
	for _, m := range each {
		require.Positive(t, m.Count, m.Operation)
		require.Positive(t, m.MeanAnswerBytes, m.Operation)
	}
	require.Equal(t, load.recorder.succeeded(), all.Items)
}

// TestVerdictOnLiars: a server that acknowledges what it has not done, or does what it has not acknowledged, is caught.
func TestVerdictOnLiars(t *testing.T) {
	t.Parallel()
	for told, says := range map[lie]string{lost: " which should be from ", doubled: " which should be from ", misstated: "is not what was ordered"} {
		_, verdict := loadFake(t, &fakeBank{lie: sometimes(told)}, "transfer=1,deposit=1", nil)
		require.False(t, verdict.Holds)
		require.Contains(t, verdict.Says, says)
		require.Zero(t, verdict.LookedUp)
	}
	b := &fakeBank{refuse: func(w http.ResponseWriter, r *http.Request) bool {
		missing := strings.Contains(r.URL.Path, "/transactions/") && strings.HasSuffix(r.URL.Path, "000000000003")
		if missing {
			answer(w, 404, map[string]any{"code": "transaction_not_found"})
		}
		return missing
	}}
	_, verdict := loadFake(t, b, "deposit=1", nil)
	require.False(t, verdict.Holds)
	require.Contains(t, verdict.Says, "cannot be read")
	require.Contains(t, verdict.Says, "404 transaction_not_found")
}

// TestUnknownOutcomes: an order without a clear answer may have been carried out or not; both are accepted.
func TestUnknownOutcomes(t *testing.T) {
	t.Parallel()
	for told, code := range map[lie]string{
		swallowed: "internal", hidden: "internal", cutBefore: transportProblem, cutAfter: transportProblem, incomplete: strangeProblem,
	} {
		load, verdict := loadFake(t, &fakeBank{lie: sometimes(told)}, "transfer=1,withdraw=1", nil)
		require.True(t, verdict.Holds, verdict.Says)
		require.Positive(t, verdict.Unknown, code)
		require.Equal(t, map[string]int64{code: verdict.Unknown}, load.Problems())
		_, all := load.Measurements(time.Second)
		require.Equal(t, verdict.Unknown, all.Errors)
		require.Equal(t, verdict.Acknowledged, all.Count, "only a success counts")
	}
}

// TestRefusals: a request refused with a 4xx has no effect; a server that carries it out is caught.
func TestRefusals(t *testing.T) {
	t.Parallel()
	var refused atomic.Int64
	limited := func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/transfer") || refused.Add(1)%2 == 0 {
			return false
		}
		answer(w, 429, map[string]any{"code": "rate_limited"})
		return true
	}
	load, verdict := loadFake(t, &fakeBank{refuse: limited}, "transfer=1", nil)
	require.True(t, verdict.Holds, verdict.Says)
	require.Zero(t, verdict.Unknown)
	require.Equal(t, map[string]int64{"rate_limited": (refused.Load() + 1) / 2}, load.Problems())
}

// TestHotAccounts: hot accounts receive every transfer, and nobody else does; they send nothing.
func TestHotAccounts(t *testing.T) {
	t.Parallel()
	b := &fakeBank{}
	load, verdict := loadFake(t, b, "transfer=1,batch=1", func(c *Config) { c.Hot = 1 })
	require.True(t, verdict.Holds, verdict.Says)
	require.Equal(t, 5, load.Senders())
	moved := load.Moves().Transfers.Acknowledged.Amount
	require.Positive(t, moved)
	for i, account := range load.config.Accounts {
		if i == 5 {
			require.Equal(t, fakeDeposit+moved, b.accounts[account.Number])
		} else {
			require.LessOrEqual(t, b.accounts[account.Number], int64(fakeDeposit))
		}
	}
}

func TestKeysAreSent(t *testing.T) {
	t.Parallel()
	for style, want := range map[KeyStyle]string{KeysTimeOrdered: `^.{14}7`, KeysRandom: `^.{14}4`, KeysNone: `^$`} {
		b := &fakeBank{}
		_, verdict := loadFake(t, b, "deposit=1", func(c *Config) { c.Keys = style })
		require.True(t, verdict.Holds, verdict.Says)
		require.Regexp(t, want, b.lastKey)
	}
}

// TestMonths: months are chosen from the time since the histories began.
func TestMonths(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 15, 12, 0, 0, 0, time.UTC)
	mix, err := ParseMix("month=1")
	require.NoError(t, err)
	load, err := New(Config{
		URL: "http://127.0.0.1:1", Accounts: []Account{{"1", "t"}, {"2", "t"}}, Connections: 1, Mix: mix,
		Since: now.AddDate(0, -2, 0), Now: time.Now, Progress: io.Discard,
	})
	require.NoError(t, err)
	months := map[string]bool{}
	for range 200 {
		load.workers[0].write(order{operation: opMonth}, now)
		line, _, _ := strings.Cut(string(load.workers[0].request), "\r\n")
		months[line] = true
	}
	require.Equal(t, map[string]bool{
		"GET /accounts/1/transactions?limit=50&from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z HTTP/1.1": true,
		"GET /accounts/1/transactions?limit=50&from=2026-02-01T00:00:00Z&to=2026-03-01T00:00:00Z HTTP/1.1": true,
		"GET /accounts/1/transactions?limit=50&from=2026-03-01T00:00:00Z&to=2026-04-01T00:00:00Z HTTP/1.1": true,
	}, months)
	load.config.Since = time.Time{}
	load.workers[0].write(order{operation: opMonth}, now)
	require.Contains(t, string(load.workers[0].request), "from=2026-03-01T00:00:00Z&to=2026-04-01T00:00:00Z")
}

// TestSeed: the same seed gives the same choices.
func TestSeed(t *testing.T) {
	t.Parallel()
	choices := func(seed uint64) (all []order) {
		mix, err := ParseMix(everything)
		require.NoError(t, err)
		load, err := New(Config{
			URL: "http://127.0.0.1:1", Accounts: []Account{{"1", "t"}, {"2", "t"}, {"3", ""}}, Connections: 2, Mix: mix, Seed: seed,
			Items: 3, Keys: KeysNone, Now: time.Now, Progress: io.Discard,
		})
		require.NoError(t, err)
		require.Equal(t, 2, load.Senders())
		for _, w := range load.workers {
			for range 100 {
				chosen := w.choose()
				chosen.items = slices.Clone(chosen.items)
				all = append(all, chosen)
			}
		}
		return all
	}
	first := choices(1)
	require.Equal(t, first, choices(1))
	require.NotEqual(t, first, choices(2))
}

// TestMoreConnectionsThanSenders: every connection has an account to send from.
func TestMoreConnectionsThanSenders(t *testing.T) {
	t.Parallel()
	_, verdict := loadFake(t, &fakeBank{}, "transfer=1,entry=1", func(c *Config) {
		c.Connections = 9
		for i := 2; i < len(c.Accounts); i++ {
			c.Accounts[i].Token = "" // the fake does not need it
		}
	})
	require.True(t, verdict.Holds, verdict.Says)
}

func TestRunEndsEarly(t *testing.T) {
	t.Parallel()
	b := &fakeBank{}
	srv := startFake(t, b)
	mix, err := ParseMix("account=1")
	require.NoError(t, err)
	load, err := New(Config{
		URL: srv.URL, Accounts: []Account{{"1", "t"}, {"2", "t"}}, Connections: 2, Mix: mix, Keys: KeysNone, Now: time.Now,
		Progress: io.Discard,
	})
	require.NoError(t, err)
	defer load.Close()
	round := runEnough(t, load, b)
	require.GreaterOrEqual(t, round.Operations, int64(enoughRequests))
	require.Empty(t, load.Problems(), "an answer was not waited for")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.Zero(t, load.Run(ctx, time.Hour).Operations)
}

// TestRunEndsInTime: a run lasts as long as it should, and every connection sends a request in it, however little time there is.
func TestRunEndsInTime(t *testing.T) {
	t.Parallel()
	srv := startFake(t, &fakeBank{})
	mix, err := ParseMix("account=1")
	require.NoError(t, err)
	load, err := New(Config{
		URL: srv.URL, Accounts: []Account{{"1", "t"}, {"2", "t"}}, Connections: 5, Mix: mix, Keys: KeysNone, Now: time.Now,
		Progress: io.Discard,
	})
	require.NoError(t, err)
	defer load.Close()
	require.Equal(t, int64(5), load.Run(t.Context(), time.Nanosecond).Operations)
	const short = 30 * time.Millisecond
	require.GreaterOrEqual(t, load.Run(t.Context(), short).Elapsed, short)
}

func TestNewNeedsTwoAccounts(t *testing.T) {
	t.Parallel()
	for _, accounts := range [][]Account{nil, {{"1", "t"}}, {{"1", ""}, {"2", "t"}}} {
		_, err := New(Config{URL: "http://127.0.0.1:1", Accounts: accounts, Connections: 1})
		require.ErrorContains(t, err, "two accounts")
	}
	_, err := New(Config{URL: "http://127.0.0.1:1", Accounts: []Account{{"1", "t"}, {"2", "t"}}, Hot: 2, Connections: 1})
	require.ErrorContains(t, err, "one that sends")
}

func TestCheckURL(t *testing.T) {
	t.Parallel()
	for text, address := range map[string]string{
		"http://127.0.0.1:5000": "127.0.0.1:5000", "http://localhost/": "localhost:80", "https://bank.example": "bank.example:443",
		"https://[::1]:8443": "[::1]:8443", "http://[::1]": "[::1]:80",
	} {
		target, err := parseTarget(text)
		require.NoError(t, err, text)
		require.Equal(t, address, target.address)
		require.Equal(t, strings.HasPrefix(text, "https"), target.tls != nil)
	}
	for _, text := range []string{"", "127.0.0.1:5000", "ftp://host", "http://", "http://host/path", "http://host?x=1", "://"} {
		require.ErrorContains(t, CheckURL(text), "expected the URL of a server", text)
	}
}

// TestLimitedSetUp: if accounts cannot be opened fast enough, the error says which limit to turn off.
func TestLimitedSetUp(t *testing.T) {
	t.Parallel()
	for path, says := range map[string]string{"/accounts": "RATE_LIMIT_REGISTER=off", "/auth/login": "RATE_LIMIT_LOGIN=off"} {
		srv := startFake(t, &fakeBank{refuse: func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == path {
				w.Header().Set("Retry-After", "42")
				answer(w, 429, map[string]any{"code": "rate_limited"})
			}
			return r.URL.Path == path
		}})
		remote := NewRemote(srv.URL)
		defer remote.Close()
		_, err := remote.OpenAccounts(t.Context(), io.Discard, 3, 1, fakeDeposit)
		require.ErrorContains(t, err, says)
		require.ErrorContains(t, err, "Retry-After 42 s")
	}
}

func TestEach(t *testing.T) {
	t.Parallel()
	var sum atomic.Int64
	require.NoError(t, Each(t.Context(), io.Discard, "", 1000, 7, func(_ context.Context, i int) error {
		sum.Add(int64(i))
		return nil
	}))
	require.Equal(t, int64(499_500), sum.Load())
	require.NoError(t, Each(t.Context(), io.Discard, "", 0, 7, nil))

	broken := errors.New("broken")
	var calls atomic.Int64
	require.ErrorIs(t, Each(t.Context(), io.Discard, "", 1_000_000, 2, func(context.Context, int) error {
		calls.Add(1)
		return broken
	}), broken)
	require.LessOrEqual(t, calls.Load(), int64(2))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, Each(ctx, io.Discard, "", 1, 1, nil), context.Canceled)
}

// TestEachWaitsForABusyServer: what a busy server did not do is asked for again, for a while.
func TestEachWaitsForABusyServer(t *testing.T) {
	t.Parallel()
	busy := fmt.Errorf("%w: 503", ErrBusy)
	synctest.Test(t, func(t *testing.T) {
		var calls [3]int
		require.NoError(t, Each(t.Context(), io.Discard, "", 3, 2, func(_ context.Context, i int) error {
			if calls[i]++; calls[i] <= 5*i {
				return busy
			}
			return nil
		}))
		require.Equal(t, [3]int{1, 6, 11}, calls)
		began := time.Now()
		require.ErrorIs(t, Each(t.Context(), io.Discard, "", 1, 1, func(context.Context, int) error { return busy }), ErrBusy)
		require.Equal(t, busyPatience, time.Since(began))
		ctx, cancel := context.WithCancel(t.Context())
		require.ErrorIs(t, Each(ctx, io.Discard, "", 1, 1, func(context.Context, int) error { cancel(); return busy }), context.Canceled)
		require.Equal(t, busyPatience, time.Since(began))
	})
}

// TestVerdictOnABusyBank: a bank that has no time for a while is not one that has lost something.
func TestVerdictOnABusyBank(t *testing.T) {
	t.Parallel()
	refused := map[string]bool{}
	load, verdict := loadFake(t, &fakeBank{refuse: func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodGet || refused[r.URL.Path] || strings.HasSuffix(r.URL.Path, "/transactions") {
			return false
		}
		refused[r.URL.Path] = true
		answer(w, 503, map[string]any{"code": "unavailable"})
		return true
	}}, "deposit=1", nil)
	require.True(t, verdict.Holds, verdict.Says)
	require.Equal(t, verdict.Acknowledged, verdict.LookedUp)
	require.Len(t, refused, len(load.config.Accounts)+int(verdict.LookedUp))
}
