package faults

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
	"github.com/bankingcore/bankcore/internal/testkit/checker"
	"github.com/bankingcore/bankcore/internal/testkit/pgtest"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// The history takes a while to copy: a short one in every run of the tests, a long one in the fault runs.
const (
	shortHistory = 20_000
	longHistory  = 1_000_000
	// missesAllowed is how often a copy may finish before the test ends it.
	missesAllowed = 20
)

func copiedHistory() int {
	if checker.Times(1) >= 20 {
		return longHistory
	}
	return shortHistory
}

// bigBank makes a bank with this history, once for all tests that copy it, and returns its file.
var bigBank = sync.OnceValues(func() (string, error) {
	folder, err := bankcoretest.Folder()
	if err != nil {
		return "", err
	}
	path := filepath.Join(folder, "big.db")
	bench := exec.Command("go", "run", "github.com/bankingcore/bankcore/cmd/bankbench", "--history", strconv.Itoa(copiedHistory()),
		"--accounts", "200", "--connections", "1", "--duration", "100ms", "--database", path)
	bench.Env = append(os.Environ(), "TMPDIR="+folder)
	if output, err := bench.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, output)
	}
	return path, nil
})

func bigSource(t *testing.T) (path string, entries int) {
	t.Helper()
	path, err := bigBank()
	require.NoError(t, err)
	entries, err = strconv.Atoi(bankcoretest.Ask(t, path, "SELECT count(*) FROM transactions"))
	require.NoError(t, err)
	return path, entries
}

// newDatabases name a new, empty database of each engine.
var newDatabases = map[string]func(t *testing.T) string{
	"sqlite": func(t *testing.T) string {
		t.Helper()
		return "sqlite:" + filepath.Join(t.TempDir(), "copy", "bank.db")
	},
	"postgres": func(t *testing.T) string { t.Helper(); return pgtest.URL(t) },
}

var countLine = regexp.MustCompile(`=(\d+) `)

// entriesAt counts the entries that have arrived at a target, which may not exist yet.
func entriesAt(t *testing.T, url string) int {
	t.Helper()
	path, isFile := strings.CutPrefix(url, "sqlite:")
	if isFile {
		if _, err := os.Stat(path); err != nil {
			return 0
		}
	}
	// The newest index exists once the tables do.
	migrated := "SELECT count(*) AS n FROM pg_indexes WHERE indexname = 'rate_limits_by_expiry'"
	if isFile {
		migrated = "SELECT count(*) AS n FROM sqlite_schema WHERE name = 'rate_limits_by_expiry'"
	}
	if countLine.FindStringSubmatch(storetest.Text(t, url, migrated))[1] == "0" {
		return 0
	}
	n, err := strconv.Atoi(countLine.FindStringSubmatch(storetest.Text(t, url, "SELECT count(*) AS n FROM transactions"))[1])
	require.NoError(t, err)
	return n
}

// TestCopyIsEnded ends a copy in the middle, again and again, with a kill and with an interrupt. The same command resumes it, and
// the copy is what it would have been.
func TestCopyIsEnded(t *testing.T) {
	bankcoretest.More(t)
	t.Parallel()
	for name, target := range newDatabases {
		for how, signal := range map[string]os.Signal{"kill -9": syscall.SIGKILL, "Ctrl-C": os.Interrupt} {
			if testing.Short() && (name == "postgres") != (how == "kill -9") {
				continue
			}
			t.Run(how+" to "+name, func(t *testing.T) {
				t.Parallel()
				source, entries := bigSource(t)
				ends := checker.Times(2)
				url, ended, misses := target(t), 0, 0
				for ended < ends {
					if endCopy(t, source, url, entries*(ended+1)/(ends+2), signal) && entriesAt(t, url) < entries {
						ended++
						continue
					}
					require.Less(t, misses, missesAllowed, "every copy finished before it was ended")
					misses++
					url, ended = target(t), 0
				}
				arrived := entriesAt(t, url)
				began := time.Now()
				o := bankcoretest.Command(t, nil, "", "copy", "--from", "sqlite:"+source, "--to", url)
				require.Equal(t, 0, o.Code, o.Err)
				require.Contains(t, o.Stdout, "and "+strconv.Itoa(entries-arrived)+" entries that were not there yet\n")
				took := time.Since(began)
				back := filepath.Join(t.TempDir(), "back.db")
				o = bankcoretest.Command(t, nil, "", "copy", "--from", url, "--to", "sqlite:"+back)
				require.Equal(t, 0, o.Code, o.Err)
				bankcoretest.RequireSameBank(t, source, back)
				checker.Report(t, "%s in a copy of %d entries to %s: ended %d times, the last %d copied and all verified in %d ms",
					how, entries, name, ends, entries-arrived, took.Milliseconds())
			})
		}
	}
}

// endCopy ends a copy once so many entries have arrived, and reports whether it was still running.
func endCopy(t *testing.T, source, url string, arrived int, signal os.Signal) bool {
	t.Helper()
	p := bankcoretest.Start(t, t.TempDir(), nil, "copy", "--from", "sqlite:"+source, "--to", url)
	for began := time.Now(); entriesAt(t, url) < arrived; {
		select {
		case <-p.Ended:
			require.Equal(t, 0, p.Exit(), p.Stderr)
			return false
		default:
			require.Less(t, time.Since(began), time.Duration(checker.Times(1))*bankcoretest.Patience, "nothing arrives: %s", p.Stderr)
		}
	}
	_ = p.Cmd.Process.Signal(signal) // it may have finished by itself
	code := p.Exit()
	if code == 0 {
		return false
	}
	if signal == os.Interrupt {
		require.Equal(t, 1, code)
		require.Equal(t, "bankcore: interrupted: the copy is not complete and must not be served; the same command resumes it\n",
			p.Stderr.String())
	} else {
		require.Equal(t, -1, code, p.Stderr)
	}
	require.Empty(t, p.Stdout.String())
	return true
}

// TestCopyThereAndBack brings a long history to PostgreSQL and back.
func TestCopyThereAndBack(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	source, entries := bigSource(t)
	back := filepath.Join(t.TempDir(), "back.db")
	there := newDatabases["postgres"](t)
	var seconds [3]float64
	for i, sides := range [][2]string{{"sqlite:" + source, there}, {there, "sqlite:" + back}, {"sqlite:" + source, there}} {
		began := time.Now()
		o := bankcoretest.Command(t, nil, "", "copy", "--from", sides[0], "--to", sides[1])
		require.Equal(t, 0, o.Code, o.Err)
		seconds[i] = time.Since(began).Seconds()
	}
	bankcoretest.RequireSameBank(t, source, back)
	checker.Report(t, "copied %d entries to PostgreSQL in %.1f s, back in %.1f s, and found nothing to copy in %.1f s, all verified",
		entries, seconds[0], seconds[1], seconds[2])
}
