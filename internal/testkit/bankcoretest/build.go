// Package bankcoretest builds the bank's binary and drives it as its users do: by its commands, its output, its signals and its HTTP. Tests
// outside package main need nothing else of the bank.
package bankcoretest

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/pgtest"
)

// Patience bounds every wait for something that is bound to happen. It decides no test; it only ends one that hangs.
const Patience = 3 * time.Minute

// waiting is how many tests run at once for each processor: they wait for processes, browsers and disks more than they compute.
const waiting = 2

// Root leads from the folder of a package that drives the binary to the repository's.
const Root = "../.."

// Main is for TestMain: it runs the tests, and removes what they have built.
func Main(m *testing.M) int {
	flag.Parse()
	if flag.Lookup("test.parallel").Value.String() == strconv.Itoa(runtime.GOMAXPROCS(0)) { // the default
		_ = flag.Set("test.parallel", strconv.Itoa(waiting*runtime.GOMAXPROCS(0)))
	}
	code := pgtest.Main(m)
	if folder, err := Folder(); err == nil {
		_ = os.RemoveAll(folder)
	}
	return code
}

// InMemory is for TestMain of tests whose banks need not outlive a power cut: from now on, their files are in memory where there is
// room, since a busy disk takes a second for a single commit. The function that it returns removes them.
func InMemory() (remove func()) {
	folder, err := pgtest.MemoryFolder("")
	if err == nil {
		err = errors.Join(os.Chmod(folder, 0o777|os.ModeSticky), os.Setenv("TMPDIR", folder)) // PostgreSQL runs as another user
	}
	if err != nil {
		panic(err)
	}
	return func() { _ = os.RemoveAll(folder) }
}

// Folder holds the binaries that the tests build.
var Folder = sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "bankcore-test-") })

// Binary builds the program once for all tests that need a process, with the race detector if they have it.
var Binary = sync.OnceValues(func() (string, error) {
	if underRaceDetector() {
		return Build("bankcore", "-race")
	}
	return Quick()
})

// Quick builds the program once for the tests that start it very often, without the race detector.
var Quick = sync.OnceValues(func() (string, error) { return Build("quick", "-ldflags=-s -w") })

// Build builds the program under a name of its own, with more arguments of go build.
func Build(name string, args ...string) (string, error) {
	folder, err := Folder()
	if err != nil {
		return "", err
	}
	path := filepath.Join(folder, name)
	args = append([]string{"build", "-o", path}, args...)
	build := exec.Command("go", append(args, "./cmd/bankcore")...)
	build.Dir = Root
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, output)
	}
	return path, nil
}

func underRaceDetector() bool {
	build, _ := debug.ReadBuildInfo()
	for _, setting := range build.Settings {
		if setting.Key == "-race" {
			return setting.Value == "true"
		}
	}
	return false
}

// Thorough skips a test in the quick part of the tests, which go test's -short selects: `make test` runs that part, and `make test-all`
// everything.
func Thorough(tb testing.TB) {
	tb.Helper()
	if testing.Short() {
		tb.Skip("not in the quick part")
	}
}

// More leaves a test out of the quick part, but `make test-more` runs it, which continuous integration does after `make test`.
func More(tb testing.TB) {
	tb.Helper()
	if os.Getenv("BANKCORE_TEST_MORE") == "" {
		Thorough(tb)
	}
}

// File reads a file of the repository.
func File(tb testing.TB, path string) string {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join(Root, path))
	require.NoError(tb, err)
	return string(text)
}
