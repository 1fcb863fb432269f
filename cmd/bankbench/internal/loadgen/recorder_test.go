package loadgen

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"
)

// TestMeasurement: 1, 2, 3 … 1000 ms have the expected percentiles, to three digits.
func TestMeasurement(t *testing.T) {
	t.Parallel()
	l := &Load{recorder: newRecorder()}
	for i := range 1000 {
		l.recorder.done(opTransfer, time.Duration(i+1)*time.Millisecond, 400, 1)
	}
	for range 250 {
		l.recorder.done(opAccount, 2*time.Millisecond, 100, 1)
		l.recorder.failed(opAccount, "rate_limited")
	}
	each, all := l.Measurements(5 * time.Second)
	require.Len(t, each, 2, "operations that were not sent are left out")
	m := each[0]
	require.Equal(t, "transfer", m.Operation)
	require.Equal(t, int64(1000), m.Count)
	require.InDelta(t, 200, m.PerSecond, 1e-9)
	for _, p := range [][2]float64{{500, m.P50MS}, {900, m.P90MS}, {990, m.P99MS}, {999, m.P999MS}, {1000, m.MaxMS}, {500.5, m.MeanMS}} {
		require.InEpsilon(t, p[0], p[1], 0.001)
	}
	require.InDelta(t, 400, m.MeanAnswerBytes, 1e-9)
	require.Zero(t, m.Errors)

	require.Equal(t, "account", each[1].Operation)
	require.Equal(t, int64(250), each[1].Count)
	require.Equal(t, int64(250), each[1].Errors)
	require.InEpsilon(t, 2, each[1].P999MS, 0.001)

	require.Equal(t, "all", all.Operation)
	require.Equal(t, int64(1250), all.Count)
	require.InDelta(t, 250, all.PerSecond, 1e-9)
	require.InEpsilon(t, 375, all.P50MS, 0.002)
	require.InDelta(t, 340, all.MeanAnswerBytes, 1e-9)
	require.Equal(t, int64(250), all.Errors)
	require.Equal(t, map[string]int64{"rate_limited": 250}, l.Problems())
	require.Equal(t, int64(1250), l.recorder.succeeded())
}

// TestMeasurementOfBatches: a batch is one request of many items, and a refused item is not a failed request.
func TestMeasurementOfBatches(t *testing.T) {
	t.Parallel()
	l := &Load{recorder: newRecorder()}
	for range 10 {
		l.recorder.done(opBatch, time.Millisecond, 100, 98)
		l.recorder.refused(opBatch, "insufficient_funds")
		l.recorder.refused(opBatch, "account_frozen")
		l.recorder.done(opAccount, time.Millisecond, 100, 1)
	}
	each, all := l.Measurements(2 * time.Second)
	m := each[0]
	require.Equal(t, "batch", m.Operation)
	require.Equal(t, [4]int64{10, 980, 20, 0}, [4]int64{m.Count, m.Items, m.ItemsRefused, m.Errors})
	require.InDelta(t, 490, m.ItemsPerSecond, 1e-9)
	require.Equal(t, [4]int64{20, 990, 20, 0}, [4]int64{all.Count, all.Items, all.ItemsRefused, all.Errors})
	require.InDelta(t, 495, all.ItemsPerSecond, 1e-9)
	require.Equal(t, map[string]int64{"insufficient_funds": 10, "account_frozen": 10}, l.Problems())
	require.Equal(t, int64(990), l.recorder.succeeded())
}

func TestMeasurementOfNothing(t *testing.T) {
	t.Parallel()
	l := &Load{recorder: newRecorder()}
	l.recorder.done(opTransfer, 0, 0, 1)
	l.recorder.done(opTransfer, 2*time.Hour, 0, 1)
	each, _ := l.Measurements(time.Second)
	require.Equal(t, int64(2), each[0].Count, "latencies out of range count")
	l = &Load{recorder: newRecorder()}
	each, all := l.Measurements(time.Second)
	require.Empty(t, each)
	require.Equal(t, Measurement{Operation: "all"}, all)
	_, err := json.Marshal(all)
	require.NoError(t, err, "not a number")
}

// TestProblemsAreBounded: a server that invents codes does not fill our memory.
func TestProblemsAreBounded(t *testing.T) {
	t.Parallel()
	r := newRecorder()
	for i := range 1000 {
		r.failed(opTransfer, fmt.Sprint("code_", i))
	}
	require.Len(t, r.problems, maxProblems+1)
	require.Equal(t, int64(1000-maxProblems), r.problems["other"])
}

func TestProgress(t *testing.T) {
	t.Parallel()
	r := newRecorder()
	var output strings.Builder
	for range 500 {
		r.done(opTransfer, 4*time.Millisecond, 1, 1)
	}
	r.failed(opTransfer, transportProblem)
	r.progress(&output, time.Second)
	r.progress(&output, 3*time.Second)
	require.Equal(t, "    1 s       500/s  p99     4.00 ms  1 errors\n    3 s         0/s  p99     0.00 ms  1 errors\n", output.String())
}

func TestSortedProblems(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"c", "a", "b"}, sortedProblems(map[string]int64{"a": 1, "b": 1, "c": 2}))
}

