package bankcoretest

import (
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Process is the program, running in a folder of its own with nothing in its environment but what the test gives it.
type Process struct {
	T      *testing.T
	Cmd    *exec.Cmd
	Folder string
	Stdout *Transcript
	Stderr *Transcript
	Ended  chan struct{} // closed once the process is gone
	URL    string        // of a server
	Ops    string        // the URL of its operators' listener; "" without one
	Client *http.Client
}

// Start runs the program in a folder, with environment variables and arguments.
func Start(t *testing.T, folder string, environ []string, args ...string) *Process {
	t.Helper()
	path, err := Binary()
	require.NoError(t, err)
	return StartBinary(t, path, folder, environ, args...)
}

// StartBinary is Start for a binary that the test has built.
func StartBinary(t *testing.T, path, folder string, environ []string, args ...string) *Process {
	t.Helper()
	p := &Process{
		T: t, Cmd: exec.Command(path, args...), Folder: folder,
		Stdout: NewTranscript(), Stderr: NewTranscript(), Ended: make(chan struct{}),
		Client: &http.Client{Timeout: Patience, Transport: &http.Transport{MaxIdleConnsPerHost: 8}},
	}
	p.Cmd.Dir, p.Cmd.Env = folder, append([]string{
		WithoutSecondFactor, "ADDR=127.0.0.1:0", "OPS_ADDR=127.0.0.1:0", "GORACE=halt_on_error=1 exitcode=66", "TMPDIR=" + t.TempDir(), // removed even if the process is killed
	}, environ...)
	p.Cmd.Stdout, p.Cmd.Stderr = p.Stdout, p.Stderr
	require.NoError(t, p.Cmd.Start())
	go func() {
		_ = p.Cmd.Wait() // its state says how it ended
		close(p.Ended)
	}()
	t.Cleanup(func() {
		p.Client.CloseIdleConnections()
		_ = p.Cmd.Process.Kill()
		<-p.Ended
	})
	return p
}

var (
	listensOn = regexp.MustCompile(`listens on (https?://\S+)\n`)
	opsOn     = regexp.MustCompile(`\n  metrics   (?:(http://\S+)/metrics|off)\n`)
)

// Serve starts a server and waits until it listens.
func Serve(t *testing.T, folder string, environ []string, args ...string) *Process {
	t.Helper()
	p := Start(t, folder, environ, append([]string{"serve"}, args...)...)
	p.AwaitListening()
	return p
}

// AwaitListening waits until a server listens, and reads where.
func (p *Process) AwaitListening() {
	p.T.Helper()
	p.URL = p.Await(p.Stdout, listensOn)[1]
	p.Ops = p.Await(p.Stdout, opsOn)[1]
}

// ListensOrEnds waits until a server listens, and reports whether it does; if not, it has ended.
func (p *Process) ListensOrEnds() bool {
	p.T.Helper()
	hung := time.After(Patience)
	for {
		text, grown := p.Stdout.read()
		if listensOn.MatchString(text) {
			p.AwaitListening()
			return true
		}
		select {
		case <-grown:
		case <-p.Ended:
			return false
		case <-hung:
			require.FailNow(p.T, "the server neither listens nor ends", "%s%s", p.Stdout, p.Stderr)
		}
	}
}

// AtOps returns the operators' listener of the same server.
func (p *Process) AtOps() *Process {
	ops := *p
	ops.URL = p.Ops
	return &ops
}

// Await waits until a process has written something.
func (p *Process) Await(output *Transcript, pattern *regexp.Regexp) []string {
	p.T.Helper()
	hung := time.After(Patience)
	for ended := p.Ended; ; {
		text, grown := output.read()
		if found := pattern.FindStringSubmatch(text); found != nil {
			return found
		}
		require.NotNil(p.T, ended, "the process has ended without %q:\n%s%s", pattern, p.Stdout, p.Stderr)
		select {
		case <-grown:
		case <-ended:
			ended = nil // look once more
		case <-hung:
			require.FailNow(p.T, "nothing like "+pattern.String(), "%s%s", p.Stdout, p.Stderr)
		}
	}
}

// Exit waits for the end of the process and returns its exit code, or -1 if a signal has ended it.
func (p *Process) Exit() int {
	p.T.Helper()
	select {
	case <-p.Ended:
	case <-time.After(Patience):
		require.FailNow(p.T, "the process does not end", "%s%s", p.Stdout, p.Stderr)
	}
	return p.Cmd.ProcessState.ExitCode()
}

// Signal sends the process a signal.
func (p *Process) Signal(signal os.Signal) {
	p.T.Helper()
	require.NoError(p.T, p.Cmd.Process.Signal(signal))
}

// Stop ends a server as an operator does, and expects a clean exit.
func (p *Process) Stop() {
	p.T.Helper()
	p.Client.CloseIdleConnections()
	p.Signal(syscall.SIGTERM)
	require.Equal(p.T, 0, p.Exit(), p.Stderr)
}
