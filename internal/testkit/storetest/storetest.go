// Package storetest runs a package's tests on each kind of database.
package storetest

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/testkit/pgtest"
)

// engines lists the kinds of databases that tests run on. url returns the URL of a new database that ends with the test.
var engines = []struct {
	name   string
	url    func(tb testing.TB) string
	choice func() ([]string, error) // the arguments that choose the tests; none chooses all
}{
	{"sqlite", SQLite, onSQLite},
	{"postgres", PostgreSQL, func() ([]string, error) { return chosen("-test.skip=", "OneEngine") }},
	{"serializable", serializable, func() ([]string, error) {
		arguments, err := concurrent()
		if err != nil {
			return nil, err
		}
		above, err := marked("OneEngine")
		return append(arguments, "-test.skip="+above), err
	}},
}

// onSQLite returns the arguments for the first engine, which runs everything unless BANKCORE_TEST_CONCURRENT is set.
func onSQLite() ([]string, error) {
	switch os.Getenv(concurrentTests) {
	case "only":
		return concurrent()
	case "skip":
		tests, err := marked("Concurrent")
		return []string{"-test.skip=" + tests}, err
	}
	return nil, nil
}

// concurrent returns the arguments that choose the tests in which several transactions run at once.
func concurrent() ([]string, error) { return chosen("-test.run=", "Concurrent") }

// chosen returns the arguments for an engine that is not the first. There, random tests try less: what they check has been checked on the
// first engine, and most of them try the same statements over and over.
func chosen(argument, mark string) ([]string, error) {
	tests, err := marked(mark)
	arguments := []string{argument + tests}
	if flag.Lookup("rapid.checks") != nil {
		arguments = append(arguments, "-rapid.checks=25")
	}
	return arguments, err
}

// migratedFile is the content of a migrated SQLite file that no process has open.
var migratedFile = sync.OnceValues(func() ([]byte, error) {
	folder, err := os.MkdirTemp("", "bankcore-storetest-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	path := filepath.Join(folder, "bank.db")
	if _, err := store.Migrate(context.Background(), "sqlite:"+path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// SQLite returns the URL of a new, migrated file.
func SQLite(tb testing.TB) string {
	tb.Helper()
	content, err := migratedFile()
	require.NoError(tb, err)
	path := filepath.Join(tb.TempDir(), "bank.db")
	require.NoError(tb, os.WriteFile(path, content, 0o600))
	return "sqlite:" + path
}

// PostgreSQL returns the URL of a new, migrated database on a server that the process's tests share.
func PostgreSQL(tb testing.TB) string {
	tb.Helper()
	return filled(tb)
}

func serializable(tb testing.TB) string {
	tb.Helper()
	return filled(tb, "default_transaction_isolation=serializable")
}

// waiting is how many tests run at once for each processor: many wait for a database, or for a client that is slow on purpose.
const waiting = 2

const (
	chosenEngine    = "BANKCORE_TEST_ENGINE"
	everyEngine     = "all" // runs every test on every engine
	listedEngines   = "BANKCORE_TEST_ENGINES"
	concurrentTests = "BANKCORE_TEST_CONCURRENT"
)

// Main is for TestMain. It runs each engine's tests, each time in a new process, because a process cannot run its tests twice. Of the
// engines it takes those that BANKCORE_TEST_ENGINES lists, so that a package's tests can run in parts. On SQLite, BANKCORE_TEST_CONCURRENT
// chooses the tests in which several transactions run at once ("only"), in which alone the race detector finds much, or all others ("skip").
// If BANKCORE_TEST_ENGINE names an engine, Main runs all tests on that one.
func Main(m *testing.M) int {
	flag.Parse()
	wanted := os.Getenv(chosenEngine)
	if wanted != "" && wanted != everyEngine || given("test.fuzz") || given("test.bench") || given("test.list") {
		return pgtest.Main(m)
	}
	code, listed := 0, os.Getenv(listedEngines)
	for _, engine := range engines {
		if listed != "" && !slices.Contains(strings.Split(listed, ","), engine.name) {
			continue
		}
		fmt.Fprintln(os.Stderr, "on "+engine.name)
		arguments := arguments()
		if flag.Lookup("test.parallel").Value.String() == strconv.Itoa(runtime.GOMAXPROCS(0)) { // the default
			arguments = append(arguments, "-test.parallel="+strconv.Itoa(waiting*runtime.GOMAXPROCS(0)))
		}
		if wanted != everyEngine && !given("test.run") && !given("test.skip") {
			choice, err := engine.choice()
			if err != nil {
				fmt.Fprintf(os.Stderr, "on %s: %v\n", engine.name, err)
				return 1
			}
			arguments = append(arguments, choice...)
		}
		run := exec.Command(os.Args[0], arguments...)
		run.Env = append(os.Environ(), chosenEngine+"="+engine.name, "GOGC=400") // as bankcore serve has it; a tenth of the work is gone
		run.Stdout, run.Stderr = os.Stdout, os.Stderr
		if err := run.Run(); err != nil {
			fmt.Fprintf(os.Stderr, "on %s: %v\n", engine.name, err)
			code = 1
		}
	}
	return code
}

func given(name string) bool {
	set := flag.Lookup(name)
	return set != nil && set.Value.String() != "" && set.Value.String() != "false"
}

// arguments returns this process's own arguments, without the files that each process would overwrite.
func arguments() []string {
	var kept []string
	for _, argument := range os.Args[1:] {
		if !strings.HasPrefix(argument, "-test.testlogfile") && !strings.HasPrefix(argument, "-test.coverprofile") {
			kept = append(kept, argument)
		}
	}
	return kept
}

// filled returns the URL of a migrated PostgreSQL database. To connect to it may take long, because a server of the tests is never away, but
// sometimes starved.
func filled(tb testing.TB, settings ...string) string {
	tb.Helper()
	return pgtest.Filled(tb, func(url string) error {
		_, err := store.Migrate(context.Background(), url)
		return err
	}, settings...) + "&connect_timeout=60"
}

// URL returns the URL of a new database of the engine under test. It is a copy of one that has been migrated: migrating each test's own
// would take most of its time.
func URL(tb testing.TB) string {
	tb.Helper()
	name := os.Getenv(chosenEngine)
	for _, engine := range engines {
		if engine.name == name || name == "" { // a fuzzer uses the first engine
			return engine.url(tb)
		}
	}
	require.Fail(tb, "there is no such engine", name)
	return ""
}

// OnSQLite reports whether the engine under test is SQLite.
func OnSQLite() bool {
	name := os.Getenv(chosenEngine)
	return name == "" || name == engines[0].name
}

// Serializable reports whether the transactions under test are SERIALIZABLE, so that those that meet fail and are repeated.
func Serializable() bool { return os.Getenv(chosenEngine) == "serializable" }
