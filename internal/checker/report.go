package checker

import (
	"fmt"
	"os"
	"strconv"
	"testing"
)

// Times is how often a fault strikes: the short form for every day, times what BANKCORE_FAULTS says ("long", or a number).
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

// Report logs what has been tried and found in one line, and adds it to the file that BANKCORE_FAULTS_REPORT names: go test
// shows nothing of a test that passes.
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