func TestProblemCode(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"type":"/problems/rate_limited","code":"rate_limited","request_id":"x"}`: "rate_limited",
		"":                     "http_503",
		`{"code":`:             "http_503",
		`{"code":"`:            "http_503",
		`{"code":"half`:        "http_503",
		"<h1>Bad gateway</h1>": "http_503",
		`{"code":"` + strings.Repeat("x", 65) + `"}`: "http_503",
	} {
		var response fasthttp.Response
		response.SetStatusCode(503)
		response.SetBodyString(body)
		require.Equal(t, want, problemCode(&response), body)
	}
}

// TestReport: the text and the JSON say the same.
func TestReport(t *testing.T) {
	t.Parallel()
	r := Report{
		Version: "1.2.3", Machine: Machine{CPUs: 2, OS: "linux", Arch: "amd64", Go: "go1", SQLiteSync: "FULL", DiskSyncMS: 0.25},
		Options: Options{Accounts: 10, Senders: 5, Connections: 4, Mix: "transfer=1", Keys: "random", Seed: 7}, Seconds: 10,
		Operations: []Measurement{{Operation: "transfer", Count: 100, PerSecond: 10, P50MS: 1, P90MS: 2, P99MS: 3, P999MS: 4, MaxMS: 5, Errors: 3}},
		Total:      Measurement{Operation: "all", Count: 100, PerSecond: 10, P50MS: 1, P90MS: 2, P99MS: 3, P999MS: 4, MaxMS: 5, Errors: 3},
		Problems:   map[string]int64{"rate_limited": 2, transportProblem: 1},
		Baseline:   &Baseline{Rounds: 5, Bank: 10, Echo: 40, SQLite: 20, PerEcho: 0.25, PerSQLite: 0.5},
		Verdict:    Judge(&Load{}, 3, "", errors.New("one is missing")),
	}
	var text, object strings.Builder
	require.NoError(t, r.Text(&text))
	require.Equal(t, `Banking Core 1.2.3, embedded server; 2 CPUs, linux/amd64, go1
SQLite with synchronous=FULL on a disk that takes 0.25 ms for a durable write
10 accounts (5 send, 0 hot), 0 entries before, 4 connections, 10.0 s, mix transfer=1, random keys, seed 7

   operation   count   per second   p50 ms   p90 ms   p99 ms   p99.9 ms   max ms   errors
    transfer     100           10     1.00     2.00     3.00       4.00     5.00        3
         all     100           10     1.00     2.00     3.00       4.00     5.00        3

error rate_limited: 2 (start the server with RATE_LIMIT_*=off)
error transport: 1

medians of 5 rounds in turns: bank 10/s, bare Echo handler 40/s, bare SQLite loop 20/s
the bank does 0.25 of the handler's and 0.50 of the loop's

verdict: FAILED: one is missing; 0 operations acknowledged (3 looked up), 0 unknown
`, text.String())
	require.NoError(t, r.JSON(&object))
	var again Report
	require.NoError(t, json.Unmarshal([]byte(object.String()), &again))
	require.Equal(t, r, again)
	require.Equal(t, 1, strings.Count(object.String(), "\n"), "one line")
}

// TestReportOfProcessorTime: what is not known is said, not left out.
func TestReportOfProcessorTime(t *testing.T) {
	t.Parallel()
	for want, r := range map[string]Report{
		"0.131 ms in this process, the server and the load generator\n": {
			Machine: Machine{SQLiteSync: "FULL"}, CPU: CPU{Server: "bankbench", WithLoad: true, ServerMS: new(0.1312)},
		},
		"0.131 ms in this process, the server and the load generator, 0.080 ms in PostgreSQL\n": {
			CPU: CPU{Server: "bankbench", WithLoad: true, ServerMS: new(0.1312), DatabaseMS: new(0.08)},
		},
		"0.131 ms in the server (bankcore), not known for a database server\n": {CPU: CPU{Server: "bankcore", ServerMS: new(0.1312)}},
		"not known for the server, 0.080 ms in PostgreSQL\n":                   {CPU: CPU{DatabaseMS: new(0.08)}},
	} {
		r.Total.Items = 1
		var text strings.Builder
		require.NoError(t, r.Text(&text))
		require.Contains(t, text.String(), "\nprocessor time for each operation: "+want)
	}
}

// TestReportOnPostgreSQL: the baseline says how pgbench was run, and batches how many transfers they were.
func TestReportOnPostgreSQL(t *testing.T) {
	t.Parallel()
	r := Report{
		Machine: Machine{PostgreSQL: "15.1 with fsync=on, synchronous_commit=on"}, Options: Options{Items: 50},
		Operations: []Measurement{{Operation: "batch", Count: 20, Items: 990, ItemsPerSecond: 99, ItemsRefused: 10}},
		Baseline:   &Baseline{Rounds: 5, Bank: 10, Echo: 40, TPCB: 8, PerEcho: 0.25, PerTPCB: 1.25, TPCBRun: "pgbench --time=2"},
	}
	var text strings.Builder
	require.NoError(t, r.Text(&text))
	require.Contains(t, text.String(), "\nPostgreSQL 15.1 with fsync=on, synchronous_commit=on\n")
	require.Contains(t, text.String(), "\nbatches of 50 transfers: 990 posted (99/s), 10 refused\n")
	require.Contains(t, text.String(), "bank 10/s, bare Echo handler 40/s, TPC-B 8/s\n"+
		"the bank does 0.25 of the handler's and 1.25 of TPC-B's, which was: pgbench --time=2\n")
}
