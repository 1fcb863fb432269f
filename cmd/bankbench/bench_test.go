package main

import (
	"database/sql"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/cmd/bankbench/internal/loadgen"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/setup"
	"github.com/bankingcore/bankcore/internal/verify"
)

// bench runs the program for a short while with --json, and reads what it prints. However slow the machine is, each connection sends a
// request, and the seed decides which.
func bench(t *testing.T, environ []string, args ...string) (outcome, loadgen.Report) {
	t.Helper()
	o := command(t, environ, append([]string{"--json", "--duration=300ms", "--connections=8", "--items=20"}, args...)...)
	var report loadgen.Report
	if o.stdout != "" {
		require.Equal(t, 1, strings.Count(o.stdout, "\n"))
		require.NoError(t, json.Unmarshal([]byte(o.stdout), &report), o.stdout)
	}
	return o, report
}

// progressLine is printed once a second while a load runs.
const progressLine = `^ +\d+ s +\d+/s  p99 `

const wholeMix = "--mix=transfer=1,deposit=1,withdraw=1,batch=1,read=4"

func TestBench(t *testing.T) {
	t.Parallel()
	o, report := bench(t, nil, "--accounts=40", "--per-customer=3", "--history=400", "--hot=10%", "--connections=64", wholeMix)
	require.Equal(t, 0, o.code, o.err)
	require.True(t, report.Verdict.Holds)
	require.Contains(t, report.Verdict.Says, "the ledger of 40 accounts")
	require.Positive(t, report.Verdict.Acknowledged)
	require.Equal(t, report.Verdict.Acknowledged, report.Verdict.LookedUp)
	require.Zero(t, report.Verdict.Unknown)
	require.Empty(t, report.Problems)
	var names []string
	for _, m := range report.Operations {
		names = append(names, m.Operation)
		require.Positive(t, m.Count, m.Operation)
		require.Zero(t, m.Errors, m.Operation)
		require.True(t, 0 < m.P50MS && m.P50MS <= m.P90MS && m.P90MS <= m.P99MS && m.P99MS <= m.P999MS && m.P999MS <= m.MaxMS, "%+v", m)
	}
	require.Equal(t, []string{"transfer", "deposit", "withdraw", "batch", "account", "history", "entry", "month"}, names)
	require.Equal(t, loadgen.Options{
		Accounts: 40, PerCustomer: 3, Senders: 36, Connections: 64, Seconds: 0.3, Mix: strings.TrimPrefix(wholeMix, "--mix="), Keys: "time-ordered",
		Items: 20, Hot: 4, HistoryEntries: 400, Seed: 1,
	}, report.Options)
	require.Equal(t, "FULL", report.Machine.SQLiteSync)
	require.Equal(t, runtime.Version(), report.Machine.Go)
	require.Equal(t, setup.Version, report.Version)
	require.Positive(t, report.Seconds)
}

// TestBenchOfOneHotAccount: every transfer is to the same account, and no other gains anything.
func TestBenchOfOneHotAccount(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "kept.db")
	o, report := bench(t, nil, "--database="+path, "--accounts=10", "--hot")
	require.Equal(t, 0, o.code, o.err)
	require.True(t, report.Verdict.Holds)
	require.Equal(t, [2]int{1, 9}, [2]int{report.Options.Hot, report.Options.Senders})
	file, err := sql.Open("sqlite3", "file:"+path+"?mode=ro")
	require.NoError(t, err)
	defer file.Close()
	var receivers int
	var received int64
	require.NoError(t, file.QueryRow(`SELECT count(*), sum(balance) - count(*) * ? FROM accounts WHERE balance > ?`, deposit, deposit).
		Scan(&receivers, &received))
	require.Equal(t, 1, receivers)
	require.Positive(t, received)
}

// TestBenchForPeople: the configured rate limits do not apply to the embedded server, and the database is not touched.
func TestBenchForPeople(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "absent", "bank.db")
	o := interrupt(t, []string{"DATABASE_URL=sqlite:" + path, "RATE_LIMIT_TRANSFER=1/1m", "RATE_LIMIT_LOGIN=1/1m"},
		progressLine, "--accounts=10", "--duration=10m", "--keys=none")
	require.Equal(t, 0, o.code, o.stderr)
	require.Regexp(t, `(?m)^ +operation +count +per second +p50 ms +p90 ms +p99 ms +p99\.9 ms`, o.stdout)
	require.Regexp(t, `(?m)^ +transfer +\d+ `, o.stdout)
	require.NotContains(t, o.stdout, "\nerror ")
	require.Contains(t, o.stdout, "\nverdict: holds: the ledger of 10 accounts")
	require.Regexp(t, `(?m)`+progressLine+`+\d+\.\d\d ms  0 errors$`, o.stderr)
	require.NoDirExists(t, filepath.Dir(path))
}

