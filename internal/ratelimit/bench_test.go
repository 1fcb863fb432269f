package ratelimit

import (
	"fmt"
	"runtime"
	"testing"
	"time"
)

func BenchmarkRateLimiter(b *testing.B) {
	const capacity = 1 << 17
	login := Limit{Requests: 5, Window: time.Minute}
	keys := make([]string, capacity)
	for i := range keys {
		keys[i] = fmt.Sprintf("%012d", i)
	}
	clock := newHandClock()
	cases := []struct {
		name string
		keys []string
		step time.Duration // between requests, on a clock that the test moves
	}{
		{"refused", keys[:1], 0},
		{"accepted", keys[:1], login.Window / time.Duration(login.Requests)},
		{"expired and new", keys, login.Window},
		{"any of 131072 keys", keys, 1},
	}
	for _, c := range cases {
		b.Run(c.name, func(b *testing.B) {
			limiter := NewTable("login", login, capacity, clock.now)
			for _, key := range c.keys {
				limiter.Take(Client{key: key})
			}
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				clock.advance(c.step)
				limiter.Take(Client{key: c.keys[i%len(c.keys)]})
				i++
			}
		})
	}
	b.Run("refused, real clock, parallel", func(b *testing.B) {
		limiter := NewTable("login", login, capacity, time.Now)
		b.RunParallel(func(p *testing.PB) {
			for p.Next() {
				limiter.Take(Client{key: keys[0]})
			}
		})
	})
}

// BenchmarkRateLimiterMemory fills a table and reports the memory for each key.
func BenchmarkRateLimiterMemory(b *testing.B) {
	const capacity = 1 << 17
	for _, requests := range []int{1, 5, 20} {
		b.Run(fmt.Sprintf("%d requests each", requests), func(b *testing.B) {
			var held uint64
			for b.Loop() {
				held = heldByFullTable(capacity, requests)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*capacity*requests), "ns/take")
			b.ReportMetric(float64(held)/capacity, "bytes/key")
		})
	}
}

func heldByFullTable(capacity, requests int) uint64 {
	before := heapInUse()
	limiter := NewTable("login", Limit{Requests: max(5, requests), Window: time.Hour}, capacity, time.Now)
	for i := range capacity * requests {
		limiter.Take(Client{key: fmt.Sprintf("%012d", i%capacity)})
	}
	after := heapInUse()
	runtime.KeepAlive(limiter)
	return after - before
}

func heapInUse() uint64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}
