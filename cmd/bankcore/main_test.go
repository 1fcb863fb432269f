package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/config"
	"github.com/bankingcore/bankcore/internal/ratelimit"
	"github.com/bankingcore/bankcore/internal/testkit/pgtest"
)

// patience bounds every wait for something that is bound to happen. It decides no test; it only ends one that hangs.
const patience = time.Minute

func TestMain(m *testing.M) {
	code := pgtest.Main(m)
	if folder, err := programFolder(); err == nil {
		_ = os.RemoveAll(folder)
	}
	os.Exit(code)
}

// programFolder holds the binaries that the tests build.
var programFolder = sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "bankcore-test-") })

// buildProgram builds the binary once for all tests that need a process, with the race detector if they have it.
var buildProgram = sync.OnceValues(func() (string, error) {
	if underRaceDetector() {
		return build("bankcore", "-race")
	}
	return build("bankcore")
})

// buildQuick builds the binary once for the tests that start it very often, without the race detector.
var buildQuick = sync.OnceValues(func() (string, error) { return build("quick", "-ldflags=-s -w") })

func build(name string, args ...string) (string, error) {
	folder, err := programFolder()
	if err != nil {
		return "", err
	}
	path := filepath.Join(folder, name)
	args = append([]string{"build", "-o", path}, args...)
	if output, err := exec.Command("go", append(args, ".")...).CombinedOutput(); err != nil {
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

// transcript is what a process has written so far.
type transcript struct {
	mu    sync.Mutex
	text  bytes.Buffer
	grown chan struct{} // closed at the next write
}

func newTranscript() *transcript { return &transcript{grown: make(chan struct{})} }

func (o *transcript) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	close(o.grown)
	o.grown = make(chan struct{})
	return o.text.Write(p)
}

func (o *transcript) read() (text string, grown <-chan struct{}) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String(), o.grown
}

func (o *transcript) String() string {
	text, _ := o.read()
	return text
}

// process is the program, running in a folder of its own with nothing in its environment but what the test gives it.
type process struct {
	t      *testing.T
	cmd    *exec.Cmd
	folder string
	stdout *transcript
	stderr *transcript
	ended  chan struct{} // closed once the process is gone
	url    string        // of a server
	ops    string        // the URL of its operators' listener; "" without one
	client *http.Client
}

// start runs the program in a folder, with environment variables and arguments.
func start(t *testing.T, folder string, environ []string, args ...string) *process {
	t.Helper()
	path, err := buildProgram()
	require.NoError(t, err)
	return startBinary(t, path, folder, environ, args...)
}

func startBinary(t *testing.T, path, folder string, environ []string, args ...string) *process {
	t.Helper()
	p := &process{
		t: t, cmd: exec.Command(path, args...), folder: folder,
		stdout: newTranscript(), stderr: newTranscript(), ended: make(chan struct{}),
		client: &http.Client{Timeout: patience, Transport: &http.Transport{MaxIdleConnsPerHost: 8}},
	}
	p.cmd.Dir, p.cmd.Env = folder, append([]string{
		withoutSecondFactor, "ADDR=127.0.0.1:0", "OPS_ADDR=127.0.0.1:0", "GORACE=halt_on_error=1 exitcode=66", "TMPDIR=" + t.TempDir(), // removed even if the process is killed
	}, environ...)
	p.cmd.Stdout, p.cmd.Stderr = p.stdout, p.stderr
	require.NoError(t, p.cmd.Start())
	go func() {
		_ = p.cmd.Wait() // its state says how it ended
		close(p.ended)
	}()
	t.Cleanup(func() {
		p.client.CloseIdleConnections()
		_ = p.cmd.Process.Kill()
		<-p.ended
	})
	return p
}

// withoutSecondFactor lets administrators sign in with a PIN alone, for tests of other subjects. A test's own setting comes later and wins.
const withoutSecondFactor = "STAFF_SECOND_FACTOR=off"

// unlimited holds the settings of a server that accepts any number of requests.
var unlimited = func() []string {
	var settings []string
	for name := range ratelimit.Unlimited() {
		settings = append(settings, config.LimitVariable(name)+"=off")
	}
	return slices.Clip(settings) // so that append copies it
}()

var (
	listensOn = regexp.MustCompile(`listens on (https?://\S+)\n`)
	opsOn     = regexp.MustCompile(`\n  metrics   (?:(http://\S+)/metrics|off)\n`)
)

// serve starts a server and waits until it listens.
func serve(t *testing.T, folder string, environ []string, args ...string) *process {
	t.Helper()
	p := start(t, folder, environ, append([]string{"serve"}, args...)...)
	p.awaitListening()
	return p
}

