package checker

import (
	"fmt"
	"os"
	"strconv"
	"testing"
)

// Times returns how often a fault strikes: the everyday number, multiplied by BANKCORE_FAULTS ("long" means 20, or a number).
func Times(short int) int {
	text := os.Getenv("BANKCORE_FAULTS")
	if text == "long" {
		return 20 * short
	}
	if times, err := strconv.Atoi(text); err == nil {
		return times * short
	}
	return short
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