func TestBenchBaseline(t *testing.T) {
	t.Parallel()
	o, report := bench(t, nil, "--accounts=10", "--duration=500ms", "--baseline")
	require.Equal(t, 0, o.code, o.err)
	b := report.Baseline
	require.Equal(t, baselineRounds, b.Rounds)
	require.InEpsilon(t, b.Bank/b.Echo, b.PerEcho, 1e-9)
	require.InEpsilon(t, b.Bank/b.SQLite, b.PerSQLite, 1e-9)
	require.True(t, report.Verdict.Holds)
}

// TestBenchKeepsADatabase: a run continues where the one before ended, even if that one was interrupted.
func TestBenchKeepsADatabase(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "kept.db")
	args := []string{"--database=" + path, "--accounts=20", "--history=100", wholeMix}
	for range 2 {
		o, report := bench(t, nil, args...)
		require.Equal(t, 0, o.code, o.err)
		require.True(t, report.Verdict.Holds)
	}
	notes, err := os.ReadFile(path + ".bench.json")
	require.NoError(t, err)
	require.Contains(t, string(notes), `"ledger":{`)
	interrupted := regexp.MustCompile(`"ledger":\{.*\},"accounts"`).ReplaceAll(notes, []byte(`"ledger":null,"accounts"`))
	require.NoError(t, os.WriteFile(path+".bench.json", interrupted, 0o600))
	o, report := bench(t, nil, args...)
	require.Equal(t, 0, o.code, o.err)
	require.True(t, report.Verdict.Holds)

	o, _ = bench(t, nil, "--database="+path, "--accounts=21", "--history=100")
	require.Equal(t, 1, o.code)
	require.Equal(t, "--database: "+path+" was made with --accounts 20 --per-customer 1 --history 100", o.err)
	require.Empty(t, o.stdout)
}

// TestBenchKeepsOffOtherDatabases: accounts that a bench did not open may belong to customers.
func TestBenchKeepsOffOtherDatabases(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "bank.db")
	cfg, bankStore := migrated(t, path)
	_, b, err := setup.Open(bankStore, cfg, time.Now)
	require.NoError(t, err)
	_, err = b.OpenAccount(t.Context(), operator, bank.OpenAccountParams{Holder: "Ada Lovelace", Pin: pin, InitialDeposit: 1000})
	require.NoError(t, err)
	o, _ := bench(t, nil, "--database="+path)
	require.Equal(t, 1, o.code)
	require.Equal(t, "--database: "+path+" was not made by a bench, or only in part", o.err)
	report, err := verify.Run(t.Context(), bankStore, func(verify.Report) {})
	require.NoError(t, err)
	require.Equal(t, int64(1), report.Accounts)
	require.Equal(t, int64(1), report.Entries)
}

// TestBenchSeesTampering: the verdict is about the ledger as it is in the file.
func TestBenchSeesTampering(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "kept.db")
	o, _ := bench(t, nil, "--database="+path, "--accounts=20")
	require.Equal(t, 0, o.code, o.err)
	file, err := sql.Open("sqlite3", "file:"+path+"?mode=rw")
	require.NoError(t, err)
	_, err = file.Exec(`UPDATE accounts SET balance = balance + 1 WHERE account_number = (SELECT min(account_number) FROM accounts)`)
	require.NoError(t, err)
	require.NoError(t, file.Close())
	o, report := bench(t, nil, "--database="+path, "--accounts=20", "--mix=account=1")
	require.Equal(t, 1, o.code)
	require.Equal(t, errVerdict.Error()+": "+report.Verdict.Says, o.err)
	require.False(t, report.Verdict.Holds)
	require.Contains(t, report.Verdict.Says, "the ledger is broken")
}

