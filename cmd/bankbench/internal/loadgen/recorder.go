package loadgen

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

const (
	// Latencies are kept in microseconds, to three digits.
	leastLatency    = 1
	greatestLatency = int64(time.Minute / time.Microsecond)
	latencyDigits   = 3
)

func newHistogram() *hdrhistogram.Histogram {
	return hdrhistogram.New(leastLatency, greatestLatency, latencyDigits)
}

// measured holds the measurements of one operation.
type measured struct {
	latencies *hdrhistogram.Histogram // of successful requests
	bytes     int64                   // of the answers' bodies
	items     int64                   // that the requests have done: one each, but many in a batch
	refused   int64                   // items of successful batches
	failed    int64
}

// recorder measures for all workers. One lock is enough: it is held for 50 ns, a hundredth of a request's cost.
type recorder struct {
	mu       sync.Mutex
	measured [operations]measured
	problems map[string]int64
	errors   int64

	// Since the last progress line.
	latest *hdrhistogram.Histogram
	told   time.Duration
}

func newRecorder() *recorder {
	r := &recorder{problems: map[string]int64{}, latest: newHistogram()}
	for o := range r.measured {
		r.measured[o].latencies = newHistogram()
	}
	return r
}

func (r *recorder) done(o operation, took time.Duration, bytes, items int) {
	micros := min(max(took.Microseconds(), leastLatency), greatestLatency)
	r.mu.Lock()
	defer r.mu.Unlock()
	m := &r.measured[o]
	_ = m.latencies.RecordValue(micros) // it is in range
	_ = r.latest.RecordValue(micros)
	m.bytes += int64(bytes)
	m.items += int64(items)
}

func (r *recorder) failed(o operation, code string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.measured[o].failed++
	r.errors++
	r.count(code)
}

// refused records that an item of a batch was refused, which is not a failure of the request.
func (r *recorder) refused(o operation, code string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.measured[o].refused++
	r.count(code)
}

func (r *recorder) count(code string) {
	if _, known := r.problems[code]; !known && len(r.problems) >= maxProblems {
		code = "other"
	}
	r.problems[code]++
}

// maxProblems is more than the contract has codes; a server that makes them up gets no more memory than this.
const maxProblems = 64

// succeeded returns the number of successful operations, in which each item of a batch is one.
func (r *recorder) succeeded() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	var count int64
	for _, m := range r.measured {
		count += m.items
	}
	return count
}

// begin resets the measurements of the progress lines.
func (r *recorder) begin() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.latest.Reset()
	r.told = 0
}

// progress writes a line about the time since the last one.
func (r *recorder) progress(output io.Writer, elapsed time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	span := elapsed - r.told
	_, _ = fmt.Fprintf(output, "%5.0f s  %8.0f/s  p99 %8.2f ms  %d errors\n", elapsed.Seconds(),
		float64(r.latest.TotalCount())/span.Seconds(), milliseconds(r.latest.ValueAtPercentile(99)), r.errors)
	r.latest.Reset()
	r.told = elapsed
}

func milliseconds(micros int64) float64 { return float64(micros) / 1000 }

// Measurement is the measurement of one operation, or of all.
type Measurement struct {
	Operation       string  `json:"operation"`
	Count           int64   `json:"count"`      // of successful requests, like all that follows
	PerSecond       float64 `json:"per_second"` // over the time of the run
	MeanMS          float64 `json:"mean_ms"`
	P50MS           float64 `json:"p50_ms"`
	P90MS           float64 `json:"p90_ms"`
	P99MS           float64 `json:"p99_ms"`
	P999MS          float64 `json:"p99_9_ms"`
	MaxMS           float64 `json:"max_ms"`
	MeanAnswerBytes float64 `json:"mean_answer_bytes"`
	Items           int64   `json:"items"` // that the requests have done: one each, but those of a batch count one by one
	ItemsPerSecond  float64 `json:"items_per_second"`
	ItemsRefused    int64   `json:"items_refused"` // by batches that succeeded
	Errors          int64   `json:"errors"`        // failed requests
}

func (m *measured) measurement(name string, elapsed time.Duration) Measurement {
	h := m.latencies
	result := Measurement{
		Operation: name, Count: h.TotalCount(), PerSecond: float64(h.TotalCount()) / elapsed.Seconds(), MeanMS: h.Mean() / 1000,
		P50MS: milliseconds(h.ValueAtPercentile(50)), P90MS: milliseconds(h.ValueAtPercentile(90)),
		P99MS: milliseconds(h.ValueAtPercentile(99)), P999MS: milliseconds(h.ValueAtPercentile(99.9)),
		MaxMS: milliseconds(h.Max()), Errors: m.failed,
		Items: m.items, ItemsPerSecond: float64(m.items) / elapsed.Seconds(), ItemsRefused: m.refused,
	}
	if result.Count > 0 {
		result.MeanAnswerBytes = float64(m.bytes) / float64(result.Count)
	}
	return result
}

// Measurements returns the measurements of each operation that was sent, and of all together, for a duration.
func (l *Load) Measurements(elapsed time.Duration) (each []Measurement, all Measurement) {
	r := l.recorder
	r.mu.Lock()
	defer r.mu.Unlock()
	sum := measured{latencies: newHistogram()}
	for o := range r.measured {
		m := &r.measured[o]
		if m.latencies.TotalCount()+m.failed == 0 {
			continue
		}
		each = append(each, m.measurement(operation(o).String(), elapsed))
		sum.latencies.Merge(m.latencies)
		sum.bytes += m.bytes
		sum.items += m.items
		sum.refused += m.refused
		sum.failed += m.failed
	}
	return each, sum.measurement("all", elapsed)
}

// Problems returns the number of errors and of refused items by code; "transport" stands for requests without an answer.
func (l *Load) Problems() map[string]int64 {
	l.recorder.mu.Lock()
	defer l.recorder.mu.Unlock()
	return maps.Clone(l.recorder.problems)
}

// sortedProblems returns the codes, the most common first.
func sortedProblems(problems map[string]int64) []string {
	return slices.SortedFunc(maps.Keys(problems), func(a, b string) int {
		return cmp.Or(cmp.Compare(problems[b], problems[a]), cmp.Compare(a, b))
	})
}
