package checker

import (
	"fmt"
	"os"
	"strconv"
	"testing"
)

// Times returns how often a fault strikes: a quarter of the ordinary number with go test's -short, and BANKCORE_FAULTS times as often
// with that ("long" means 20).
func Times(ordinary int) int {
	text := os.Getenv("BANKCORE_FAULTS")
	if text == "long" {
		return 20 * ordinary
	}
	if times, err := strconv.Atoi(text); err == nil {
		return times * ordinary
	}
	if testing.Short() {
		return max(1, ordinary/4)
	}
	return ordinary
}

// Report logs in one line what was tried and found, and appends the line to the file that BANKCORE_FAULTS_REPORT names: go test shows
// no output of tests that pass.
func Report(tb testing.TB, format string, args ...any) {
	tb.Helper()
	line := fmt.Sprintf(format, args...)
	tb.Log(line)
	path := os.Getenv("BANKCORE_FAULTS_REPORT")
	if path == "" {
		return
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600) //nolint:gosec // the person who runs the tests names it
	if err == nil {
		_, err = fmt.Fprintln(file, line)
	}
	if err != nil {
		tb.Fatal(err)
	}
	if err := file.Close(); err != nil {
		tb.Fatal(err)
	}
}