func (p *process) awaitListening() {
	p.t.Helper()
	p.url = p.await(p.stdout, listensOn)[1]
	p.ops = p.await(p.stdout, opsOn)[1]
}

// atOps returns the operators' listener of the same server.
func (p *process) atOps() *process {
	ops := *p
	ops.url = p.ops
	return &ops
}

// await waits until a process has written something.
func (p *process) await(output *transcript, pattern *regexp.Regexp) []string {
	p.t.Helper()
	hung := time.After(patience)
	for ended := p.ended; ; {
		text, grown := output.read()
		if found := pattern.FindStringSubmatch(text); found != nil {
			return found
		}
		require.NotNil(p.t, ended, "the process has ended without %q:\n%s%s", pattern, p.stdout, p.stderr)
		select {
		case <-grown:
		case <-ended:
			ended = nil // look once more
		case <-hung:
			require.FailNow(p.t, "nothing like "+pattern.String(), "%s%s", p.stdout, p.stderr)
		}
	}
}

// exit waits for the end of the process and returns its exit code, or -1 if a signal has ended it.
func (p *process) exit() int {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(patience):
		require.FailNow(p.t, "the process does not end", "%s%s", p.stdout, p.stderr)
	}
	return p.cmd.ProcessState.ExitCode()
}

func (p *process) signal(signal os.Signal) {
	p.t.Helper()
	require.NoError(p.t, p.cmd.Process.Signal(signal))
}

// stop ends a server as an operator does, and expects a clean exit.
func (p *process) stop() {
	p.t.Helper()
	p.client.CloseIdleConnections()
	p.signal(syscall.SIGTERM)
	require.Equal(p.t, 0, p.exit(), p.stderr)
}

// reply is an answer of a server.
type reply struct {
	status int
	header http.Header
	body   string
	closes bool // the connection, after it
}

// field reads a member of a JSON answer.
func (r reply) field(t *testing.T, name string) any {
	t.Helper()
	var all map[string]any
	require.NoError(t, json.Unmarshal([]byte(r.body), &all), r.body)
	return all[name]
}

// call sends a request, with a JSON body unless it is nil and headers as pairs of name and value.
func (p *process) call(method, path string, body any, headers ...string) reply {
	p.t.Helper()
	r, err := p.try(method, path, body, headers...)
	require.NoError(p.t, err)
	return r
}

// try is call for requests that may find no server.
func (p *process) try(method, path string, body any, headers ...string) (reply, error) {
	var content io.Reader = http.NoBody
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return reply{}, err
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequest(method, p.url+path, content)
	if err != nil {
		return reply{}, err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := p.client.Do(request)
	if err != nil {
		return reply{}, err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	return reply{response.StatusCode, response.Header, string(text), response.Close}, err
}

// open opens an account over HTTP and returns its number.
func (p *process) open(pin string, deposit int64) string {
	p.t.Helper()
	r := p.call("POST", "/accounts", map[string]any{"account_holder_name": "Ada Lovelace", "pin": pin, "initial_deposit": deposit})
	require.Equal(p.t, 201, r.status, r.body)
	return r.field(p.t, "account_number").(string)
}

func (p *process) login(number, pin string) reply {
	p.t.Helper()
	return p.call("POST", "/auth/login", map[string]any{"account_number": number, "pin": pin})
}

// authorization signs in and returns the header that proves it.
func (p *process) authorization(number, pin string) []string {
	p.t.Helper()
	r := p.login(number, pin)
	require.Equal(p.t, 200, r.status, r.body)
	return []string{"Authorization", "Bearer " + r.field(p.t, "access_token").(string)}
}

// outcome is how one command ended.
type outcome struct {
	code   int
	stdout string
	stderr string
	err    string // what main would print after "bankcore: "
}

// command executes one command line within the test's own process.
func command(t *testing.T, environ []string, stdin string, args ...string) outcome {
	t.Helper()
	var stdout, stderr strings.Builder
	// Never nil: cobra would take the test's own arguments instead.
	err := run(t.Context(), append([]string{}, args...), append([]string{withoutSecondFactor}, environ...), strings.NewReader(stdin), &stdout, &stderr)
	o := outcome{code: exitCode(err), stdout: stdout.String(), stderr: stderr.String()}
	if err != nil {
		o.err = err.Error()
	}
	return o
}

// database migrates a database in a folder of its own, and returns the environment that names it.
func database(t *testing.T) (environ []string, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "bank.db")
	environ = []string{"DATABASE_URL=sqlite:" + path}
	o := command(t, environ, "", "migrate")
	require.Equal(t, 0, o.code, o.err)
	return environ, path
}
