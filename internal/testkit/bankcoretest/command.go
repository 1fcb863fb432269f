package bankcoretest

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Outcome is how one command ended.
type Outcome struct {
	Code   int
	Stdout string
	Stderr string
	Err    string // what the program printed after "bankcore: "
}

// Command executes one command line, with nothing in its environment but what the test gives it.
func Command(t *testing.T, environ []string, stdin string, args ...string) Outcome {
	t.Helper()
	path, err := Quick()
	require.NoError(t, err)
	command := exec.Command(path, args...)
	command.Dir, command.Env = t.TempDir(), append([]string{WithoutSecondFactor, "TMPDIR=" + t.TempDir()}, environ...)
	var stdout, stderr strings.Builder
	command.Stdin, command.Stdout, command.Stderr = strings.NewReader(stdin), &stdout, &stderr
	if err := command.Run(); command.ProcessState == nil {
		require.NoError(t, err)
	}
	o := Outcome{Code: command.ProcessState.ExitCode(), Stdout: stdout.String(), Stderr: stderr.String()}
	if o.Code != 0 {
		o.Stderr, o.Err, _ = strings.Cut(o.Stderr, "bankcore: ")
		o.Err = strings.TrimSuffix(o.Err, "\n")
	}
	return o
}
