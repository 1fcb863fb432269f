package bank

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/ratelimit"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// TestAClockSetBackDoesNotBlockClients checks that a clock that was a day ahead for a moment does not cause a day of waiting.
func TestAClockSetBackDoesNotBlockClients(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	clock := holdDatabaseClock(t, br)
	clock.pass(24 * time.Hour)
	require.True(t, count(t, br.bank, "k", perMinute(2)).Accepted)
	clock.pass(10 * time.Second)
	require.True(t, count(t, br.bank, "k", perMinute(2)).Accepted)

	clock.pass(-24 * time.Hour)
	for _, step := range []struct {
		after time.Duration
		want  ratelimit.Admission
	}{
		{0, ratelimit.Admission{Reset: 50 * time.Second}}, // as if the second request had just come
		{20 * time.Second, ratelimit.Admission{Reset: 30 * time.Second}},
		{30*time.Second - time.Microsecond, ratelimit.Admission{Reset: time.Microsecond}},
		{time.Microsecond, ratelimit.Admission{Accepted: true, Reset: 10 * time.Second}},
		{10 * time.Second, ratelimit.Admission{Accepted: true, Reset: 50 * time.Second}},
	} {
		clock.pass(step.after)
		require.Equal(t, step.want, count(t, br.bank, "k", perMinute(2)))
	}
}

// TestCountRequestByTheDatabasesOwnClock ages rows by writing older times into them.
func TestCountRequestByTheDatabasesOwnClock(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	file := storetest.Raw(t, br.url)
	var micros int64
	require.NoError(t, file.QueryRow("SELECT micros FROM database_clock").Scan(&micros))
	require.WithinDuration(t, time.Now(), time.UnixMicro(micros), 24*time.Hour, "the time must be in microseconds")

	nodes := []*Bank{br.bank, br.node(t)}
	br.clock.pass(-240 * time.Hour) // the node's own clock, which is not used
	limit := ratelimit.Limit{Requests: 5, Window: time.Hour}
	for i := range 5 {
		admission := count(t, nodes[i%2], "k", limit)
		require.True(t, admission.Accepted)
		require.Equal(t, 4-i, admission.Remaining)
	}
	for _, node := range nodes {
		admission := count(t, node, "k", limit)
		require.False(t, admission.Accepted)
		require.Positive(t, admission.Reset)
		require.LessOrEqual(t, admission.Reset, time.Hour)
	}
	var accepted []byte
	require.NoError(t, file.QueryRow("SELECT accepted FROM rate_limits").Scan(&accepted))
	require.Len(t, accepted, 5*8)
	for i := range 3 { // three of the five were an hour ago
		binary.BigEndian.PutUint64(accepted[8*i:], binary.BigEndian.Uint64(accepted[8*i:])-uint64(time.Hour.Microseconds()))
	}
	_, err := file.Exec("UPDATE rate_limits SET accepted = $1", accepted)
	require.NoError(t, err)
	for i := range 3 {
		require.Equal(t, 2-i, count(t, nodes[i%2], "k", limit).Remaining)
	}
	require.False(t, count(t, br.bank, "k", limit).Accepted)
}

func TestCountRequestConcurrently(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	const quota, requests, keys = 7, 120, 2
	br := newBranch(t)
	nodes := []*Bank{br.bank, br.node(t)}
	var accepted [keys]atomic.Int64
	var group sync.WaitGroup
	for i := range requests {
		group.Go(func() {
			key := i / 2 % keys
			var admission ratelimit.Admission
			if err := patiently(func() (err error) {
				admission, err = nodes[i%2].CountRequest(context.Background(), "login", fmt.Sprint(key), ratelimit.Limit{Requests: quota, Window: time.Hour})
				return err
			}); err != nil {
				t.Error(err)
			}
			if admission.Accepted {
				accepted[key].Add(1)
			}
		})
	}
	group.Wait()
	for key := range keys {
		require.EqualValues(t, quota, accepted[key].Load())
	}
}

// TestARefusalWritesNothing refuses a request while another transaction holds the database's only writer.
func TestARefusalWritesNothing(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	limit := ratelimit.Limit{Requests: 1, Window: time.Hour}
	require.True(t, count(t, br.bank, "k", limit).Accepted)
	file := storetest.Raw(t, br.url)
	hold, err := file.Begin()
	require.NoError(t, err)
	_, err = hold.Exec("UPDATE rate_limits SET limit_key = limit_key")
	require.NoError(t, err)
	for range 100 {
		require.False(t, count(t, br.bank, "k", limit).Accepted)
	}
	require.NoError(t, hold.Rollback())
}

func TestLimitsAndKeysAreCountedApart(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	limit := ratelimit.Limit{Requests: 1, Window: time.Hour}
	for _, name := range []string{"login", "refresh", "Login", ""} {
		for _, key := range []string{"192.0.2.1", "192.0.2.10", "2001:db8:1:2::/64", "invalid IP", "K", "k"} {
			for _, want := range []bool{true, false} {
				admission, err := br.bank.CountRequest(context.Background(), name, key, limit)
				require.NoError(t, err)
				require.Equal(t, want, admission.Accepted, "%s %s", name, key)
			}
		}
	}
	for range 3 {
		require.True(t, count(t, br.bank, "192.0.2.1", ratelimit.Limit{}).Accepted, "a limit that is off")
	}
}