// TestBenchOfARunningServer measures it over the API alone, and then through a proxy that swallows some transfers and answers
// them as it has seen others answered. The account that receives them all lacks what was swallowed.
func TestBenchOfARunningServer(t *testing.T) {
	t.Parallel()
	url := serve(t, unlimited)
	o, report := bench(t, nil, "--url="+url, "--accounts=4", wholeMix)
	require.Equal(t, 0, o.code, o.err)
	require.True(t, report.Verdict.Holds)
	require.Equal(t, "the balances of all 4 accounts are what was acknowledged", report.Verdict.Says)
	require.Positive(t, report.Verdict.Acknowledged)
	require.Equal(t, report.Verdict.Acknowledged, report.Verdict.LookedUp)
	require.Empty(t, report.Problems)
	require.Equal(t, url, report.Options.URL)
	require.Empty(t, report.Machine.SQLiteSync, "nothing is known about that server")

	o, report = bench(t, nil, "--url="+losing(t, url), "--accounts=4", "--hot")
	require.Equal(t, 1, o.code)
	require.Equal(t, errVerdict.Error()+": "+report.Verdict.Says, o.err)
	require.False(t, report.Verdict.Holds)
	require.Regexp(t, `^account \d{12} has \d+, which should be from \d+ to \d+$`, report.Verdict.Says)
}

// losing starts a proxy that loses the second transfer in three.
func losing(t *testing.T, target string) string {
	t.Helper()
	to, err := url.Parse(target)
	require.NoError(t, err)
	proxy := httputil.NewSingleHostReverseProxy(to)
	var transfers atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/transfer") && transfers.Add(1)%3 == 2 {
			w.WriteHeader(http.StatusCreated)
			_, _ = w.Write([]byte(`{"id":"019aa8a4-6c40-7a52-9d5e-3f1c8e6b7a90"}`))
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

// TestBenchOfALimitedServer: refusals are counted by their codes; a set-up that is refused says what to do.
func TestBenchOfALimitedServer(t *testing.T) {
	t.Parallel()
	url := serve(t, nil, "RATE_LIMIT_REGISTER=off", "RATE_LIMIT_LOGIN=off", "RATE_LIMIT_TRANSFER=1/1m")
	o, report := bench(t, nil, "--url="+url, "--accounts=3")
	require.Equal(t, 0, o.code, o.err)
	require.True(t, report.Verdict.Holds)
	require.GreaterOrEqual(t, report.Verdict.Acknowledged, int64(3))
	require.Positive(t, report.Total.Errors, "each account sends over two connections or more at once")
	require.Equal(t, map[string]int64{"rate_limited": report.Total.Errors}, report.Problems)

	for limit, step := range map[string]string{"REGISTER": "open an account", "LOGIN": "sign in"} {
		limits := map[string]string{"REGISTER": "off", "LOGIN": "off", limit: "1/1m"}
		url = serve(t, nil, "RATE_LIMIT_REGISTER="+limits["REGISTER"], "RATE_LIMIT_LOGIN="+limits["LOGIN"])
		o, _ = bench(t, nil, "--url="+url, "--accounts=8") // at once
		require.Equal(t, 1, o.code)
		require.Regexp(t, `^`+step+`: the server limits how often this is asked \(429, Retry-After \d+ s\): `+
			`start it with RATE_LIMIT_`+limit+`=off$`, o.err)
		require.Empty(t, o.stdout)
	}
}

func TestBenchWithoutAServer(t *testing.T) {
	t.Parallel()
	o, _ := bench(t, nil, "--url=http://127.0.0.1:1")
	require.Equal(t, 1, o.code)
	require.Contains(t, o.err, "open an account: ")
}

// TestBenchIsInterrupted: a run that is interrupted prints the report and a verdict.
func TestBenchIsInterrupted(t *testing.T) {
	t.Parallel()
	o := interrupt(t, nil, progressLine, "--accounts=10", "--duration=10m")
	require.Equal(t, 0, o.code, o.stderr)
	require.Contains(t, o.stdout, "\nverdict: holds: ")
	require.NotContains(t, o.stdout, "\nerror ")

	o = interrupt(t, nil, `accounts opened: \d+ of 10000000`, "--accounts=10000000")
	require.Equal(t, 1, o.code)
	require.Contains(t, o.stderr, "bankbench: interrupted before the run began\n")
	require.Empty(t, o.stdout)
}

func TestMedian(t *testing.T) {
	t.Parallel()
	for want, values := range map[float64][]float64{3: {3}, 2: {5, 1, 2}, 2.5: {9, 2, 3, 1}} {
		require.InDelta(t, want, median(values), 1e-9)
	}
}