func TestCountRequestOnAMalformedRow(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	clock := holdDatabaseClock(t, br)
	times := func(micros ...int64) []byte {
		var row []byte
		for _, at := range micros {
			row = binary.BigEndian.AppendUint64(row, uint64(at))
		}
		return row
	}
	storetest.Loosen(t, clock.Database)
	for name, row := range map[string][]byte{
		"half a time":           {1, 2, 3},
		"a time and a bit":      append(times(1), 9),
		"in the wrong order":    times(clock.now.UnixMicro(), clock.now.UnixMicro()-1),
		"before 1970":           times(-1),
		"after the year 2262":   times(maxMicros + 1),
		"at the end of integer": times(math.MaxInt64),
	} {
		require.True(t, count(t, br.bank, name, perMinute(2)).Accepted)
		_, err := clock.Database.Exec("UPDATE rate_limits SET accepted = $1 WHERE limit_key = $2", row, name)
		require.NoError(t, err)
		_, err = br.bank.CountRequest(context.Background(), "login", name, perMinute(2))
		require.ErrorContains(t, err, "malformed", name)
		require.NotErrorIs(t, err, ErrUnavailable, name)
	}
	require.True(t, count(t, br.bank, "another", perMinute(2)).Accepted)
	clock.pass(time.Minute)
	_, err := br.bank.Purge(context.Background())
	require.NoError(t, err)
	require.True(t, count(t, br.bank, "before 1970", perMinute(2)).Accepted, "and it is gone with its minute")
}

func TestCountRequestWithoutADatabase(t *testing.T) {
	t.Parallel()
	br := newBranch(t)
	require.True(t, count(t, br.bank, "k", perMinute(1)).Accepted)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := br.bank.CountRequest(ctx, "login", "k", perMinute(1))
	require.ErrorIs(t, err, ErrUnavailable)
	require.NoError(t, br.store.Close())
	_, err = br.bank.CountRequest(context.Background(), "login", "k", perMinute(1))
	require.ErrorIs(t, err, ErrUnavailable)
}

func TestPurgeDeletesExpiredRateLimits(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	br := newBranch(t)
	clock := holdDatabaseClock(t, br)
	br.clock.pass(240 * time.Hour) // the node's own clock, which is not used
	purge := func() int64 {
		purged, err := br.bank.Purge(context.Background())
		require.NoError(t, err)
		return purged
	}
	const flood = 2*purgeBatch + 7
	for i := range flood {
		require.True(t, count(t, br.bank, fmt.Sprint(i), perMinute(2)).Accepted)
	}
	clock.pass(30 * time.Second)
	require.Equal(t, ratelimit.Admission{Accepted: true, Reset: 30 * time.Second}, count(t, br.bank, "0", perMinute(2)))
	clock.pass(30*time.Second - time.Microsecond)
	require.Zero(t, purge(), "every request counts until its window ends")
	require.Equal(t, ratelimit.Admission{Reset: time.Microsecond}, count(t, br.bank, "0", perMinute(2)))
	clock.pass(time.Microsecond)
	require.EqualValues(t, flood-1, purge())
	require.Equal(t, "limit_key=0 \n", storetest.Text(t, br.url, "SELECT limit_key FROM rate_limits"))
	require.Equal(t, ratelimit.Admission{Accepted: true, Reset: 30 * time.Second}, count(t, br.bank, "0", perMinute(2)), "its second request still counts")
	clock.pass(time.Minute)
	require.EqualValues(t, 1, purge())
}

func FuzzRequestLog(f *testing.F) {
	now := time.Date(2026, 11, 22, 7, 30, 0, 0, time.UTC).UnixMicro()
	f.Add([]byte{}, now, 5)
	f.Add(binary.BigEndian.AppendUint64(nil, uint64(now)), now, 1)
	f.Add(binary.BigEndian.AppendUint64(nil, uint64(now+1)), now, 2)
	f.Add([]byte{0, 0, 0, 0, 0, 0, 0, 1, 0}, now, 1000)
	f.Fuzz(func(t *testing.T, row []byte, now int64, requests int) {
		log, err := readRequestLog(row, now)
		if err != nil || requests < 1 {
			return
		}
		if !log.heldBack {
			require.Equal(t, string(row), string(log.encode()))
		}
		admission := log.admit(perMinute(requests))
		again, err := readRequestLog(log.encode(), now)
		require.NoError(t, err)
		require.False(t, again.heldBack)
		require.LessOrEqual(t, admission.Reset, time.Minute)
		if admission.Accepted {
			require.Equal(t, log.now+time.Minute, log.expiry(perMinute(requests)))
		}
	})
}
